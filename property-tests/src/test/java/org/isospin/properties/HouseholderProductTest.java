package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.rotation.HouseholderProduct;
import org.isospin.rotation.HouseholderProductDerivative;
import org.isospin.rotation.Reflectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Products of reflections, against one reflection after the other. */
class HouseholderProductTest {
    private final Isospin iso = Backends.shared(Backends.REFERENCE);

    private static Dense product(Dense v) {
        Dense q = Dense.identity(v.rows());
        for (int j = v.columns() - 1; j >= 0; j--) {
            Dense w = column(v, j);
            Dense share = w.transposed().times(q);
            q = q.plus(-2 / w.transposed().times(w).get(0, 0), w.times(share));
        }
        return q;
    }

    private static Dense column(Dense v, int j) {
        Dense out = Dense.zero(v.rows(), 1);
        for (int i = 0; i < v.rows(); i++) {
            out.set(i, 0, v.get(i, j));
        }
        return out;
    }

    private static Dense normalized(Dense v) {
        Dense out = Dense.zero(v.rows(), v.columns());
        for (int j = 0; j < v.columns(); j++) {
            double norm = column(v, j).frobenius();
            for (int i = 0; i < v.rows(); i++) {
                out.set(i, j, v.get(i, j) / norm);
            }
        }
        return out;
    }

    private Dense form(DType dtype, Dense v, Reflectors reflectors, int columns) {
        Matrix out = Generators.garbage(Matrix.allocate(dtype, v.rows(), columns));
        HouseholderProduct.form(iso, v.to(dtype), reflectors, out);
        return Dense.of(out);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "5,1", "6,3", "20,20", "70,50", "8,20", "4,0"})
    void isTheProductOfItsReflections(int n, int k) {
        Dense v = Generators.gaussian(n, k, 1);
        Dense expected = product(v);
        double error = 8 * (1 + Math.sqrt(k)) * DType.F64.unitRoundoff() * Math.sqrt(n);
        assertThat(form(DType.F64, v, Reflectors.OF_ANY_LENGTH, n)
                        .plus(-1, expected)
                        .frobenius())
                .isLessThan(error);
        Dense unit = form(DType.F64, normalized(v), Reflectors.UNIT, n);
        assertThat(unit.plus(-1, expected).frobenius()).isLessThan(error);
        Dense thin = form(DType.F64, v, Reflectors.OF_ANY_LENGTH, (n + 1) / 2);
        assertThat(thin.orthogonalityDefect()).isLessThan(error);
        assertThat(unit.determinant()).isBetween(k % 2 == 0 ? 0.99 : -1.01, k % 2 == 0 ? 1.01 : -0.99);
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void isOrthogonalToRoundoff(DType dtype) {
        for (int[] shape : new int[][] {{16, 4}, {64, 64}, {128, 100}, {200, 200}}) {
            double root = Math.sqrt(shape[1]) / 4;
            Dense q = form(dtype, Generators.gaussian(shape[0], shape[1], 2), Reflectors.OF_ANY_LENGTH, shape[0]);
            assertThat(q.orthogonalityDefect())
                    .as("%s %d x %d", dtype, shape[0], shape[1])
                    .isLessThan((dtype == DType.F64 ? 4 * (2 + root) : 2 * (1 + root)) * dtype.unitRoundoff());
        }
    }

    /** The same vector again and again: VᵀV is singular, the product is not. */
    @Test
    void equalVectorsCancelInPairs() {
        Dense v = Dense.zero(6, 40);
        Dense one = Generators.gaussian(6, 1, 3);
        for (int j = 0; j < 40; j++) {
            for (int i = 0; i < 6; i++) {
                v.set(i, j, one.get(i, 0));
            }
        }
        Dense q = form(DType.F64, v, Reflectors.OF_ANY_LENGTH, 6);
        // Each is off by the rounding of its squared norm, four times, and all by the same.
        assertThat(q.plus(-1, Dense.identity(6)).max()).isLessThan(40 * 16 * DType.F64.unitRoundoff());
    }

    @Test
    void appliesToBlocksFromEitherSide() {
        Dense v = Generators.gaussian(12, 5, 4);
        Dense q = product(v);
        Dense c = Generators.gaussian(12, 7, 5);
        Matrix out = Generators.garbage(Matrix.allocate(DType.F64, 12, 7));
        HouseholderProduct.apply(iso, v.to(DType.F64), Reflectors.OF_ANY_LENGTH, c.to(DType.F64), out);
        assertThat(Dense.of(out).plus(-1, q.times(c)).max()).isLessThan(1e-13);
        HouseholderProduct.applyTransposed(iso, v.to(DType.F64), Reflectors.OF_ANY_LENGTH, c.to(DType.F64), out);
        assertThat(Dense.of(out).plus(-1, q.transposed().times(c)).max()).isLessThan(1e-13);
        Matrix right = Matrix.allocate(DType.F64, 7, 12);
        HouseholderProduct.applyTransposed(
                iso, v.to(DType.F64), Reflectors.OF_ANY_LENGTH, c.to(DType.F64), right.transposed());
        assertThat(Dense.of(right).plus(-1, c.transposed().times(q)).max()).isLessThan(1e-13);
    }

    @Test
    void lengthsDoNotMatter() {
        Dense v = Generators.gaussian(9, 4, 6);
        Dense scaled = Dense.zero(9, 4);
        double[] factors = {0x1p-1000, 0x1p1000, -0x1p-3, 1};
        for (int i = 0; i < 9; i++) {
            for (int j = 0; j < 4; j++) {
                scaled.set(i, j, v.get(i, j) * factors[j]);
            }
        }
        assertThat(form(DType.F64, scaled, Reflectors.OF_ANY_LENGTH, 9)
                        .hasBitsOf(form(DType.F64, v, Reflectors.OF_ANY_LENGTH, 9)))
                .isTrue();
    }

    @Test
    void zeroVectorsAndTooManyColumnsAreRefused() {
        Dense v = Generators.gaussian(5, 3, 7);
        for (int i = 0; i < 5; i++) {
            v.set(i, 1, 0);
        }
        assertThatThrownBy(() -> form(DType.F32, v, Reflectors.OF_ANY_LENGTH, 5))
                .isInstanceOfSatisfying(
                        SingularMatrixException.class,
                        e -> assertThat(e.index()).isEqualTo(1));
        assertThatThrownBy(() -> form(DType.F32, v, Reflectors.UNIT, 6))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("5 x 5")
                .hasMessageContaining("5 x 6");
    }

    @ParameterizedTest
    @EnumSource(Reflectors.class)
    void derivativesAreThoseOfTheProduct(Reflectors reflectors) {
        for (int[] shape : new int[][] {{5, 1, 3}, {8, 4, 5}, {6, 9, 6}}) {
            int n = shape[0];
            int k = shape[1];
            int p = shape[2];
            // Not of norm 1: the map is smooth there too, though its values are not orthogonal.
            Dense v = reflectors == Reflectors.UNIT
                    ? normalized(Generators.gaussian(n, k, 1))
                    : Generators.gaussian(n, k, 1);
            Dense c = Generators.gaussian(n, p, 2);
            Dense dv = Dense.zero(n, k).plus(0.1, Generators.gaussian(n, k, 3));
            Dense dc = Generators.gaussian(n, p, 4);
            Dense g = Generators.gaussian(n, p, 5);
            Matrix outV = Generators.garbage(Matrix.allocate(DType.F64, n, k));
            Matrix outC = Generators.garbage(Matrix.allocate(DType.F64, n, p));
            HouseholderProductDerivative.vjp(
                    iso, v.to(DType.F64), reflectors, c.to(DType.F64), g.to(DType.F64), outV, outC);
            DerivativeLaws.vjp("reflections, by V", x -> apply(x, reflectors, c), v, dv, g, Dense.of(outV))
                    .orThrow();
            DerivativeLaws.vjp("reflections, by C", x -> apply(v, reflectors, x), c, dc, g, Dense.of(outC))
                    .orThrow();
            Matrix out = Generators.garbage(Matrix.allocate(DType.F64, n, p));
            Matrix zero = Matrix.allocate(DType.F64, n, p);
            HouseholderProductDerivative.jvp(
                    iso, v.to(DType.F64), reflectors, c.to(DType.F64), dv.to(DType.F64), zero, out);
            DerivativeLaws.jvp("reflections, by V", x -> apply(x, reflectors, c), v, dv, Dense.of(out))
                    .orThrow();
            HouseholderProductDerivative.jvp(
                    iso,
                    v.to(DType.F64),
                    reflectors,
                    c.to(DType.F64),
                    Matrix.allocate(DType.F64, n, k),
                    dc.to(DType.F64),
                    out);
            DerivativeLaws.jvp("reflections, by C", x -> apply(v, reflectors, x), c, dc, Dense.of(out))
                    .orThrow();
        }
    }

    private Dense apply(Dense v, Reflectors reflectors, Dense c) {
        Matrix out = Generators.garbage(Matrix.allocate(DType.F64, c.rows(), c.columns()));
        HouseholderProduct.apply(iso, v.to(DType.F64), reflectors, c.to(DType.F64), out);
        return Dense.of(out);
    }
}
