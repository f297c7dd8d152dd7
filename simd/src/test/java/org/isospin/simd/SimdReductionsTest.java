package org.isospin.simd;

import static org.assertj.core.api.Assertions.assertThat;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Precision;
import org.isospin.backend.HostStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.WorkerPool;
import org.isospin.simd.Matrices.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimdReductionsTest {
    /** The contract's reductions with the same dot product: the same strips and trees, so the same bits. */
    private final HostStream host = new HostStream(1, Precision.STANDARD, new SimdVectorOps());

    private final WorkerPool pool = new WorkerPool("test", 1);
    private final SimdStream stream = new SimdStream(new Sharing(pool, 1), Precision.STANDARD);
    private final SimdReductions simd = new SimdReductions(new Sharing(pool, 1));

    @AfterEach
    void close() {
        host.close();
        stream.close();
        pool.close();
    }

    @Test
    void hasTheBitsOfTheContractForEveryTypeAndMemory() {
        Scalar expected = host.scalar();
        int turn = 0;
        for (int[] shape : Matrices.SHAPES) {
            for (DType dtype : DType.values()) {
                for (long seed = 0; seed < 2; seed++) {
                    Matrix a = Matrices.random(Kind.HEAP, dtype, shape[0], shape[1], seed);
                    Matrix b = Matrices.random(Kind.HEAP, dtype, shape[0], shape[1], seed + 2);
                    for (Kind kind : Kind.values()) {
                        Matrix x = Matrices.random(kind, dtype, shape[0], shape[1], seed);
                        for (Reduction reduction : Reduction.values()) {
                            host.reduce(reduction, a, expected);
                            assertThat(Double.valueOf(simd.reduce(reduction, x)))
                                    .as("%s of %s", reduction, x)
                                    .isEqualTo(Double.valueOf(host.read(expected)));
                        }
                        Kind other = Kind.values()[turn++ % Kind.values().length];
                        Matrix y = Matrices.random(other, dtype, shape[0], shape[1], seed + 2);
                        host.dot(a, b, expected);
                        assertThat(Double.valueOf(simd.dot(x, y)))
                                .as("dot of %s and %s", x, y)
                                .isEqualTo(Double.valueOf(host.read(expected)));
                    }
                }
            }
        }
    }

    @Test
    void neitherOverflowsNorUnderflows() {
        Matrix huge = Matrix.allocate(DType.F32, 40, 50);
        stream.fill(huge, Float.MAX_VALUE);
        // 2000 equal squares, exact in F64 but for the last sums and the root.
        double expected = Float.MAX_VALUE * Math.sqrt(2000);
        assertThat(simd.reduce(Reduction.FROBENIUS, huge) / expected).isBetween(1 - 0x1p-50, 1 + 0x1p-50);
        for (double value : new double[] {1e300, 1e-300, Double.MIN_VALUE, Double.MAX_VALUE / 64}) {
            Matrix m = Matrix.allocate(DType.F64, 40, 50);
            stream.fill(m, value);
            double ratio = simd.reduce(Reduction.FROBENIUS, m) / value;
            // The norm of the smallest number is a whole multiple of it.
            double tolerance = value == Double.MIN_VALUE ? 0.5 : 0x1p-50 * Math.sqrt(2000);
            assertThat(Math.abs(ratio - Math.sqrt(2000))).isLessThanOrEqualTo(tolerance);
        }
    }

    @Test
    void findsNaNAndInfinity() {
        for (DType dtype : DType.values()) {
            for (int at = 0; at < 37; at++) {
                Matrix m = Matrix.allocate(dtype, 1, 37);
                m.set(0, at, Double.NEGATIVE_INFINITY);
                assertThat(simd.reduce(Reduction.MAX_ABS, m)).isEqualTo(Double.POSITIVE_INFINITY);
                assertThat(simd.reduce(Reduction.FROBENIUS, m)).isEqualTo(Double.POSITIVE_INFINITY);
                m.set(0, at, Double.NaN);
                for (Reduction reduction : Reduction.values()) {
                    if (reduction != Reduction.TRACE) {
                        assertThat(simd.reduce(reduction, m)).isNaN();
                        assertThat(simd.reduce(reduction, m.transposed())).isNaN();
                    }
                }
            }
        }
    }
}
