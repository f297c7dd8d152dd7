package org.isospin.bench.conform;

import org.isospin.bench.cli.UsageException;
import picocli.CommandLine.Command;

/** {@code isospin conform}: golden vectors against every backend. */
@Command(name = "conform", description = "Golden vectors against every backend.")
public final class ConformCommand implements Runnable {
    /** For picocli. */
    public ConformCommand() {}

    @Override
    public void run() {
        throw new UsageException("conform is not there yet");
    }
}
