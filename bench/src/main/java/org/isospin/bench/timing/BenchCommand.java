package org.isospin.bench.timing;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Precision;
import org.isospin.bench.accuracy.AccuracyPlan;
import org.isospin.bench.accuracy.AccuracyReport;
import org.isospin.bench.accuracy.AccuracyRun;
import org.isospin.bench.calls.CallPlan;
import org.isospin.bench.calls.CallReport;
import org.isospin.bench.calls.CallRun;
import org.isospin.bench.cli.BackendsOption;
import org.isospin.bench.cli.ExitCode;
import org.isospin.bench.cli.Figures;
import org.isospin.bench.cli.HtmlOption;
import org.isospin.bench.cli.JsonOption;
import org.isospin.bench.cli.Machine;
import org.isospin.bench.cli.Progress;
import org.isospin.bench.cli.SeedOption;
import org.isospin.bench.cli.ThreadsOption;
import org.isospin.bench.cli.Version;
import org.isospin.bench.drift.DriftPlan;
import org.isospin.bench.drift.DriftReport;
import org.isospin.bench.drift.DriftRun;
import org.isospin.bench.peer.Peer;
import org.isospin.bench.problem.Operation;
import org.isospin.bench.steps.StepPlan;
import org.isospin.bench.steps.StepReport;
import org.isospin.bench.steps.StepRun;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code isospin bench}: every operation on every backend, verified first, then timed. */
@Command(
        name = "bench",
        description = {
            "Every operation on every backend: verified first, then timed in interleaved rounds.",
            "",
            "A row tells the median of the rounds and, as a part of it, half the distance of their quartiles (±), the useful GFLOP/s"
                    + " (counted for the cheapest algorithm known, whoever computes), the share of the processor's measured"
                    + " peak, the speed as a multiple of the baseline's (the fastest peer, or the reference backend) and the"
                    + " largest measured error in units of roundoff u of the type. A result that fails its verification is"
                    + " marked and not timed.",
            "",
            "Where a GPU takes part, it is also timed by its own events with operands in its memory, beside what it reaches at"
                    + " products and copies; the run then ends with the order from which on it pays, with and without transfers."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  isospin bench --quick                       half a minute",
            "  isospin bench --ops gemm --sizes 512,1024 --threads 1 --peers openblas",
            "  isospin bench --ops exp,cayley --dtypes f64 --peers all --html bench.html",
            "  isospin bench --ops steps --peers openblas  steps of optimizers against the products of published code",
            "  isospin bench --ops accuracy --peers all    errors against high-precision truth, beside other libraries'",
            "  isospin bench --ops calls                   a GPU: bare calls of CUDA's libraries beside this library's",
            "  isospin bench --ops drift                   singular values after 1,000 steps of Pion and MuonR, minutes"
        })
@SuppressWarnings("NullAway.Init")
public final class BenchCommand implements Callable<Integer> {
    /** Multi-threaded OpenBLAS overruns the default stack of a JVM thread. */
    private static final long STACK_BYTES = 64L << 20;

    @Spec
    private CommandSpec spec;

    @Mixin
    private SelectionOptions selection;

    @Mixin
    private BackendsOption backends;

    @Mixin
    private ThreadsOption threads;

    @Mixin
    private PeersOption peers;

    @Mixin
    private HtmlOption html;

    @Mixin
    private JsonOption json;

    @Mixin
    private SeedOption seed;

    @Option(
            names = "--export-inputs",
            paramLabel = "DIR",
            description =
                    "Write the operands of every operation, size and type as safetensors, for other people's programs,"
                            + " and compute nothing")
    private @Nullable Path inputs;

    /** For picocli. */
    public BenchCommand() {}

    @Override
    public Integer call() throws Exception {
        json.check();
        html.check();
        if (inputs != null) {
            int cases = InputExport.write(selection.plan(threads.count(), seed.value()), inputs);
            spec.commandLine().getOut().println(inputs + ": the operands of " + cases + " cases");
            return ExitCode.GOOD;
        }
        if (selection.isCalls()) {
            return calls();
        }
        List<Peer> others = peers.peers();
        List<BackendContestant> mine = new ArrayList<>();
        try {
            boolean isNamed = spec.commandLine().getParseResult().hasMatchedOption("--backends");
            for (String name : backends.names()) {
                mine.add(new BackendContestant(name, threads.count(), isNamed, selection.precision()));
            }
            if (selection.isSteps()) {
                return steps(mine, others);
            }
            if (selection.isDrift()) {
                return drift(isNamed ? mine : mine.subList(0, 1));
            }
            return selection.isAccuracy() ? accuracy(mine, others) : times(mine, others);
        } finally {
            mine.forEach(BackendContestant::close);
        }
    }

    private int times(List<BackendContestant> mine, List<Peer> others) throws IOException, InterruptedException {
        Outcome outcome = onLargeStack(() -> measure(mine, others));
        PrintWriter out = spec.commandLine().getOut();
        if (!json.isOnStandardOutput()) {
            outcome.verdicts().forEach(out::println);
            outcome.notes().forEach(note -> out.println("note: " + note));
        }
        json.write(JsonReport.of(outcome), out);
        html.write(() -> HtmlPage.of(outcome));
        out.flush();
        return outcome.isVerified() ? ExitCode.GOOD : ExitCode.CHECK_FAILED;
    }

    private int accuracy(List<BackendContestant> mine, List<Peer> others) throws IOException, InterruptedException {
        AccuracyPlan plan = selection.accuracyPlan(threads.count(), seed.value());
        AccuracyReport report;
        try (Progress progress = new Progress(spec.commandLine().getErr())) {
            report = onLargeStack(() -> new AccuracyRun(plan, contexts(mine), others, progress::show).run());
        }
        SequencedMap<String, String> facts = facts(others, Map.of());
        List<String> notes = notes(others);
        PrintWriter out = spec.commandLine().getOut();
        if (!json.isOnStandardOutput()) {
            facts.forEach((name, value) -> out.println(name + ": " + value));
            out.println();
            report.print(out);
            notes.forEach(note -> out.println("note: " + note));
        }
        json.write(report.json(facts, notes), out);
        html.write(() -> report.html(facts, notes));
        out.flush();
        return report.isComplete() ? ExitCode.GOOD : ExitCode.CHECK_FAILED;
    }

    private int drift(List<BackendContestant> mine) throws IOException {
        DriftPlan plan = selection.driftPlan(seed.value());
        DriftReport report;
        try (Progress progress = new Progress(spec.commandLine().getErr())) {
            report = new DriftRun(plan, contexts(mine), progress::show).run();
        }
        SequencedMap<String, String> facts = facts(List.of(), Map.of());
        PrintWriter out = spec.commandLine().getOut();
        if (!json.isOnStandardOutput()) {
            facts.forEach((name, value) -> out.println(name + ": " + value));
            out.println();
            report.print(out);
        }
        json.write(report.json(facts), out);
        html.write(() -> report.html(facts));
        out.flush();
        return report.isComplete() ? ExitCode.GOOD : ExitCode.CHECK_FAILED;
    }

    private int calls() throws IOException {
        CallPlan plan = selection.callPlan(seed.value());
        CallReport report;
        try (Progress progress = new Progress(spec.commandLine().getErr())) {
            report = new CallRun(plan, progress::show).run();
        }
        SequencedMap<String, String> facts = facts(List.of(), Map.of());
        PrintWriter out = spec.commandLine().getOut();
        if (!json.isOnStandardOutput()) {
            facts.forEach((name, value) -> out.println(name + ": " + value));
            out.println();
            report.print(out);
        }
        json.write(report.json(facts), out);
        html.write(() -> report.html(facts));
        out.flush();
        return report.isVerified() ? ExitCode.GOOD : ExitCode.CHECK_FAILED;
    }

    private int steps(List<BackendContestant> mine, List<Peer> others) throws IOException, InterruptedException {
        StepPlan plan = selection.stepPlan(threads.count(), seed.value());
        StepReport report;
        OtherLoad load = new OtherLoad();
        try (Progress progress = new Progress(spec.commandLine().getErr())) {
            report = onLargeStack(() -> new StepRun(plan, contexts(mine), others, progress::show).run());
        }
        SequencedMap<String, String> facts = facts(others, Map.of());
        List<String> notes = notes(others);
        String busy = load.note();
        if (!busy.isEmpty()) {
            notes.add(busy);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (!json.isOnStandardOutput()) {
            facts.forEach((name, value) -> out.println(name + ": " + value));
            out.println();
            report.print(out);
            notes.forEach(note -> out.println("note: " + note));
        }
        json.write(report.json(facts, notes), out);
        html.write(() -> report.html(facts, notes));
        out.flush();
        return report.isVerified() ? ExitCode.GOOD : ExitCode.CHECK_FAILED;
    }

    private static SequencedMap<String, Isospin> contexts(List<BackendContestant> backends) {
        SequencedMap<String, Isospin> contexts = new LinkedHashMap<>();
        backends.forEach(backend -> contexts.put(backend.name(), backend.context()));
        return contexts;
    }

    private static <T> T onLargeStack(Supplier<T> work) throws InterruptedException {
        List<T> result = new ArrayList<>();
        List<Throwable> failure = new ArrayList<>();
        Thread thread = new Thread(
                null,
                () -> {
                    try {
                        result.add(work.get());
                    } catch (Throwable e) {
                        failure.add(e);
                    }
                },
                "isospin-bench",
                STACK_BYTES);
        thread.start();
        thread.join();
        for (Throwable e : failure) {
            switch (e) {
                case Error error -> throw error;
                case RuntimeException exception -> throw exception;
                default -> throw new IllegalStateException(e);
            }
        }
        return result.getFirst();
    }

    private Outcome measure(List<BackendContestant> mine, List<Peer> others) {
        List<Contestant> contestants = new ArrayList<>(mine);
        others.forEach(peer -> contestants.add(new PeerContestant(peer, threads.count())));
        Plan plan = selection.plan(threads.count(), seed.value());
        Map<DType, Double> peaks = peaks(mine);
        SequencedMap<String, String> facts = facts(others, peaks);
        List<DeviceSide> devices =
                mine.stream().flatMap(c -> c.device().stream()).toList();
        for (DeviceSide device : devices) {
            device.probe(plan.dtypes());
            facts.put(device.name() + " reaches", device.ceilings().toString());
        }
        PrintWriter out = spec.commandLine().getOut();
        boolean isShown = !json.isOnStandardOutput();
        if (isShown) {
            facts.forEach((name, value) -> out.println(name + ": " + value));
            out.println();
            out.flush();
        }
        try (Progress progress = new Progress(spec.commandLine().getErr())) {
            Bench bench = new Bench(plan, contestants, peaks, new Listener() {
                @Override
                public void begins(Plan.Step step, int number, int of) {
                    progress.show(number + "/" + of + "  " + step.operation().title() + " " + Figures.name(step.dtype())
                            + " n=" + step.n());
                }

                @Override
                public void ends(Operation operation, List<Row> rows, List<Skip> skips) {
                    if (isShown) {
                        progress.show("");
                        TextReport.print(operation, rows, skips, out);
                    }
                }
            });
            OtherLoad load = new OtherLoad();
            bench.run();
            String busy = load.note();
            List<String> notes = notes(others);
            if (!busy.isEmpty()) {
                notes.add(busy);
            }
            List<DeviceFindings> findings = devices.stream()
                    .map(d -> new DeviceFindings(d.name(), d.ceilings(), bench.deviceRows(d.name())))
                    .toList();
            if (isShown) {
                progress.show("");
                findings.forEach(f -> DeviceReport.print(f, out));
            }
            return new Outcome(plan, facts, notes, bench.rows(), bench.skips(), findings);
        }
    }

    /** {@return the peak of all threads together, by compute type, as far as a backend measures it} */
    private Map<DType, Double> peaks(List<BackendContestant> mine) {
        Map<DType, Double> peaks = new EnumMap<>(DType.class);
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            mine.stream()
                    .mapToDouble(c -> c.context().peakFlops(dtype))
                    .filter(Double::isFinite)
                    .max()
                    .ifPresent(peak -> peaks.put(dtype, peak * threads.count()));
        }
        return peaks;
    }

    private SequencedMap<String, String> facts(List<Peer> others, Map<DType, Double> peaks) {
        SequencedMap<String, String> facts = new LinkedHashMap<>();
        facts.put("isospin", Version.get());
        facts.put("processor", Machine.processor());
        facts.put("threads", threads.count() + " of " + Runtime.getRuntime().availableProcessors() + " processors");
        if (!peaks.isEmpty()) {
            List<String> parts = new ArrayList<>();
            peaks.forEach((dtype, flops) ->
                    parts.add(Figures.name(dtype) + " " + Figures.significant(1e-9 * flops) + " GFLOP/s"));
            facts.put("measured peak", String.join(", ", parts));
        }
        if (selection.precision() != Precision.STANDARD) {
            facts.put("precision", Figures.name(selection.precision()) + ", on devices");
        }
        facts.put("jdk", Machine.jdk());
        facts.put("system", Machine.operatingSystem());
        others.forEach(peer -> facts.put(peer.title(), peer.version()));
        facts.put(
                "command",
                "isospin "
                        + String.join(" ", spec.commandLine().getParseResult().originalArgs()));
        return facts;
    }

    private List<String> notes(List<Peer> others) {
        List<String> notes = new ArrayList<>();
        notes.addAll(peers.missing());
        String coretype = System.getenv("OPENBLAS_CORETYPE");
        if (others.contains(Peer.OPENBLAS) && coretype != null) {
            notes.add("OPENBLAS_CORETYPE=" + coretype
                    + " is set: OpenBLAS does not choose its kernels for this processor, which may slow it down");
        }
        return notes;
    }
}
