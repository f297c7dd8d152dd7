package org.isospin.bench.info;

import org.isospin.bench.cli.UsageException;
import picocli.CommandLine.Command;

/** {@code isospin info}: backends, threads, vector width and peers of this machine. */
@Command(name = "info", description = "Backends, threads, vector width and peers of this machine.")
public final class InfoCommand implements Runnable {
    /** For picocli. */
    public InfoCommand() {}

    @Override
    public void run() {
        throw new UsageException("info is not there yet");
    }
}
