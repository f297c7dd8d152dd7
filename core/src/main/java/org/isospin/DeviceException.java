package org.isospin;

/**
 * A call to a device failed. The message names the call, what the vendor's library says of it, and the operands; the context
 * stays usable unless the device itself does not recover.
 */
public class DeviceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The function that failed. */
    private final String call;

    /** What it returned. */
    private final int status;

    /**
     * Makes an exception.
     *
     * @param call the function that failed
     * @param status what it returned
     * @param message all of it in a sentence
     */
    public DeviceException(String call, int status, String message) {
        super(message);
        this.call = call;
        this.status = status;
    }

    /** {@return the function that failed} */
    public String call() {
        return call;
    }

    /** {@return what it returned} */
    public int status() {
        return status;
    }
}
