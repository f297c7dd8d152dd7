package org.isospin.bench.cli;

import org.isospin.placement.Hardware;

/** The machine and the JVM that a result belongs to, in words. */
public final class Machine {
    private Machine() {}

    /** {@return the JDK's vendor, version and compiler} */
    public static String jdk() {
        return System.getProperty("java.vendor.version", System.getProperty("java.vendor"))
                        .strip() + " " + Runtime.version() + ", " + System.getProperty("java.vm.name");
    }

    /** {@return name, version and architecture} */
    public static String operatingSystem() {
        return System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch");
    }

    /** {@return the processor's model where the system tells it (Linux), or its architecture} */
    public static String processor() {
        return Hardware.processorName();
    }
}
