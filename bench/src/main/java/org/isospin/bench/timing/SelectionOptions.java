package org.isospin.bench.timing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Precision;
import org.isospin.bench.accuracy.AccuracyPlan;
import org.isospin.bench.calls.CallPlan;
import org.isospin.bench.cli.Figures;
import org.isospin.bench.cli.UsageException;
import org.isospin.bench.drift.DriftPlan;
import org.isospin.bench.problem.Operation;
import org.isospin.bench.steps.StepPlan;
import org.isospin.bench.steps.StepShape;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is benchmarked: {@code --ops}, {@code --sizes}, {@code --dtypes}, {@code --quick}. */
public final class SelectionOptions {
    private static final String ACCURACY = "accuracy";
    private static final String STEPS = "steps";
    private static final String DRIFT = "drift";
    private static final String CALLS = "calls";
    private static final Pattern SHAPE = Pattern.compile("(\\d{1,5})(?:[x×](\\d{1,5}))?");
    private static final int LARGEST = 16384;
    private static final List<Integer> SIZES = List.of(64, 256, 1024);
    private static final List<Integer> QUICK_SIZES = List.of(64, 256);
    private static final List<Integer> ACCURACY_SIZES = List.of(64, 256);
    private static final List<Integer> QUICK_ACCURACY_SIZES = List.of(64);
    private static final List<Integer> CALL_SIZES = List.of(1024, 4096);

    /** Calls that are timed at one order and type. */
    private static final int CALLS_OF_A_TYPE = 6;

    /** The order of the product that a fresh process computes first. */
    private static final int FIRST = 1024;

    private static final List<StepShape> STEP_SHAPES =
            List.of(new StepShape(512, 512), new StepShape(512, 1376), new StepShape(2048, 2048));
    private static final List<StepShape> QUICK_STEP_SHAPES = List.of(new StepShape(256, 256), new StepShape(256, 688));
    private static final List<DType> DTYPES = List.of(DType.F32, DType.F64);
    private static final List<Precision> PRECISIONS = List.of(Precision.STANDARD, Precision.TF32, Precision.BF16);
    private static final List<Operation> ROUNDED = List.of(Operation.GEMM, Operation.MSIGN, Operation.MSIGN_KJ);

    /** Seconds for everything, a little less than promised: the JVM starts and the last check ends outside of it. */
    private static final double SECONDS = 90;

    private static final double QUICK_SECONDS = 15;

    /** Seconds of rounds at one operation, size and type: enough for a median to stand still. */
    private static final double CELL_SECONDS = 4;

    private static final double QUICK_CELL_SECONDS = 1;

    /** A step of Pion at 2048 × 2048 takes more than half a second. */
    private static final double STEP_CELL_SECONDS = 30;

    private static final double QUICK_STEP_CELL_SECONDS = 2;

    @Option(
            names = "--ops",
            paramLabel = "LIST",
            split = ",",
            description = "Operations, separated by commas, of gemm, gemmt, exp, cayley, cayley-neumann, cnp-blocks,"
                    + " msign, msign-kj,"
                    + " polar, procrustes, haar, singular-values, svd, qr, inverse, orthomerge and"
                    + " pion-step. Default: all but cnp-blocks, orthomerge and pion-step. Or accuracy"
                    + " alone: no times, but errors of exp, cayley, polar, procrustes and log against high-precision"
                    + " truth, beside other libraries', for easy and hard operands. Or steps alone: steps of Pion and"
                    + " Muon against the dense products of published code on OpenBLAS (--peers openblas). Or"
                    + " drift alone: how far optimizers that keep singular values let them drift in many steps; by"
                    + " the best backend that works, if none is named. Or calls alone: products, solves and"
                    + " factorizations on a GPU against the bare calls of its libraries, copies there and back, and"
                    + " what a fresh process takes")
    private List<String> operations = new ArrayList<>();

    @Option(
            names = "--sizes",
            paramLabel = "LIST",
            split = ",",
            description = "Orders of the matrices, separated by commas. Default: 64,256,1024, with --quick 64,256;"
                    + " of accuracy 64,256, with --quick 64; of steps, which take rectangles, 512,512x1376,2048;"
                    + " of drift one shape, 512x1376, with --quick 64x172")
    private List<String> sizes = new ArrayList<>();

    @Option(
            names = "--dtypes",
            paramLabel = "LIST",
            split = ",",
            description = "Element types, separated by commas, of f32, f64, bf16 and f16. Default: f32,f64")
    private List<String> dtypes = new ArrayList<>();

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Steps of each optimizer for --ops drift. Default: 1000, with --quick 200")
    private @Nullable Integer steps;

    @Option(names = "--quick", description = "Smaller matrices and fewer rounds: less than half a minute")
    private boolean isQuick;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description =
                    "How long times may take together, about: what is slow gets fewer rounds, and each is timed three"
                            + " times all the same. Default: 90, with --quick 15")
    private @Nullable Double seconds;

    @Option(
            names = "--precision",
            paramLabel = "NAME",
            description =
                    "tf32 or bf16: how a GPU may round the factors of products of f32 matrices; of gemm, msign and"
                            + " msign-kj, which are verified for what such factors allow. Default: standard")
    private String precision = Figures.name(Precision.STANDARD);

    @Option(
            names = "--blocks",
            paramLabel = "N",
            description = "How many blocks a GPU computes at once at most, besides single matrices, for cayley-neumann."
                    + " Default: ${DEFAULT-VALUE}")
    private int blocks = 4096;

    /** For picocli. */
    public SelectionOptions() {}

    /** {@return whether accuracy is measured, and no time} */
    boolean isAccuracy() {
        return operations.stream().anyMatch(ACCURACY::equalsIgnoreCase);
    }

    /** {@return whether steps of optimizers are timed} */
    boolean isSteps() {
        return operations.stream().anyMatch(STEPS::equalsIgnoreCase);
    }

    /** Fails where something is not understood, before any work is done. */
    StepPlan stepPlan(int threads, long seed) {
        if (operations.stream().anyMatch(o -> !o.equalsIgnoreCase(STEPS))) {
            throw new UsageException("--ops: steps stands alone; run the others by themselves");
        }
        if (!dtypes.isEmpty() && !types().equals(List.of(DType.F32))) {
            throw new UsageException("--dtypes: --ops steps is about f32");
        }
        List<StepShape> standard = isQuick ? QUICK_STEP_SHAPES : STEP_SHAPES;
        List<StepShape> shapes = sizes.isEmpty()
                ? standard
                : sizes.stream().map(SelectionOptions::shape).distinct().toList();
        return new StepPlan(shapes, threads, seed, isQuick ? QUICK_STEP_CELL_SECONDS : STEP_CELL_SECONDS);
    }

    private static StepShape shape(String text) {
        Matcher matcher = SHAPE.matcher(text.strip());
        if (!matcher.matches()) {
            throw new UsageException(
                    "--sizes: '" + text + "' is neither an order such as 512 nor a shape such as 512x1376");
        }
        String columns = matcher.group(2);
        return new StepShape(size(matcher.group(1)), size(columns == null ? matcher.group(1) : columns));
    }

    /** Fails where something is not understood, before any work is done. */
    AccuracyPlan accuracyPlan(int threads, long seed) {
        if (operations.stream().anyMatch(o -> !o.equalsIgnoreCase(ACCURACY))) {
            throw new UsageException("--ops: accuracy times nothing and stands alone; run the others by themselves");
        }
        List<Integer> orders = orders(isQuick ? QUICK_ACCURACY_SIZES : ACCURACY_SIZES);
        if (orders.getLast() > AccuracyPlan.LARGEST) {
            throw new UsageException("--sizes: --ops accuracy takes orders up to " + AccuracyPlan.LARGEST + ", not "
                    + orders.getLast() + ": the truth is computed in more than F64");
        }
        List<DType> types = types();
        for (DType dtype : types) {
            if (dtype != dtype.computeType()) {
                throw new UsageException("--dtypes: --ops accuracy takes f32 and f64, not " + Figures.name(dtype)
                        + ", whose results err by their last rounding");
            }
        }
        return new AccuracyPlan(orders, types, threads, seed);
    }

    /** {@return whether calls of CUDA's libraries are timed} */
    boolean isCalls() {
        return operations.stream().anyMatch(CALLS::equalsIgnoreCase);
    }

    /** Fails where something is not understood, before any work is done. */
    CallPlan callPlan(long seed) {
        if (operations.stream().anyMatch(o -> !o.equalsIgnoreCase(CALLS))) {
            throw new UsageException("--ops: calls stands alone; run the others by themselves");
        }
        List<Integer> orders = orders(isQuick ? QUICK_SIZES : CALL_SIZES);
        List<DType> types = types();
        int cells = orders.size() * types.size() * CALLS_OF_A_TYPE;
        double cell = seconds == null ? (isQuick ? QUICK_CELL_SECONDS : CELL_SECONDS) / 4 : seconds() / cells;
        int largest = orders.getLast();
        return new CallPlan(orders, types, seed, cell, Math.min(LARGEST, 4 * largest), Math.min(FIRST, largest));
    }

    private double seconds() {
        if (seconds == null) {
            return isQuick ? QUICK_SECONDS : SECONDS;
        }
        if (!(seconds > 0 && Double.isFinite(seconds))) {
            throw new UsageException("--seconds: '" + seconds + "' is no time");
        }
        return seconds;
    }

    /** {@return whether drift is measured, and no time} */
    boolean isDrift() {
        return operations.stream().anyMatch(DRIFT::equalsIgnoreCase);
    }

    /** Fails where something is not understood, before any work is done. */
    DriftPlan driftPlan(long seed) {
        if (operations.stream().anyMatch(o -> !o.equalsIgnoreCase(DRIFT))) {
            throw new UsageException("--ops: drift times nothing and stands alone; run the others by themselves");
        }
        if (!dtypes.isEmpty()) {
            throw new UsageException("--dtypes: --ops drift has an element type for each optimizer and takes none");
        }
        if (sizes.size() > 1) {
            throw new UsageException("--sizes: --ops drift takes one shape, not " + sizes.size());
        }
        StepShape standard = isQuick ? DriftPlan.QUICK_SHAPE : DriftPlan.SHAPE;
        StepShape shape = sizes.isEmpty() ? standard : shape(sizes.getFirst());
        int count = steps == null ? (isQuick ? DriftPlan.QUICK_STEPS : DriftPlan.STEPS) : steps;
        if (count < 1) {
            throw new UsageException("--steps: at least 1, not " + count);
        }
        return new DriftPlan(shape, count, seed);
    }

    /** Fails where something is not understood, before any work is done. */
    Plan plan(int threads, long seed) {
        List<Operation> ops = operations.isEmpty()
                ? Operation.standard()
                : operations.stream()
                        .map(SelectionOptions::operation)
                        .distinct()
                        .toList();
        if (blocks < 1) {
            throw new UsageException("--blocks: at least 1, not " + blocks);
        }
        return new Plan(
                ops,
                orders(isQuick ? QUICK_SIZES : SIZES),
                types(),
                precision(ops),
                blocks,
                threads,
                seed,
                seconds(),
                isQuick ? QUICK_CELL_SECONDS : CELL_SECONDS);
    }

    /** {@return the precision that was asked for} */
    Precision precision() {
        return PRECISIONS.stream()
                .filter(p -> Figures.name(p).equals(precision.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() ->
                        unknown("--precision", precision, PRECISIONS.stream().map(Figures::name)));
    }

    private Precision precision(List<Operation> ops) {
        Precision chosen = precision();
        if (chosen == Precision.STANDARD) {
            return chosen;
        }
        for (Operation operation : ops) {
            if (!ROUNDED.contains(operation)) {
                throw new UsageException("--precision: " + precision + " rounds factors of "
                        + ROUNDED.stream().map(Operation::title).collect(Collectors.joining(", "))
                        + "; no other operation is computed with less than its type has, and " + operation.title()
                        + " is not one of them (--ops)");
            }
        }
        if (!types().equals(List.of(DType.F32))) {
            throw new UsageException("--precision: " + precision + " is about f32 (--dtypes f32)");
        }
        return chosen;
    }

    private List<Integer> orders(List<Integer> standard) {
        return sizes.isEmpty()
                ? standard
                : List.copyOf(
                        new TreeSet<>(sizes.stream().map(SelectionOptions::size).toList()));
    }

    private List<DType> types() {
        return dtypes.isEmpty()
                ? DTYPES
                : dtypes.stream().map(SelectionOptions::dtype).distinct().toList();
    }

    private static Operation operation(String name) {
        return Operation.of(name)
                .orElseThrow(() -> unknown(
                        "--ops",
                        name,
                        Stream.concat(
                                Arrays.stream(Operation.values()).map(Operation::title),
                                Stream.of(ACCURACY, STEPS, DRIFT, CALLS))));
    }

    private static DType dtype(String name) {
        return Arrays.stream(DType.values())
                .filter(t -> Figures.name(t).equals(name.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() ->
                        unknown("--dtypes", name, Arrays.stream(DType.values()).map(Figures::name)));
    }

    private static int size(String text) {
        try {
            int n = Integer.parseInt(text.strip());
            if (n >= 1 && n <= LARGEST) {
                return n;
            }
        } catch (NumberFormatException _) {
            // The message below says it all.
        }
        throw new UsageException("--sizes: '" + text + "' is not a whole number from 1 to " + LARGEST
                + "; several are separated by commas, such as 256,1024");
    }

    static UsageException unknown(String option, String name, Stream<String> allowed) {
        return new UsageException(
                option + ": there is no '" + name + "', but " + allowed.collect(Collectors.joining(", ")));
    }
}
