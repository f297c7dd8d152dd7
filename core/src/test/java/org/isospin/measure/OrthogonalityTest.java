package org.isospin.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Precision;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Dense;
import org.isospin.backend.Garbage;
import org.isospin.backend.Layout;
import org.isospin.backend.ReferenceBackend;
import org.isospin.backend.Waits;
import org.isospin.rotation.Haar;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrthogonalityTest {
    private final ComputeStream stream = new ReferenceBackend().open(1, Precision.STANDARD);

    @AfterEach
    void close() {
        stream.close();
    }

    /** QᵀQ − I, exactly. */
    private static BigDecimal[][] exactDefect(Matrix q) {
        int n = q.columns();
        BigDecimal[][] e = new BigDecimal[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                e[i][j] = BigDecimal.valueOf(i == j ? -1 : 0);
                for (int k = 0; k < q.rows(); k++) {
                    e[i][j] = e[i][j].add(new BigDecimal(q.get(k, i)).multiply(new BigDecimal(q.get(k, j))));
                }
            }
        }
        return e;
    }

    private void checkDefect(Matrix q, double bound) {
        int n = q.columns();
        BigDecimal[][] exact = exactDefect(q);
        Matrix defect = Layout.HEAP.garbage(DType.F64, n, n);
        Orthogonality.defect(stream, q, defect);
        double max = 0;
        double sum = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double e = exact[i][j].doubleValue();
                assertThat(defect.get(i, j)).isEqualTo(defect.get(j, i));
                BigDecimal difference = new BigDecimal(defect.get(i, j)).subtract(exact[i][j]);
                assertThat(Math.abs(difference.doubleValue())).isLessThanOrEqualTo(bound);
                max = Math.max(max, Math.abs(e));
                sum += e * e;
            }
        }
        Orthogonality measured = Orthogonality.of(stream, q);
        assertThat(measured.order()).isEqualTo(n);
        assertThat(measured.max()).isBetween(max - bound, max + bound);
        assertThat(measured.frobenius()).isBetween(Math.sqrt(sum) - n * bound, Math.sqrt(sum) + n * bound);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 33})
    void seesFarBelowTheRoundoffOfAnF64Matrix(int n) {
        Matrix q = Matrix.allocate(DType.F64, n + 2, n);
        Haar.orthogonal(stream, n, q);
        // p sums m products of |h| and |l| ≤ 2⁻²⁶, ‖h‖ ≤ 1: at most √m·2⁻²⁶, off by m·2⁻⁵³ of that, and counts twice. E
        // itself,
        // below m·2⁻⁵², is rounded twice.
        double m = n + 2;
        checkDefect(q, m * Math.sqrt(m) * 0x1p-78 + 2 * m * 0x1p-105);
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "BF16", "F16"})
    void sumsOtherTypesInF64(DType dtype) {
        Matrix wide = Matrix.allocate(DType.F64, 20, 13);
        Haar.orthogonal(stream, 5, wide);
        Matrix q = Matrix.allocate(dtype, 20, 13);
        wide.copyTo(q);
        // Products of 24-bit numbers are exact in F64; 20 sums of a total below 2.
        checkDefect(q, 20 * 0x1p-52);
    }

    @Test
    void measuresWhatIsFarFromOrthogonal() {
        // 4 terms of up to 81, of which the grid keeps all but 2⁻²⁵ of each element.
        checkDefect(Dense.matrix(DType.F64, new double[][] {{9, -8}, {3, 2.5}, {0, 1}, {-7, 6}}), 256 * 0x1p-52);
        Orthogonality twice = Orthogonality.of(stream, Dense.matrix(DType.F64, Dense.scaled(Dense.identity(5), 2)));
        assertThat(twice).isEqualTo(new Orthogonality(3 * Math.sqrt(5), 3, 5));
        Orthogonality zero = Orthogonality.of(stream, Matrix.allocate(DType.F32, 6, 4));
        assertThat(zero).isEqualTo(new Orthogonality(2, 1, 4));
        assertThat(zero.relative()).isEqualTo(1);
    }

    @Test
    void takesRowsIfWideAndNothingIfEmpty() {
        double[][] wide = Dense.gaussian(3, 8, 1);
        Orthogonality rows = Orthogonality.of(stream, Dense.matrix(DType.F64, wide));
        Orthogonality columns = Orthogonality.of(stream, Dense.matrix(DType.F64, Dense.transpose(wide)));
        assertThat(rows).isEqualTo(columns);
        assertThat(rows.order()).isEqualTo(3);
        for (int[] shape : new int[][] {{0, 0}, {0, 5}, {5, 0}}) {
            Orthogonality empty = Orthogonality.of(stream, Matrix.allocate(DType.F64, shape[0], shape[1]));
            assertThat(empty).isEqualTo(new Orthogonality(0, 0, 0));
            assertThat(empty.relative()).isZero();
            assertThat(empty.isWithin(0)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void isNeverFooledByNanOrInfinity(DType dtype) {
        for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            for (int at = 0; at < 4; at++) {
                Matrix q = Dense.matrix(dtype, Dense.identity(4));
                q.set(3 - at, at, bad);
                Orthogonality measured = Orthogonality.of(stream, q);
                assertThat(measured.isWithin(1e300)).isFalse();
                assertThat(measured.frobenius() <= 1e300).isFalse();
            }
        }
    }

    @Test
    void hugeElementsDoNotLookSmall() {
        for (double size : new double[] {1e30, 1e160, Double.MAX_VALUE}) {
            Orthogonality measured =
                    Orthogonality.of(stream, Dense.matrix(DType.F64, new double[][] {{size, 0}, {0, 1}}));
            assertThat(measured.max()).isGreaterThan(1e59);
        }
        Orthogonality tiny = Orthogonality.of(stream, Dense.matrix(DType.F64, new double[][] {{Double.MIN_VALUE}}));
        assertThat(tiny.max()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void anyLayoutGivesTheSameBits(Layout layout) {
        for (DType dtype : new DType[] {DType.F32, DType.F64, DType.BF16}) {
            double[][] values = Dense.columns(Dense.orthogonal(9, 3), 6);
            Orthogonality expected = Orthogonality.of(stream, Dense.matrix(dtype, values));
            assertThat(Orthogonality.of(stream, layout.of(dtype, values))).isEqualTo(expected);
        }
    }

    @Test
    void waitsTwiceAndLeavesNoGarbageThatGrows() {
        Waits waits = new Waits();
        Matrix q = Dense.matrix(DType.F64, Dense.orthogonal(30, 1));
        Orthogonality.of(waits.stream(), q);
        assertThat(waits.take()).isEqualTo(2);
        long bytes = Garbage.perRun(300, 50, () -> {
            Orthogonality.of(stream, q);
            stream.reset();
        });
        assertThat(bytes).isLessThanOrEqualTo(512);
    }

    @Test
    void rejectsAnOutputOfAnotherShape() {
        Matrix q = Matrix.allocate(DType.F64, 4, 3);
        assertThatThrownBy(() -> Orthogonality.defect(stream, q, Matrix.allocate(DType.F64, 4, 4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3 x 3")
                .hasMessageContaining("4 x 4");
    }
}
