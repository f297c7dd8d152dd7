package org.isospin.bench.cli;

/** Thrown where a command cannot do what it was asked: the message is the one line that the user sees. Exit code 2. */
public final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message one line: what is wrong, and what would be right
     */
    public UsageException(String message) {
        super(message);
    }

    /**
     * Makes the exception.
     *
     * @param message one line: what is wrong, and what would be right
     * @param cause why
     */
    public UsageException(String message, Throwable cause) {
        super(message, cause);
    }
}
