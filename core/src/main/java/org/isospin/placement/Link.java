package org.isospin.placement;

/**
 * How fast elements get from host memory to a device and back: a transfer takes its latency, and its bytes over the rate.
 *
 * @param uploadBytesPerSecond to the device, at least 1
 * @param downloadBytesPerSecond from the device, at least 1
 * @param latencyNanoseconds of one transfer, however short
 */
public record Link(long uploadBytesPerSecond, long downloadBytesPerSecond, long latencyNanoseconds) {
    /** Refuses rates that no transfer has. */
    public Link {
        if (uploadBytesPerSecond < 1 || downloadBytesPerSecond < 1 || latencyNanoseconds < 0) {
            throw new IllegalArgumentException("a link must have rates >= 1 and a latency >= 0, not "
                    + uploadBytesPerSecond + ", " + downloadBytesPerSecond + ", " + latencyNanoseconds);
        }
    }

    /**
     * {@return the seconds that operands and results of a call are on their way}
     *
     * @param uploaded bytes to the device
     * @param downloaded bytes from the device
     */
    public double seconds(double uploaded, double downloaded) {
        double transfers = (uploaded > 0 ? 1 : 0) + (downloaded > 0 ? 1 : 0);
        return latencyNanoseconds * transfers / 1e9
                + uploaded / uploadBytesPerSecond
                + downloaded / downloadBytesPerSecond;
    }
}
