package org.isospin.polar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.Arrays;
import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Precision;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Dense;
import org.isospin.backend.Garbage;
import org.isospin.backend.Layout;
import org.isospin.backend.ReferenceBackend;
import org.isospin.backend.Waits;
import org.isospin.decomposition.Decompositions;
import org.isospin.measure.Orthogonality;
import org.isospin.rotation.Haar;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolarTest {
    /** Defect in u after the polish: 0.6 for many columns, up to about 1.2 for a few unlucky roundings. */
    private static final double DEFECT = 1.5;

    private final ComputeStream stream = new ReferenceBackend().open(1, Precision.STANDARD);

    @AfterEach
    void close() {
        stream.close();
    }

    /** U·diag(σ)·Vᵀ with Haar-distributed U and V, in F64. */
    private double[][] conditioned(int m, int n, long seed, double... sigma) {
        Matrix u = Matrix.allocate(DType.F64, m, sigma.length);
        Matrix v = Matrix.allocate(DType.F64, n, sigma.length);
        Haar.orthogonal(stream, seed, u);
        Haar.orthogonal(stream, seed + 1, v);
        stream.reset();
        double[][] x = Dense.array(u);
        for (double[] row : x) {
            for (int j = 0; j < sigma.length; j++) {
                row[j] *= sigma[j];
            }
        }
        return Dense.multiply(x, Dense.transpose(Dense.array(v)));
    }

    private static double[] geometric(int n, double condition) {
        double[] sigma = new double[n];
        for (int j = 0; j < n; j++) {
            sigma[j] = n == 1 ? 1 : Math.pow(condition, -(double) j / (n - 1));
        }
        return sigma;
    }

    private double[][] polar(Matrix a, DType dtype) {
        Matrix out = Layout.HEAP.garbage(dtype, a.rows(), a.columns());
        Polar.polar(stream, a, out);
        stream.reset();
        return Dense.array(out);
    }

    /** Skew part of UᵀA (AUᵀ), in u‖A‖_F. */
    private static double asymmetry(double[][] a, double[][] u, double roundoff) {
        boolean isWide = a.length < a[0].length;
        double[][] p = isWide ? Dense.multiply(a, Dense.transpose(u)) : Dense.multiply(Dense.transpose(u), a);
        double sum = 0;
        for (int i = 0; i < p.length; i++) {
            for (int j = 0; j < i; j++) {
                sum += (p[i][j] - p[j][i]) * (p[i][j] - p[j][i]) / 2;
            }
        }
        return Math.sqrt(sum) / Dense.frobenius(a) / roundoff;
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,2", "3,1", "1,5", "5,3", "3,5", "17,17", "33,33", "40,33", "33,64", "64,64", "65,65", "130,70"
    })
    void isOrthogonalAndMakesUtASymmetric(int m, int n) {
        int p = Math.min(m, n);
        for (DType dtype : new DType[] {DType.F32, DType.F64}) {
            double u = dtype.unitRoundoff();
            for (double condition : new double[] {1, 10, 1e3, 1e5, 1e7, 1e10, 1e14}) {
                double[][] values = conditioned(m, n, 3, geometric(p, condition));
                Matrix a = Dense.matrix(dtype, values);
                Matrix out = Layout.HEAP.garbage(dtype, m, n);
                Polar.Result result = Polar.polar(stream, a, out);
                stream.reset();
                assertThat(result.residual()).isLessThanOrEqualTo(DEFECT * u);
                assertThat(result.converged()).isTrue();
                assertThat(result.residual())
                        .isEqualTo(Orthogonality.of(stream, out).relative());
                assertThat(result.iterations()).isBetween(0, 6);
                // Each of up to six backward stable steps adds about √n/4, those by QR for few columns up to 2.
                assertThat(asymmetry(Dense.array(a), Dense.array(out), u))
                        .as("%s %.0e", dtype, condition)
                        .isLessThanOrEqualTo(8 + Math.sqrt(p));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 17, 33, 64, 100})
    void theFactorOfASquareF32MatrixIsGoodWhateverItsCondition(int n) {
        for (double condition : new double[] {1, 10, 1e3, 1e6, 1e9, 1e12}) {
            double[] sigma = geometric(n, condition);
            Matrix a = Dense.matrix(DType.F32, conditioned(n, n, 3, sigma));
            double[][] exact = polar(a, DType.F64);
            // The last roundings to F32 are of a matrix of κ ≤ 22, and spread over n directions. Where rounding A to
            // F32
            // left σₙ at about u·σ₁/√n or more, F64 knows U to √n·2⁻²⁹.
            assertThat(Dense.distance(polar(a, DType.F32), exact)).isLessThanOrEqualTo(22 * 0x1p-24);
        }
    }

    @ParameterizedTest
    @CsvSource({"6,6", "12,5", "5,12", "70,66"})
    void findsTheFactorThatAMatrixWasMadeFrom(int m, int n) {
        int p = Math.min(m, n);
        for (double condition : new double[] {1, 30, 1e4}) {
            // A = U·P with U orthonormal and P = VΣVᵀ: A = (UV)·Σ·Vᵀ.
            double[][] v = conditioned(p, p, 9, geometric(p, 1));
            double[][] u = conditioned(Math.max(m, n), p, 11, geometric(p, 1));
            double[][] scaled = Dense.multiply(v, Dense.diagonal(geometric(p, condition)));
            double[][] positive = Dense.multiply(scaled, Dense.transpose(v));
            double[][] a = Dense.multiply(u, positive);
            double[][] expected = m >= n ? u : Dense.transpose(u);
            Matrix given = Dense.matrix(DType.F64, m >= n ? a : Dense.transpose(a));
            // The oracle's own roundings of 3 products of p terms, amplified like ours by κ at most.
            assertThat(Dense.distance(polar(given, DType.F64), expected))
                    .isLessThanOrEqualTo(8 * Math.sqrt(p) * condition * 0x1p-53);
            Matrix rounded = Layout.HEAP.of(DType.F32, Dense.array(given));
            assertThat(Dense.distance(polar(rounded, DType.F32), expected))
                    .isLessThanOrEqualTo(4 * Math.sqrt(p) * condition * 0x1p-24);
        }
    }

    @Test
    void knownFactors() {
        double h = Math.sqrt(0.5);
        assertThat(polar(Dense.matrix(DType.F64, new double[][] {{-3}}), DType.F64))
                .isDeepEqualTo(new double[][] {{-1}});
        double[][] shear = polar(Dense.matrix(DType.F64, new double[][] {{1, 2}, {0, 1}}), DType.F64);
        assertThat(Dense.distance(shear, new double[][] {{h, h}, {-h, h}})).isLessThanOrEqualTo(4 * 0x1p-53);
        double[][] column = polar(Dense.matrix(DType.F64, new double[][] {{3}, {-4}}), DType.F64);
        assertThat(Dense.distance(column, new double[][] {{0.6}, {-0.8}})).isLessThanOrEqualTo(2 * 0x1p-53);
        double[][] row = polar(Dense.matrix(DType.F32, new double[][] {{0, 5, -12}}), DType.F32);
        assertThat(Dense.distance(row, new double[][] {{0, 5.0 / 13, -12.0 / 13}}))
                .isLessThanOrEqualTo(2 * 0x1p-24);
        double[][] swap = {{0, 1e-200}, {-1e-200, 0}};
        assertThat(Dense.distance(polar(Dense.matrix(DType.F64, swap), DType.F64), new double[][] {{0, 1}, {-1, 0}}))
                .isLessThanOrEqualTo(0x1p-53);
    }

    @Test
    void anOrthogonalMatrixStaysAndTakesNoIteration() {
        for (DType dtype : new DType[] {DType.F32, DType.F64}) {
            Matrix q = Matrix.allocate(dtype, 90, 90);
            Haar.orthogonal(stream, 4, q);
            Matrix out = Matrix.allocate(dtype, 90, 90);
            Polar.Result result = Polar.polar(stream, q, out);
            assertThat(result.iterations()).isZero();
            assertThat(result.conditionEstimate()).isCloseTo(1, offset(1e-3));
            // Haar's QR in F64 leaves a defect of about √n·u, which goes, and rounding to F32 one of u.
            assertThat(Dense.distance(Dense.array(out), Dense.array(q)))
                    .isLessThanOrEqualTo(Math.sqrt(90) * dtype.unitRoundoff());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "F64"})
    void powersOfTwoChangeNoBit(DType dtype) {
        double[][] a = Dense.gaussian(9, 9, 2);
        for (double[] row : a) {
            for (int j = 0; j < 9; j++) {
                // Few digits, which the scaling to subnormal numbers keeps.
                row[j] = Math.rint(16 * row[j]);
            }
        }
        double[][] expected = polar(Dense.matrix(dtype, a), dtype);
        int[] exponents =
                dtype == DType.F32 ? new int[] {-149, -100, 2, 100, 120} : new int[] {-1074, -1000, 2, 900, 1017};
        for (int exponent : exponents) {
            double[][] scaled = Dense.scaled(a, Math.scalb(1.0, exponent));
            assertThat(polar(Dense.matrix(dtype, scaled), dtype)).isDeepEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({"1e30,F32", "1e-30,F32", "1e-38,F32", "1e150,F64", "1e-150,F64", "1e-300,F64", "1e300,F64"})
    void anyMagnitudeGivesTheSameFactor(double size, DType dtype) {
        double[][] a = conditioned(20, 14, 1, geometric(14, 50));
        double[][] expected = polar(Dense.matrix(DType.F64, a), DType.F64);
        // Scaling rounds once; elements near the smallest normal number lose digits below 2⁻¹⁴⁹.
        double lost = dtype == DType.F32 ? 0x1p-149 / size : 0;
        assertThat(Dense.distance(polar(Dense.matrix(dtype, Dense.scaled(a, size)), dtype), expected))
                .isLessThanOrEqualTo(50 * (4 * dtype.unitRoundoff() + 20 * lost));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 19, 20})
    void completesTheFactorOfARankDeficientMatrix(int rank) {
        for (int[] shape : new int[][] {{20, 20}, {34, 20}, {20, 34}}) {
            for (DType dtype : new DType[] {DType.F32, DType.F64}) {
                double u = dtype.unitRoundoff();
                // Small integers: the rank is exact.
                double[][] left = new double[shape[0]][rank];
                double[][] right = new double[rank][shape[1]];
                for (int k = 0; k < rank; k++) {
                    for (int i = 0; i < shape[0]; i++) {
                        left[i][k] = i == k ? 3 : (i * k) % 3 - 1;
                    }
                    for (int j = 0; j < shape[1]; j++) {
                        right[k][j] = j == k ? 4 : (j + 2 * k) % 3 - 1;
                    }
                }
                double[][] a = rank == 0 ? new double[shape[0]][shape[1]] : Dense.multiply(left, right);
                Matrix out = Layout.HEAP.garbage(dtype, shape[0], shape[1]);
                Polar.Result result = Polar.polar(stream, Dense.matrix(dtype, a), out);
                stream.reset();
                assertThat(result.converged()).isTrue();
                assertThat(result.residual()).isLessThanOrEqualTo(DEFECT * u);
                if (rank > 0) {
                    assertThat(asymmetry(a, Dense.array(out), u)).isLessThanOrEqualTo(8 + 20);
                }
                if (rank < 20) {
                    assertThat(result.conditionEstimate()).isGreaterThan(1e14);
                    assertThat(result.iterations()).isZero();
                }
                assertSemidefinite(Dense.array(out), a, u);
            }
        }
    }

    /** tr(UᵀA) = Σσ(A) only if all eigenvalues of UᵀA are ≥ 0. */
    private void assertSemidefinite(double[][] u, double[][] a, double roundoff) {
        Matrix sigma = Matrix.allocate(DType.F64, 1, Math.min(a.length, a[0].length));
        Decompositions.singularValues(stream, Dense.matrix(DType.F64, a), sigma);
        stream.reset();
        double nuclear = Arrays.stream(Dense.array(sigma)[0]).sum();
        double trace = 0;
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[0].length; j++) {
                trace += u[i][j] * a[i][j];
            }
        }
        assertThat(trace).isCloseTo(nuclear, offset(40 * roundoff * nuclear));
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void anyLayoutGivesTheSameBits(Layout layout) {
        for (DType dtype : DType.values()) {
            for (double[][] a : List.of(Dense.gaussian(9, 5, 1), Dense.gaussian(5, 9, 1), Dense.gaussian(6, 6, 1))) {
                double[][] expected = polar(Dense.matrix(dtype, a), dtype);
                Matrix out = layout.garbage(dtype, a.length, a[0].length);
                Polar.Result result = Polar.polar(stream, layout.of(dtype, a), out);
                assertThat(Dense.array(out)).isDeepEqualTo(expected);
                assertThat(result.converged()).isTrue();
            }
        }
    }

    @Test
    void theTransposeOfATallMatrixGivesTheTransposedBits() {
        Matrix a = Dense.matrix(DType.F64, Dense.gaussian(30, 13, 2));
        assertThat(Dense.transpose(polar(a.transposed(), DType.F64))).isDeepEqualTo(polar(a, DType.F64));
    }

    @Test
    void theOutputMayOverlapTheInput() {
        double[][] a = Dense.gaussian(8, 8, 1);
        double[][] expected = polar(Dense.matrix(DType.F64, a), DType.F64);
        Matrix same = Dense.matrix(DType.F64, a);
        Polar.polar(stream, same, same);
        assertThat(Dense.array(same)).isDeepEqualTo(expected);
        Matrix turned = Dense.matrix(DType.F64, a);
        Polar.polar(stream, turned, turned.transposed());
        assertThat(Dense.array(turned.transposed())).isDeepEqualTo(expected);
    }

    @Test
    void emptyMatricesAreAllowed() {
        for (int[] shape : new int[][] {{0, 0}, {0, 4}, {4, 0}}) {
            Matrix a = Matrix.allocate(DType.F32, shape[0], shape[1]);
            Matrix p = Matrix.allocate(DType.F32, 0, 0);
            assertThat(Polar.polar(stream, a, Matrix.allocate(DType.F32, shape[0], shape[1])))
                    .isEqualTo(new Polar.Result(0, 0, true, 1));
            assertThat(Polar.decompose(stream, a, a, p).converged()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void rejectsWhatIsNotFinite(double bad) {
        for (int[] shape : new int[][] {{1, 1}, {5, 5}, {9, 4}, {4, 9}}) {
            for (DType dtype : DType.values()) {
                double[][] values = Dense.gaussian(shape[0], shape[1], 1);
                values[shape[0] - 1][shape[1] / 2] = bad;
                Matrix a = Dense.matrix(dtype, values);
                assertThatThrownBy(() -> Polar.polar(stream, a, Matrix.allocate(dtype, a.rows(), a.columns())))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("polar")
                        .hasMessageContaining("not finite");
                stream.reset();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"5,5", "9,4", "4,9", "70,70"})
    void decomposesIntoBothFactors(int m, int n) {
        int order = Math.min(m, n);
        for (DType dtype : new DType[] {DType.F32, DType.F64}) {
            double u = dtype.unitRoundoff();
            Matrix a = Dense.matrix(dtype, conditioned(m, n, 2, geometric(order, 1e3)));
            Matrix factor = Layout.HEAP.garbage(dtype, m, n);
            Matrix p = Layout.STRIDED_COLUMNS.garbage(dtype, order, order);
            Polar.decompose(stream, a, factor, p);
            stream.reset();
            double[][] positive = Dense.array(p);
            assertThat(Dense.transpose(positive)).isDeepEqualTo(positive);
            double[][] product = m >= n
                    ? Dense.multiply(Dense.array(factor), positive)
                    : Dense.multiply(positive, Dense.array(factor));
            // ‖A‖₂ = 1; P and the product are rounded, the skew part of UᵀA is dropped.
            assertThat(Dense.distance(product, Dense.array(a))).isLessThanOrEqualTo((4 + Math.sqrt(order)) * u);
            assertThat(Dense.array(factor)).isDeepEqualTo(polar(a, dtype));
        }
    }

    @Test
    void typesMayDiffer() {
        Matrix a = Dense.matrix(DType.BF16, Dense.gaussian(11, 6, 5));
        double[][] exact = polar(a, DType.F64);
        assertThat(Dense.distance(polar(a, DType.F32), exact)).isLessThanOrEqualTo(20 * 0x1p-24);
        assertThat(Dense.distance(polar(a, DType.BF16), exact)).isLessThanOrEqualTo(0x1p-8);
    }

    @Test
    void waitsAsDocumentedAndLeavesNoGarbageThatGrows() {
        Waits waits = new Waits();
        Matrix a = Dense.matrix(DType.F32, Dense.gaussian(40, 30, 1));
        Matrix out = Matrix.allocate(DType.F32, 40, 30);
        Polar.polar(waits.stream(), a, out);
        assertThat(waits.take()).isEqualTo(3);
        Polar.polar(waits.stream(), Matrix.allocate(DType.F32, 40, 30), out);
        assertThat(waits.take()).isBetween(6, 7);
        for (Matrix m : List.of(a, Matrix.allocate(DType.F32, 40, 30))) {
            long bytes = Garbage.perRun(300, 50, () -> {
                Polar.polar(stream, m, out);
                stream.reset();
            });
            assertThat(bytes).isLessThanOrEqualTo(512);
        }
    }

    @Test
    void f64SumsAreAPrecisionToo() {
        try (ComputeStream sums = new ReferenceBackend().open(1, Precision.F64_SUMS)) {
            Matrix a = Dense.matrix(DType.F32, conditioned(30, 30, 5, geometric(30, 100)));
            Matrix out = Matrix.allocate(DType.F32, 30, 30);
            assertThat(Polar.polar(sums, a, out).converged()).isTrue();
            assertThat(asymmetry(Dense.array(a), Dense.array(out), 0x1p-24)).isLessThanOrEqualTo(8);
        }
    }

    @Test
    void rejectsWhatDoesNotFit() {
        Matrix a = Matrix.allocate(DType.F32, 3, 4);
        assertThatThrownBy(() -> Polar.polar(stream, a, Matrix.allocate(DType.F32, 4, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3 x 4")
                .hasMessageContaining("4 x 3");
        assertThatThrownBy(() -> Polar.decompose(stream, a, a, Matrix.allocate(DType.F32, 4, 4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3 x 3")
                .hasMessageContaining("4 x 4");
    }
}
