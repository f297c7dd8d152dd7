package org.isospin.bench.cli;

import org.isospin.Isospin;
import picocli.CommandLine.Option;

/** {@code --backend} and {@code --threads} of commands that compute on one backend. */
public final class BackendOption {
    private static final String AUTO = "auto";

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            defaultValue = AUTO,
            description = "auto (the best that works here), reference, simd or cuda. Default: ${DEFAULT-VALUE}")
    private String backend = AUTO;

    /** For picocli. */
    public BackendOption() {}

    /**
     * {@return a context on the chosen backend; unavailable ones end the command with exit code 3}
     *
     * @param threads the threads it may use
     */
    public Isospin open(ThreadsOption threads) {
        if (backend.equalsIgnoreCase(AUTO)) {
            try {
                return Isospin.auto().withThreads(threads.count());
            } catch (IllegalArgumentException e) {
                throw new UsageException(String.valueOf(e.getMessage()), e);
            }
        }
        try {
            return Isospin.named(backend).withThreads(threads.count());
        } catch (IllegalArgumentException e) {
            throw new UsageException("--backend: " + e.getMessage(), e);
        }
    }
}
