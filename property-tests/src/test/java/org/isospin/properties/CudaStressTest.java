package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.isospin.DType;
import org.isospin.DeviceException;
import org.isospin.DeviceOutOfMemoryException;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.Indices;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.gpu.DeviceScope;
import org.isospin.properties.Operation.Outcome;
import org.isospin.properties.Operation.Problem;
import org.isospin.properties.StandInKnobs.Knob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ten thousand calls, operations of the context and kernels, on host and device matrices, while allocations fail. */
class CudaStressTest {
    private static final int CALLS = 10_000;

    /** Every so manieth allocation fails. */
    private static final int PERIOD = 97;

    private static final int LARGEST = 8;
    private static final int PROBLEMS = 300;
    private static final DType[] TYPES = {DType.F32, DType.F64, DType.BF16};

    private Map<Knob, Integer> before = Map.of();

    @BeforeEach
    void count() {
        StandInKnobs.assume();
        before = StandInKnobs.alive();
    }

    @AfterEach
    void nothingIsLeft() {
        StandInKnobs.fail(Knob.FAIL_ALLOCATION, 0);
        assertThat(StandInKnobs.alive()).isEqualTo(before);
    }

    /** Something to compute on host or device matrices, and to hold against what is known of it. */
    @FunctionalInterface
    private interface Call {
        void run(Isospin iso, boolean isOnDevice);
    }

    @Test
    void everyCallIsRightOrSaysThatMemoryIsShort() {
        Random random = new Random(PERIOD);
        List<Call> calls = new ArrayList<>();
        List<Operation> operations = Operations.ofContext();
        while (calls.size() < PROBLEMS) {
            Operation operation = operations.get(random.nextInt(operations.size()));
            int m = random.nextInt(1, LARGEST + 1);
            int n = random.nextInt(1, LARGEST + 1);
            DType dtype = TYPES[random.nextInt(TYPES.length)];
            if (operation.domain().has(m, n)) {
                calls.add(known(operation, operation.problems().make(m, n, calls.size()), dtype));
            }
            calls.add(kernels(m, n, random.nextInt(1, LARGEST + 1), dtype.computeType(), calls.size()));
        }
        int failures = 0;
        try (Isospin iso = Isospin.named("cuda")) {
            for (int i = 0; i < CALLS; i++) {
                if (StandInKnobs.count(Knob.FAIL_ALLOCATION) == 0) {
                    StandInKnobs.fail(Knob.FAIL_ALLOCATION, PERIOD);
                }
                try {
                    calls.get(random.nextInt(calls.size())).run(iso, random.nextBoolean());
                } catch (DeviceException e) {
                    failures++;
                    assertThat(e).isInstanceOfSatisfying(DeviceOutOfMemoryException.class, CudaStressTest::check);
                }
            }
        }
        // A call on the host allocates a few operands, so there are allocations enough; not all calls allocate.
        assertThat(failures).isGreaterThan(CALLS / PERIOD / 2);
    }

    private static void check(DeviceOutOfMemoryException e) {
        assertThat(e.call()).isIn("cudaMalloc", "cudaMallocAsync");
        assertThat(e.asked()).isPositive();
        assertThat(e.free()).isPositive();
        assertThat(e).hasMessageContaining(e.call()).hasMessageContaining(e.asked() + " bytes asked, " + e.free());
    }

    /** {@return a problem of the table, whose answer is known} */
    private static Call known(Operation operation, Problem problem, DType dtype) {
        // As OperationContractTest has it: problems are built in F64, with errors that show only there.
        double construction = 32 * Math.sqrt(2 * LARGEST + 1) * DType.F64.unitRoundoff();
        double allowed = problem.allowance() * dtype.unitRoundoff() + construction;
        return (iso, isOnDevice) -> {
            Outcome outcome =
                    isOnDevice ? onDevice(iso, operation, problem, dtype) : Runs.onHeap(iso, operation, problem, dtype);
            assertThat(problem.error().applyAsDouble(outcome))
                    .as("%s %s", operation, dtype)
                    .isLessThanOrEqualTo(allowed);
        };
    }

    private static Outcome onDevice(Isospin iso, Operation operation, Problem problem, DType dtype) {
        try (Arena arena = Arena.ofConfined();
                DeviceScope scope = DeviceScope.open()) {
            Matrix[] inputs = upload(scope, Runs.inputs(arena, Layout.HEAP, problem, dtype));
            Matrix[] outputs = upload(scope, Runs.outputs(arena, Layout.HEAP, problem, dtype));
            double[] numbers = operation.body().run(iso, inputs, outputs);
            return new Outcome(
                    Arrays.stream(outputs).map(m -> Dense.of(m.copy())).toList(),
                    Arrays.stream(numbers).boxed().toList());
        }
    }

    private static Matrix[] upload(DeviceScope scope, List<Placed> placed) {
        return placed.stream().map(p -> scope.upload(p.matrix())).toArray(Matrix[]::new);
    }

    /** {@return kernels one after the other, held against the reference backend} */
    private static Call kernels(int m, int n, int k, DType dtype, long seed) {
        Matrix a = Generators.gaussian(m, k, seed).to(dtype);
        Matrix b = Generators.gaussian(k, n, seed + 1).to(dtype);
        int[] rows = IntStream.range(0, m).map(i -> (i * 5 + 2) % m).toArray();
        Matrix expected = Matrix.allocate(dtype, m, n);
        double norm = chain(Backends.shared(Backends.REFERENCE), a, b, rows, expected);
        double size = Dense.of(a).frobenius() * Dense.of(b).frobenius();
        // Two sums of k products, (k + 1)u·|a||b| each, twice as much after the combination, which rounds twice.
        double allowed = (4 * (k + 1) + 8) * dtype.unitRoundoff() * size;
        return (iso, isOnDevice) -> {
            Matrix out = Matrix.allocate(dtype, m, n);
            double found;
            if (isOnDevice) {
                try (DeviceScope scope = DeviceScope.open()) {
                    Matrix there = scope.upload(out);
                    found = chain(iso, scope.upload(a), scope.upload(b), rows, there);
                    there.copyTo(out);
                }
            } else {
                found = chain(iso, a, b, rows, out);
            }
            assertThat(Dense.of(out).plus(-1, Dense.of(expected)).frobenius()).isLessThanOrEqualTo(allowed);
            assertThat(Math.abs(found - norm)).isLessThanOrEqualTo(allowed);
        };
    }

    /** out ← rows of 2·a·b − a·b. {@return its norm} */
    private static double chain(Isospin iso, Matrix a, Matrix b, int[] rows, Matrix out) {
        return iso.compute(stream -> {
            Matrix product = stream.workspace().matrix(out.dtype(), out.rows(), out.columns());
            Matrix sum = stream.workspace().matrix(out.dtype(), out.rows(), out.columns());
            Indices indices = stream.indices(rows.length);
            Scalar norm = stream.scalar();
            stream.gemm(stream.arithmetic(out.dtype()), 1, a, b, 0, product, product);
            stream.combine(2, product, -1, product, 0, sum);
            stream.set(indices, rows);
            stream.gatherRows(sum, indices, out);
            stream.reduce(Reduction.FROBENIUS, out, norm);
            return stream.read(norm);
        });
    }
}
