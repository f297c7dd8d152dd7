package org.isospin;

import java.util.Locale;

/**
 * A skew-symmetric n × n matrix, stored as its strict upper triangle packed row by row: (0,1), (0,2), …, (1,2), ….
 *
 * <p>The packed entry of (i &lt; j) is v: element (i, j) is +v and (j, i) is −v, the order of OFT and POET files. Because
 * nothing else is stored, a skew matrix cannot be asymmetric; dense input enters by {@link #copyOf}, which rejects an
 * asymmetric matrix, or by {@link #project}, which takes the skew part.
 */
public final class SkewMatrix implements Operand {
    private final int n;
    private final Matrix packed;

    private SkewMatrix(int n, Matrix packed) {
        this.n = n;
        this.packed = packed;
    }

    /**
     * {@return n(n−1)/2, the packed length}
     *
     * @param n the order of the matrix, at most 65536
     */
    public static int packedLength(int n) {
        if (n < 0) {
            throw new IllegalArgumentException("negative order " + n);
        }
        return Math.toIntExact((long) n * (n - 1) / 2);
    }

    /**
     * Allocates a zero skew matrix on the heap.
     *
     * @param dtype element type
     * @param n the order of the matrix
     * @return a skew matrix over a new array
     */
    public static SkewMatrix allocate(DType dtype, int n) {
        return new SkewMatrix(n, Matrix.allocate(dtype, 1, packedLength(n)));
    }

    /**
     * Views packed elements.
     *
     * @param n the order of the matrix
     * @param packed a 1 × n(n−1)/2 row-major matrix: the strict upper triangle, row by row
     * @return a view of the same elements
     */
    public static SkewMatrix wrap(int n, Matrix packed) {
        if (packed.rows() != 1 || packed.columns() != packedLength(n) || packed.order() != Order.ROW_MAJOR) {
            throw new IllegalArgumentException("a skew matrix of order " + n + " packs into a row-major 1 x "
                    + packedLength(n) + " matrix, not " + packed);
        }
        return new SkewMatrix(n, packed);
    }

    /**
     * Copies a dense skew-symmetric matrix, which must be skew-symmetric to the last bit.
     *
     * @param dense a square host matrix with dense(j, i) = −dense(i, j) and a zero diagonal
     * @return a new skew matrix on the heap, of the same type
     * @throws IllegalArgumentException if dense is not square, or not skew-symmetric; the message tells the defect
     */
    public static SkewMatrix copyOf(Matrix dense) {
        checkSquare(dense);
        for (int i = 0; i < dense.rows(); i++) {
            for (int j = i; j < dense.rows(); j++) {
                double upper = dense.get(i, j);
                double lower = dense.get(j, i);
                boolean nan = Double.isNaN(upper) && Double.isNaN(lower) && i != j;
                if (!nan && upper != -lower) {
                    throw new IllegalArgumentException(String.format(
                            Locale.ROOT,
                            "not skew-symmetric: (%d,%d) = %s and (%d,%d) = %s differ from each other's negative by %.3g;"
                                    + " SkewMatrix.project takes the skew part",
                            i,
                            j,
                            upper,
                            j,
                            i,
                            lower,
                            Math.abs(upper + lower)));
                }
            }
        }
        return pack(dense, 1, 0);
    }

    /**
     * Takes the skew part ½(M − Mᵀ) of a dense matrix.
     *
     * @param dense a square host matrix M
     * @return a new skew matrix on the heap, of the same type
     */
    public static SkewMatrix project(Matrix dense) {
        checkSquare(dense);
        return pack(dense, 0.5, -0.5);
    }

    private static SkewMatrix pack(Matrix dense, double upper, double lower) {
        SkewMatrix out = allocate(dense.dtype(), dense.rows());
        int at = 0;
        for (int i = 0; i < dense.rows(); i++) {
            for (int j = i + 1; j < dense.rows(); j++) {
                double value = upper * dense.get(i, j);
                out.packed.set(0, at++, lower == 0 ? value : value + lower * dense.get(j, i));
            }
        }
        return out;
    }

    private static void checkSquare(Matrix dense) {
        if (!dense.isSquare()) {
            throw new IllegalArgumentException("a skew matrix is square, not " + dense);
        }
    }

    /** {@return n, the number of rows and of columns} */
    public int order() {
        return n;
    }

    /** {@return the element type} */
    @Override
    public DType dtype() {
        return packed.dtype();
    }

    @Override
    public Storage storage() {
        return packed.storage();
    }

    /** {@return the packed elements, 1 × n(n−1)/2} */
    public Matrix packed() {
        return packed;
    }

    /**
     * {@return element (i, j)}
     *
     * @param i row
     * @param j column
     */
    public double get(int i, int j) {
        java.util.Objects.checkIndex(i, n);
        java.util.Objects.checkIndex(j, n);
        if (i == j) {
            return 0;
        }
        return i < j ? packed.get(0, index(i, j)) : -packed.get(0, index(j, i));
    }

    private int index(int i, int j) {
        return (int) ((long) i * (2L * n - i - 1) / 2) + j - i - 1;
    }

    /** {@return a dense row-major copy on the heap, of the same type} */
    public Matrix toDense() {
        Matrix dense = Matrix.allocate(dtype(), n, n);
        int at = 0;
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                double value = packed.get(0, at++);
                dense.set(i, j, value);
                dense.set(j, i, -value);
            }
        }
        return dense;
    }

    /** {@return order and type, never elements} */
    @Override
    public String toString() {
        return "skew " + packed.dtype() + " of order " + n;
    }
}
