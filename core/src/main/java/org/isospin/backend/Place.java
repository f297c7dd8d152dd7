package org.isospin.backend;

/** Where a backend computes. */
public enum Place {
    /** On the processor that runs the JVM, in memory that Java can address. */
    HOST,
    /** On a device with memory of its own. */
    DEVICE
}
