package org.isospin.properties.golden;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GoldenDeviationTest {
    private static GoldenDeviation deviation(double actual, double expected, double tolerance) {
        return new GoldenDeviation(GoldenMode.F64, "x", 0, 0, actual, expected, tolerance);
    }

    @Test
    void differenceOfExactlyTheTolerancePasses() {
        assertThat(deviation(1.5, 1, 0.5).isWithin()).isTrue();
        assertThat(deviation(1.5, 1, 0.5).share()).isEqualTo(1);
        assertThat(deviation(1, 1.5, Math.nextDown(0.5)).isWithin()).isFalse();
    }

    @Test
    void toleranceZeroMeansEqual() {
        assertThat(deviation(1, 1, 0).isWithin()).isTrue();
        assertThat(deviation(1, 1, 0).share()).isZero();
        assertThat(deviation(-0.0, 0.0, 0).isWithin()).isTrue();
        assertThat(deviation(Double.MIN_VALUE, 0, 0).isWithin()).isFalse();
        assertThat(deviation(Double.MIN_VALUE, 0, 0).share()).isInfinite();
        assertThat(deviation(Math.nextUp(1.0), 1, 1e-300).isWithin()).isFalse();
    }

    @Test
    void onlyEqualInfinitiesPassAndNaNNeverDoes() {
        double inf = Double.POSITIVE_INFINITY;
        assertThat(deviation(inf, inf, 0).isWithin()).isTrue();
        assertThat(deviation(-inf, inf, 1e9).isWithin()).isFalse();
        assertThat(deviation(inf, 1, 1e300).isWithin()).isFalse();
        assertThat(deviation(Double.NaN, 1, 1e300).isWithin()).isFalse();
        assertThat(deviation(Double.NaN, Double.NaN, 1e300).isWithin()).isFalse();
        assertThat(deviation(Double.NaN, 1, 1e300).share()).isInfinite();
    }
}
