package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.Order;
import org.isospin.SkewMatrix;
import org.isospin.polar.Group;
import org.isospin.properties.Operation.Outcome;
import org.isospin.properties.Operation.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every public operation promises of its operands, for every operation, backend and type: any shape and any memory,
 * the same bits wherever they lie, inputs that stay as they are, outputs that are written as a whole and nothing else.
 */
class OperationContractTest extends OnEveryBackend {
    private static final long SEED = 3;

    /** Every size to beyond two vectors and two register tiles. */
    private static final int[] SIZES = IntStream.rangeClosed(0, 34).toArray();

    /** Around tiles, for backends that have no vectors whose every tail could go wrong. */
    private static final int[] SIZES_WITHOUT_VECTORS = {0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 24, 31, 32, 33, 34};

    /** Around cache blocks, where what is small has been tried: squares, and two more shapes of the largest. */
    private static final int[] LARGE_SIZES = {47, 48, 49, 63, 64, 65};

    /**
     * Shapes of every size; some alone of the deferred backend, as its kernels are those of the reference, and fewer where elements
     * are stored in 16 bits: they are computed on in F32, whose sizes are all tried, and conversions have tests of their own.
     */
    private static Stream<int[]> shapes(Subject subject) {
        return switch (subject.backend()) {
            case Backends.DEFERRED -> someShapes(subject);
            case Backends.SIMD -> shapes(subject, isNarrow(subject) ? SIZES_WITHOUT_VECTORS : SIZES);
            default -> isNarrow(subject) ? someShapes(subject) : shapes(subject, SIZES_WITHOUT_VECTORS);
        };
    }

    private static boolean isNarrow(Subject subject) {
        return subject.dtype() != subject.dtype().computeType();
    }

    private static Stream<int[]> shapes(Subject subject, int[] sizes) {
        int largest = LARGE_SIZES[LARGE_SIZES.length - 1];
        Stream<int[]> small = IntStream.of(sizes)
                .boxed()
                .flatMap(n -> Stream.of(
                        new int[] {n, n}, new int[] {n, n + 1}, new int[] {n + 3, n}, new int[] {1, n}, new int[] {n, 1
                        }));
        Stream<int[]> large = Stream.concat(
                IntStream.of(LARGE_SIZES).mapToObj(n -> new int[] {n, n}),
                Stream.of(new int[] {largest, largest + 1}, new int[] {largest + 3, largest}));
        return Stream.concat(small, large)
                .filter(s -> subject.operation().domain().has(s[0], s[1]));
    }

    /** A shape of each kind, odd in every vector's terms; none that fills a tile where elements are computed on in F32. */
    private static Stream<int[]> someShapes(Subject subject) {
        int most = isNarrow(subject) ? 34 : 35;
        return Stream.of(new int[] {5, 5}, new int[] {35, 35}, new int[] {7, 19}, new int[] {21, 6})
                .filter(s -> s[0] <= most && subject.operation().domain().has(s[0], s[1]));
    }

    private static Problem problem(Subject subject, int[] shape) {
        return subject.operation().problems().make(shape[0], shape[1], SEED);
    }

    private static String where(Subject subject, int[] shape) {
        return subject + " " + shape[0] + " x " + shape[1];
    }

    private static void check(Subject subject, int[] shape, Problem problem, Outcome outcome, DType roundedTo) {
        // Problems are built in F64, with errors that show only there.
        double construction = 32 * Math.sqrt(shape[0] + shape[1] + 1) * DType.F64.unitRoundoff();
        assertThat(problem.error().applyAsDouble(outcome))
                .as(where(subject, shape))
                .isLessThanOrEqualTo(problem.allowance() * roundedTo.unitRoundoff() + construction);
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void solvesProblemsOfEveryShape(Subject subject) {
        shapes(subject).forEach(shape -> {
            Problem problem = problem(subject, shape);
            check(
                    subject,
                    shape,
                    problem,
                    Runs.onHeap(subject.context(), subject.operation(), problem, subject.dtype()),
                    subject.dtype());
        });
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void givesTheSameBitsInAnyMemory(Subject subject) {
        someShapes(subject).forEach(shape -> {
            Problem problem = problem(subject, shape);
            Outcome expected = Runs.onHeap(subject.context(), subject.operation(), problem, subject.dtype());
            for (Layout layout : Layout.values()) {
                check(subject, shape, problem, expected, layout, Layout.HEAP);
                check(subject, shape, problem, expected, Layout.HEAP, layout);
                check(subject, shape, problem, expected, layout, layout);
            }
        });
    }

    private static void check(Subject subject, int[] shape, Problem problem, Outcome expected, Layout in, Layout out) {
        String where = where(subject, shape) + " from " + in + " to " + out;
        try (Arena arena = Arena.ofShared()) {
            List<Placed> inputs = Runs.inputs(arena, in, problem, subject.dtype());
            List<byte[]> before = inputs.stream().map(Placed::bytes).toList();
            List<Placed> outputs = Runs.outputs(arena, out, problem, subject.dtype());
            Outcome outcome = Runs.run(subject.context(), subject.operation(), inputs, outputs);
            assertThat(Runs.isSame(outcome, expected)).as("same bits: " + where).isTrue();
            for (int i = 0; i < inputs.size(); i++) {
                assertThat(inputs.get(i).bytes())
                        .as("input unchanged: " + where)
                        .isEqualTo(before.get(i));
            }
            for (Placed output : outputs) {
                assertThat(output.isGarbageIntact())
                        .as("only the output written: " + where)
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void readsWhatIsReadOnlyAndRefusesToWriteIt(Subject subject) {
        someShapes(subject).forEach(shape -> {
            Problem problem = problem(subject, shape);
            Outcome expected = Runs.onHeap(subject.context(), subject.operation(), problem, subject.dtype());
            try (Arena arena = Arena.ofConfined()) {
                for (Layout layout : List.of(Layout.HEAP, Layout.OFF_HEAP)) {
                    List<Placed> inputs = Runs.inputs(arena, layout, problem, subject.dtype());
                    List<Placed> outputs = Runs.outputs(arena, layout, problem, subject.dtype());
                    Matrix[] readOnly =
                            inputs.stream().map(p -> readOnly(p.matrix())).toArray(Matrix[]::new);
                    assertThat(Runs.isSame(
                                    Runs.run(subject.context(), subject.operation(), readOnly, Runs.matrices(outputs)),
                                    expected))
                            .as(where(subject, shape))
                            .isTrue();
                    for (int i = 0;
                            i < outputs.size() && subject.operation().results() == Operation.Results.TO_OUTPUTS;
                            i++) {
                        Matrix[] refused = Runs.matrices(outputs);
                        refused[i] = readOnly(refused[i]);
                        assertThatThrownBy(() -> Runs.run(subject.context(), subject.operation(), readOnly, refused))
                                .as(where(subject, shape))
                                .isInstanceOf(IllegalArgumentException.class)
                                .hasMessageContaining("read-only");
                    }
                }
            }
        });
    }

    private static Matrix readOnly(Matrix m) {
        return Matrix.wrap(
                m.segment().asReadOnly(), m.byteOffset(), m.dtype(), m.rows(), m.columns(), m.stride(), m.order());
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void outputsMayOverlapInputs(Subject subject) {
        if (subject.operation().results() != Operation.Results.TO_OUTPUTS) {
            return;
        }
        someShapes(subject).forEach(shape -> {
            Problem problem = problem(subject, shape);
            Outcome expected = Runs.onHeap(subject.context(), subject.operation(), problem, subject.dtype());
            for (int i = 0; i < problem.inputs().size(); i++) {
                for (int o = 0; o < problem.outputs().size(); o++) {
                    for (int shift : new int[] {0, 1, -3, shape[1]}) {
                        for (Order order : Order.values()) {
                            overlap(subject, shape, problem, expected, i, o, shift, order);
                        }
                    }
                }
            }
        });
    }

    /** Input i at the start of memory and output o some elements later, on and off the heap. */
    private static void overlap(
            Subject subject, int[] shape, Problem problem, Outcome expected, int i, int o, int shift, Order order) {
        Dense input = problem.inputs().get(i);
        Dense output = problem.outputs().get(o);
        int margin = Math.abs(shift);
        int elements = Math.max(input.rows() * input.columns(), output.rows() * output.columns()) + 2 * margin;
        try (Arena arena = Arena.ofShared()) {
            for (Layout layout : List.of(Layout.HEAP, Layout.OFF_HEAP)) {
                Matrix memory =
                        layout.place(arena, subject.dtype(), 1, elements).matrix();
                Matrix[] inputs = Runs.matrices(Runs.inputs(arena, layout, problem, subject.dtype()));
                Matrix[] outputs = Runs.matrices(Runs.outputs(arena, layout, problem, subject.dtype()));
                outputs[o] = part(memory, margin + shift, output, output.rows() == 1 ? Order.ROW_MAJOR : order);
                inputs[i].copyTo(part(memory, margin, input, Order.ROW_MAJOR));
                inputs[i] = part(memory, margin, input, Order.ROW_MAJOR);
                assertThat(Runs.isSame(Runs.run(subject.context(), subject.operation(), inputs, outputs), expected))
                        .as(
                                "%s, output %d over input %d, %+d, %s, %s",
                                where(subject, shape), o, i, shift, order, layout)
                        .isTrue();
            }
        }
    }

    private static Matrix part(Matrix memory, int from, Dense shape, Order order) {
        int stride = order == Order.ROW_MAJOR ? shape.columns() : shape.rows();
        long start = memory.byteOffset() + (long) from * memory.dtype().bytes();
        MemorySegment segment = memory.segment();
        return Matrix.wrap(segment, start, memory.dtype(), shape.rows(), shape.columns(), stride, order);
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void doesWhatItDocumentsWithWhatIsNotFinite(Subject subject) {
        someShapes(subject).forEach(shape -> {
            Problem problem = problem(subject, shape);
            Outcome expected = Runs.onHeap(subject.context(), subject.operation(), problem, subject.dtype());
            for (int i = 0; i < problem.inputs().size(); i++) {
                for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
                    spoil(subject, shape, problem, i, bad);
                }
            }
            assertThat(Runs.isSame(
                            Runs.onHeap(subject.context(), subject.operation(), problem, subject.dtype()), expected))
                    .as("afterwards: " + where(subject, shape))
                    .isTrue();
        });
    }

    private static void spoil(Subject subject, int[] shape, Problem problem, int i, double bad) {
        try (Arena arena = Arena.ofConfined()) {
            List<Placed> inputs = Runs.inputs(arena, Layout.HEAP, problem, subject.dtype());
            Matrix[] outputs = Runs.matrices(Runs.outputs(arena, Layout.HEAP, problem, subject.dtype()));
            for (Matrix output : outputs) {
                // Not garbage: what is not finite afterwards comes from the input.
                fill(output, 1);
            }
            Matrix spoiled = inputs.get(i).matrix();
            spoiled.set(spoiled.rows() / 2, spoiled.columns() / 2, bad);
            String where = where(subject, shape) + ", " + bad + " in input " + i;
            if (subject.operation().nonFinite() == Operation.NonFinite.IS_REJECTED) {
                assertThatThrownBy(
                                () -> Runs.run(subject.context(), subject.operation(), Runs.matrices(inputs), outputs))
                        .as(where)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("finite");
            } else {
                Outcome outcome = Runs.run(subject.context(), subject.operation(), Runs.matrices(inputs), outputs);
                boolean shows = outcome.matrices().stream().anyMatch(m -> !m.isFinite())
                        || outcome.numbers().stream().anyMatch(x -> !Double.isFinite(x));
                assertThat(shows).as(where).isTrue();
            }
        }
    }

    private static void fill(Matrix m, double value) {
        for (int i = 0; i < m.rows(); i++) {
            for (int j = 0; j < m.columns(); j++) {
                m.set(i, j, value);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void namesBothSidesOfAWrongShape(Subject subject) {
        if (subject.operation().results() != Operation.Results.TO_OUTPUTS) {
            return;
        }
        Problem problem = problem(subject, new int[] {6, 6});
        for (int[] more : new int[][] {{0, 1}, {1, 0}, {-1, 0}, {0, -6}}) {
            for (int o = 0; o < problem.outputs().size(); o++) {
                Matrix[] inputs = heap(problem.inputs(), subject.dtype());
                Matrix[] outputs = heap(problem.outputs(), subject.dtype());
                rejects(subject, inputs, outputs, outputs, o, more);
            }
            // A larger input may have the same output: so many singular values.
            boolean isSmaller = more[0] + more[1] < 0;
            for (int i = 0;
                    i < problem.inputs().size()
                            && isSmaller
                            && !problem.outputs().isEmpty();
                    i++) {
                Matrix[] inputs = heap(problem.inputs(), subject.dtype());
                Matrix[] outputs = heap(problem.outputs(), subject.dtype());
                rejects(subject, inputs, outputs, inputs, i, more);
            }
        }
    }

    private static Matrix[] heap(List<Dense> values, DType dtype) {
        return values.stream().map(d -> d.to(dtype)).toArray(Matrix[]::new);
    }

    /** Replaces an operand by one of another shape: an exception must tell a shape, or an order, and another one. */
    private static void rejects(
            Subject subject, Matrix[] inputs, Matrix[] outputs, Matrix[] operands, int index, int[] more) {
        Matrix right = operands[index];
        boolean isAnyShapeRight = inputs.length == 0 && subject.operation().domain() == Operation.Domain.ANY;
        // Packed skew elements are always one row: then the order is another one.
        boolean isPacked = right.rows() == 1;
        if (isAnyShapeRight || (isPacked && more[0] != 0)) {
            return;
        }
        int columns = isPacked ? packed(6 + more[1]) : right.columns() + more[1];
        operands[index] = Matrix.allocate(right.dtype(), right.rows() + (isPacked ? 0 : more[0]), columns);
        assertThatThrownBy(() -> Runs.run(subject.context(), subject.operation(), inputs, outputs))
                .as("%s, %s instead of %s", subject, operands[index], right)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(".*(\\d+ x \\d+|order \\d+|square).*(\\d+ x \\d+|order \\d+).*");
    }

    private static int packed(int order) {
        return order * (order - 1) / 2;
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void roundsToTheTypeOfTheOutput(Subject subject) {
        if (subject.operation().results() != Operation.Results.TO_OUTPUTS) {
            return;
        }
        someShapes(subject).forEach(shape -> {
            Problem problem = problem(subject, shape);
            for (DType other : DType.values()) {
                try (Arena arena = Arena.ofConfined()) {
                    Outcome outcome = Runs.run(
                            subject.context(),
                            subject.operation(),
                            Runs.inputs(arena, Layout.HEAP, problem, subject.dtype()),
                            Runs.outputs(arena, Layout.HEAP, problem, other));
                    DType coarser = other.unitRoundoff() > subject.dtype().unitRoundoff() ? other : subject.dtype();
                    check(subject, shape, problem, outcome, coarser);
                }
            }
        });
    }

    /** A method of the context that takes or fills a matrix and is not in the table escapes every suite. */
    @Test
    void theTableHasEveryOperation() {
        Set<String> methods = Arrays.stream(Isospin.class.getDeclaredMethods())
                .filter(m -> Modifier.isPublic(m.getModifiers()))
                .filter(m ->
                        Arrays.stream(m.getParameterTypes()).anyMatch(t -> t == Matrix.class || t == SkewMatrix.class))
                .map(Method::getName)
                .collect(Collectors.toSet());
        assertThat(Operations.ofContext().stream()
                        .map(o -> o.name().split(" ", 2)[0])
                        .collect(Collectors.toSet()))
                .isEqualTo(methods);
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void newMatricesHoldTheSameBitsAsOutputs(DType dtype) {
        for (String backend : Backends.available()) {
            Isospin iso = Backends.shared(backend);
            SkewMatrix a = Generators.skew(dtype, 19, 1, SEED);
            Matrix m = Generators.conditioned(19, 7, 3, SEED).to(dtype);
            Matrix other = Generators.gaussian(19, 7, SEED).to(dtype);
            assertThat(Dense.of(iso.exp(a)).hasBitsOf(Subjects.apply(iso::exp, a)))
                    .isTrue();
            assertThat(Dense.of(iso.cayley(a)).hasBitsOf(Subjects.apply(iso::cayley, a)))
                    .isTrue();
            assertThat(Dense.of(iso.polar(m)).hasBitsOf(Subjects.apply(iso::polar, dtype, Dense.of(m))))
                    .isTrue();
            PairMap procrustes = (x, y, out) -> iso.procrustes(x, y, Group.ORTHOGONAL, out);
            assertThat(Dense.of(iso.procrustes(m, other).rotation())
                            .hasBitsOf(Subjects.apply(procrustes, dtype, Dense.of(m), Dense.of(other))))
                    .isTrue();
        }
    }
}
