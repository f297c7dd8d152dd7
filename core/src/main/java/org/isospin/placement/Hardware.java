package org.isospin.placement;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.isospin.backend.Backend;

/**
 * What times hold for. Where any of this differs, times of one machine say nothing about the other.
 *
 * @param processor the processor's model
 * @param processors how many of them the JVM may use
 * @param host the backend on the host, its vectors and the limit of its threads
 * @param device the device's name; empty where there is none
 * @param driver the version of the device's driver; empty where there is none
 */
public record Hardware(String processor, int processors, String host, String device, String driver) {
    /** What a backend tells of itself that decides its times. */
    private static final List<String> HOST_FACTS = List.of("threads at most", "vectors");

    /**
     * {@return this machine without a device}
     *
     * @param host the backend on the host
     */
    @SuppressWarnings("exports")
    public static Hardware of(Backend host) {
        Map<String, String> facts = host.describe();
        StringBuilder text = new StringBuilder(host.name());
        for (String fact : HOST_FACTS) {
            if (facts.containsKey(fact)) {
                text.append(", ").append(fact).append(' ').append(facts.get(fact));
            }
        }
        return new Hardware(processorName(), Runtime.getRuntime().availableProcessors(), text.toString(), "", "");
    }

    /**
     * {@return this machine with a device}
     *
     * @param backend the backend on the device
     */
    @SuppressWarnings("exports")
    public Hardware with(Backend backend) {
        Map<String, String> facts = backend.describe();
        return new Hardware(
                processor,
                processors,
                host,
                facts.getOrDefault("device", backend.name()),
                facts.getOrDefault("driver", ""));
    }

    /** {@return the processor's model where the system tells it (Linux), or its architecture} */
    public static String processorName() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name") || line.startsWith("Model\t"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException | UncheckedIOException _) {
            return System.getProperty("os.arch");
        }
    }

    /**
     * {@return in what the host of these times is not the host here; empty if in nothing}
     *
     * @param here this machine
     */
    public String hostDifference(Hardware here) {
        if (!processor.equals(here.processor)) {
            return difference("processor", processor, here.processor);
        }
        if (processors != here.processors) {
            return difference("number of processors", Integer.toString(processors), Integer.toString(here.processors));
        }
        return host.equals(here.host) ? "" : difference("backend", host, here.host);
    }

    /**
     * {@return in what the device of these times is not the device here; empty if in nothing}
     *
     * @param here the device, and its driver
     */
    public String deviceDifference(Hardware here) {
        if (!device.equals(here.device)) {
            return difference("device", device, here.device);
        }
        return driver.equals(here.driver) ? "" : difference("driver", driver, here.driver);
    }

    private static String difference(String what, String there, String here) {
        return "it was measured with another " + what + ": " + (there.isEmpty() ? "none" : there) + ", not " + here;
    }
}
