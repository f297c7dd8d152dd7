package org.isospin.backend;

import java.util.ArrayList;
import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.MatrixBatch;
import org.isospin.Order;

/**
 * Scratch of one stream: dense row-major matrices and views of them, handed out like a stack.
 *
 * <p>{@link #mark} and {@link #release} bracket a use; nothing is cleared, so scratch starts with the garbage of earlier
 * calls. Memory grows to the largest use and stays. The {@link Matrix} objects themselves are remembered in the order in
 * which they were asked for: the same call on the same shapes finds them again and allocates nothing.
 */
public final class Workspace {
    /** Allocates scratch memory where the backend computes. */
    @FunctionalInterface
    public interface Allocator {
        /**
         * {@return a dense 1 × elements matrix}
         *
         * @param dtype element type
         * @param elements how many
         */
        Matrix allocate(DType dtype, int elements);
    }

    /** Elements of the first slab of a type: 32 KiB of F64. */
    private static final int SMALLEST_SLAB = 4096;

    /** Alignment of scratch matrices in elements, so that rows of neighbours do not share a cache line. */
    private static final int ALIGNMENT = 16;

    private static final int TYPES = DType.values().length;

    private final Allocator allocator;
    private final List<List<Matrix>> slabs = new ArrayList<>();
    private final int[] slab = new int[TYPES];
    private final int[] used = new int[TYPES];
    private Matrix[] remembered = new Matrix[64];
    private int next;
    private MatrixBatch[] batches = new MatrixBatch[8];
    private int nextBatch;
    private int[] marks = new int[64];
    private int depth;

    /**
     * Makes an empty workspace.
     *
     * @param allocator where memory comes from
     */
    public Workspace(Allocator allocator) {
        this.allocator = allocator;
        for (int i = 0; i < TYPES; i++) {
            slabs.add(new ArrayList<>());
        }
    }

    /** Begins a use; every {@link #matrix} until the matching {@link #release} is given back there. */
    public void mark() {
        int need = depth + 2 * TYPES;
        if (need > marks.length) {
            marks = java.util.Arrays.copyOf(marks, 2 * need);
        }
        for (int i = 0; i < TYPES; i++) {
            marks[depth++] = slab[i];
            marks[depth++] = used[i];
        }
    }

    /** Ends the use that the latest {@link #mark} began. */
    public void release() {
        for (int i = TYPES - 1; i >= 0; i--) {
            used[i] = marks[--depth];
            slab[i] = marks[--depth];
        }
    }

    /** {@return where the memory of matrices stands, for {@link #rewind}} */
    public int position() {
        return next;
    }

    /**
     * Begins another round of a loop, whose calls are those of the last round: they find the matrices of that round, so that
     * what is remembered does not grow with the number of rounds.
     *
     * @param position where the loop began
     */
    public void rewind(int position) {
        next = position;
    }

    /** Gives everything back and starts over; the stream calls it when it is leased. */
    public void reset() {
        depth = 0;
        next = 0;
        nextBatch = 0;
        for (int i = 0; i < TYPES; i++) {
            slab[i] = 0;
            used[i] = 0;
        }
    }

    /**
     * {@return a scratch matrix, dense and row-major, with unspecified elements}
     *
     * @param dtype element type
     * @param rows number of rows
     * @param columns number of columns
     */
    public Matrix matrix(DType dtype, int rows, int columns) {
        int elements = Math.toIntExact((long) rows * columns);
        int padded = Math.toIntExact(((long) elements + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
        int type = dtype.ordinal();
        List<Matrix> mine = slabs.get(type);
        while (slab[type] < mine.size() && mine.get(slab[type]).columns() - used[type] < padded) {
            slab[type]++;
            used[type] = 0;
        }
        if (slab[type] == mine.size()) {
            int size = mine.isEmpty() ? SMALLEST_SLAB : mine.getLast().columns();
            mine.add(allocator.allocate(dtype, Math.max(padded, size)));
            used[type] = 0;
        }
        Matrix memory = mine.get(slab[type]);
        long offset = memory.byteOffset() + (long) used[type] * dtype.bytes();
        used[type] += padded;
        Matrix old = remembered[next];
        if (old != null
                && old.storage().equals(memory.storage())
                && old.byteOffset() == offset
                && old.dtype() == dtype
                && old.rows() == rows
                && old.columns() == columns
                && old.order() == Order.ROW_MAJOR
                && old.stride() == columns) {
            advance();
            return old;
        }
        return remember(Matrix.wrap(memory.storage(), offset, dtype, rows, columns, columns, Order.ROW_MAJOR));
    }

    /**
     * {@return a view of a block, remembered like scratch: repeated calls allocate nothing}
     *
     * @param m the matrix to view
     * @param row first row
     * @param column first column
     * @param rows number of rows
     * @param columns number of columns
     */
    public Matrix view(Matrix m, int row, int column, int rows, int columns) {
        long skip = rows == 0 || columns == 0 ? 0 : m.index(row, column);
        long offset = m.byteOffset() + skip * m.dtype().bytes();
        Matrix old = remembered[next];
        if (old != null
                && old.storage().equals(m.storage())
                && old.byteOffset() == offset
                && old.dtype() == m.dtype()
                && old.rows() == rows
                && old.columns() == columns
                && old.order() == m.order()
                && old.stride() == m.stride()) {
            advance();
            return old;
        }
        return remember(m.view(row, column, rows, columns));
    }

    /**
     * {@return the matrices that a scratch matrix stacks, remembered like scratch}
     *
     * @param m scratch, dense and row-major
     * @param rows rows of each, a divisor of m's
     */
    public MatrixBatch batch(Matrix m, int rows) {
        int count = rows == 0 ? 0 : m.rows() / rows;
        MatrixBatch old = batches[nextBatch];
        if (old == null
                || !old.first().storage().equals(m.storage())
                || old.first().byteOffset() != m.byteOffset()
                || old.dtype() != m.dtype()
                || old.count() != count
                || old.rows() != rows
                || old.columns() != m.columns()) {
            old = MatrixBatch.wrap(
                    m.storage(),
                    m.byteOffset(),
                    m.dtype(),
                    count,
                    rows,
                    m.columns(),
                    m.stride(),
                    m.order(),
                    rows * m.stride());
            batches[nextBatch] = old;
        }
        if (++nextBatch == batches.length) {
            batches = java.util.Arrays.copyOf(batches, 2 * nextBatch);
        }
        return old;
    }

    private Matrix remember(Matrix m) {
        remembered[next] = m;
        advance();
        return m;
    }

    private void advance() {
        if (++next == remembered.length) {
            remembered = java.util.Arrays.copyOf(remembered, 2 * next);
        }
    }
}
