package org.isospin.bench.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --threads}. */
@SuppressWarnings("NullAway.Init")
public final class ThreadsOption {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    private int threads = Runtime.getRuntime().availableProcessors();

    /** For picocli. */
    public ThreadsOption() {}

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "How many threads may work on one call. Default: as many as there are processors")
    void setThreads(int threads) {
        if (threads < 1) {
            throw new ParameterException(command.commandLine(), "--threads must be at least 1, not " + threads);
        }
        this.threads = threads;
    }

    /** {@return how many threads may work on one call} */
    public int count() {
        return threads;
    }
}
