package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.UnaryOperator;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.polar.GramSchmidt;
import org.isospin.polar.GramSchmidtDerivative;
import org.isospin.polar.Lowdin;
import org.isospin.polar.LowdinDerivative;
import org.isospin.polar.Orthonormalization;
import org.isospin.polar.Orthonormalization.Method;
import org.isospin.polar.OrthonormalizationDerivative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What orthonormalisations promise beyond their laws: each method's limits, failures and derivatives. */
class OrthonormalizationTest {
    /** P of the notes on OPT, and its factors, to ten digits. */
    private static final Dense P = dense(new double[][] {{2, 1, 0}, {0, 3, 1}, {1, 0, 1}});

    private static final Dense GRAM_SCHMIDT = dense(new double[][] {
        {.8944271910, .4472135955, 0},
        {-.4190581775, .8381163549, .3492151479},
        {.1561737619, -.3123475238, .9370425713}
    });

    private static final Dense REFLECTIONS = dense(new double[][] {
        {.8944271910, .0659380473, -.4423258685},
        {0, .9890707101, .1474419562},
        {.4472135955, -.1318760947, .8846517369}
    });

    private static final Dense LOWDIN = dense(new double[][] {
        {.8963140294, .2966191513, -.3296031549},
        {-.1817590703, .9237724396, .3370580368},
        {.4044561793, -.2422014841, .8819034188}
    });

    private final Isospin iso = Backends.shared(Backends.REFERENCE);

    private static Dense dense(double[][] rows) {
        Dense out = Dense.zero(rows.length, rows[0].length);
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows[0].length; j++) {
                out.set(i, j, rows[i][j]);
            }
        }
        return out;
    }

    private Dense orthonormalize(Dense a, Method method) {
        return Subjects.apply((x, out) -> Orthonormalization.orthonormalize(iso, x, method, out), DType.F64, a);
    }

    private Dense gramSchmidt(DType dtype, Dense a, GramSchmidt.Variant variant) {
        return Subjects.apply((x, out) -> GramSchmidt.orthonormalize(iso, x, variant, out), dtype, a);
    }

    @Test
    void threeWaysOfOptGiveItsNumbers() {
        Dense rows = gramSchmidt(DType.F64, P.transposed(), GramSchmidt.Variant.CLASSICAL)
                .transposed();
        assertThat(rows.plus(-1, GRAM_SCHMIDT).max()).isLessThan(6e-11);
        assertThat(orthonormalize(P, Method.REFLECTIONS).plus(-1, REFLECTIONS).max())
                .isLessThan(6e-11);
        assertThat(orthonormalize(P, Method.LOWDIN).plus(-1, LOWDIN).max()).isLessThan(6e-11);
    }

    /** With u of 10⁻⁷ and κ = 10³: κ²u, κu and u. */
    @Test
    void variantsOfGramSchmidtLoseOrthogonalityAsTheySay() {
        double kappa = 1e3;
        double u = DType.F32.unitRoundoff();
        Dense a = Generators.conditioned(60, 40, kappa, 3);
        double classical =
                gramSchmidt(DType.F32, a, GramSchmidt.Variant.CLASSICAL).orthogonalityDefect();
        double modified =
                gramSchmidt(DType.F32, a, GramSchmidt.Variant.MODIFIED).orthogonalityDefect();
        double twice = gramSchmidt(DType.F32, a, GramSchmidt.Variant.TWICE).orthogonalityDefect();
        assertThat(classical).isBetween(kappa * u, kappa * kappa * u);
        assertThat(modified).isBetween(4 * u, kappa * u);
        assertThat(twice).isLessThan(Math.sqrt(40) * u);
    }

    /** Within CholeskyQR2's limit all four find the Q with a positive diagonal in R, known to κu. */
    @ParameterizedTest
    @EnumSource(DType.class)
    void methodsWithATriangleAgree(DType dtype) {
        if (dtype != dtype.computeType()) {
            return;
        }
        for (int[] shape : new int[][] {{30, 30}, {50, 20}, {20, 50}}) {
            Dense a = Dense.of(Generators.conditioned(shape[0], shape[1], 50, 4).to(dtype));
            Dense expected = orthonormalize(a, Method.HOUSEHOLDER);
            for (Method method : new Method[] {Method.HOUSEHOLDER, Method.CHOLESKY_QR2, Method.GRAM_SCHMIDT}) {
                Dense q = Subjects.apply((x, out) -> Orthonormalization.orthonormalize(iso, x, method, out), dtype, a);
                assertThat(q.plus(-1, expected).frobenius() / Math.sqrt(20))
                        .as("%s of %s", method, dtype)
                        .isLessThan(20 * 50 * dtype.unitRoundoff());
            }
        }
    }

    @Test
    void reflectionsHaveTheDeterminantOfTheirNumber() {
        for (int n = 1; n < 9; n++) {
            for (int seed = 0; seed < 6; seed++) {
                Dense q = orthonormalize(Generators.gaussian(n, n, seed), Method.REFLECTIONS);
                assertThat(q.determinant()).isCloseTo(n % 2 == 0 ? -1 : 1, org.assertj.core.data.Offset.offset(1e-12));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 1e3, 1e6, 1e7})
    void choleskyWorksUpToItsLimitInBothTypes(double kappa) {
        for (DType dtype : new DType[] {DType.F32, DType.F64}) {
            Matrix a = Generators.conditioned(512, 64, kappa, 5).to(dtype);
            Matrix q = Matrix.allocate(dtype, 512, 64);
            Orthonormalization.Result result = Orthonormalization.orthonormalize(iso, a, Method.CHOLESKY_QR2, q);
            assertThat(result.method()).isEqualTo(Method.CHOLESKY_QR2);
            assertThat(result.residual()).isLessThan(dtype.unitRoundoff());
            assertThat(result.converged()).isTrue();
        }
    }

    @Test
    void choleskyFallsBackBeyondItsLimitAndSaysSo() {
        for (double kappa : new double[] {1e9, 1e12, 1e15}) {
            Matrix a = Generators.conditioned(80, 40, kappa, 6).to(DType.F64);
            Matrix q = Matrix.allocate(DType.F64, 80, 40);
            Orthonormalization.Result result = Orthonormalization.orthonormalize(iso, a, Method.CHOLESKY_QR2, q);
            assertThat(result.method()).isEqualTo(Method.HOUSEHOLDER);
            assertThat(result.residual()).isLessThan(DType.F64.unitRoundoff());
        }
        Matrix zero = Matrix.allocate(DType.F32, 9, 4);
        Matrix q = Matrix.allocate(DType.F32, 9, 4);
        assertThat(Orthonormalization.orthonormalize(iso, zero, Method.CHOLESKY_QR2, q)
                        .converged())
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void magnitudesDoNotMatter(Method method) {
        for (DType dtype : new DType[] {DType.F32, DType.F64}) {
            Dense a = Generators.conditioned(12, 7, 10, 7);
            Matrix expected = Matrix.allocate(dtype, 12, 7);
            Orthonormalization.orthonormalize(iso, a.to(dtype), method, expected);
            int[] exponents = dtype == DType.F32 ? new int[] {-100, 100} : new int[] {-900, 900};
            for (int exponent : exponents) {
                Matrix scaled = Dense.zero(12, 7)
                        .plus(Math.scalb(1.0, exponent), Dense.of(a.to(dtype)))
                        .to(dtype);
                Matrix q = Matrix.allocate(dtype, 12, 7);
                Orthonormalization.orthonormalize(iso, scaled, method, q);
                assertThat(Dense.of(q).hasBitsOf(Dense.of(expected)))
                        .as("%s %s 2^%d", method, dtype, exponent)
                        .isTrue();
            }
        }
    }

    @Test
    void denormalInputIsOrthonormalized() {
        // Integer multiples of the smallest number: the digits that are left are exact.
        Dense a = dense(new double[][] {{3, 1}, {1, -5}, {2, 7}});
        for (Method method : Method.values()) {
            Dense tiny = Dense.zero(3, 2).plus(Double.MIN_VALUE, a);
            assertThat(orthonormalize(tiny, method).hasBitsOf(orthonormalize(a, method)))
                    .as(method.name())
                    .isTrue();
        }
    }

    @Test
    void dependentColumnsAreNamed() {
        Dense a = Generators.gaussian(8, 5, 1);
        for (int i = 0; i < 8; i++) {
            a.set(i, 3, a.get(i, 0) - 2 * a.get(i, 1));
        }
        Matrix out = Matrix.allocate(DType.F64, 8, 5);
        for (GramSchmidt.Variant variant : GramSchmidt.Variant.values()) {
            assertThatThrownBy(() -> GramSchmidt.orthonormalize(iso, a.to(DType.F64), variant, out))
                    .isInstanceOfSatisfying(
                            SingularMatrixException.class,
                            e -> assertThat(e.index()).isEqualTo(3));
        }
        assertThatThrownBy(() -> GramSchmidt.orthonormalize(
                        iso, Matrix.allocate(DType.F64, 8, 5), GramSchmidt.Variant.TWICE, out))
                .isInstanceOfSatisfying(
                        SingularMatrixException.class,
                        e -> assertThat(e.index()).isEqualTo(0));
        assertThatThrownBy(() -> Lowdin.orthonormalize(iso, a.to(DType.F64), out))
                .isInstanceOf(SingularMatrixException.class)
                .hasMessageContaining("8 x 5");
        assertThatThrownBy(() -> LowdinDerivative.vjp(iso, a.to(DType.F64), out, out))
                .isInstanceOf(SingularMatrixException.class);
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void vjpsAreAdjointsOfTheSlope(Method method) {
        for (int[] shape : new int[][] {{1, 1}, {6, 6}, {9, 4}, {4, 9}, {40, 40}}) {
            Dense a = Generators.withSpectrum(shape[0], shape[1], j -> 1 + 0.2 * (j % 5), 11);
            Dense v = direction(shape, 12);
            Dense g = Generators.gaussian(shape[0], shape[1], 13);
            Matrix gradient = Generators.garbage(Matrix.allocate(DType.F64, shape[0], shape[1]));
            OrthonormalizationDerivative.vjp(iso, a.to(DType.F64), method, g.to(DType.F64), gradient);
            UnaryOperator<Dense> map = x -> orthonormalize(x, method);
            DerivativeLaws.vjp(method.name(), map, a, v, g, Dense.of(gradient)).orThrow();
        }
    }

    /** Small enough that seven points stay near a matrix whose columns are nearly orthogonal. */
    private static Dense direction(int[] shape, long seed) {
        Dense v = Generators.gaussian(shape[0], shape[1], seed);
        return Dense.zero(shape[0], shape[1]).plus(1 / Math.max(1, v.norm2()), v);
    }

    @Test
    void jvpsAreTheSlope() {
        for (int[] shape : new int[][] {{6, 6}, {9, 4}, {4, 9}}) {
            Dense a = Generators.withSpectrum(shape[0], shape[1], j -> 1 + 0.2 * (j % 5), 11);
            Dense v = direction(shape, 12);
            Matrix out = Generators.garbage(Matrix.allocate(DType.F64, shape[0], shape[1]));
            GramSchmidtDerivative.jvp(iso, a.to(DType.F64), v.to(DType.F64), out);
            DerivativeLaws.jvp("Gram-Schmidt", x -> orthonormalize(x, Method.HOUSEHOLDER), a, v, Dense.of(out))
                    .orThrow();
            LowdinDerivative.jvp(iso, a.to(DType.F64), v.to(DType.F64), out);
            DerivativeLaws.jvp("Lowdin", x -> orthonormalize(x, Method.LOWDIN), a, v, Dense.of(out))
                    .orThrow();
        }
    }

    /** All singular values equal: a derivative through singular vectors would divide by zero. */
    @Test
    void equalSingularValuesDoNoHarm() {
        Dense a = Dense.zero(5, 5).plus(3, Generators.orthonormal(5, 5, 2));
        Dense v = Generators.gaussian(5, 5, 3);
        Matrix out = Matrix.allocate(DType.F64, 5, 5);
        LowdinDerivative.vjp(iso, a.to(DType.F64), v.to(DType.F64), out);
        DerivativeLaws.jvp("Lowdin", x -> orthonormalize(x, Method.LOWDIN), a, v, Dense.of(out))
                .orThrow();
    }

    /** An ill-conditioned A: the derivative is known to κu, here against that in F64. */
    @Test
    void derivativesInSinglePrecisionAreThoseInDouble() {
        double kappa = 100;
        Dense a = Dense.of(Generators.conditioned(14, 9, kappa, 8).to(DType.F32));
        Dense g = Dense.of(Generators.gaussian(14, 9, 9).to(DType.F32));
        for (Method method : new Method[] {Method.HOUSEHOLDER, Method.REFLECTIONS, Method.LOWDIN}) {
            Matrix exact = Matrix.allocate(DType.F64, 14, 9);
            Matrix single = Matrix.allocate(DType.F32, 14, 9);
            OrthonormalizationDerivative.vjp(iso, a.to(DType.F64), method, g.to(DType.F64), exact);
            OrthonormalizationDerivative.vjp(iso, a.to(DType.F32), method, g.to(DType.F32), single);
            double error = Dense.of(single).plus(-1, Dense.of(exact)).frobenius();
            assertThat(error / Dense.of(exact).frobenius()).isLessThan(8 * kappa * DType.F32.unitRoundoff());
        }
    }
}
