package org.isospin.properties;

import java.util.Arrays;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;

/**
 * Plain F64 matrices and the few operations that laws are stated with: short loops, nothing to trust but the eye.
 *
 * <p>Products are summed in twice F64's precision and rounded once (Ogita, Rump and Oishi 2005, algorithm Dot2), so that
 * the error of a check is about half a unit in the last place of what it measures, whatever the order.
 */
public final class Dense {
    /** Jacobi's sweeps: about ten are enough for any matrix. */
    private static final int MOST_SWEEPS = 40;

    private final int rows;
    private final int columns;
    private final double[] values;

    private Dense(int rows, int columns, double[] values) {
        this.rows = rows;
        this.columns = columns;
        this.values = values;
    }

    /**
     * {@return a zero matrix}
     *
     * @param rows number of rows
     * @param columns number of columns
     */
    public static Dense zero(int rows, int columns) {
        return new Dense(rows, columns, new double[rows * columns]);
    }

    /**
     * {@return the identity}
     *
     * @param n its order
     */
    public static Dense identity(int n) {
        Dense out = zero(n, n);
        for (int i = 0; i < n; i++) {
            out.set(i, i, 1);
        }
        return out;
    }

    /**
     * {@return a copy of a matrix, widened}
     *
     * @param m any host matrix
     */
    public static Dense of(Matrix m) {
        Dense out = zero(m.rows(), m.columns());
        for (int i = 0; i < m.rows(); i++) {
            for (int j = 0; j < m.columns(); j++) {
                out.set(i, j, m.get(i, j));
            }
        }
        return out;
    }

    /**
     * {@return a dense copy of a skew matrix, widened}
     *
     * @param a any skew matrix
     */
    public static Dense of(SkewMatrix a) {
        return of(a.toDense());
    }

    /**
     * {@return this as a row-major matrix on the heap, rounded to a type}
     *
     * @param dtype the type
     */
    public Matrix to(DType dtype) {
        Matrix out = Matrix.allocate(dtype, rows, columns);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                out.set(i, j, get(i, j));
            }
        }
        return out;
    }

    /** {@return the number of rows} */
    public int rows() {
        return rows;
    }

    /** {@return the number of columns} */
    public int columns() {
        return columns;
    }

    /**
     * {@return element (i, j)}
     *
     * @param i row
     * @param j column
     */
    public double get(int i, int j) {
        return values[i * columns + j];
    }

    /**
     * Sets element (i, j).
     *
     * @param i row
     * @param j column
     * @param value its new value
     */
    public void set(int i, int j, double value) {
        values[i * columns + j] = value;
    }

    /** {@return the transpose} */
    public Dense transposed() {
        Dense out = zero(columns, rows);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                out.set(j, i, get(i, j));
            }
        }
        return out;
    }

    /**
     * {@return this · other, every element rounded once}
     *
     * @param other the right factor
     */
    public Dense times(Dense other) {
        return timesPlus(other, zero(rows, other.columns));
    }

    /**
     * {@return this · other + addend, every element rounded once: cancellation between the two costs nothing}
     *
     * @param other the right factor
     * @param addend of the product's shape
     */
    public Dense timesPlus(Dense other, Dense addend) {
        Dense out = zero(rows, other.columns);
        double[] low = new double[other.columns];
        for (int i = 0; i < rows; i++) {
            int at = i * other.columns;
            System.arraycopy(addend.values, at, out.values, at, other.columns);
            Arrays.fill(low, 0);
            for (int k = 0; k < columns; k++) {
                accumulate(get(i, k), other.values, k * other.columns, out.values, at, low);
            }
            for (int j = 0; j < other.columns; j++) {
                out.values[at + j] += low[j];
            }
        }
        return out;
    }

    /** high + low ← high + low + factor·row, the rounding errors of product and sum kept in low. */
    private static void accumulate(double factor, double[] row, int from, double[] high, int at, double[] low) {
        for (int j = 0; j < low.length; j++) {
            double value = row[from + j];
            double product = factor * value;
            double before = high[at + j];
            double sum = before + product;
            double share = sum - before;
            low[j] += (before - (sum - share)) + (product - share) + Math.fma(factor, value, -product);
            high[at + j] = sum;
        }
    }

    /**
     * {@return this + factor · other}
     *
     * @param factor the factor
     * @param other of the same shape
     */
    public Dense plus(double factor, Dense other) {
        Dense out = zero(rows, columns);
        for (int i = 0; i < values.length; i++) {
            out.values[i] = values[i] + factor * other.values[i];
        }
        return out;
    }

    /** {@return the magnitudes of the elements} */
    public Dense magnitudes() {
        Dense out = zero(rows, columns);
        for (int i = 0; i < values.length; i++) {
            out.values[i] = Math.abs(values[i]);
        }
        return out;
    }

    /** {@return the Frobenius norm, NaN if an element is} */
    public double frobenius() {
        double largest = max();
        if (largest == 0 || Double.isNaN(largest) || Double.isInfinite(largest)) {
            return largest;
        }
        double sum = 0;
        for (double v : values) {
            sum += (v / largest) * (v / largest);
        }
        return largest * Math.sqrt(sum);
    }

    /** {@return the largest magnitude, NaN if an element is} */
    public double max() {
        double max = 0;
        for (double v : values) {
            max = Math.max(max, Math.abs(v));
        }
        return max;
    }

    /**
     * {@return whether both have the same shape and elements to the last bit, signs of zeros included}
     *
     * @param other another matrix
     */
    public boolean hasBitsOf(Dense other) {
        return rows == other.rows && columns == other.columns && Arrays.equals(values, other.values);
    }

    /** {@return whether every element is finite} */
    public boolean isFinite() {
        for (double v : values) {
            if (!Double.isFinite(v)) {
                return false;
            }
        }
        return true;
    }

    /** {@return the trace} */
    public double trace() {
        double sum = 0;
        for (int i = 0; i < Math.min(rows, columns); i++) {
            sum += get(i, i);
        }
        return sum;
    }

    /** {@return an estimate from below of the 2-norm, within a few percent: power iterations on the Gram matrix} */
    public double norm2() {
        Dense x = zero(columns, 1);
        for (int j = 0; j < columns; j++) {
            x.set(j, 0, 1 + 0.37 * Math.sin(3.0 * j + 1));
        }
        Dense turned = transposed();
        double norm = 0;
        for (int i = 0; i < 60; i++) {
            double length = x.frobenius();
            if (length == 0 || Double.isNaN(length)) {
                return length;
            }
            x = zero(columns, 1).plus(1 / length, x);
            Dense image = times(x);
            norm = image.frobenius();
            x = turned.times(image);
        }
        return norm;
    }

    /** {@return QᵀQ − I for a tall or square matrix, QQᵀ − I for a wide one} */
    public Dense gramDefect() {
        Dense minus =
                zero(Math.min(rows, columns), Math.min(rows, columns)).plus(-1, identity(Math.min(rows, columns)));
        return rows >= columns ? transposed().timesPlus(this, minus) : timesPlus(transposed(), minus);
    }

    /**
     * {@return ‖QᵀQ − I‖_F/√n for a tall or square matrix, ‖QQᵀ − I‖_F/√n for a wide one; 0 if n = 0}
     */
    public double orthogonalityDefect() {
        int n = Math.min(rows, columns);
        return n == 0 ? 0 : gramDefect().frobenius() / Math.sqrt(n);
    }

    /** {@return the determinant, by elimination with partial pivoting} */
    public double determinant() {
        Dense a = plus(0, this);
        double determinant = 1;
        for (int k = 0; k < rows; k++) {
            int pivot = k;
            for (int i = k + 1; i < rows; i++) {
                if (Math.abs(a.get(i, k)) > Math.abs(a.get(pivot, k))) {
                    pivot = i;
                }
            }
            if (pivot != k) {
                determinant = -determinant;
                for (int j = 0; j < columns; j++) {
                    double swap = a.get(k, j);
                    a.set(k, j, a.get(pivot, j));
                    a.set(pivot, j, swap);
                }
            }
            determinant *= a.get(k, k);
            for (int i = k + 1; i < rows && a.get(k, k) != 0; i++) {
                double factor = a.get(i, k) / a.get(k, k);
                for (int j = k; j < columns; j++) {
                    a.set(i, j, a.get(i, j) - factor * a.get(k, j));
                }
            }
        }
        return determinant;
    }

    /**
     * {@return the singular values, descending: one-sided Jacobi rotations until all columns are orthogonal to a few u (Hestenes
     * 1958). Each errs by {@link #singularValueError} of itself}
     */
    public Dense singularValues() {
        Dense a = rows >= columns ? transposed() : plus(0, this);
        boolean isRotated = true;
        for (int sweep = 0; isRotated && sweep < MOST_SWEEPS; sweep++) {
            isRotated = false;
            for (int p = 0; p < a.rows; p++) {
                for (int q = p + 1; q < a.rows; q++) {
                    isRotated |= a.orthogonalise(p, q);
                }
            }
        }
        double[] lengths = new double[a.rows];
        for (int i = 0; i < a.rows; i++) {
            lengths[i] = -Math.sqrt(a.dot(i, i));
        }
        Arrays.sort(lengths);
        return zero(1, a.rows).plus(-1, new Dense(1, a.rows, lengths));
    }

    /**
     * {@return the relative error of a singular value, in F64: some eight sweeps of p = min(rows, columns) rotations, 2u each,
     * at random: 2u√(8p)}
     */
    public double singularValueError() {
        return 6 * Math.sqrt(Math.min(rows, columns)) * DType.F64.unitRoundoff();
    }

    private double dot(int p, int q) {
        double sum = 0;
        for (int j = 0; j < columns; j++) {
            sum += get(p, j) * get(q, j);
        }
        return sum;
    }

    /** Turns rows p and q so that they are orthogonal; {@return whether they were not yet} */
    private boolean orthogonalise(int p, int q) {
        double pp = dot(p, p);
        double qq = dot(q, q);
        double pq = dot(p, q);
        if (!(Math.abs(pq) > 0x1p-50 * Math.sqrt(pp) * Math.sqrt(qq))) {
            return false;
        }
        double zeta = (qq - pp) / (2 * pq);
        double tangent = Math.copySign(1, zeta) / (Math.abs(zeta) + Math.hypot(1, zeta));
        double cosine = 1 / Math.hypot(1, tangent);
        double sine = cosine * tangent;
        for (int j = 0; j < columns; j++) {
            double x = get(p, j);
            double y = get(q, j);
            set(p, j, cosine * x - sine * y);
            set(q, j, sine * x + cosine * y);
        }
        return true;
    }
}
