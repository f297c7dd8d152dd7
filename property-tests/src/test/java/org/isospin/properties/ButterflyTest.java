package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.rotation.Butterfly;
import org.isospin.rotation.ButterflyDerivative;
import org.isospin.rotation.ButterflyPattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Butterfly products against dense permutations and blocks, and against BOFT's own index lists. */
class ButterflyTest {
    private final Isospin iso = Backends.shared(Backends.REFERENCE);

    private static Dense dense(ButterflyPattern pattern, Dense blocks) {
        int n = pattern.order();
        int b = pattern.blockSize();
        Dense r = Dense.identity(n);
        for (int f = 0; f < pattern.factors(); f++) {
            Dense p = Dense.zero(n, n);
            Dense d = Dense.zero(n, n);
            int[] permutation = pattern.permutation(f);
            for (int i = 0; i < n; i++) {
                p.set(i, permutation[i], 1);
                for (int j = 0; j < b; j++) {
                    d.set(i, i - i % b + j, blocks.get(f * n + i, j));
                }
            }
            r = p.times(d).times(p.transposed()).times(r);
        }
        return r;
    }

    private static Dense orthogonalBlocks(ButterflyPattern pattern, long seed) {
        int b = pattern.blockSize();
        Dense out = Dense.zero(pattern.stackedRows(), b);
        for (int k = 0; k < pattern.stackedRows() / b; k++) {
            Dense q = Generators.orthonormal(b, b, seed + k);
            for (int i = 0; i < b; i++) {
                for (int j = 0; j < b; j++) {
                    out.set(k * b + i, j, q.get(i, j));
                }
            }
        }
        return out;
    }

    private Dense form(ButterflyPattern pattern, Dense blocks) {
        Matrix out = Generators.garbage(Matrix.allocate(DType.F64, pattern.order(), pattern.order()));
        Butterfly.form(iso, pattern, blocks.to(DType.F64), out);
        return Dense.of(out);
    }

    @Test
    void permutationsAreThoseOfBoft() {
        ButterflyPattern pattern = ButterflyPattern.of(16, 4, 3);
        assertThat(pattern.permutation(0)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        assertThat(pattern.permutation(1)).containsExactly(0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15);
        assertThat(pattern.permutation(2)).containsExactly(0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15);
        assertThat(ButterflyPattern.of(8, 2, 2).permutation(1)).containsExactly(0, 2, 1, 3, 4, 6, 5, 7);
    }

    /** Factor i couples half-block p with p XOR 2ⁱ, and nothing else. */
    @ParameterizedTest
    @CsvSource({"16,4,3", "32,2,5", "24,6,3", "64,8,4"})
    void factorsCoupleHalfBlocksByExclusiveOr(int n, int b, int m) {
        ButterflyPattern pattern = ButterflyPattern.of(n, b, m);
        for (int f = 0; f < m; f++) {
            Dense blocks = Dense.zero(m * n, b);
            for (int i = 0; i < m * n; i++) {
                for (int j = 0; j < b; j++) {
                    blocks.set(i, j, i / n == f || i % b == j ? 1 : 0);
                }
            }
            Dense r = form(pattern, blocks);
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    int half = b / 2;
                    boolean isCoupled = i / half == j / half || (i / half) == (j / half ^ 1 << f);
                    assertThat(r.get(i, j) != 0).isEqualTo(isCoupled);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"16,4,3", "6,3,1", "12,2,2", "64,8,4", "5,5,1", "7,1,1", "0,4,2"})
    void isTheProductOfItsFactors(int n, int b, int m) {
        ButterflyPattern pattern = ButterflyPattern.of(n, b, m);
        Dense blocks = orthogonalBlocks(pattern, 3);
        Dense expected = dense(pattern, blocks);
        double error = 4 * Math.sqrt((double) m * b) * DType.F64.unitRoundoff() * Math.sqrt(n + 1);
        Dense r = form(pattern, blocks);
        assertThat(r.plus(-1, expected).frobenius()).isLessThanOrEqualTo(error);
        assertThat(r.orthogonalityDefect()).isLessThanOrEqualTo(2 * error);
        Dense x = Generators.gaussian(n, 9, 4);
        Matrix out = Generators.garbage(Matrix.allocate(DType.F64, n, 9));
        Butterfly.apply(iso, pattern, blocks.to(DType.F64), x.to(DType.F64), out);
        assertThat(Dense.of(out).plus(-1, expected.times(x)).frobenius()).isLessThanOrEqualTo(4 * error);
        Butterfly.applyTransposed(iso, pattern, blocks.to(DType.F64), out, out);
        assertThat(Dense.of(out).plus(-1, x).frobenius()).isLessThanOrEqualTo(8 * error);
        if (n > 0) {
            long filled = 0;
            for (int i = 0; i < n * n; i++) {
                filled += r.get(i / n, i % n) != 0 ? 1 : 0;
            }
            assertThat((double) filled / n / n).isEqualTo(b * Math.pow(2, m - 1) / n);
        }
    }

    @Test
    void patternsThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> ButterflyPattern.of(24, 4, 3).order())
                .hasMessageContaining("4 * 2^2")
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ButterflyPattern.of(12, 3, 2)).hasMessageContaining("even, not 3");
        assertThatThrownBy(() -> ButterflyPattern.of(10, 4, 1)).hasMessageContaining("not 10");
        assertThatThrownBy(() -> ButterflyPattern.of(10, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ButterflyPattern.of(10, 5, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ButterflyPattern.of(10, 2, 99)).isInstanceOf(IllegalArgumentException.class);
        ButterflyPattern pattern = ButterflyPattern.of(8, 4, 2);
        Matrix x = Matrix.allocate(DType.F32, 8, 3);
        assertThatThrownBy(() -> Butterfly.apply(iso, pattern, Matrix.allocate(DType.F32, 8, 4), x, x))
                .hasMessageContaining("16 x 4")
                .hasMessageContaining("8 x 4");
    }

    @ParameterizedTest
    @CsvSource({"8,4,2", "16,2,4", "6,3,1"})
    void derivativesAreThoseOfTheProduct(int n, int b, int m) {
        ButterflyPattern pattern = ButterflyPattern.of(n, b, m);
        Dense blocks = Generators.gaussian(m * n, b, 1);
        Dense x = Generators.gaussian(n, 5, 2);
        Dense g = Generators.gaussian(n, 5, 3);
        Dense db = Generators.gaussian(m * n, b, 4);
        Dense dx = Generators.gaussian(n, 5, 5);
        Matrix outBlocks = Generators.garbage(Matrix.allocate(DType.F64, m * n, b));
        Matrix outX = Generators.garbage(Matrix.allocate(DType.F64, n, 5));
        ButterflyDerivative.vjp(iso, pattern, blocks.to(DType.F64), x.to(DType.F64), g.to(DType.F64), outBlocks, outX);
        DerivativeLaws.vjp("butterfly, by blocks", y -> apply(pattern, y, x), blocks, db, g, Dense.of(outBlocks))
                .orThrow();
        DerivativeLaws.vjp("butterfly, by X", y -> apply(pattern, blocks, y), x, dx, g, Dense.of(outX))
                .orThrow();
        Matrix out = Generators.garbage(Matrix.allocate(DType.F64, n, 5));
        Matrix still = Matrix.allocate(DType.F64, n, 5);
        ButterflyDerivative.jvp(iso, pattern, blocks.to(DType.F64), x.to(DType.F64), db.to(DType.F64), still, out);
        DerivativeLaws.jvp("butterfly, by blocks", y -> apply(pattern, y, x), blocks, db, Dense.of(out))
                .orThrow();
        Matrix stillBlocks = Matrix.allocate(DType.F64, m * n, b);
        ButterflyDerivative.jvp(
                iso, pattern, blocks.to(DType.F64), x.to(DType.F64), stillBlocks, dx.to(DType.F64), out);
        DerivativeLaws.jvp("butterfly, by X", y -> apply(pattern, blocks, y), x, dx, Dense.of(out))
                .orThrow();
    }

    private Dense apply(ButterflyPattern pattern, Dense blocks, Dense x) {
        Matrix out = Generators.garbage(Matrix.allocate(DType.F64, x.rows(), x.columns()));
        Butterfly.apply(iso, pattern, blocks.to(DType.F64), x.to(DType.F64), out);
        return Dense.of(out);
    }
}
