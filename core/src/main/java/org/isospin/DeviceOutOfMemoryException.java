package org.isospin;

/** A device has not enough free memory for a call; nothing was lost, and smaller calls may succeed. */
public final class DeviceOutOfMemoryException extends DeviceException {
    private static final long serialVersionUID = 1L;

    /** The bytes that were asked for. */
    private final long asked;

    /** The bytes that the device had free; −1 if it could not tell. */
    private final long free;

    /**
     * Makes an exception.
     *
     * @param call the function that failed
     * @param status what it returned
     * @param asked the bytes that were asked for
     * @param free the bytes that the device has free; −1 if it cannot tell
     */
    public DeviceOutOfMemoryException(String call, int status, long asked, long free) {
        super(call, status, call + ": the device is out of memory: " + asked + " bytes asked, " + free + " free");
        this.asked = asked;
        this.free = free;
    }

    /** {@return the bytes that were asked for} */
    public long asked() {
        return asked;
    }

    /** {@return the bytes that the device has free; −1 if it cannot tell} */
    public long free() {
        return free;
    }
}
