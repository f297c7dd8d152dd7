package org.isospin.bench.timing;

import org.isospin.bench.cli.UsageException;
import picocli.CommandLine.Command;

/** {@code isospin bench}: every operation on every backend, verified first, then timed. */
@Command(name = "bench", description = "Every operation on every backend, verified first, then timed.")
public final class BenchCommand implements Runnable {
    /** For picocli. */
    public BenchCommand() {}

    @Override
    public void run() {
        throw new UsageException("bench is not there yet");
    }
}
