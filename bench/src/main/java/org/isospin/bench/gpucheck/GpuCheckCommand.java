package org.isospin.bench.gpucheck;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.isospin.BackendUnavailableException;
import org.isospin.backend.Discovery;
import org.isospin.bench.cli.ExitCode;
import org.isospin.bench.cli.Home;
import org.isospin.bench.cli.Progress;
import org.isospin.bench.cli.UsageException;
import org.isospin.bench.cli.WorkFolder;
import org.isospin.bench.gpucheck.Ended.Outcome;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code isospin gpu-check}: everything that a GPU host is asked, in one command. */
@Command(
        name = "gpu-check",
        description = {
            "Asks a GPU host everything, the most important first: whether our kernels load, whether the laws and the golden"
                    + " vectors hold there, how long operations take in F32, BF16, TF32 and F64, on it and on the processor,"
                    + " and how long PyTorch takes on the same operands, where python3 has torch. At last all rows come into"
                    + " one table and page.",
            "",
            "Each step is a process of its own: one that fails, crashes or hangs keeps no other from being run. Everything goes"
                    + " into a folder, with what it was measured on, as it comes: summary.txt names machine, driver, CUDA,"
                    + " commit and command, and what became of each step.",
            "",
            "The exit code is 0 if every step passed that can be run here, 1 if one failed or had no time left, 3 if there is no"
                    + " GPU to be used."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  isospin gpu-check -o results               in eight minutes",
            "  isospin gpu-check -o results --minutes 30  the same, more rounds",
            "  isospin gpu-check -o results --steps info,conform"
        })
@SuppressWarnings("NullAway.Init")
public final class GpuCheckCommand implements Callable<Integer> {
    private static final String SIMD = "simd";
    private static final String REFERENCE = "reference";
    private static final double MINUTE = 60;
    private static final List<Integer> SIZES = List.of(1024, 4096);
    private static final List<Integer> QUICK_SIZES = List.of(32);

    /** That a measurement is offered at most. */
    private static final double SECONDS = 180;

    private static final double QUICK_SECONDS = 1;

    /** Seconds for the report, which no measurement gets. */
    private static final double REPORT_SECONDS = 10;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FOLDER",
            required = true,
            description = "Where results go; is made if it is not there, and must be empty")
    private Path folder;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            description = "How long it may take; what does not fit is left out, the least important first. Default:"
                    + " ${DEFAULT-VALUE}")
    private double minutes = 8;

    @Option(
            names = "--sizes",
            paramLabel = "LIST",
            split = ",",
            description = "Orders of large matrices; decompositions and F64 get half of them. Default: 1024,4096, with"
                    + " --quick 32")
    private List<Integer> sizes = new ArrayList<>();

    @Option(names = "--quick", description = "A rehearsal: small matrices and a second for each measurement")
    private boolean isQuick;

    @Option(
            names = "--steps",
            paramLabel = "LIST",
            split = ",",
            description =
                    "Only these, of info, verify, conform, bench-f32, bench-bf16, bench-half, bench-blocks, torch, calls, bench-tf32,"
                            + " bench-f64, bench-more and report. Default: all")
    private List<String> chosen = new ArrayList<>();

    @Option(
            names = "--golden",
            paramLabel = "DIR",
            description = "The folder of golden vectors. Default: that of the bundle or the source tree")
    private @Nullable Path golden;

    /** For picocli. */
    public GpuCheckCommand() {}

    @Override
    public Integer call() throws IOException {
        long start = System.nanoTime();
        if (!(minutes > 0) || Double.isInfinite(minutes)) {
            throw new UsageException("--minutes: '" + minutes + "' is no time");
        }
        Path vectors = Optional.ofNullable(golden)
                .or(Home::golden)
                .orElseThrow(() -> new UsageException("--golden: which folder? without the launcher nobody tells"));
        Path peers = Home.peers().orElse(Path.of("peers"));
        try (WorkFolder scratch = new WorkFolder(Path.of(System.getProperty("java.io.tmpdir")))) {
            Steps steps = new Steps(
                    folder,
                    vectors,
                    peers,
                    host(),
                    sizes.isEmpty() ? (isQuick ? QUICK_SIZES : SIZES) : sizes,
                    scratch.resolve("operands"),
                    isQuick ? QUICK_SECONDS : SECONDS);
            requireKnown(steps);
            prepare();
            return run(steps, start);
        }
    }

    private static String host() {
        boolean hasVectors = Discovery.find().candidates().stream()
                .anyMatch(c -> c.name().equals(SIMD) && c.availability().isAvailable());
        return hasVectors ? SIMD : REFERENCE;
    }

    private void requireKnown(Steps steps) {
        List<String> names = Stream.concat(steps.all().stream().map(Step::name), Stream.of(Steps.REPORT))
                .toList();
        for (String name : chosen) {
            if (!names.contains(name)) {
                throw new UsageException("--steps: there is no '" + name + "', but " + String.join(", ", names));
            }
        }
    }

    private void prepare() throws IOException {
        Files.createDirectories(folder);
        try (Stream<Path> files = Files.list(folder)) {
            if (files.findAny().isPresent()) {
                throw new UsageException("-o " + folder + ": is not empty; results of two checks would mix");
            }
        }
    }

    private boolean isChosen(String step) {
        return chosen.isEmpty() || chosen.contains(step);
    }

    private int run(Steps steps, long start) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        String command = "isospin "
                + String.join(" ", spec.commandLine().getParseResult().originalArgs());
        Python python = isChosen(Steps.TORCH) ? Python.find() : new Python("it was not asked for", "");
        Map<String, String> environment = python.environment();
        Runner runner = new Runner(folder, environment);
        Summary summary = new Summary(folder, command);
        List<Step> todo = steps.all().stream().filter(s -> isChosen(s.name())).toList();
        int number = 0;
        try (Progress progress = new Progress(spec.commandLine().getErr())) {
            for (Step step : todo) {
                number++;
                double left = MINUTE * minutes - REPORT_SECONDS - 1e-9 * (System.nanoTime() - start);
                progress.show(number + "/" + (todo.size() + 1) + "  " + step.name() + ": " + step.purpose());
                Ended ended = end(step, number, left, runner, python, steps);
                summary.add(ended);
                if (ended.code() == ExitCode.BACKEND_UNAVAILABLE
                        && !ended.step().equals(Steps.TORCH)) {
                    // Nothing else could be run either.
                    throw new BackendUnavailableException(ended.reason()
                            .replace("exit code " + ExitCode.BACKEND_UNAVAILABLE + ": ", "")
                            .replace("isospin: ", ""));
                }
            }
            if (isChosen(Steps.REPORT)) {
                progress.show(Steps.REPORT);
                Step report = steps.report();
                summary.add(
                        steps.rows().size() < 2
                                ? Ended.leftOut(report, Outcome.NOT_HERE, "there are no two files of rows")
                                : runner.run(report, number + 1, report.most()));
            }
        }
        summary.facts().forEach((name, value) -> out.println(name + ": " + value));
        out.println();
        summary.table().print(out);
        out.println();
        out.println(summary.verdict() + "; results in " + folder);
        out.flush();
        return summary.isComplete() ? ExitCode.GOOD : ExitCode.CHECK_FAILED;
    }

    private static Ended end(Step step, int number, double left, Runner runner, Python python, Steps steps)
            throws IOException {
        if (step.name().equals(Steps.TORCH)) {
            String reason = python.reason().isEmpty() && !Files.isDirectory(steps.peers())
                    ? "the scripts of peers are not here"
                    : python.reason();
            if (!reason.isEmpty()) {
                return Ended.leftOut(step, Outcome.NOT_HERE, reason);
            }
        }
        return step.fits(left)
                ? runner.run(step, number, left)
                : Ended.leftOut(step, Outcome.NO_TIME, "%.0f s were left".formatted(Math.max(0, left)));
    }
}
