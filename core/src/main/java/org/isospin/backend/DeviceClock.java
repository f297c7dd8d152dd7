package org.isospin.backend;

/** Measures work by the events of the device that does it: what the host does meanwhile counts only where the device waits for it. */
public interface DeviceClock {
    /**
     * Runs calls, one after the other, and waits for the device.
     *
     * @param calls calls contexts on the backend that gave this clock, at least once; nobody else calls that backend meanwhile
     * @return seconds on the device from the beginning of the first call to the end of the last one
     */
    double seconds(Runnable calls);
}
