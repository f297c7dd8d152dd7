package org.isospin.bench.apply;

import org.isospin.bench.cli.UsageException;
import picocli.CommandLine.Command;

/** {@code isospin apply}: a kernel on the matrices of a safetensors file. */
@Command(name = "apply", description = "A kernel on the matrices of a safetensors file.")
public final class ApplyCommand implements Runnable {
    /** For picocli. */
    public ApplyCommand() {}

    @Override
    public void run() {
        throw new UsageException("apply is not there yet");
    }
}
