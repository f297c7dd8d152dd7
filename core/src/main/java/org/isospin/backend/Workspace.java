package org.isospin.backend;

import java.util.ArrayList;
import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.MatrixBatch;
import org.isospin.Order;
import org.isospin.Storage;
import org.jspecify.annotations.Nullable;

/**
 * Scratch of one stream: dense row-major matrices and views of them, handed out like a stack.
 *
 * <p>{@link #mark} and {@link #release} bracket a use; nothing is cleared, so scratch starts with the garbage of earlier
 * calls. Memory grows to the largest use and stays. The {@link Matrix} objects themselves are remembered in the order in
 * which they were asked for: the same call on the same shapes finds them again and allocates nothing. Calls that take turns
 * find theirs among the latest thousands, wherever they stand in the order.
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

    /** Matrices that are found out of their order, a power of two. */
    private static final int KEPT = 4096;

    /** Places for those of one hash; the last one is taken over when all are taken. */
    private static final int PLACES = 8;

    /** Spreads hashes: 2³² over the golden ratio. */
    private static final int SPREAD = 0x9e3779b9;

    private final Allocator allocator;
    private final List<List<Matrix>> slabs = new ArrayList<>();
    private final int[] slab = new int[TYPES];
    private final int[] used = new int[TYPES];
    private final @Nullable Matrix[] kept = new Matrix[KEPT];
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
        return matrix(memory.storage(), offset, dtype, rows, columns, columns, Order.ROW_MAJOR);
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
        if (row < 0
                || column < 0
                || rows < 0
                || columns < 0
                || row > m.rows() - rows
                || column > m.columns() - columns) {
            // Its message says what is wrong.
            return m.view(row, column, rows, columns);
        }
        return matrix(m.storage(), offset, m.dtype(), rows, columns, m.stride(), m.order());
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

    /** {@return the matrix of this description that was made before, or a new one} */
    private Matrix matrix(Storage storage, long offset, DType dtype, int rows, int columns, long stride, Order order) {
        Matrix found = remembered[next];
        if (!is(found, storage, offset, dtype, rows, columns, stride, order)) {
            int hash = Long.hashCode(offset);
            hash = 31 * hash + rows;
            hash = 31 * hash + columns;
            hash = 31 * hash + Long.hashCode(stride);
            hash = 31 * hash + dtype.ordinal() + TYPES * order.ordinal();
            int at = (hash * SPREAD) >>> (Integer.SIZE - Integer.numberOfTrailingZeros(KEPT));
            found = find(at, storage, offset, dtype, rows, columns, stride, order);
            if (found == null) {
                found = Matrix.wrap(storage, offset, dtype, rows, columns, stride, order);
                if (isScratch(storage)) {
                    keep(at, found);
                }
            }
            remembered[next] = found;
        }
        if (++next == remembered.length) {
            remembered = java.util.Arrays.copyOf(remembered, 2 * next);
        }
        return found;
    }

    private @Nullable Matrix find(
            int at, Storage storage, long offset, DType dtype, int rows, int columns, long stride, Order order) {
        for (int i = 0; i < PLACES; i++) {
            Matrix found = kept[(at + i) % KEPT];
            if (is(found, storage, offset, dtype, rows, columns, stride, order)) {
                return found;
            }
        }
        return null;
    }

    private void keep(int at, Matrix m) {
        int free = 0;
        while (free < PLACES - 1 && kept[(at + free) % KEPT] != null) {
            free++;
        }
        kept[(at + free) % KEPT] = m;
    }

    /** {@return whether memory is this workspace's own; what is a caller's must not be kept from the collector for long} */
    private boolean isScratch(Storage storage) {
        for (int i = 0; i < TYPES; i++) {
            List<Matrix> mine = slabs.get(i);
            for (int j = 0; j < mine.size(); j++) {
                if (mine.get(j).storage().equals(storage)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean is(
            @Nullable Matrix m,
            Storage storage,
            long offset,
            DType dtype,
            int rows,
            int columns,
            long stride,
            Order order) {
        return m != null
                && m.storage().equals(storage)
                && m.byteOffset() == offset
                && m.dtype() == dtype
                && m.rows() == rows
                && m.columns() == columns
                && m.order() == order
                && m.stride() == stride;
    }
}
