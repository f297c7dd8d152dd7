package org.isospin;

import java.util.Objects;

/**
 * A sequence of matrices of one shape at a constant distance in one piece of memory.
 *
 * <p>Like {@link Matrix}, a batch is an immutable view that owns nothing.
 */
public final class MatrixBatch implements Operand {
    private final Matrix first;
    private final int count;
    private final long batchStride;

    private MatrixBatch(Matrix first, int count, long batchStride) {
        this.first = first;
        this.count = count;
        this.batchStride = batchStride;
    }

    /**
     * Allocates {@code count} zero matrices in one heap array, each dense and row-major, back to back.
     *
     * @param dtype element type
     * @param count number of matrices
     * @param rows rows of each
     * @param columns columns of each
     * @return a batch over a new array
     */
    public static MatrixBatch allocate(DType dtype, int count, int rows, int columns) {
        int length = Math.toIntExact(Math.multiplyExact((long) count, Math.multiplyExact((long) rows, columns)));
        Matrix all = Matrix.allocate(dtype, 1, length);
        return wrap(all.storage(), 0, dtype, count, rows, columns, columns, Order.ROW_MAJOR, (long) rows * columns);
    }

    /**
     * Views storage as a batch.
     *
     * @param storage the memory
     * @param byteOffset byte offset of element (0, 0) of the first matrix
     * @param dtype element type
     * @param count number of matrices
     * @param rows rows of each
     * @param columns columns of each
     * @param stride elements between rows (row-major) or columns (column-major)
     * @param order memory order of each
     * @param batchStride elements between the starts of neighbouring matrices, at least 0; 0 repeats one matrix
     * @return a view of the storage
     */
    public static MatrixBatch wrap(
            Storage storage,
            long byteOffset,
            DType dtype,
            int count,
            int rows,
            int columns,
            long stride,
            Order order,
            long batchStride) {
        if (count < 0 || batchStride < 0) {
            throw new IllegalArgumentException("count " + count + " and batch stride " + batchStride + " must be >= 0");
        }
        boolean empty = count == 0;
        Matrix first = Matrix.wrap(storage, byteOffset, dtype, empty ? 0 : rows, empty ? 0 : columns, stride, order);
        if (count > 1) {
            // The constructor checks that the last matrix fits the memory, and with it all of them.
            long last = Math.addExact(
                    byteOffset, Math.multiplyExact(Math.multiplyExact(batchStride, (long) count - 1), dtype.bytes()));
            Matrix.wrap(storage, last, dtype, rows, columns, stride, order);
        }
        return new MatrixBatch(first, count, batchStride);
    }

    /** {@return the number of matrices} */
    public int count() {
        return count;
    }

    /** {@return the rows of each matrix} */
    public int rows() {
        return first.rows();
    }

    /** {@return the columns of each matrix} */
    public int columns() {
        return first.columns();
    }

    /** {@return the element type} */
    @Override
    public DType dtype() {
        return first.dtype();
    }

    @Override
    public Storage storage() {
        return first.storage();
    }

    /** {@return the elements between the starts of neighbouring matrices} */
    public long batchStride() {
        return batchStride;
    }

    /** {@return the first matrix, whose layout all share; 0 × 0 if the batch is empty} */
    public Matrix first() {
        return first;
    }

    /** {@return the batch of the transposes, without a copy} */
    public MatrixBatch transposed() {
        return new MatrixBatch(first.transposed(), count, batchStride);
    }

    /**
     * {@return a view of one matrix}
     *
     * @param index its position, from 0
     */
    public Matrix get(int index) {
        Objects.checkIndex(index, count);
        return Matrix.wrap(
                first.storage(),
                first.byteOffset() + index * batchStride * first.dtype().bytes(),
                first.dtype(),
                first.rows(),
                first.columns(),
                first.stride(),
                first.order());
    }

    /** {@return count and layout, never elements} */
    @Override
    public String toString() {
        return count + " x [" + first + "]";
    }
}
