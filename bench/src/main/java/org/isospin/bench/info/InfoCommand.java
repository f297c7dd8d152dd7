package org.isospin.bench.info;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.isospin.DType;
import org.isospin.Description;
import org.isospin.Isospin;
import org.isospin.backend.Discovery;
import org.isospin.bench.cli.BackendOption;
import org.isospin.bench.cli.ExitCode;
import org.isospin.bench.cli.JsonOption;
import org.isospin.bench.cli.Machine;
import org.isospin.bench.cli.Report;
import org.isospin.bench.cli.Table;
import org.isospin.bench.cli.ThreadsOption;
import org.isospin.bench.cli.Version;
import org.isospin.ffm.blas.OpenBlas;
import org.isospin.ffm.cuda.CudaStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code isospin info}: what this machine computes on, and why not on anything else. */
@Command(
        name = "info",
        description = {
            "Shows what this machine computes on: its backends, which one is chosen and why not the others, threads,"
                    + " vectors, the measured peak of fused multiply-adds, and the libraries that bench can compare with."
        },
        footer = {
            "Examples:",
            "  isospin info                        the backend that isospin chooses by itself",
            "  isospin info --backend reference    another one; exit code 3 if it cannot run here",
            "  isospin info --json - | jq .backends"
        })
@SuppressWarnings("NullAway.Init")
public final class InfoCommand implements Callable<Integer> {
    private static final DType[] COMPUTED = {DType.F32, DType.F64};

    @Spec
    private CommandSpec command;

    @Mixin
    private BackendOption backend;

    @Mixin
    private ThreadsOption threads;

    @Mixin
    private JsonOption json;

    /** For picocli. */
    public InfoCommand() {}

    @Override
    public Integer call() throws IOException {
        json.check();
        ObjectNode report = Report.of("info", 1);
        try (Isospin iso = backend.open(threads)) {
            describe(iso, report);
        }
        PrintWriter out = command.commandLine().getOut();
        if (!json.isOnStandardOutput()) {
            print(report, out);
        }
        json.write(report, out);
        return ExitCode.GOOD;
    }

    private static void describe(Isospin iso, ObjectNode report) {
        Description chosen = iso.describe();
        ArrayNode backends = report.putArray("backends");
        for (Discovery.Candidate candidate : Discovery.find().candidates()) {
            boolean isAvailable = candidate.availability().isAvailable();
            ObjectNode entry = backends.addObject();
            entry.put("name", candidate.name());
            entry.put(
                    "state",
                    candidate.name().equals(chosen.backend()) ? "chosen" : isAvailable ? "available" : "unavailable");
            entry.put("reason", candidate.availability().reason());
        }
        ObjectNode backend = report.putObject("chosen");
        backend.put("name", chosen.backend());
        backend.put("threads", chosen.threads());
        backend.put("precision", chosen.precision().name().toLowerCase(Locale.ROOT));
        backend.put("placement", chosen.placement());
        ObjectNode facts = backend.putObject("facts");
        chosen.facts().forEach(facts::put);
        ObjectNode peaks = backend.putObject("peakFlopsPerThread");
        for (DType dtype : COMPUTED) {
            peaks.put(dtype.name(), iso.peakFlops(dtype));
        }
        ObjectNode peers = report.putObject("peers");
        ObjectNode openBlas = peers.putObject("openblas");
        openBlas.put("isAvailable", OpenBlas.reason().isEmpty());
        openBlas.put("configuration", OpenBlas.configuration());
        openBlas.put("reason", OpenBlas.reason());
        CudaStatus status = CudaStatus.get();
        ObjectNode cuda = report.putObject("cuda");
        cuda.put("isUsable", status.isUsable());
        cuda.put("reason", status.reason());
        cuda.put("origin", status.origin());
        cuda.put("driver", status.driver());
        cuda.put("runtime", status.runtime());
        ArrayNode devices = cuda.putArray("devices");
        status.devices().forEach(devices::add);
    }

    private static void print(ObjectNode report, PrintWriter out) {
        Table backends = new Table().words("backend").words("state").words("why not");
        report.get("backends")
                .forEach(entry -> backends.row(
                        entry.get("state").asString().equals("chosen") ? Table.Tint.GOOD : Table.Tint.PLAIN,
                        entry.get("name").asString(),
                        entry.get("state").asString(),
                        entry.get("reason").asString()));
        backends.print(out);
        out.println();

        JsonNode chosen = report.get("chosen");
        Table facts = new Table().words(chosen.get("name").asString()).words("");
        facts.row("threads allowed", chosen.get("threads").asString());
        facts.row("precision", chosen.get("precision").asString());
        for (Map.Entry<String, JsonNode> fact : chosen.get("facts").properties()) {
            facts.row(fact.getKey(), fact.getValue().asString());
        }
        if (!chosen.get("placement").asString().isEmpty()) {
            facts.row("placement", chosen.get("placement").asString());
        }
        for (DType dtype : COMPUTED) {
            double peak = chosen.get("peakFlopsPerThread").get(dtype.name()).asDouble();
            facts.row(
                    "FMA peak " + dtype,
                    Double.isNaN(peak)
                            ? "not measured by this backend"
                            : String.format(Locale.ROOT, "%.1f GFLOP/s a thread, measured", peak / 1e9));
        }
        facts.print(out);
        out.println();

        Table machine = new Table().words("machine").words("");
        machine.row("processor", Machine.processor());
        machine.row("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        machine.row("system", Machine.operatingSystem());
        machine.row("JDK", Machine.jdk());
        machine.row("largest heap", (Runtime.getRuntime().maxMemory() >> 20) + " MiB");
        machine.row("isospin", Version.get());
        JsonNode openBlas = report.get("peers").get("openblas");
        machine.row(
                "OpenBLAS",
                openBlas.get("isAvailable").asBoolean()
                        ? openBlas.get("configuration").asString()
                        : "none: " + openBlas.get("reason").asString());
        JsonNode cuda = report.get("cuda");
        machine.row(
                "CUDA",
                cuda.get("isUsable").asBoolean()
                        ? String.join(
                                ", ",
                                cuda.get("devices")
                                        .valueStream()
                                        .map(d -> d.asString())
                                        .toList())
                        : "none: " + cuda.get("reason").asString());
        machine.print(out);
    }
}
