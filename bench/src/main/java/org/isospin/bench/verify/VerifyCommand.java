package org.isospin.bench.verify;

import org.isospin.bench.cli.UsageException;
import picocli.CommandLine.Command;

/** {@code isospin verify}: the laws of every operation on every backend, measured error beside each bound. */
@Command(
        name = "verify",
        description = "The laws of every operation on every backend, measured error beside each bound.")
public final class VerifyCommand implements Runnable {
    /** For picocli. */
    public VerifyCommand() {}

    @Override
    public void run() {
        throw new UsageException("verify is not there yet");
    }
}
