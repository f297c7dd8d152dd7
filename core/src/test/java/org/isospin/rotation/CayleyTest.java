package org.isospin.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Precision;
import org.isospin.SingularMatrixException;
import org.isospin.SkewMatrix;
import org.isospin.backend.Dense;
import org.isospin.backend.HostStream;
import org.isospin.backend.VectorOps;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CayleyTest {
    private final HostStream stream = new HostStream(1, Precision.STANDARD, new VectorOps());

    @AfterEach
    void close() {
        stream.close();
    }

    private Matrix cayley(SkewMatrix a, CayleyStep step) {
        Matrix out = Planes.garbage(a.dtype(), a.order());
        Cayley.cayley(stream, a, step, out);
        stream.reset();
        return out;
    }

    private SkewMatrix inverse(Matrix q, CayleyStep step) {
        SkewMatrix out = SkewMatrix.allocate(q.dtype(), q.rows());
        Cayley.inverse(stream, q, step, out);
        stream.reset();
        return out;
    }

    /** ((1 − x²) ± 2x)/(1 + x²) for x = cθ. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 1e-300, 1e-9, 0.25, 0.5, 0.75, 1, 1.5, 3, 40, 1e6, 1e150, -0.7, -5})
    void aPlaneTurnsByTwiceTheArcTangent(double angle) {
        for (CayleyStep step : CayleyStep.values()) {
            Matrix q = cayley(Planes.plane(DType.F64, angle), step);
            double turn = 2 * Math.atan(step.factor() * angle);
            // Forward error (½ + 2|x|)u up to 1 and |x|u beyond, where a plane's own condition is below 1: 4u suffice.
            assertThat(q.get(0, 0)).isCloseTo(Math.cos(turn), within(4 * 0x1p-53));
            assertThat(q.get(0, 1)).isCloseTo(Math.sin(turn), within(4 * 0x1p-53));
            assertThat(q.get(1, 0)).isCloseTo(-q.get(0, 1), within(4 * 0x1p-53));
            assertThat(q.get(1, 1)).isCloseTo(q.get(0, 0), within(4 * 0x1p-53));
        }
    }

    @ParameterizedTest
    @EnumSource(CayleyStep.class)
    void aKnownRationalRotation(CayleyStep step) {
        // x = 1/2: cos = 3/5, sin = 4/5.
        Matrix q = cayley(Planes.plane(DType.F64, 0.5 / step.factor()), step);
        assertThat(q.get(0, 0)).isCloseTo(0.6, within(0x1p-53));
        assertThat(q.get(0, 1)).isCloseTo(0.8, within(0x1p-53));
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void theTransformOfZeroIsTheIdentity(DType dtype) {
        for (int n : new int[] {0, 1, 2, 5, 40, 70}) {
            for (CayleyStep step : CayleyStep.values()) {
                Matrix q = cayley(SkewMatrix.allocate(dtype, n), step);
                for (int i = 0; i < n; i++) {
                    for (int j = 0; j < n; j++) {
                        assertThat(q.get(i, j)).isEqualTo(i == j ? 1 : 0);
                    }
                }
            }
        }
    }

    /** Below, between and above the norms where pivoting and the polish begin, on both sides of the leaf sizes. */
    @ParameterizedTest
    @ValueSource(ints = {2, 15, 16, 17, 31, 33, 48, 49, 65, 100})
    void manyPlanesTurnAtOnce(int n) {
        for (double angle : new double[] {1e-3, 0.2, 0.4, 0.9, 1.1, 6}) {
            double[][] a = Planes.turned(n, angle, t -> 0, t -> t);
            for (CayleyStep step : CayleyStep.values()) {
                double c = step.factor();
                double[][] expected = Planes.turned(
                        n, angle, t -> Math.cos(2 * Math.atan(c * t)), t -> Math.sin(2 * Math.atan(c * t)));
                double[][] q = Dense.array(cayley(Planes.skew(DType.F64, a), step));
                // (1 + 2‖X‖)u of the map, and of the two products on either side, which have n terms each.
                double error = (1 + 2 * Math.abs(c) * angle + 2 * (1 + angle) * Math.sqrt(n)) * 0x1p-53;
                assertThat(Dense.distance(q, expected)).isLessThanOrEqualTo(error * Math.sqrt(n));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void theInverseFindsItsOrigin(DType dtype) {
        for (int n : new int[] {0, 1, 2, 3, 9, 40}) {
            for (double factor : new double[] {1e-3, 0.02, 0.1}) {
                SkewMatrix a = Planes.gaussian(dtype, n, factor, n);
                double norm = 2 * factor * Math.sqrt(n);
                for (CayleyStep step : CayleyStep.values()) {
                    SkewMatrix found = inverse(cayley(a, step), step);
                    double x = step.factor() * norm;
                    // Q is rounded, and its error amplified by ½(1 + ‖X‖²)/c; as much again for the solution.
                    double error = 3 * (1 + x * x) / Math.abs(step.factor()) * dtype.unitRoundoff();
                    assertThat(Dense.distance(Dense.array(found.toDense()), Dense.array(a.toDense())))
                            .isLessThanOrEqualTo(error * Math.sqrt(n));
                }
            }
        }
    }

    @Test
    void anEigenvalueOfMinusOneHasNoOrigin() {
        // Exactly −1: the reflection of axis 2; the pivot of Q + I that vanishes is that.
        Matrix q = Dense.matrix(DType.F64, Dense.diagonal(1, 1, -1, 1));
        assertThatThrownBy(() -> inverse(q, CayleyStep.FULL))
                .isInstanceOfSatisfying(SingularMatrixException.class, e -> {
                    assertThat(e.index()).isEqualTo(2);
                    assertThat(e.reciprocalCondition()).isZero();
                    assertThat(e).hasMessageContaining("-1");
                });
        stream.reset();
        // To working accuracy: a half turn of one plane of many.
        for (DType dtype : new DType[] {DType.F64, DType.F32}) {
            Matrix turned = Dense.matrix(dtype, Planes.turned(7, Math.PI, Math::cos, Math::sin));
            assertThatThrownBy(() -> inverse(turned, CayleyStep.HALF))
                    .isInstanceOfSatisfying(SingularMatrixException.class, e -> {
                        assertThat(e.index()).isBetween(0, 6);
                        assertThat(e.reciprocalCondition()).isLessThan(100 * dtype.unitRoundoff());
                    });
            stream.reset();
        }
        // And one that is near enough to see, but has an origin.
        Matrix nearly = Dense.matrix(DType.F64, Planes.turned(7, 3.14159, Math::cos, Math::sin));
        SkewMatrix found = inverse(nearly, CayleyStep.FULL);
        double largest = Math.tan(3.14159 / 2);
        assertThat(Dense.frobenius(Dense.array(found.toDense())))
                .isCloseTo(Math.sqrt(2) * largest, within(largest * 1e-2));
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void whatIsNotFiniteGivesNaN(double bad) {
        for (DType dtype : DType.values()) {
            for (int n : new int[] {2, 9, 70}) {
                SkewMatrix a = Planes.gaussian(dtype, n, 0.01, 1);
                a.packed().set(0, n / 2 - 1, bad);
                assertThat(hasNaN(Dense.array(cayley(a, CayleyStep.FULL)))).isTrue();
                Matrix q = Dense.matrix(dtype, Dense.identity(n));
                q.set(n / 2, 0, bad);
                assertThat(hasNaN(Dense.array(inverse(q, CayleyStep.FULL).toDense())))
                        .isTrue();
            }
        }
    }

    private static boolean hasNaN(double[][] a) {
        for (double[] row : a) {
            for (double x : row) {
                if (Double.isNaN(x)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void shapesAreChecked() {
        SkewMatrix a = SkewMatrix.allocate(DType.F64, 4);
        assertThatThrownBy(() -> Cayley.cayley(stream, a, CayleyStep.FULL, Matrix.allocate(DType.F64, 5, 4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4 x 4")
                .hasMessageContaining("5 x 4");
        assertThatThrownBy(() -> Cayley.inverse(stream, Matrix.allocate(DType.F64, 5, 4), CayleyStep.FULL, a))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("5 x 4");
        assertThatThrownBy(() -> Cayley.inverse(stream, Matrix.allocate(DType.F64, 5, 5), CayleyStep.FULL, a))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("order 5")
                .hasMessageContaining("order 4");
    }
}
