package org.isospin.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Order;
import org.isospin.Precision;
import org.junit.jupiter.api.Test;

/** Quotients, scaled and gathered rows, in every mixture of types and orders, beyond one tile either way. */
class HostElementwiseTest {
    private static final int[][] SHAPES = {{1, 1}, {3, 5}, {70, 3}, {2, 131}, {67, 66}};

    private final ComputeStream stream = new ReferenceBackend().open(1, Precision.STANDARD);

    private static Matrix matrix(DType dtype, Order order, int rows, int columns, double shift) {
        Matrix m = Matrix.allocate(
                dtype, order == Order.ROW_MAJOR ? rows : columns, order == Order.ROW_MAJOR ? columns : rows);
        Matrix out = order == Order.ROW_MAJOR ? m : m.transposed();
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                out.set(i, j, shift + Math.sin(i * 31.0 + j * 7));
            }
        }
        return out;
    }

    @Test
    void quotientsAreRoundedOnce() {
        for (int[] shape : SHAPES) {
            for (DType dtype : DType.values()) {
                for (Order order : Order.values()) {
                    Matrix a = matrix(dtype, order, shape[0], shape[1], 0);
                    Matrix b = matrix(DType.F64, Order.ROW_MAJOR, shape[0], shape[1], 2);
                    Matrix out = matrix(dtype, Order.COLUMN_MAJOR, shape[0], shape[1], 0);
                    Matrix expected = Matrix.allocate(dtype, 1, 1);
                    stream.divide(a, b, out);
                    for (int i = 0; i < shape[0]; i++) {
                        for (int j = 0; j < shape[1]; j++) {
                            expected.set(0, 0, a.get(i, j) / b.get(i, j));
                            assertThat(out.get(i, j)).isEqualTo(expected.get(0, 0));
                        }
                    }
                }
            }
        }
    }

    @Test
    void rowsAreScaledInPlaceAndAside() {
        for (int[] shape : SHAPES) {
            for (DType dtype : DType.values()) {
                for (Order order : Order.values()) {
                    Matrix source = matrix(dtype, order, shape[0], shape[1], 0);
                    Matrix weights = matrix(DType.F32, order, shape[0], 1, 0.25);
                    Matrix out = matrix(dtype, Order.COLUMN_MAJOR, shape[0], shape[1], 0);
                    Matrix expected = Matrix.allocate(dtype, 1, 1);
                    stream.scaleRows(weights, source, out);
                    stream.scaleRows(weights, source, source);
                    Matrix fresh = matrix(dtype, order, shape[0], shape[1], 0);
                    for (int i = 0; i < shape[0]; i++) {
                        for (int j = 0; j < shape[1]; j++) {
                            expected.set(0, 0, weights.get(i, 0) * fresh.get(i, j));
                            assertThat(out.get(i, j)).isEqualTo(expected.get(0, 0));
                            assertThat(source.get(i, j)).isEqualTo(expected.get(0, 0));
                        }
                    }
                }
            }
        }
    }

    @Test
    void rowsAreGatheredInAnyOrder() {
        for (int[] shape : SHAPES) {
            for (DType dtype : DType.values()) {
                for (Order order : Order.values()) {
                    Matrix source = matrix(dtype, order, shape[0], shape[1], 0);
                    Matrix out = matrix(DType.F64, Order.COLUMN_MAJOR, shape[0] + 2, shape[1], 9);
                    int[] rows = new int[shape[0] + 2];
                    for (int i = 0; i < rows.length; i++) {
                        rows[i] = (7 * i + 3) % shape[0];
                    }
                    Indices indices = stream.indices(rows.length);
                    stream.set(indices, rows);
                    stream.gatherRows(source, indices, out);
                    for (int i = 0; i < rows.length; i++) {
                        for (int j = 0; j < shape[1]; j++) {
                            assertThat(out.get(i, j)).isEqualTo(source.get(rows[i], j));
                        }
                    }
                }
            }
        }
    }

    @Test
    void aWeightOfZeroHidesARow() {
        Matrix source = matrix(DType.F64, Order.ROW_MAJOR, 3, 2, 0);
        source.set(1, 0, Double.NaN);
        source.set(1, 1, Double.NEGATIVE_INFINITY);
        Matrix weights = Matrix.wrap(new double[] {1, -0.0, 0.5}, 3, 1);
        stream.scaleRows(weights, source, source);
        assertThat(source.get(1, 0)).isZero();
        assertThat(source.get(1, 1)).isZero();
        assertThat(source.get(2, 1)).isEqualTo(0.5 * Math.sin(69));
    }

    @Test
    void shapesMustFit() {
        Matrix a = Matrix.allocate(DType.F64, 3, 2);
        Matrix other = Matrix.allocate(DType.F64, 2, 3);
        assertThatThrownBy(() -> stream.divide(a, other, a)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> stream.scaleRows(other, a, a)).isInstanceOf(IllegalArgumentException.class);
        Indices rows = stream.indices(2);
        assertThatThrownBy(() -> stream.set(rows, new int[3])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> stream.gatherRows(a, rows, a)).isInstanceOf(IllegalArgumentException.class);
    }
}
