package org.isospin.bench.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

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
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name") || line.startsWith("Model\t"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException | java.io.UncheckedIOException _) {
            return System.getProperty("os.arch");
        }
    }
}
