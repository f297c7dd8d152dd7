package org.isospin.bench.gpucheck;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.isospin.bench.cli.Commit;
import org.isospin.bench.cli.Machine;
import org.isospin.bench.cli.Report;
import org.isospin.bench.cli.Table;
import org.isospin.bench.cli.Version;
import org.isospin.bench.gpucheck.Ended.Outcome;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a check was of and what became of it, as summary.txt and, {@code isospin.gpu-check/1}, summary.json: written anew after each
 * step, so that a check that is ended from outside leaves what it has.
 */
final class Summary {
    private static final int VERSION = 1;
    private static final Path DRIVER = Path.of("/proc/driver/nvidia/version");

    private final Path folder;
    private final String command;
    private final String commit = Commit.get();
    private final List<Ended> steps = new ArrayList<>();

    /**
     * Begins.
     *
     * @param folder where results go
     * @param command the command line
     */
    Summary(Path folder, String command) {
        this.folder = folder;
        this.command = command;
    }

    /** Notes how a step ended, and writes. */
    void add(Ended ended) throws IOException {
        steps.add(ended);
        Files.writeString(folder.resolve("summary.json"), json().toPrettyString() + "\n");
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        facts().forEach((name, value) -> out.println(name + ": " + value));
        out.println();
        table().printPlain(out);
        out.println();
        out.println(verdict());
        out.flush();
        Files.writeString(folder.resolve("summary.txt"), text.toString());
    }

    /** {@return whether everything passed that could be run here} */
    boolean isComplete() {
        return steps.stream().noneMatch(Ended::isMissed);
    }

    /** {@return which steps did not pass, in a sentence} */
    String verdict() {
        long passed = steps.stream().filter(s -> s.outcome() == Outcome.PASSED).count();
        String count = passed + " of " + steps.size() + " steps passed";
        String missed = steps.stream()
                .filter(Ended::isMissed)
                .map(s -> s.step() + (s.outcome() == Outcome.NO_TIME ? " (no time)" : ""))
                .collect(Collectors.joining(", "));
        return missed.isEmpty() ? count : count + "; not: " + missed;
    }

    /** {@return a line for each step} */
    Table table() {
        Table table =
                new Table().words("step").words("").numbers("s").words("file").words("why not");
        for (Ended step : steps) {
            table.row(
                    step.isMissed() ? Table.Tint.BAD : Table.Tint.PLAIN,
                    step.step(),
                    step.outcome().title(),
                    step.log().isEmpty() ? "-" : String.format(Locale.ROOT, "%.1f", step.seconds()),
                    step.log(),
                    step.reason());
        }
        return table;
    }

    /** {@return what the results belong to} */
    SequencedMap<String, String> facts() {
        JsonNode info = info();
        JsonNode cuda = info.path("cuda");
        SequencedMap<String, String> facts = new LinkedHashMap<>();
        facts.put(
                "devices",
                cuda.path("devices").valueStream().map(JsonNode::asString).collect(Collectors.joining(", ")));
        info.path("chosen")
                .path("facts")
                .properties()
                .forEach(fact -> facts.put(fact.getKey(), fact.getValue().asString()));
        facts.put("driver supports CUDA", cuda.path("driver").asString("unknown"));
        facts.put("kernel module", kernelModule());
        facts.put("CUDA runtime", cuda.path("runtime").asString("unknown"));
        facts.put("CUDA libraries", cuda.path("origin").asString("unknown"));
        facts.put("processor", Machine.processor());
        facts.put("system", Machine.operatingSystem());
        facts.put("jdk", Machine.jdk());
        facts.put("isospin", Version.get());
        facts.put("commit", commit);
        facts.put("command", command);
        return facts;
    }

    /** {@return what the step info has written; an empty object if it has not} */
    private JsonNode info() {
        Path file = folder.resolve(Steps.INFO + ".json");
        try {
            return JsonMapper.shared().readTree(Files.exists(file) ? Files.readString(file) : "{}");
        } catch (IOException | JacksonException _) {
            return JsonMapper.shared().createObjectNode();
        }
    }

    /** {@return the version of the driver's part in the kernel, where Linux tells it} */
    private static String kernelModule() {
        try {
            return Files.readString(DRIVER, StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("unknown")
                    .replaceAll("\\s+", " ")
                    .strip();
        } catch (IOException _) {
            return "unknown";
        }
    }

    private ObjectNode json() {
        ObjectNode report = Report.of("gpu-check", VERSION);
        ObjectNode facts = report.putObject("facts");
        facts().forEach(facts::put);
        ArrayNode list = report.putArray("steps");
        for (Ended step : steps) {
            ObjectNode node = list.addObject();
            node.put("name", step.step());
            node.put("outcome", step.outcome().name());
            node.put("reason", step.reason());
            if (!step.log().isEmpty()) {
                node.put("exitCode", step.code());
                node.put("seconds", step.seconds());
                node.put("log", step.log());
                ArrayNode commands = node.putArray("commands");
                step.commands().forEach(c -> commands.add(String.join(" ", c)));
            }
        }
        report.put("complete", isComplete());
        return report;
    }
}
