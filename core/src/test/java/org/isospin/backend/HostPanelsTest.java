package org.isospin.backend;

import static org.assertj.core.api.Assertions.assertThat;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Panels against the equations that define them. */
class HostPanelsTest {
    private static final double U = DType.F64.unitRoundoff();

    private final HostStream stream = new HostStream(1, Precision.STANDARD, new VectorOps());

    private Matrix gaussian(int rows, int columns, long seed) {
        Matrix m = Matrix.allocate(DType.F64, rows, columns);
        stream.gaussian(seed, m);
        return m;
    }

    private Matrix product(Matrix a, Matrix b) {
        Matrix c = Matrix.allocate(DType.F64, a.rows(), b.columns());
        stream.gemm(Arithmetic.F64, 1, a, b, 0, c, c);
        return c;
    }

    private static double difference(Matrix a, Matrix b) {
        double max = 0;
        for (int i = 0; i < a.rows(); i++) {
            for (int j = 0; j < a.columns(); j++) {
                max = Math.max(max, Math.abs(a.get(i, j) - b.get(i, j)));
            }
        }
        return max;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 32})
    void luTimesPivotsGivesThePanelBack(int w) {
        int m = 2 * w + 3;
        Matrix a = gaussian(m, w, 1);
        Matrix lu = a.copy();
        Indices pivots = stream.indices(w);
        Scalar status = stream.scalar();
        stream.luPanel(lu, pivots, 0, status);
        assertThat(stream.read(status)).isZero();
        Matrix lower = Matrix.allocate(DType.F64, m, w);
        Matrix upper = Matrix.allocate(DType.F64, w, w);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < w; j++) {
                if (i > j) {
                    // Partial pivoting keeps every multiplier within 1.
                    assertThat(Math.abs(lu.get(i, j))).isLessThanOrEqualTo(1);
                    lower.set(i, j, lu.get(i, j));
                } else {
                    upper.set(i, j, lu.get(i, j));
                }
            }
        }
        for (int i = 0; i < w; i++) {
            lower.set(i, i, 1);
        }
        Matrix back = product(lower, upper);
        stream.swapRows(back, pivots, 0, w, SwapDirection.BACKWARD);
        // |A − PᵀLU| ≤ w·u·|L||U|, whose elements stay below w·max|A|·growth; Gaussian panels grow by less than 4.
        assertThat(difference(back, a)).isLessThanOrEqualTo(4.0 * w * w * U * 5);
    }

    @Test
    void aSingularPanelTellsItsColumnAndANaNIsAFailure() {
        Matrix a = gaussian(6, 3, 2);
        for (int i = 0; i < 6; i++) {
            a.set(i, 1, 0);
        }
        Scalar status = stream.scalar();
        stream.luPanel(a, stream.indices(8), 4, status);
        assertThat(stream.read(status)).isEqualTo(1 + 4 + 1);
        Matrix b = gaussian(6, 3, 2);
        b.set(5, 0, Double.NaN);
        Scalar other = stream.scalar();
        stream.luPanel(b, stream.indices(3), 0, other);
        assertThat(stream.read(other)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 24})
    void householderVectorsRebuildThePanel(int w) {
        int m = w + 9;
        Matrix a = gaussian(m, w, 3);
        Matrix qr = a.copy();
        Matrix t = gaussian(w, w, 4);
        stream.qrPanel(qr, t);
        Matrix v = Matrix.allocate(DType.F64, m, w);
        Matrix r = Matrix.allocate(DType.F64, m, w);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < w; j++) {
                v.set(i, j, i == j ? 1 : i > j ? qr.get(i, j) : 0);
                r.set(i, j, i <= j ? qr.get(i, j) : 0);
            }
        }
        // H₁…H_w·R = R − V·T·(Vᵀ·R) must be A.
        Matrix correction = product(v, product(t, product(v.transposed(), r)));
        stream.combine(1, r, -1, correction, 0, r);
        // Householder QR is backward stable: m·w·u times the column norms √m, with a constant near 1.
        assertThat(difference(r, a)).isLessThanOrEqualTo(4 * Math.sqrt(m) * w * U);
        for (int i = 0; i < w; i++) {
            for (int j = 0; j < i; j++) {
                assertThat(t.get(i, j)).isZero();
            }
        }
    }

    @Test
    void choleskyFactorsAndNamesTheFirstBadPivot() {
        Matrix g = gaussian(12, 12, 5);
        Matrix a = product(g, g.transposed());
        stream.addDiagonal(1, a);
        Matrix l = a.copy();
        Scalar status = stream.scalar();
        stream.choleskyPanel(l, 0, status);
        assertThat(stream.read(status)).isZero();
        // |A − LLᵀ| ≤ (n + 1)·u·|L||Lᵀ| ≤ (n + 1)·u·max aᵢᵢ.
        assertThat(difference(product(l, l.transposed()), a)).isLessThanOrEqualTo(13 * U * 80);
        a.set(7, 7, -1);
        stream.choleskyPanel(a, 100, status);
        assertThat(stream.read(status)).isEqualTo(1 + 100 + 7);
    }

    @Test
    void triangularSolvesUndoProducts() {
        Matrix g = gaussian(9, 9, 6);
        Matrix x = gaussian(9, 4, 7);
        for (Triangle triangle : Triangle.values()) {
            Matrix t = Matrix.allocate(DType.F64, 9, 9);
            // A dominant diagonal keeps the solve well conditioned: κ is below 4.
            stream.scale(0.1, g, t);
            stream.addDiagonal(2, t);
            Matrix kept = Matrix.allocate(DType.F64, 9, 9);
            stream.copyTriangle(triangle, t, kept);
            Matrix b = product(kept, x);
            stream.triangularSolve(triangle, t, b);
            assertThat(difference(b, x)).as(triangle.name()).isLessThanOrEqualTo(9 * 4 * U * 16);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-200, 1e-8, 0.3, 1})
    void theResolventIsAccurateRelativeToItsArgument(double size) {
        int n = 17;
        Matrix g = gaussian(n, n, 8);
        Matrix x = Matrix.allocate(DType.F64, n, n);
        stream.symmetrize(Symmetry.SKEW, g, x);
        stream.scale(size / 4, x, x);
        Matrix result = x.copy();
        stream.resolventDelta(result);
        // (I − X)N = X, so N − X·N must give X back.
        Matrix residual = product(x, result);
        stream.combine(1, result, -1, residual, 0, residual);
        double largest = difference(x, Matrix.allocate(DType.F64, n, n));
        assertThat(difference(residual, x)).isLessThanOrEqualTo(4 * n * U * largest);
    }
}
