package org.isospin.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.MatrixBatch;
import org.isospin.Order;
import org.isospin.Precision;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.HostStream;
import org.isospin.backend.Symmetry;
import org.isospin.backend.VectorOps;
import org.isospin.backend.WorkerPool;
import org.isospin.simd.Matrices.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimdProductsTest {
    private static final long LONGEST_WARM_UP = 60_000_000_000L;

    private final HostStream host = new HostStream(1, Precision.STANDARD, new VectorOps());
    private final WorkerPool pool = new WorkerPool("test", 3);
    private final SimdProducts one = new SimdProducts(pool, 1);
    private final SimdProducts three = new SimdProducts(pool, 3);

    @AfterEach
    void close() {
        pool.close();
        host.close();
    }

    private static void assertSame(Matrix actual, Matrix expected) {
        assertThat(Matrices.difference(actual, expected)).isEmpty();
    }

    private Matrix expected(Arithmetic arithmetic, Matrix a, Matrix b) {
        Matrix c = Matrix.allocate(arithmetic.accumulator(), a.rows(), b.columns());
        host.gemm(arithmetic, 1, a, b, 0, c, c);
        return c;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void hasTheBitsOfThePlainKernelsForEveryMicroKernelAndBlockSize(int threads) {
        try (WorkerPool own = new WorkerPool("test", threads)) {
            assertThat(new ProductCases(own).all()).isEmpty();
        }
    }

    /** SPECIES_PREFERRED of a JVM follows these flags, as far as the processor can. */
    @ParameterizedTest
    @ValueSource(strings = {"-XX:MaxVectorSize=16", "-XX:MaxVectorSize=32", "-XX:MaxVectorSize=64"})
    void hasTheBitsOfThePlainKernelsForEveryWidthOfVectors(String flag) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        flag,
                        "-Xmx512m",
                        "--add-modules=jdk.incubator.vector",
                        "-cp",
                        place(Matrix.class)
                                + System.getProperty("path.separator")
                                + place(SimdProducts.class)
                                + System.getProperty("path.separator")
                                + place(ProductCases.class),
                        ProductCases.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    private static String place(Class<?> type) {
        return Path.of(java.net.URI.create(
                        type.getProtectionDomain().getCodeSource().getLocation().toString()))
                .toString();
    }

    @ParameterizedTest
    @EnumSource(Arithmetic.class)
    void hasTheBitsOfThePlainKernelsWhereItIsLarge(Arithmetic arithmetic) {
        Matrix a = Matrices.random(Kind.HEAP, arithmetic == Arithmetic.F64 ? DType.F64 : DType.F32, 325, 1100, 2);
        Matrix b = Matrices.random(Kind.STRIDED_COLUMNS, a.dtype(), 1100, 211, 4);
        Matrix expected = expected(arithmetic, a, b);
        for (SimdProducts products : List.of(one, three)) {
            Matrix c = Matrix.allocate(arithmetic.accumulator(), 325, 211);
            products.gemm(arithmetic, 1, a, b, 0, c, c);
            assertSame(c, expected);
        }
    }

    /** Deeper than what is packed at a time, so sums wait between parts. */
    @ParameterizedTest
    @EnumSource(Arithmetic.class)
    void hasTheBitsOfThePlainKernelsWhereItIsDeep(Arithmetic arithmetic) {
        Matrix a = Matrices.random(Kind.HEAP, arithmetic == Arithmetic.F64 ? DType.F64 : DType.F32, 19, 17000, 2);
        Matrix b = Matrices.random(Kind.OFF_HEAP, a.dtype(), 17000, 37, 4);
        Matrix expected = expected(arithmetic, a, b);
        for (SimdProducts products : List.of(one, three)) {
            Matrix c = Matrix.allocate(arithmetic.accumulator(), 19, 37);
            products.gemm(arithmetic, 1, a, b, 0, c, c);
            assertSame(c, expected);
        }
    }

    @ParameterizedTest
    @EnumSource(Arithmetic.class)
    void spreadsNaNAndInfinityToTheirRowsAndColumnsOnly(Arithmetic arithmetic) {
        int[][] places = {{0, 0}, {12, 6}, {5, 3}, {11, 1}};
        for (double special : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            for (int[] place : places) {
                Matrix a = Matrices.random(Kind.HEAP, arithmetic == Arithmetic.F64 ? DType.F64 : DType.F32, 13, 7, 2);
                Matrix b = Matrices.random(Kind.HEAP, a.dtype(), 7, 19, 4);
                b.set(place[1], 3, 0);
                b.set(place[1], 18, special);
                a.set(place[0], place[1], special);
                Matrix c = Matrix.allocate(arithmetic.accumulator(), 13, 19);
                one.gemm(arithmetic, 1, a, b, 0, c, c);
                assertSame(c, expected(arithmetic, a, b));
                assertThat(c.get(place[0], 3)).isNaN();
                for (int i = 0; i < 13; i++) {
                    for (int j = 0; j < 19; j++) {
                        assertThat(Double.isFinite(c.get(i, j))).isEqualTo(i != place[0] && j != 18);
                    }
                }
            }
        }
    }

    /** Sums of denormal products, of huge ones that cancel, and of zeros of both signs. */
    @ParameterizedTest
    @EnumSource(Arithmetic.class)
    void keepsDenormalsHugeNumbersAndZeros(Arithmetic arithmetic) {
        DType dtype = arithmetic == Arithmetic.F64 ? DType.F64 : DType.F32;
        double tiny = dtype == DType.F64 ? 0x1p-530 : 0x1p-70;
        for (double size : new double[] {tiny, 1 / tiny, 0.0, -0.0, 1e30, 1e-30}) {
            Matrix a = Matrices.random(Kind.HEAP, dtype, 9, 21, 2);
            Matrix b = Matrices.random(Kind.HEAP, dtype, 21, 18, 4);
            for (int k = 0; k < 21; k++) {
                for (int i = 0; i < 9; i++) {
                    a.set(i, k, a.get(i, k) * size);
                }
                for (int j = 0; j < 18; j++) {
                    b.set(k, j, b.get(k, j) * (k % 3 == 0 ? 1 : size));
                }
            }
            Matrix c = Matrix.allocate(arithmetic.accumulator(), 9, 18);
            one.gemm(arithmetic, 1, a, b, 0, c, c);
            assertSame(c, expected(arithmetic, a, b));
        }
    }

    @Test
    void doesNotReadTheAddendIfBetaIsZero() {
        Matrix a = Matrices.random(Kind.HEAP, DType.F32, 5, 6, 2);
        Matrix b = Matrices.random(Kind.HEAP, DType.F32, 6, 5, 4);
        Matrix c = Matrix.allocate(DType.F32, 5, 5);
        one.gemm(Arithmetic.F32, 1, a, b, 0, Matrix.allocate(DType.F64, 0, 0), c);
        assertSame(c, expected(Arithmetic.F32, a, b));
        for (int i = 0; i < 5; i++) {
            c.set(i, i, Double.NaN);
        }
        one.gemmt(Arithmetic.F32, Symmetry.SYMMETRIC, 1, a, a.transposed(), 0, Matrix.allocate(DType.F64, 0, 0), c);
        assertSame(c, expected(Arithmetic.F32, a, a.transposed()));
    }

    @Test
    void writesNothingBesideAView() {
        Matrix a = Matrices.random(Kind.HEAP, DType.F32, 13, 6, 2);
        Matrix b = Matrices.random(Kind.HEAP, DType.F32, 6, 19, 4);
        Matrix whole = Matrix.allocate(DType.F32, 17, 24);
        for (int i = 0; i < 17; i++) {
            for (int j = 0; j < 24; j++) {
                whole.set(i, j, 7);
            }
        }
        one.gemm(Arithmetic.F32, 1, a, b, 0, whole, whole.view(2, 3, 13, 19));
        Matrix expected = expected(Arithmetic.F32, a, b);
        for (int i = 0; i < 17; i++) {
            for (int j = 0; j < 24; j++) {
                boolean isInside = i >= 2 && i < 15 && j >= 3 && j < 22;
                assertThat(whole.get(i, j)).isEqualTo(isInside ? expected.get(i - 2, j - 3) : 7);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Arithmetic.class)
    void givesEveryMatrixOfABatchTheBitsOfOneProduct(Arithmetic arithmetic) {
        DType dtype = arithmetic == Arithmetic.F64 ? DType.F64 : DType.F32;
        int[][] shapes = {
            {16, 16, 16, 300}, {64, 64, 64, 9}, {5, 3, 7, 33}, {0, 3, 2, 4}, {3, 0, 2, 4}, {260, 300, 261, 2}
        };
        for (int[] shape : shapes) {
            MatrixBatch a = batch(dtype, shape[3], shape[0], shape[1], 2);
            MatrixBatch b = batch(dtype, shape[3], shape[2], shape[1], 4).transposed();
            for (double beta : new double[] {0, 0.5}) {
                for (SimdProducts products : List.of(one, three)) {
                    MatrixBatch c = batch(arithmetic.accumulator(), shape[3], shape[0], shape[2], 6);
                    MatrixBatch expected = batch(arithmetic.accumulator(), shape[3], shape[0], shape[2], 6);
                    products.gemmBatched(arithmetic, 2, a, b, beta, c);
                    for (int i = 0; i < shape[3]; i++) {
                        Matrix e = expected.get(i);
                        host.gemm(arithmetic, 2, a.get(i), b.get(i), beta, e, e);
                        assertSame(c.get(i), e);
                    }
                }
            }
        }
    }

    private static MatrixBatch batch(DType dtype, int count, int rows, int columns, long seed) {
        long distance = (long) (rows + 1) * (columns + 2);
        Matrix memory = Matrices.random(Kind.HEAP, dtype, 1, (int) (count * distance), seed);
        return MatrixBatch.wrap(
                memory.storage(), 0, dtype, count, rows, columns, columns + 2, Order.ROW_MAJOR, distance);
    }

    @Test
    void repeatsOneMatrixOfABatch() {
        Matrix a = Matrices.random(Kind.HEAP, DType.F32, 4, 4, 2);
        MatrixBatch same = MatrixBatch.wrap(a.storage(), 0, DType.F32, 3, 4, 4, 4, Order.ROW_MAJOR, 0);
        MatrixBatch c = MatrixBatch.allocate(DType.F32, 3, 4, 4);
        one.gemmBatched(Arithmetic.F32, 1, same, same, 0, c);
        for (int i = 0; i < 3; i++) {
            assertSame(c.get(i), expected(Arithmetic.F32, a, a));
        }
    }

    @Test
    void leavesConfinedMemoryToTheCaller() {
        try (Arena arena = Arena.ofConfined()) {
            Matrix a = Matrix.allocate(arena, DType.F32, 150, 150);
            Matrix b = Matrix.allocate(DType.F32, 150, 150);
            Matrices.randomise(a, 2);
            Matrices.randomise(b, 4);
            Matrix c = Matrix.allocate(arena, DType.F32, 150, 150);
            three.gemm(Arithmetic.F32, 1, a, b, 0, c, c);
            assertSame(c, expected(Arithmetic.F32, a, b));
            three.gemmt(Arithmetic.F32, Symmetry.SYMMETRIC, 1, a, a.transposed(), 0, c, c);
            assertSame(c, expected(Arithmetic.F32, a, a.transposed()));
        }
    }

    @Test
    void survivesAnArenaThatIsClosed() {
        Matrix b = Matrices.random(Kind.HEAP, DType.F32, 150, 150, 4);
        Matrix c = Matrix.allocate(DType.F32, 150, 150);
        for (SimdProducts products : List.of(one, three)) {
            Matrix a;
            try (Arena arena = Arena.ofShared()) {
                a = Matrix.allocate(arena, DType.F32, 150, 150);
            }
            assertThatThrownBy(() -> products.gemm(Arithmetic.F32, 1, a, b, 0, c, c))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> products.gemm(Arithmetic.F32, 1, b, b, 0, a, a))
                    .isInstanceOf(IllegalStateException.class);
            products.gemm(Arithmetic.F32, 1, b, b, 0, c, c);
            assertSame(c, expected(Arithmetic.F32, b, b));
        }
    }

    @Test
    void rejectsWhatDoesNotFit() {
        Matrix a = Matrix.allocate(DType.F32, 2, 3);
        assertThatThrownBy(() -> one.gemm(Arithmetic.F32, 1, a, a, 0, a, a))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("gemm: b must be 3 x 3");
        Matrix c = Matrix.allocate(DType.F32, 2, 2);
        assertThatThrownBy(() -> one.gemm(Arithmetic.F32, 1, a, a.transposed(), 1, a, c))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void leavesNoGarbageThatGrowsWithTheShape() {
        for (int n : new int[] {16, 300}) {
            Matrix a = Matrices.random(Kind.HEAP, DType.F32, n, n, 2);
            Matrix b = Matrices.random(Kind.MISALIGNED_COLUMNS, DType.BF16, n, n, 4);
            Matrix c = Matrix.allocate(Arena.ofAuto(), DType.F64, n, n);
            Matrix at = a.transposed();
            long bytes = garbage(() -> {
                one.gemm(Arithmetic.F32, 1, a, b, 0.5, c, c);
                one.gemmt(Arithmetic.F32_ACCUMULATE_F64, Symmetry.SYMMETRIC, 1, a, at, 0, c, c);
                three.gemm(Arithmetic.F32, 2, at, b, 0, c, c);
            });
            assertThat(bytes).as("bytes per call, n = %s", n).isLessThan(1000);
        }
    }

    /**
     * {@return bytes of heap that a run takes once buffers have grown and kernels are compiled: before, every vector is an
     * object, so it is repeated until it takes few}
     */
    private static long garbage(Runnable action) {
        long bytes = Long.MAX_VALUE;
        long start = System.nanoTime();
        while (bytes >= 1000 && System.nanoTime() - start < LONGEST_WARM_UP) {
            long before = allocated();
            for (int k = 0; k < 10; k++) {
                action.run();
            }
            bytes = (allocated() - before) / 10;
        }
        return bytes;
    }

    /** By reflection, because the module under test reads no management. */
    private static long allocated() {
        try {
            Object bean = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            Method bytes = Class.forName("com.sun.management.ThreadMXBean").getMethod("getCurrentThreadAllocatedBytes");
            return (Long) bytes.invoke(bean);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no allocation counter", e);
        }
    }
}
