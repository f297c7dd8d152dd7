package org.isospin;

/** Thrown where a backend was asked for by name and this machine or JVM cannot run it; the message says why. */
public final class BackendUnavailableException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message the backend's name and the reason
     */
    public BackendUnavailableException(String message) {
        super(message);
    }
}
