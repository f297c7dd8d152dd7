package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.SkewMatrix;
import org.isospin.rotation.Geodesic;
import org.isospin.rotation.GeodesicDerivative;
import org.isospin.rotation.LogDerivative;
import org.isospin.rotation.RotationLog;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Derivatives of the logarithm and of geodesics: slopes in any direction, on the rotations and off them. */
class RotationDerivativeTest extends OnEveryBackend {
    private static final double[] ANGLES = {1e-6, 0.05, 0.7, 1.5, 2, 3, 3.1};

    static Stream<String> backends() {
        return Backends.available().stream();
    }

    private static Dense rotation(int n, double angle, long seed) {
        return KnownProblems.turned(n, Math::cos, Math::sin, seed, angle);
    }

    /** So short that no point of the slope counts as no rotation, and that the seventh derivative near π does not show. */
    private static Dense direction(int n, double angle, long seed) {
        Dense v = Generators.gaussian(n, n, seed);
        return Dense.zero(n, n).plus(0.02 * Math.min(1, Math.PI - angle) / Math.max(1, v.norm2()), v);
    }

    private static Dense log(Isospin iso, Dense q) {
        SkewMatrix out = SkewMatrix.allocate(DType.F64, q.rows());
        RotationLog.log(iso, q.to(DType.F64), out);
        return Dense.of(out.packed());
    }

    private static Dense point(Isospin iso, Dense q0, Dense q1, double t) {
        Matrix out = Matrix.allocate(DType.F64, q0.rows(), q0.rows());
        Geodesic.point(iso, q0.to(DType.F64), q1.to(DType.F64), t, out);
        return Dense.of(out);
    }

    private static Matrix garbage(int n) {
        return Generators.garbage(Matrix.allocate(DType.F64, n, n));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void derivativesOfLogAreSlopes(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int n : new int[] {2, 5, 8}) {
            for (double angle : ANGLES) {
                Dense q = rotation(n, angle, 3);
                Dense v = direction(n, angle, 4);
                SkewMatrix jvp = SkewMatrix.allocate(DType.F64, n);
                LogDerivative.jvp(iso, q.to(DType.F64), v.to(DType.F64), jvp);
                DerivativeLaws.jvp("log, angle " + angle, x -> log(iso, x), q, v, Dense.of(jvp.packed()))
                        .orThrow();
                SkewMatrix g = Generators.skew(DType.F64, n, 1, 5);
                Matrix vjp = garbage(n);
                LogDerivative.vjp(iso, q.to(DType.F64), g, vjp);
                DerivativeLaws.vjp("log, angle " + angle, x -> log(iso, x), q, v, Dense.of(g.packed()), Dense.of(vjp))
                        .orThrow();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void derivativesOfGeodesicsAreSlopes(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int n : new int[] {2, 5, 8}) {
            for (double angle : ANGLES) {
                for (double t : new double[] {0, 0.3, 1, -0.7, 2}) {
                    Dense q0 = Generators.orthonormal(n, n, 6);
                    Dense q1 = q0.times(rotation(n, angle, 7));
                    Dense v = direction(n, angle, 8);
                    Dense h = Generators.gaussian(n, n, 9);
                    Matrix out0 = garbage(n);
                    Matrix out1 = garbage(n);
                    double slope = GeodesicDerivative.vjp(
                            iso, q0.to(DType.F64), q1.to(DType.F64), t, h.to(DType.F64), out0, out1);
                    String name = "geodesic, angle " + angle + ", t = " + t;
                    DerivativeLaws.vjp(name + ", Q0", x -> point(iso, x, q1, t), q0, v, h, Dense.of(out0))
                            .orThrow();
                    if (t != 0) {
                        DerivativeLaws.vjp(name + ", Q1", x -> point(iso, q0, x, t), q1, v, h, Dense.of(out1))
                                .orThrow();
                    }
                    Dense time = Dense.zero(1, 1);
                    time.set(0, 0, t);
                    Dense one = Dense.identity(1);
                    Dense found = Dense.zero(1, 1);
                    found.set(0, 0, slope);
                    DerivativeLaws.vjp(name + ", t", x -> point(iso, q0, q1, x.get(0, 0)), time, one, h, found)
                            .orThrow();
                }
            }
        }
    }

    /** In F32 the operands' rounding counts, by the same amplification. */
    @ParameterizedTest
    @MethodSource("backends")
    void derivativesInF32AgreeWithThoseInF64(String backend) {
        Isospin iso = Backends.shared(backend);
        int n = 8;
        Dense q = rotation(n, 2, 3);
        SkewMatrix g = Generators.skew(DType.F64, n, 1, 5);
        Matrix wide = garbage(n);
        LogDerivative.vjp(iso, q.to(DType.F64), g, wide);
        Matrix narrow = Generators.garbage(Matrix.allocate(DType.F32, n, n));
        LogDerivative.vjp(iso, q.to(DType.F32), Generators.skewPart(DType.F32, Dense.of(g)), narrow);
        assertThat(Dense.of(narrow).plus(-1, Dense.of(wide)).frobenius()
                        / Dense.of(wide).frobenius())
                .isLessThanOrEqualTo(16 * DType.F32.unitRoundoff());
    }

    /** Where exactly one plane is near π the derivative is that of its angle, however near. */
    @ParameterizedTest
    @MethodSource("backends")
    void nearPiDerivativesLastUntilTheLogarithmJumps(String backend) {
        Isospin iso = Backends.shared(backend);
        for (double gap : new double[] {1e-2, 1e-4, 1e-6}) {
            Dense q = rotation(2, Math.PI - gap, 1);
            Dense v = q.times(KnownProblems.turned(2, t -> 0, t -> t, 1, 1));
            SkewMatrix jvp = SkewMatrix.allocate(DType.F64, 2);
            LogDerivative.jvp(iso, q.to(DType.F64), v.to(DType.F64), jvp);
            assertThat(Math.abs(Math.abs(jvp.get(0, 1)) - 1)).isLessThan(64 * DType.F64.unitRoundoff() / gap);
        }
        for (double gap : new double[] {0, 1e-12, 3e-8}) {
            Matrix q = rotation(4, Math.PI - gap, 1).to(DType.F64);
            for (Runnable call : List.<Runnable>of(
                    () -> LogDerivative.jvp(iso, q, q, SkewMatrix.allocate(DType.F64, 4)),
                    () -> LogDerivative.vjp(iso, q, SkewMatrix.allocate(DType.F64, 4), garbage(4)),
                    () -> GeodesicDerivative.vjp(
                            iso, Dense.identity(4).to(DType.F64), q, 0.5, q, garbage(4), garbage(4)))) {
                assertThatExceptionOfType(SingularMatrixException.class)
                        .isThrownBy(call::run)
                        .withMessageContaining("within 2^-24 of π");
            }
        }
    }
}
