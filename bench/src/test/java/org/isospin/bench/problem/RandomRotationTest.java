package org.isospin.bench.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The matrix, its action and its inverse's agree. */
class RandomRotationTest {
    /** A dozen layers, each of a few roundings. */
    private static final double NEAR = 1e-14;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8, 17})
    void agreesWithItsMatrix(int n) {
        SplittableRandom random = new SplittableRandom(n);
        RandomRotation q = new RandomRotation(n, random);
        RandomRotation p = new RandomRotation(n, random);
        double[] diagonal = random.doubles(n).toArray();
        double[] x = random.doubles(n).toArray();
        double[][] matrix = q.times(diagonal, p);
        double[] inner = p.applyTransposed(x);
        for (int i = 0; i < n; i++) {
            inner[i] *= diagonal[i];
        }
        double[] expected = q.apply(inner);
        for (int i = 0; i < n; i++) {
            double sum = 0;
            for (int j = 0; j < n; j++) {
                sum += matrix[i][j] * x[j];
            }
            assertThat(sum).isEqualTo(expected[i], within(NEAR));
        }
        double[] back = q.applyTransposed(q.apply(x));
        for (int i = 0; i < n; i++) {
            assertThat(back[i]).isEqualTo(x[i], within(NEAR));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 64})
    void isDense(int n) {
        double[] unit = new double[n];
        unit[0] = 1;
        assertThat(new RandomRotation(n, new SplittableRandom(1)).apply(unit)).doesNotContain(0);
    }
}
