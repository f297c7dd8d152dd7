package org.isospin;

import java.util.Objects;

/** A sequence of skew-symmetric matrices of one order, one packed matrix a row (the layout of OFT and POET files). */
public final class SkewBatch implements Operand {
    private final int n;
    private final Matrix packed;

    private SkewBatch(int n, Matrix packed) {
        this.n = n;
        this.packed = packed;
    }

    /**
     * Allocates zero skew matrices on the heap.
     *
     * @param dtype element type
     * @param count number of matrices
     * @param n order of each
     * @return a batch over a new array
     */
    public static SkewBatch allocate(DType dtype, int count, int n) {
        return new SkewBatch(n, Matrix.allocate(dtype, count, SkewMatrix.packedLength(n)));
    }

    /**
     * Views packed elements.
     *
     * @param n order of each matrix
     * @param packed a row-major matrix, one row of n(n−1)/2 elements for each skew matrix
     * @return a view of the same elements
     */
    public static SkewBatch wrap(int n, Matrix packed) {
        if (packed.columns() != SkewMatrix.packedLength(n) || packed.order() != Order.ROW_MAJOR) {
            throw new IllegalArgumentException("skew matrices of order " + n + " pack into row-major rows of "
                    + SkewMatrix.packedLength(n) + " elements, not " + packed);
        }
        return new SkewBatch(n, packed);
    }

    /** {@return the number of matrices} */
    public int count() {
        return packed.rows();
    }

    /** {@return n, the number of rows and of columns of each} */
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

    /** {@return the packed elements, one matrix a row} */
    public Matrix packed() {
        return packed;
    }

    /**
     * {@return a view of one matrix}
     *
     * @param index its position, from 0
     */
    public SkewMatrix get(int index) {
        Objects.checkIndex(index, count());
        return SkewMatrix.wrap(n, packed.row(index));
    }

    /** {@return count, order and type, never elements} */
    @Override
    public String toString() {
        return count() + " x [skew " + dtype() + " of order " + n + "]";
    }
}
