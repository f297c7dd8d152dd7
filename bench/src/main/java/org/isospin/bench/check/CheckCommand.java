package org.isospin.bench.check;

import org.isospin.bench.cli.UsageException;
import picocli.CommandLine.Command;

/** {@code isospin check}: orthogonality or spectrum of the matrices in a safetensors file. */
@Command(name = "check", description = "Orthogonality or spectrum of the matrices in a safetensors file.")
public final class CheckCommand implements Runnable {
    /** For picocli. */
    public CheckCommand() {}

    @Override
    public void run() {
        throw new UsageException("check is not there yet");
    }
}
