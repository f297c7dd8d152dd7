package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.SkewMatrix;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.CayleyTruncation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Errors, defects and orders of the truncated Cayley transforms, beside the complex polynomials that planes are. */
class CayleyTruncationTest {
    private static final int ORDERS = 10;

    /** Planes that a norm is divided into. */
    private static final int PLANES = 4000;

    /** {@return the real and the imaginary part of 1 + 2z + … + 2zᵏ + last·zᵏ⁺¹ at z = iy} */
    private static double[] value(CayleyTruncation truncation, int order, double y) {
        double[] sum = {1, 0};
        double[] power = {1, 0};
        for (int j = 1; j <= order + 1; j++) {
            power = new double[] {-y * power[1], y * power[0]};
            double factor = j <= order ? 2 : truncation == CayleyTruncation.PRODUCT ? 1 : 0;
            sum[0] += factor * power[0];
            sum[1] += factor * power[1];
        }
        return sum;
    }

    private static double error(CayleyTruncation truncation, int order, double y) {
        double[] q = value(truncation, order, y);
        double turn = 2 * Math.atan(y);
        return Math.hypot(q[0] - Math.cos(turn), q[1] - Math.sin(turn));
    }

    private static double defect(CayleyTruncation truncation, int order, double y) {
        double[] q = value(truncation, order, y);
        return Math.abs(q[0] * q[0] + q[1] * q[1] - 1);
    }

    @ParameterizedTest
    @EnumSource(CayleyTruncation.class)
    void areTheLargestOverPlanes(CayleyTruncation truncation) {
        for (int order = 0; order <= ORDERS; order++) {
            for (double rho : new double[] {0, 0.1, 0.5, 0.7, 0.9, 1, 1.2, 2}) {
                double error = 0;
                double defect = 0;
                for (int i = 0; i <= PLANES; i++) {
                    double y = rho * i / PLANES;
                    error = Math.max(error, error(truncation, order, y));
                    defect = Math.max(defect, defect(truncation, order, y));
                }
                for (CayleyStep step : CayleyStep.values()) {
                    double norm = rho / Math.abs(step.factor());
                    // Rounding here is that of sums of size up to 2(order + 1)ρᵏ⁺¹, squared for the defect.
                    double size = Math.max(1, Math.pow(rho, order + 1.0));
                    assertThat(truncation.error(order, step, norm))
                            .as("error, k = %d, rho = %s", order, rho)
                            .isCloseTo(error, within(1e-14 * size));
                    // The largest of so many planes is below the supremum by the square of their distance, here at
                    // most.
                    assertThat(truncation.defect(order, step, norm))
                            .as("defect, k = %d, rho = %s", order, rho)
                            .isBetween(defect - 1e-14 * size * size, defect * (1 + 1e-5) + 1e-14 * size * size);
                }
            }
        }
    }

    @Test
    void knownValues() {
        // ‖RᵀR − I‖₂ of POET's kernel: θ⁴(2 − θ⁴).
        assertThat(CayleyTruncation.PRODUCT.defect(3, CayleyStep.FULL, 0.1)).isCloseTo(2.0e-4, within(1e-7));
        assertThat(CayleyTruncation.PRODUCT.defect(3, CayleyStep.FULL, 0.5)).isCloseTo(0.12109375, within(1e-15));
        assertThat(CayleyTruncation.PRODUCT.defect(3, CayleyStep.FULL, 1)).isCloseTo(1, within(1e-15));
        // T₄: |q|² = 1 − 4θ⁶ + 4θ⁸.
        assertThat(CayleyTruncation.SERIES.defect(4, CayleyStep.FULL, 0.5))
                .isCloseTo(4 * Math.pow(0.5, 6) - 4 * Math.pow(0.5, 8), within(1e-15));
        // 2.0e-5 against 1.0e-4 at θ = 0.1.
        assertThat(CayleyTruncation.SERIES.error(4, CayleyStep.FULL, 0.1)).isCloseTo(2.0e-5, within(1e-6));
        assertThat(CayleyTruncation.PRODUCT.error(3, CayleyStep.FULL, 0.1)).isCloseTo(1.0e-4, within(1e-12));
        assertThat(CayleyTruncation.SERIES.defect(0, CayleyStep.FULL, 3)).isZero();
        // Beyond, where nothing converges.
        assertThat(CayleyTruncation.PRODUCT.defect(9, CayleyStep.FULL, 1e200)).isInfinite();
    }

    /** The tolerance that an order just reaches, and the next one below. */
    @ParameterizedTest
    @EnumSource(CayleyTruncation.class)
    void ordersAreTheLeast(CayleyTruncation truncation) {
        for (CayleyStep step : CayleyStep.values()) {
            for (double norm : new double[] {1e-3, 0.05, 0.3, 0.8, 0.99}) {
                for (int k = 1; k <= 20; k++) {
                    double error = truncation.error(k, step, norm);
                    assertThat(truncation.orderForError(step, norm, error)).isEqualTo(k);
                    assertThat(truncation.orderForError(step, norm, Math.nextDown(error)))
                            .isEqualTo(k + 1);
                    double defect = truncation.defect(k, step, norm);
                    int order = truncation.orderForDefect(step, norm, defect);
                    assertThat(order).isLessThanOrEqualTo(k);
                    assertThat(truncation.defect(order, step, norm)).isLessThanOrEqualTo(defect);
                    for (int lower = truncation == CayleyTruncation.SERIES ? 1 : 0; lower < order; lower++) {
                        assertThat(truncation.defect(lower, step, norm)).isGreaterThan(defect);
                    }
                    assertThat(truncation.orderForDefect(
                                    step, norm, Math.nextDown(truncation.defect(order, step, norm))))
                            .isGreaterThan(order);
                }
            }
        }
        assertThat(truncation.orderForError(CayleyStep.FULL, 0, 0)).isZero();
        // 0.9ᵏ⁺¹ ≤ 1e-16, or 2·0.9ᵏ⁺¹/√1.81.
        assertThat(truncation.orderForError(CayleyStep.FULL, 0.9, 1e-16)).isBetween(348, 353);
    }

    @ParameterizedTest
    @EnumSource(CayleyTruncation.class)
    void whatNeverConvergesIsRefused(CayleyTruncation truncation) {
        assertThatThrownBy(() -> truncation.orderForError(CayleyStep.FULL, 1, 1e-3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0.001");
        assertThat(truncation.orderForError(CayleyStep.HALF, 1, 1e-3)).isPositive();
        assertThatThrownBy(() -> truncation.orderForDefect(CayleyStep.HALF, 5, 1e-3))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> truncation.orderForError(CayleyStep.FULL, 0.5, -1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> truncation.orderForError(CayleyStep.FULL, 0.5, Double.NaN))
                .isInstanceOf(IllegalArgumentException.class);
        for (double norm : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> truncation.error(1, CayleyStep.FULL, norm))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> truncation.error(-1, CayleyStep.FULL, 0.1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** What is promised holds for matrices, and not for an order less. */
    @Test
    void ordersHoldForMatrices() {
        Isospin iso = Backends.shared(Backends.REFERENCE);
        for (CayleyStep step : CayleyStep.values()) {
            for (double norm : new double[] {0.05, 0.3, 0.6}) {
                // The first plane turns by the norm.
                SkewMatrix a = Generators.skewPart(DType.F64, Generators.planes(9, norm, t -> 0, t -> t));
                for (double tolerance : new double[] {1e-2, 1e-6, 1e-10}) {
                    int order = CayleyTruncation.PRODUCT.orderForDefect(step, norm, tolerance);
                    Dense q = Subjects.apply((x, out) -> iso.cayleyNeumann(x, order, step, out), a);
                    assertThat(q.gramDefect().max()).isLessThanOrEqualTo(tolerance);
                    int fewer = order - 1;
                    if (fewer >= 0) {
                        Dense less = Subjects.apply((x, out) -> iso.cayleyNeumann(x, fewer, step, out), a);
                        assertThat(less.gramDefect().max()).isGreaterThan(tolerance);
                    }
                }
            }
        }
    }
}
