package org.isospin.simd;

import static org.assertj.core.api.Assertions.assertThat;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Precision;
import org.isospin.SkewMatrix;
import org.isospin.backend.HostStream;
import org.isospin.backend.Scalar;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Triangle;
import org.isospin.backend.VectorOps;
import org.isospin.backend.WorkerPool;
import org.isospin.simd.Matrices.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every kernel has the bits of the plain Java one, for every pair of types and every kind of memory. */
class SimdElementwiseTest {
    private final HostStream host = new HostStream(1, Precision.STANDARD, new VectorOps());
    private final WorkerPool pool = new WorkerPool("test", 1);
    private final SimdStream simd = new SimdStream(new Sharing(pool, 1), Precision.STANDARD);

    @AfterEach
    void close() {
        host.close();
        simd.close();
        pool.close();
    }

    /** Runs a test on every shape with kinds of memory and types that change together, all pairs in the end. */
    private static void forAll(Case test) {
        int turn = 0;
        for (int[] shape : Matrices.SHAPES) {
            for (DType from : DType.values()) {
                for (DType to : DType.values()) {
                    for (int k = 0; k < Kind.values().length; k++) {
                        Kind source = Kind.values()[k];
                        Kind target = Kind.values()[(k + turn) % Kind.values().length];
                        test.run(shape[0], shape[1], source, from, target, to, turn);
                    }
                    turn++;
                }
            }
        }
    }

    private interface Case {
        void run(int rows, int columns, Kind source, DType from, Kind target, DType to, long seed);
    }

    private static void assertSame(Matrix actual, Matrix expected, Matrix source) {
        assertThat(Matrices.difference(actual, expected)).as("from %s", source).isEmpty();
    }

    @Test
    void copiesAndConverts() {
        forAll((rows, columns, source, from, target, to, seed) -> {
            Matrix a = Matrices.random(source, from, rows, columns, seed);
            Matrix expected = Matrix.allocate(to, rows, columns);
            host.copy(a, expected);
            Matrix actual = Matrices.allocate(target, to, rows, columns);
            simd.copy(a, actual);
            assertSame(actual, expected, a);
        });
    }

    @Test
    void copiesFromReadOnlyMemory() {
        Matrix a = Matrices.random(Kind.HEAP, DType.F32, 9, 33, 1);
        Matrix readOnly = Matrix.wrap(a.segment().asReadOnly(), 0, DType.F32, 9, 33, 33, org.isospin.Order.ROW_MAJOR);
        Matrix actual = Matrix.allocate(DType.F64, 33, 9);
        simd.copy(readOnly.transposed(), actual);
        assertSame(actual.transposed(), a, readOnly);
    }

    @Test
    void fills() {
        for (double value : new double[] {0, -0.0, 1.5, 1e30, Double.NaN, 0x1.0080000001p0}) {
            forAll((rows, columns, _, _, target, to, _) -> {
                Matrix expected = Matrix.allocate(to, rows + 2, columns + 5);
                Matrix actual = Matrices.allocate(target, to, rows, columns);
                host.fill(expected.view(0, 0, rows, columns), value);
                simd.fill(actual, value);
                assertSame(actual, expected.view(0, 0, rows, columns), actual);
            });
        }
    }

    @Test
    void fillsNothingBesideAView() {
        Matrix whole = Matrix.allocate(DType.F32, 7, 9);
        simd.fill(whole.view(1, 2, 3, 4), 1);
        double sum = 0;
        for (int i = 0; i < 7; i++) {
            for (int j = 0; j < 9; j++) {
                sum += whole.get(i, j);
            }
        }
        assertThat(sum).isEqualTo(12);
    }

    @Test
    void scales() {
        for (double alpha : new double[] {0.5, -3.4445, 0, 1e30, 0x1p-30}) {
            forAll((rows, columns, source, from, target, to, seed) -> {
                Matrix a = Matrices.random(source, from, rows, columns, seed);
                Matrix expected = Matrix.allocate(to, rows, columns);
                Matrix actual = Matrices.allocate(target, to, rows, columns);
                host.scale(alpha, a, expected);
                simd.scale(alpha, a, actual);
                assertSame(actual, expected, a);
            });
        }
    }

    @Test
    void scalesByAScalarWithoutRoundingItFirst() {
        Scalar alpha = host.scalar();
        host.set(alpha, 1 / 3.0);
        forAll((rows, columns, source, from, target, to, seed) -> {
            Matrix a = Matrices.random(source, from, rows, columns, seed);
            Matrix expected = Matrix.allocate(to, rows, columns);
            Matrix actual = Matrices.allocate(target, to, rows, columns);
            host.scale(alpha, a, expected);
            simd.scale(alpha, a, actual);
            assertSame(actual, expected, a);
        });
    }

    @Test
    void combines() {
        for (double shift : new double[] {0, 0.1, 1e-60}) {
            forAll((rows, columns, source, from, target, to, seed) -> {
                Matrix a = Matrices.random(source, from, rows, columns, seed);
                Matrix b = Matrices.random(target, from, rows, columns, seed + 2);
                Matrix expected = Matrix.allocate(to, rows, columns);
                Matrix actual = Matrices.allocate(target, to, rows, columns);
                host.combine(0.3, a, -1.7, b, shift, expected);
                simd.combine(0.3, a, -1.7, b, shift, actual);
                assertSame(actual, expected, a);
            });
        }
    }

    @Test
    void worksInPlace() {
        forAll((rows, columns, source, dtype, _, _, seed) -> {
            Matrix a = Matrices.random(source, dtype, rows, columns, seed);
            Matrix b = Matrices.random(source, dtype, rows, columns, seed + 1);
            Matrix expected = Matrix.allocate(dtype, rows, columns);
            host.combine(2, a, 0.7, b, -1, expected);
            simd.combine(2, a, 0.7, b, -1, b);
            assertSame(b, expected, a);
            host.scale(0.1, b, expected);
            simd.scale(0.1, b, b);
            assertSame(b, expected, a);
            host.addDiagonal(0.7, expected);
            simd.addDiagonal(0.7, b);
            assertSame(b, expected, a);
        });
    }

    @Test
    void symmetrizes() {
        for (Symmetry symmetry : Symmetry.values()) {
            forAll((rows, _, source, from, target, to, seed) -> {
                int n = Math.min(rows, 130);
                Matrix a = Matrices.random(source, from, n, n, seed);
                Matrix expected = Matrix.allocate(to, n, n);
                Matrix actual = Matrices.allocate(target, to, n, n);
                host.symmetrize(symmetry, a, expected);
                simd.symmetrize(symmetry, a, actual);
                assertSame(actual, expected, a);
                host.symmetrize(symmetry, a, a);
                Matrix b = Matrices.random(source, from, n, n, seed);
                simd.symmetrize(symmetry, b, b);
                assertSame(b, a, b);
            });
        }
    }

    @Test
    void packsAndUnpacksSkewMatrices() {
        forAll((rows, _, source, from, target, to, seed) -> {
            int n = Math.min(rows, 130);
            Matrix dense = Matrices.random(source, from, n, n, seed);
            SkewMatrix expected = SkewMatrix.allocate(to, n);
            Kind kind = target == Kind.BYTES ? Kind.OFF_HEAP : Kind.HEAP;
            SkewMatrix actual = SkewMatrix.wrap(n, Matrices.allocate(kind, to, 1, SkewMatrix.packedLength(n)));
            host.packSkew(dense, expected);
            simd.packSkew(dense, actual);
            assertSame(actual.packed(), expected.packed(), dense);
            Matrix wanted = Matrix.allocate(from, n, n);
            host.unpackSkew(expected, wanted);
            simd.unpackSkew(actual, dense);
            assertSame(dense, wanted, expected.packed());
        });
    }

    @Test
    void copiesTriangles() {
        for (Triangle triangle : Triangle.values()) {
            forAll((rows, _, source, from, target, to, seed) -> {
                int n = Math.min(rows, 130);
                Matrix a = Matrices.random(source, from, n, n, seed);
                Matrix expected = Matrix.allocate(to, n, n);
                Matrix actual = Matrices.random(target, to, n, n, seed + 1);
                host.copyTriangle(triangle, a, expected);
                simd.copyTriangle(triangle, a, actual);
                assertSame(actual, expected, a);
                host.copyTriangle(triangle, a, expected);
                Matrix in = Matrices.random(source, from, n, n, seed);
                Matrix wanted = Matrix.allocate(from, n, n);
                host.copyTriangle(triangle, in, wanted);
                simd.copyTriangle(triangle, in, in);
                assertSame(in, wanted, a);
            });
        }
    }
}
