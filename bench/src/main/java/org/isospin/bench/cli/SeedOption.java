package org.isospin.bench.cli;

import picocli.CommandLine.Option;

/** {@code --seed}: everything random in a command follows from it. */
public final class SeedOption {
    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Where random numbers start; the same seed gives the same numbers. Default: ${DEFAULT-VALUE}")
    private long seed = 1;

    /** For picocli. */
    public SeedOption() {}

    /** {@return the seed} */
    public long value() {
        return seed;
    }
}
