package org.isospin.polar;

import static org.assertj.core.api.Assertions.assertThat;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Precision;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.ReferenceBackend;
import org.junit.jupiter.api.Test;

/** When a reflection by inverse iterations is given, and when it is left to singular values. */
class ReflectionTest {
    private final ComputeStream stream = new ReferenceBackend().open(1, Precision.STANDARD);

    private double condition(Matrix c) {
        Matrix r = Matrix.allocate(DType.F64, c.rows(), c.rows());
        Polar.polar(stream, c, r);
        boolean isReversed = Orientation.isReversed(stream, r);
        double condition = Reflection.apply(stream, c, r);
        assertThat(Orientation.isReversed(stream, r)).isEqualTo(isReversed == (condition == Double.POSITIVE_INFINITY));
        return condition;
    }

    private static Matrix diagonal(int n, double last, double others) {
        Matrix c = Matrix.allocate(DType.F64, n, n);
        for (int i = 0; i < n; i++) {
            c.set(i, (i + 1) % n, i == 3 ? last : others + i * 1e-3);
        }
        return c;
    }

    @Test
    void randomMatricesAreReflectedWithoutSingularValues() {
        for (int n : new int[] {65, 128}) {
            for (int seed = 0; seed < 5; seed++) {
                Matrix c = Matrix.allocate(DType.F64, n, n);
                stream.gaussian(seed, c);
                assertThat(condition(c)).isLessThan(1e6);
            }
        }
    }

    @Test
    void aSmallestValueThatStandsOutIsFound() {
        for (double last : new double[] {0.99, 0.5, 1e-3, 1e-10}) {
            assertThat(condition(diagonal(80, last, 1))).isLessThan(1e4);
        }
    }

    @Test
    void equalSmallestValuesAreLeftAlone() {
        assertThat(condition(diagonal(80, 1, 1))).isInfinite();
        assertThat(condition(diagonal(80, 1 + 1e-15, 1))).isInfinite();
    }
}
