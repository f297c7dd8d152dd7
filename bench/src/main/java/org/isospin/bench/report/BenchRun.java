package org.isospin.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.isospin.bench.cli.UsageException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code isospin bench --json} wrote, or a script that writes the same.
 *
 * @param file where it was read
 * @param version of Isospin
 * @param machine what it ran on, in words
 * @param date when
 * @param inputs what the run was about
 * @param entries what it found, a device's times with operands in its memory included
 */
record BenchRun(Path file, String version, String machine, String date, JsonNode inputs, List<Entry> entries) {
    private static final String SCHEMA = "isospin.bench/1";

    /**
     * What is compared.
     *
     * @param operation its title
     * @param n the order
     * @param dtype the type
     */
    record Key(String operation, int n, String dtype) {}

    /**
     * One contestant at one operation, size and type.
     *
     * @param key which
     * @param contestant who
     * @param seconds a call; NaN if it was not timed
     * @param usefulFlops flops of a call; NaN if unknown
     * @param error the largest measured error, in u
     * @param measures what the error is of, in words
     * @param isVerified whether every check passed
     */
    record Entry(
            Key key,
            String contestant,
            double seconds,
            double usefulFlops,
            double error,
            String measures,
            boolean isVerified) {}

    static BenchRun read(Path file) throws IOException {
        JsonNode json;
        try {
            json = JsonMapper.shared().readTree(Files.readString(file));
        } catch (JacksonException e) {
            throw new UsageException(file + ": is not JSON: " + e.getOriginalMessage(), e);
        }
        String schema = json.path("schema").asString("");
        if (!schema.equals(SCHEMA)) {
            throw new UsageException(file + ": report takes files of bench --json, " + SCHEMA + ", not "
                    + (schema.isEmpty() ? "JSON without a schema" : schema));
        }
        if (!json.path("inputs").isObject()) {
            throw new UsageException(file + ": does not say what its inputs were; it is older than report");
        }
        JsonNode environment = json.path("environment");
        List<Entry> entries = new ArrayList<>();
        json.path("results")
                .forEach(row -> entries.add(entry(
                        row,
                        row.path("contestant").asString(""),
                        row.path("seconds"),
                        row.path("usefulFlops").asDouble(Double.NaN))));
        json.path("devices")
                .forEach(device -> device.path("results").forEach(row -> {
                    int blocks = row.path("blocks").asInt(1);
                    String name = device.path("backend").asString("") + " resident"
                            + (blocks == 1 ? "" : ", " + blocks + " blocks");
                    entries.add(entry(row, name, row.path("residentSeconds"), flops(entries, key(row))));
                }));
        return new BenchRun(
                file,
                environment.path("isospin").asString("unknown"),
                machine(json),
                environment.path("date").asString("unknown"),
                json.path("inputs"),
                List.copyOf(entries));
    }

    private static String machine(JsonNode json) {
        String device = json.path("environment").path("device").asString("");
        String processor = json.path("environment").path("cpu").asString("unknown");
        return device.isEmpty() ? processor : device + ", " + processor;
    }

    private static Key key(JsonNode row) {
        return new Key(
                row.path("operation").asString(""),
                row.path("n").asInt(0),
                row.path("dtype").asString(""));
    }

    private static double flops(List<Entry> entries, Key key) {
        return entries.stream()
                .filter(e -> e.key.equals(key))
                .mapToDouble(Entry::usefulFlops)
                .findFirst()
                .orElse(Double.NaN);
    }

    private static Entry entry(JsonNode row, String contestant, JsonNode seconds, double flops) {
        TreeSet<String> measures = new TreeSet<>();
        row.path("checks").forEach(check -> measures.add(check.path("name").asString("")));
        return new Entry(
                key(row),
                contestant,
                seconds.path("median").asDouble(Double.NaN),
                flops,
                row.path("error").asDouble(Double.NaN),
                String.join("; ", measures),
                row.path("verified").asBoolean(false));
    }
}
