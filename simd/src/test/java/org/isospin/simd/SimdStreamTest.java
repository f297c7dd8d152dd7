package org.isospin.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Order;
import org.isospin.Precision;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.HostStream;
import org.isospin.backend.Scalar;
import org.isospin.backend.WorkerPool;
import org.isospin.simd.Matrices.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stream has the bits of the plain Java one with the same sums, on any memory and any number of threads. */
class SimdStreamTest {
    /** Large enough for several items, and no whole number of tiles. */
    private static final int ROWS = 301;

    private static final int COLUMNS = 263;

    /** What is worth several threads. */
    private static final String[] SHARED = {
        "gemm",
        "vector",
        "copy",
        "fill",
        "scale",
        "combine",
        "symmetrize",
        "packSkew",
        "FROB",
        "SUM",
        "MAX",
        "NORM",
        "TRACE",
        "dot",
        "triangularSolve"
    };

    private final WorkerPool pool = new WorkerPool("test", 3);
    private final ComputeStream host = new HostStream(1, Precision.STANDARD, new SimdVectorOps());
    private final ComputeStream one = new SimdStream(new Sharing(pool, 1, 1), Precision.STANDARD);
    private final ComputeStream two = new SimdStream(new Sharing(pool, 2, 1), Precision.STANDARD);
    private final ComputeStream three = new SimdStream(new Sharing(pool, 3, 1), Precision.STANDARD);

    @AfterEach
    void close() {
        host.close();
        one.close();
        two.close();
        three.close();
        pool.close();
    }

    private static KernelCalls.Memory memory(Kind kind) {
        return (dtype, rows, columns) -> Matrices.allocate(kind, dtype, rows, columns);
    }

    @Test
    void everyKernelHasTheBitsOfTheReference() {
        int[][] shapes = {{0, 3}, {3, 0}, {1, 1}, {1, 9}, {9, 1}, {17, 16}, {15, 33}, {65, 31}, {70, 70}};
        for (int[] shape : shapes) {
            for (DType dtype : DType.values()) {
                Map<String, Matrix[]> expected = KernelCalls.run(host, memory(Kind.HEAP), dtype, shape[0], shape[1], 5);
                for (Kind kind : Kind.values()) {
                    Map<String, Matrix[]> actual = KernelCalls.run(three, memory(kind), dtype, shape[0], shape[1], 5);
                    assertThat(KernelCalls.difference(actual, expected))
                            .as("%s %s %d x %d", kind, dtype, shape[0], shape[1])
                            .isEmpty();
                }
            }
        }
    }

    @Test
    void threadsAndRunsChangeNoBit() {
        int turn = 0;
        for (Kind kind : Kind.values()) {
            DType dtype = DType.values()[turn++ % DType.values().length];
            Map<String, Matrix[]> expected = KernelCalls.run(one, memory(kind), dtype, ROWS, COLUMNS, 3, SHARED);
            for (ComputeStream stream : new ComputeStream[] {two, three, two}) {
                Map<String, Matrix[]> actual = KernelCalls.run(stream, memory(kind), dtype, ROWS, COLUMNS, 3, SHARED);
                assertThat(KernelCalls.difference(actual, expected))
                        .as("%s %s", kind, dtype)
                        .isEmpty();
            }
        }
    }

    @Test
    void longVectorsAreSharedToo() {
        int n = 65613;
        String[] kernels = {"vector", "copy ", "fill", "scale", "combine", "FROB", "SUM", "MAX", "NORM", "dot"};
        for (int[] shape : new int[][] {{1, n}, {n, 1}, {n, 0}}) {
            Map<String, Matrix[]> expected =
                    KernelCalls.run(one, memory(Kind.HEAP), DType.F32, shape[0], shape[1], 1, kernels);
            Map<String, Matrix[]> actual =
                    KernelCalls.run(three, memory(Kind.OFF_HEAP), DType.F32, shape[0], shape[1], 1, kernels);
            assertThat(KernelCalls.difference(actual, expected)).isEmpty();
        }
    }

    @Test
    void memoryThatOnlyTheCallerMayTouchIsWorkedOnThere() {
        for (DType dtype : DType.values()) {
            try (Arena confined = Arena.ofConfined()) {
                KernelCalls.Memory memory = (type, rows, columns) -> Matrix.allocate(confined, type, rows, columns);
                Map<String, Matrix[]> actual = KernelCalls.run(three, memory, dtype, ROWS, COLUMNS, 2, SHARED);
                Map<String, Matrix[]> expected =
                        KernelCalls.run(one, memory(Kind.HEAP), dtype, ROWS, COLUMNS, 2, SHARED);
                assertThat(KernelCalls.difference(actual, expected)).isEmpty();
            }
        }
    }

    @Test
    void mappedMemoryIsSharedOrNotAsItsArenaIs(@TempDir Path folder) throws IOException {
        for (boolean isConfined : new boolean[] {true, false}) {
            Path file = folder.resolve("mapped" + isConfined);
            try (Arena arena = isConfined ? Arena.ofConfined() : Arena.ofShared();
                    FileChannel channel = FileChannel.open(
                            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                long[] used = {0};
                MemorySegment mapped = channel.map(FileChannel.MapMode.READ_WRITE, 1, 100L << 20, arena);
                // Packed without gaps from an odd byte: no element is aligned.
                KernelCalls.Memory memory = (type, rows, columns) -> {
                    Matrix m = Matrix.wrap(mapped, used[0], type, rows, columns, columns, Order.ROW_MAJOR);
                    used[0] += m.elements() * type.bytes();
                    return m;
                };
                Map<String, Matrix[]> actual = KernelCalls.run(two, memory, DType.F32, ROWS, COLUMNS, 8, SHARED);
                Map<String, Matrix[]> expected =
                        KernelCalls.run(one, memory(Kind.HEAP), DType.F32, ROWS, COLUMNS, 8, SHARED);
                assertThat(KernelCalls.difference(actual, expected)).isEmpty();
            }
        }
    }

    @Test
    void callersAtOnceDoNotDisturbEachOther() throws Exception {
        int callers = 4;
        List<Map<String, Matrix[]>> expected = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            expected.add(KernelCalls.run(one, memory(Kind.HEAP), DType.F32, ROWS, COLUMNS, i, SHARED));
        }
        WorkerPool shared = new WorkerPool("shared", 2);
        try (ExecutorService threads = Executors.newFixedThreadPool(callers)) {
            List<Future<String>> results = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                int seed = i;
                results.add(threads.submit(() -> {
                    StringBuilder differences = new StringBuilder();
                    try (ComputeStream stream = new SimdStream(new Sharing(shared, 2, 1), Precision.STANDARD)) {
                        for (int run = 0; run < 2; run++) {
                            differences.append(KernelCalls.difference(
                                    KernelCalls.run(stream, memory(Kind.HEAP), DType.F32, ROWS, COLUMNS, seed, SHARED),
                                    expected.get(seed)));
                            stream.reset();
                        }
                    }
                    return differences.toString();
                }));
            }
            for (Future<String> result : results) {
                assertThat(result.get()).isEmpty();
            }
        } finally {
            shared.close();
        }
    }

    @Test
    void aStreamHasNoMoreThreadsThanItsBackendAndAtLeastOne() {
        SimdBackend backend = new SimdBackend(1);
        try (ComputeStream stream = backend.open(64, Precision.F64_SUMS)) {
            Matrix m = Matrix.allocate(DType.F32, ROWS, COLUMNS);
            stream.fill(m, 2);
            Scalar sum = stream.scalar();
            stream.reduce(org.isospin.backend.Reduction.SUM_SQUARES, m, sum);
            assertThat(stream.read(sum)).isEqualTo(4.0 * ROWS * COLUMNS);
            assertThat(stream.precision()).isEqualTo(Precision.F64_SUMS);
        }
        backend.close();
    }

    @Test
    void aClosedBackendFinishesOnTheCaller() {
        SimdBackend backend = new SimdBackend(2);
        ComputeStream stream = backend.open(2, Precision.STANDARD);
        backend.close();
        Matrix m = Matrix.allocate(DType.F64, ROWS, COLUMNS);
        stream.fill(m, 7);
        assertThat(m.get(ROWS - 1, COLUMNS - 1)).isEqualTo(7);
        stream.close();
        stream.close();
    }

    @Test
    void memoryThatIsGoneIsReportedToTheCallerAndTheStreamGoesOn() {
        Arena arena = Arena.ofShared();
        Matrix gone = Matrix.allocate(arena, DType.F32, ROWS, COLUMNS);
        Matrix m = Matrix.allocate(DType.F32, ROWS, COLUMNS);
        arena.close();
        assertThatThrownBy(() -> two.copy(gone, m)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> two.combine(1, m, 1, gone, 0, m)).isInstanceOf(IllegalStateException.class);
        two.fill(m, 3);
        assertThat(m.get(0, 0)).isEqualTo(3);
    }

    @Test
    void shapesThatDifferAreReportedWithBothSides() {
        Matrix a = Matrix.allocate(DType.F32, 2, 3);
        Matrix b = Matrix.allocate(DType.F32, 3, 2);
        assertThatThrownBy(() -> one.copy(a, b))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 x 3")
                .hasMessageContaining("3 x 2");
    }
}
