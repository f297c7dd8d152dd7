package org.isospin.bench.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.isospin.DType;
import org.isospin.Matrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Truth against planes whose result is known in 120 digits, and against what defines it. */
class TruthTest {
    private static final MathContext DIGITS = new MathContext(120);

    /** 0.01u is promised; what is reached is rounding in 106 bits. */
    private static final double REACHED = 1e-22;

    /** Planes that a shuffle scatters over a matrix: no block tells where its plane lies. */
    private static final class Planes {
        private final int[] order;
        private final Matrix high;
        private final Matrix low;

        Planes(int n) {
            List<Integer> shuffled =
                    new ArrayList<>(IntStream.range(0, n).boxed().toList());
            Collections.shuffle(shuffled, new Random(1));
            order = shuffled.stream().mapToInt(i -> i).toArray();
            high = Matrix.allocate(DType.F64, n, n);
            low = Matrix.allocate(DType.F64, n, n);
        }

        void set(int plane, int i, int j, BigDecimal x) {
            int row = order[2 * plane + i];
            int column = order[2 * plane + j];
            double first = x.doubleValue();
            high.set(row, column, first);
            low.set(row, column, x.subtract(new BigDecimal(first)).doubleValue());
        }

        WideMatrix wide() {
            return WideMatrix.of(high).plus(1, WideMatrix.of(low));
        }
    }

    private static BigDecimal series(BigDecimal x, int first) {
        BigDecimal sum = BigDecimal.ZERO;
        BigDecimal term = first == 0 ? BigDecimal.ONE : x;
        for (int k = first + 1; k < 600; k += 2) {
            sum = sum.add(term, DIGITS);
            term = term.multiply(x, DIGITS)
                    .multiply(x, DIGITS)
                    .divide(BigDecimal.valueOf((long) k * (k + 1)), DIGITS)
                    .negate();
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-3, 0.05, 1, 10, 100})
    void exponentialsOfPlanes(double largest) {
        int planes = 4;
        Planes a = new Planes(2 * planes);
        Planes q = new Planes(2 * planes);
        for (int p = 0; p < planes; p++) {
            BigDecimal angle = new BigDecimal(largest / (p + 1));
            a.set(p, 0, 1, angle);
            a.set(p, 1, 0, angle.negate());
            q.set(p, 0, 0, series(angle, 0));
            q.set(p, 1, 1, series(angle, 0));
            q.set(p, 0, 1, series(angle, 1));
            q.set(p, 1, 0, series(angle, 1).negate());
        }
        assertThat(Truth.exp(a.wide(), largest).distance(q.wide())).isLessThan(REACHED);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 1, 10, 100})
    void cayleyTransformsOfPlanes(double largest) {
        int planes = 4;
        Planes a = new Planes(2 * planes);
        Planes q = new Planes(2 * planes);
        for (int p = 0; p < planes; p++) {
            BigDecimal t = new BigDecimal(largest / (p + 1));
            BigDecimal quarter = t.multiply(t).divide(BigDecimal.valueOf(4));
            BigDecimal sum = BigDecimal.ONE.add(quarter);
            a.set(p, 0, 1, t);
            a.set(p, 1, 0, t.negate());
            for (int i = 0; i < 2; i++) {
                q.set(p, i, i, BigDecimal.ONE.subtract(quarter).divide(sum, DIGITS));
                q.set(p, i, 1 - i, (i == 0 ? t : t.negate()).divide(sum, DIGITS));
            }
        }
        // A certificate ends the iteration, at less than what F64 needs.
        assertThat(Truth.cayley(a.wide()).distance(q.wide())).isLessThan(Math.sqrt(8) * Truth.ACCURACY);
    }

    /** The polar factor of a 2 × 2 matrix of positive determinant is [a + d, b − c; c − b, a + d], normalised. */
    @ParameterizedTest
    @ValueSource(doubles = {10, 1e3, 1e6})
    void polarFactorsOfPlanes(double condition) {
        int planes = 4;
        Planes a = new Planes(2 * planes);
        Planes q = new Planes(2 * planes);
        for (int p = 0; p < planes; p++) {
            double[][] block = {{1, 0.25 * p}, {-0.5, Math.pow(condition, -p / 3.0) - 0.125 * p}};
            BigDecimal sum = new BigDecimal(block[0][0]).add(new BigDecimal(block[1][1]));
            BigDecimal difference = new BigDecimal(block[0][1]).subtract(new BigDecimal(block[1][0]));
            BigDecimal norm =
                    sum.multiply(sum).add(difference.multiply(difference)).sqrt(DIGITS);
            for (int i = 0; i < 2; i++) {
                for (int j = 0; j < 2; j++) {
                    a.set(p, i, j, new BigDecimal(block[i][j]));
                }
                q.set(p, i, i, sum.divide(norm, DIGITS));
                q.set(p, i, 1 - i, (i == 0 ? difference : difference.negate()).divide(norm, DIGITS));
            }
        }
        assertThat(Truth.polar(a.wide()).distance(q.wide())).isLessThan(Math.sqrt(8) * Truth.ACCURACY);
    }

    @Test
    void denseExponentialsAreRotationsAndTurnBack() {
        Trial trial = Kernel.EXP.trial(24, DType.F64, 100, 3);
        WideMatrix q = trial.truth();
        assertThat(q.orthogonalityDefect()).isLessThan(REACHED);
        WideMatrix a = WideMatrix.of(trial.operands().getFirst());
        assertThat(Truth.exp(a.scaled(-1), 100).distance(q.transposed())).isLessThan(REACHED);
    }

    @Test
    void productsKeepWhatF64Loses() {
        WideMatrix m = WideMatrix.of(Matrix.wrap(new double[] {1e16, 1, -1e16, 1, 0, 0, 1, 0, 0}, 3, 3));
        WideMatrix ones = WideMatrix.of(Matrix.wrap(new double[] {1, 1, 1, 1, 1, 1, 1, 1, 1}, 3, 3));
        Matrix product = m.times(ones).to(Matrix.allocate(DType.F64, 3, 3));
        assertThat(product.get(0, 0)).isEqualTo(1);
        WideMatrix third =
                WideMatrix.diagonal(1, 0).plus(1 / 3.0, Math.fma(-3, 1 / 3.0, 1) / 3, WideMatrix.diagonal(1, 1));
        assertThat(third.times(WideMatrix.diagonal(1, 3)).distance(WideMatrix.diagonal(1, 1)))
                .isLessThan(0x1p-100);
    }

    @Test
    void singularOperandsHaveNoTruth() {
        WideMatrix singular = WideMatrix.diagonal(3, 0);
        assertThatThrownBy(() -> Truth.polar(singular)).isInstanceOf(ArithmeticException.class);
    }
}
