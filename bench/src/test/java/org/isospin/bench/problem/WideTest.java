package org.isospin.bench.problem;

import static org.assertj.core.api.Assertions.assertThat;

import org.isospin.DType;
import org.isospin.Matrix;
import org.junit.jupiter.api.Test;

/** Sums whose F64 value is wrong in every digit. */
class WideTest {
    @Test
    void keepsWhatF64Loses() {
        Wide ones = Wide.of(1, 1, 1);
        assertThat(ones.times(new double[] {1e16, 1, -1e16}).rounded()).containsExactly(1);
        Wide one = Wide.of(1e16, 1, -1e16);
        assertThat(one.timesTransposed(new double[] {1, 1, 1}).rounded()).containsExactly(1);
        double third = 1 / 3.0;
        double rest = Math.fma(third, -3, 1);
        Wide product = Wide.of(third).times(new double[] {3});
        assertThat(product.distance(Wide.of(1)))
                .as("3·fl(1/3) misses 1 by what fma tells")
                .isEqualTo(rest);
    }

    @Test
    void carriesTheRestAlong() {
        Wide third = Wide.of(1).over(3);
        assertThat(third.times(new double[] {3}).distance(Wide.of(1))).isLessThan(0x1p-100);
        assertThat(third.timesTransposed(new double[] {3}).distance(Wide.of(1))).isLessThan(0x1p-100);
        assertThat(third.plus(1, third).plus(1, third).distance(Wide.of(1))).isLessThan(0x1p-100);
        assertThat(Wide.of(1).plus(1, Wide.of(0x1p-80)).distance(Wide.of(1))).isEqualTo(0x1p-80);
    }

    @Test
    void appliesMatricesByRows() {
        double[] m = {1, 2, 3, 4, 5, 6};
        assertThat(Wide.of(1, 10, 100).times(m).rounded()).containsExactly(321, 654);
        assertThat(Wide.of(1, 10).timesTransposed(m).rounded()).containsExactly(41, 52, 63);
        assertThat(Wide.elements(
                        Matrix.wrap(new double[] {1, 2, 3, 4, 5, 6}, 2, 3).transposed()))
                .containsExactly(1, 4, 2, 5, 3, 6);
        Matrix half = Matrix.allocate(DType.BF16, 1, 2);
        half.set(0, 1, -2);
        assertThat(Wide.elements(half)).containsExactly(0, -2);
    }

    @Test
    void showsNaN() {
        Wide x = Wide.of(1, 1);
        assertThat(x.times(new double[] {Double.NaN, 0}).distance(Wide.of(0))).isNaN();
        assertThat(new Check("", Double.NaN, 1).isPassed()).isFalse();
    }
}
