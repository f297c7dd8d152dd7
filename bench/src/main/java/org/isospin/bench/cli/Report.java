package org.isospin.bench.cli;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The frame of every JSON report: {@code {"schema": "isospin.COMMAND/1", "environment": {…}, …}}. The number rises when a
 * reader of the older form would misunderstand the newer one; new keys alone do not raise it.
 */
public final class Report {
    private Report() {}

    /**
     * {@return a report that a command completes}
     *
     * @param command the command's name
     * @param version the version of its schema
     */
    public static ObjectNode of(String command, int version) {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        report.put("schema", "isospin." + command + "/" + version);
        ObjectNode environment = report.putObject("environment");
        environment.put("isospin", Version.get());
        environment.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        environment.put("jdk", Machine.jdk());
        environment.put("os", Machine.operatingSystem());
        environment.put("cpu", Machine.processor());
        environment.put("processors", Runtime.getRuntime().availableProcessors());
        environment.put("maxHeapBytes", Runtime.getRuntime().maxMemory());
        return report;
    }
}
