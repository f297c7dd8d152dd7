package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.rotation.Cayley;
import org.isospin.rotation.CayleyDerivative;
import org.isospin.rotation.CayleyNeumannDerivative;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.FixedPointCayley;
import org.isospin.rotation.LowRankCayley;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The Cayley family on operands near the ends of the range. */
class CayleyScalingTest {
    private static final int N = 10;
    private static final CayleyStep STEP = CayleyStep.FULL;

    static Stream<Arguments> backendsAndTypes() {
        return Backends.available().stream()
                .flatMap(b -> Stream.of(DType.F64, DType.F32).map(t -> Arguments.of(b, t)));
    }

    private static double huge(DType dtype) {
        return dtype == DType.F64 ? 1e300 : 1e30;
    }

    private static double tiny(DType dtype) {
        return dtype == DType.F64 ? 1e-300 : 1e-30;
    }

    private static Dense vjp(Isospin iso, SkewMatrix a, Matrix cotangent) {
        SkewMatrix out = SkewMatrix.allocate(a.dtype(), a.order());
        CayleyDerivative.vjp(iso, a, STEP, cotangent, out);
        return Dense.of(out);
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void aHugeMatrixTurnsByHalfTurnsAndNothingMovesIt(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        SkewMatrix a = Generators.skewPart(dtype, Generators.planes(N, huge(dtype), t -> 0, t -> t));
        Dense q = Subjects.apply((x, out) -> iso.cayley(x, STEP, out), a);
        assertThat(q.plus(1, Dense.identity(N)).max()).isLessThanOrEqualTo(2 * dtype.unitRoundoff());
        SkewMatrix tangent = Generators.skew(dtype, N, 1, 1);
        Dense derivative = Subjects.apply((x, out) -> CayleyDerivative.jvp(iso, x, STEP, tangent, out), a);
        assertThat(derivative.max()).isLessThanOrEqualTo(4 * N * N / huge(dtype));
        assertThat(vjp(iso, a, Dense.identity(N).to(dtype)).max()).isLessThanOrEqualTo(4 * N * N / huge(dtype));
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void derivativesAreLinearInTheirCotangent(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        Dense g = Generators.gaussian(N, N, 2);
        for (double norm : new double[] {0.5, 3}) {
            SkewMatrix a = Generators.skew(dtype, N, norm, 1);
            Dense one = vjp(iso, a, g.to(dtype));
            for (double size : new double[] {huge(dtype), tiny(dtype)}) {
                // A power of two changes no digit.
                double factor = Math.scalb(1.0, Math.getExponent(size));
                Dense many = vjp(iso, a, Dense.zero(N, N).plus(factor, g).to(dtype));
                assertThat(Dense.zero(N, N).plus(1 / factor, many).plus(-1, one).max())
                        .isLessThanOrEqualTo(16 * dtype.unitRoundoff());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void aTinyMatrixHasTheDerivativesOfZero(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        SkewMatrix tiny = Generators.skew(dtype, N, tiny(dtype), 1);
        SkewMatrix zero = SkewMatrix.allocate(dtype, N);
        SkewMatrix tangent = Generators.skew(dtype, N, 1, 2);
        Matrix g = Generators.gaussian(N, N, 3).to(dtype);
        double u = dtype.unitRoundoff();
        SkewMap jvp = (x, out) -> CayleyDerivative.jvp(iso, x, STEP, tangent, out);
        assertThat(Subjects.apply(jvp, tiny).plus(-1, Subjects.apply(jvp, zero)).max())
                .isLessThanOrEqualTo(4 * u);
        assertThat(Subjects.apply(jvp, zero).plus(-2, Dense.of(tangent)).max()).isZero();
        SkewMap product = (x, out) -> CayleyNeumannDerivative.productJvp(iso, x, 5, STEP, tangent, out);
        assertThat(Subjects.apply(product, tiny).plus(-2, Dense.of(tangent)).max())
                .isLessThanOrEqualTo(4 * u);
        assertThat(vjp(iso, tiny, g).plus(-1, vjp(iso, zero, g)).max()).isLessThanOrEqualTo(64 * u);
        SkewMatrix out = SkewMatrix.allocate(dtype, N);
        CayleyNeumannDerivative.productVjp(iso, tiny, 5, STEP, g, out);
        assertThat(Dense.of(out).plus(-1, vjp(iso, zero, g)).max()).isLessThanOrEqualTo(64 * u);
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void iterationsAndLowRankFormsAreLinearInWhatTheyTurn(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        SkewMatrix a = Generators.skew(dtype, N, 0.5, 1);
        Dense g = Generators.orthonormal(N, 2, 2);
        Dense h = Generators.orthonormal(N, 2, 3);
        Dense x = Generators.gaussian(N, 3, 4);
        for (double size : new double[] {huge(dtype), tiny(dtype)}) {
            double factor = Math.scalb(1.0, Math.getExponent(size));
            Matrix scaled = Dense.zero(N, 3).plus(factor, x).to(dtype);
            for (int form = 0; form < 3; form++) {
                Matrix one = Matrix.allocate(dtype, N, 3);
                Matrix many = Matrix.allocate(dtype, N, 3);
                turn(iso, form, a, g.to(dtype), h.to(dtype), x.to(dtype), one);
                turn(iso, form, a, g.to(dtype), h.to(dtype), scaled, many);
                assertThat(Dense.zero(N, 3)
                                .plus(1 / factor, Dense.of(many))
                                .plus(-1, Dense.of(one))
                                .max())
                        .isLessThanOrEqualTo(16 * dtype.unitRoundoff());
            }
        }
    }

    private static void turn(Isospin iso, int form, SkewMatrix a, Matrix g, Matrix h, Matrix x, Matrix out) {
        switch (form) {
            case 0 -> FixedPointCayley.apply(iso, a, STEP, 3, x, out);
            case 1 -> LowRankCayley.apply(iso, g, h, 0.5, STEP, x, out);
            default -> LowRankCayley.woodbury(iso, g, h, 0.5, STEP, x, out);
        }
    }

    /** What is reported of an inverse: the tangent of half the largest angle, and what follows from it. */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void theInverseTellsHowWellItIsDetermined(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        for (CayleyStep step : CayleyStep.values()) {
            for (double angle : new double[] {0, 1e-3, 1, 3, 3.1}) {
                Dense q = Generators.planes(N, angle, Math::cos, Math::sin);
                SkewMatrix found = SkewMatrix.allocate(dtype, N);
                Cayley.Inversion result = Cayley.inverse(iso, q.to(dtype), step, found);
                SkewMatrix plain = SkewMatrix.allocate(dtype, N);
                iso.inverseCayley(q.to(dtype), step, plain);
                assertThat(Dense.of(found).hasBitsOf(Dense.of(plain))).isTrue();
                double norm = Math.tan(angle / 2);
                // An estimate from below, good to a few tens of percent.
                assertThat(result.norm()).isBetween(0.6 * norm, 1.001 * norm + 4 * dtype.unitRoundoff());
                assertThat(result.smallestSingularValue())
                        .isBetween(1.99 * Math.cos(angle / 2), 2 * Math.cos(angle / 2) / 0.6);
                assertThat(result.conditionEstimate())
                        .isBetween(0.3 * (1 + norm * norm) / 2, 1.01 * (1 + norm * norm) / 2);
            }
        }
        Matrix bad = Dense.identity(N).to(dtype);
        bad.set(1, 2, Double.NaN);
        assertThat(Cayley.inverse(iso, bad, STEP, SkewMatrix.allocate(dtype, N)).norm())
                .isNaN();
    }
}
