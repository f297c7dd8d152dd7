package org.isospin.backend;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Order;
import org.isospin.SkewMatrix;

/** Element-wise kernels, a row of the output at a time. */
final class HostElementwise {
    private final Rows rows;
    private double[] first = new double[0];
    private double[] second = new double[0];

    HostElementwise(Rows rows) {
        this.rows = rows;
    }

    private void reserve(int columns) {
        first = Rows.grow(first, columns);
        second = Rows.grow(second, columns);
    }

    void copy(Matrix source, Matrix target) {
        if (target.order() == Order.COLUMN_MAJOR) {
            copy(source.transposed(), target.transposed());
            return;
        }
        reserve(target.columns());
        for (int i = 0; i < target.rows(); i++) {
            rows.load(source, i, 0, target.columns(), first, 0);
            rows.store(first, 0, target, i, 0, target.columns());
        }
    }

    void fill(Matrix target, double value) {
        if (target.order() == Order.COLUMN_MAJOR) {
            fill(target.transposed(), value);
            return;
        }
        reserve(target.columns());
        java.util.Arrays.fill(first, 0, target.columns(), value);
        for (int i = 0; i < target.rows(); i++) {
            rows.store(first, 0, target, i, 0, target.columns());
        }
    }

    void copyTriangle(Triangle triangle, Matrix source, Matrix target) {
        int n = target.columns();
        boolean isLower = triangle == Triangle.LOWER || triangle == Triangle.UNIT_LOWER;
        boolean isUnit = triangle == Triangle.UNIT_LOWER || triangle == Triangle.UNIT_UPPER;
        reserve(n);
        for (int i = 0; i < n; i++) {
            rows.load(source, i, 0, n, first, 0);
            java.util.Arrays.fill(first, isLower ? i + 1 : 0, isLower ? n : i, 0);
            if (isUnit) {
                first[i] = 1;
            }
            rows.store(first, 0, target, i, 0, n);
        }
    }

    void scale(double alpha, Matrix source, Matrix target) {
        if (target.order() == Order.COLUMN_MAJOR) {
            scale(alpha, source.transposed(), target.transposed());
            return;
        }
        reserve(target.columns());
        for (int i = 0; i < target.rows(); i++) {
            rows.load(source, i, 0, target.columns(), first, 0);
            for (int j = 0; j < target.columns(); j++) {
                first[j] *= alpha;
            }
            rows.store(first, 0, target, i, 0, target.columns());
        }
    }

    void combine(double alpha, Matrix a, double beta, Matrix b, double shift, Matrix out) {
        if (out.order() == Order.COLUMN_MAJOR) {
            combine(alpha, a.transposed(), beta, b.transposed(), shift, out.transposed());
            return;
        }
        reserve(out.columns());
        boolean isDouble = out.dtype() == DType.F64;
        for (int i = 0; i < out.rows(); i++) {
            rows.load(a, i, 0, out.columns(), first, 0);
            rows.load(b, i, 0, out.columns(), second, 0);
            if (isDouble) {
                for (int j = 0; j < out.columns(); j++) {
                    first[j] = Math.fma(alpha, first[j], beta * second[j]);
                }
            } else {
                for (int j = 0; j < out.columns(); j++) {
                    first[j] = Math.fma((float) alpha, (float) first[j], (float) beta * (float) second[j]);
                }
            }
            if (shift != 0 && i < out.columns()) {
                first[i] = isDouble ? first[i] + shift : (float) first[i] + (float) shift;
            }
            rows.store(first, 0, out, i, 0, out.columns());
        }
    }

    void addDiagonal(double shift, Matrix target) {
        for (int i = 0; i < Math.min(target.rows(), target.columns()); i++) {
            target.set(i, i, target.get(i, i) + shift);
        }
    }

    void symmetrize(Symmetry symmetry, Matrix m, Matrix out) {
        double sign = symmetry == Symmetry.SKEW ? -1 : 1;
        for (int i = 0; i < m.rows(); i++) {
            for (int j = 0; j <= i; j++) {
                // The halves are exact, the sum is rounded once when it is stored; −0 is avoided on a skew diagonal.
                double value = i == j && sign < 0 ? 0 : 0.5 * m.get(i, j) + sign * (0.5 * m.get(j, i));
                out.set(i, j, value);
                out.set(j, i, i == j ? value : sign * out.get(i, j));
            }
        }
    }

    void unpackSkew(SkewMatrix packed, Matrix dense) {
        int n = packed.order();
        reserve(n);
        int at = 0;
        for (int i = 0; i < n; i++) {
            int length = n - i - 1;
            rows.load(packed.packed(), 0, at, length, first, 0);
            at += length;
            dense.set(i, i, 0);
            rows.store(first, 0, dense, i, i + 1, length);
            for (int j = 0; j < length; j++) {
                first[j] = -first[j];
            }
            rows.store(first, 0, dense.transposed(), i, i + 1, length);
        }
    }

    void packSkew(Matrix dense, SkewMatrix packed) {
        int n = packed.order();
        reserve(n);
        int at = 0;
        for (int i = 0; i < n; i++) {
            int length = n - i - 1;
            rows.load(dense, i, i + 1, length, first, 0);
            rows.load(dense.transposed(), i, i + 1, length, second, 0);
            for (int j = 0; j < length; j++) {
                first[j] = 0.5 * first[j] - 0.5 * second[j];
            }
            rows.store(first, 0, packed.packed(), 0, at, length);
            at += length;
        }
    }

    void flipColumns(Matrix source, Matrix signs, Matrix target) {
        reserve(target.columns());
        for (int i = 0; i < target.rows(); i++) {
            rows.load(source, i, 0, target.columns(), first, 0);
            rows.load(signs, 0, 0, target.columns(), second, 0);
            for (int j = 0; j < target.columns(); j++) {
                first[j] = second[j] < 0 ? -first[j] : first[j];
            }
            rows.store(first, 0, target, i, 0, target.columns());
        }
    }

    void copyDiagonal(Matrix source, Matrix target) {
        for (int i = 0; i < target.columns(); i++) {
            target.set(0, i, source.get(i, i));
        }
    }
}
