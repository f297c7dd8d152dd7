package org.isospin.bench.cli;

/** The exit codes of every command. */
public final class ExitCode {
    /** Everything that was asked for was done, and every check passed. */
    public static final int GOOD = 0;

    /** A check failed. */
    public static final int CHECK_FAILED = 1;

    /** Wrong usage or unusable input. */
    public static final int USAGE = 2;

    /** A backend that was asked for is not available. */
    public static final int BACKEND_UNAVAILABLE = 3;

    private ExitCode() {}
}
