package org.isospin;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.Buffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A rows × columns view of memory that somebody else owns: an array, an {@link Arena}, a mapped file or a device.
 *
 * <p>Element (i, j) lies {@code i·stride + j} elements after the first in row-major order, {@code j·stride + i} in
 * column-major order. A view is immutable and safe to share between threads; the elements are as safe as the memory
 * under them. It is not closeable: it lives as long as its array or arena, and an access after the arena was closed
 * throws {@link IllegalStateException}. Memory may have any alignment; it holds little-endian elements (the order of
 * every platform that Isospin runs on and of every checkpoint format it reads).
 *
 * <p>Wherever a matrix is taken, its {@link #transposed() transpose} and any sub-{@link #view view} is taken too.
 */
public final class Matrix implements Operand {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;
    /** Bytes of a cache line, and of the widest vector. */
    private static final long ALIGNMENT = 64;

    private final Storage storage;
    private final DType dtype;
    private final int rows;
    private final int columns;
    private final Order order;
    private final long stride;
    private final long byteOffset;

    /** The array under a writable heap segment whose type fits dtype and whose offset is whole elements, or null. */
    private final @Nullable Object array;

    private final int arrayOffset;

    /** The transpose, made on first use; a racing thread makes an equal one. */
    private @Nullable Matrix transposed;

    private Matrix(Storage storage, DType dtype, int rows, int columns, Order order, long stride, long byteOffset) {
        if (rows < 0 || columns < 0) {
            throw new IllegalArgumentException("negative shape " + rows + " x " + columns);
        }
        int run = order == Order.ROW_MAJOR ? columns : rows;
        int runs = order == Order.ROW_MAJOR ? rows : columns;
        if (stride < run) {
            throw new IllegalArgumentException("stride " + stride + " is less than the " + run + " elements between "
                    + (order == Order.ROW_MAJOR ? "rows" : "columns") + " of a " + rows + " x " + columns + " matrix");
        }
        if (run > 0 && runs > 0) {
            long last = Math.addExact(Math.multiplyExact(stride, (long) runs - 1), run);
            long end = Math.addExact(byteOffset, Math.multiplyExact(last, dtype.bytes()));
            if (byteOffset < 0 || end > storage.byteSize()) {
                throw new IllegalArgumentException("a " + rows + " x " + columns + " " + dtype + " matrix with stride "
                        + stride + " at byte " + byteOffset + " needs " + end + " bytes; the memory has "
                        + storage.byteSize());
            }
        }
        this.storage = storage;
        this.dtype = dtype;
        this.rows = rows;
        this.columns = columns;
        this.order = order;
        this.stride = stride;
        this.byteOffset = byteOffset;
        Object base = null;
        long start = 0;
        if (storage instanceof Storage.Host(MemorySegment segment)) {
            Object heap = segment.heapBase().orElse(null);
            start = segment.address() + byteOffset;
            boolean fits = switch (dtype) {
                case F32 -> heap instanceof float[];
                case F64 -> heap instanceof double[];
                case BF16, F16 -> heap instanceof short[];
            };
            base = fits && start % dtype.bytes() == 0 ? heap : null;
        }
        this.array = base;
        this.arrayOffset = base == null ? 0 : (int) (start / dtype.bytes());
    }

    // ------------------------------------------------------------------------------------------- allocation

    /**
     * Allocates a zero matrix in a heap array, row-major.
     *
     * @param dtype element type
     * @param rows number of rows, at least 0
     * @param columns number of columns, at least 0
     * @return a matrix over a new array
     */
    public static Matrix allocate(DType dtype, int rows, int columns) {
        if (rows < 0 || columns < 0) {
            throw new IllegalArgumentException("negative shape " + rows + " x " + columns);
        }
        int length = Math.toIntExact(Math.multiplyExact((long) rows, columns));
        MemorySegment segment = switch (dtype) {
            case F32 -> MemorySegment.ofArray(new float[length]);
            case F64 -> MemorySegment.ofArray(new double[length]);
            case BF16, F16 -> MemorySegment.ofArray(new short[length]);
        };
        return new Matrix(new Storage.Host(segment), dtype, rows, columns, Order.ROW_MAJOR, columns, 0);
    }

    /**
     * Allocates a zero matrix off the heap, row-major, its first element on a 64-byte boundary.
     *
     * @param arena the memory's owner
     * @param dtype element type
     * @param rows number of rows, at least 0
     * @param columns number of columns, at least 0
     * @return a matrix over memory of the arena
     */
    public static Matrix allocate(Arena arena, DType dtype, int rows, int columns) {
        if (rows < 0 || columns < 0) {
            throw new IllegalArgumentException("negative shape " + rows + " x " + columns);
        }
        long bytes = Math.multiplyExact(Math.multiplyExact((long) rows, columns), dtype.bytes());
        MemorySegment segment = arena.allocate(bytes, ALIGNMENT);
        return new Matrix(new Storage.Host(segment), dtype, rows, columns, Order.ROW_MAJOR, columns, 0);
    }

    // --------------------------------------------------------------------------------------------- wrapping

    /**
     * Wraps a dense row-major F32 array.
     *
     * @param array elements, rows·columns or more
     * @param rows number of rows
     * @param columns number of columns
     * @return a view of the array
     */
    public static Matrix wrap(float[] array, int rows, int columns) {
        return wrap(array, 0, rows, columns, columns, Order.ROW_MAJOR);
    }

    /**
     * Wraps a part of an F32 array.
     *
     * @param array elements
     * @param offset index of element (0, 0)
     * @param rows number of rows
     * @param columns number of columns
     * @param stride elements between rows (row-major) or columns (column-major)
     * @param order memory order
     * @return a view of the array
     */
    public static Matrix wrap(float[] array, int offset, int rows, int columns, long stride, Order order) {
        return wrap(MemorySegment.ofArray(array), (long) offset * Float.BYTES, DType.F32, rows, columns, stride, order);
    }

    /**
     * Wraps a dense row-major F64 array.
     *
     * @param array elements, rows·columns or more
     * @param rows number of rows
     * @param columns number of columns
     * @return a view of the array
     */
    public static Matrix wrap(double[] array, int rows, int columns) {
        return wrap(array, 0, rows, columns, columns, Order.ROW_MAJOR);
    }

    /**
     * Wraps a part of an F64 array.
     *
     * @param array elements
     * @param offset index of element (0, 0)
     * @param rows number of rows
     * @param columns number of columns
     * @param stride elements between rows (row-major) or columns (column-major)
     * @param order memory order
     * @return a view of the array
     */
    public static Matrix wrap(double[] array, int offset, int rows, int columns, long stride, Order order) {
        return wrap(
                MemorySegment.ofArray(array), (long) offset * Double.BYTES, DType.F64, rows, columns, stride, order);
    }

    /**
     * Wraps a part of an array of 16-bit elements.
     *
     * @param dtype {@link DType#BF16} or {@link DType#F16}
     * @param array elements
     * @param offset index of element (0, 0)
     * @param rows number of rows
     * @param columns number of columns
     * @param stride elements between rows (row-major) or columns (column-major)
     * @param order memory order
     * @return a view of the array
     */
    public static Matrix wrap(DType dtype, short[] array, int offset, int rows, int columns, long stride, Order order) {
        if (dtype.bytes() != Short.BYTES) {
            throw new IllegalArgumentException("a short[] holds BF16 or F16 elements, not " + dtype);
        }
        return wrap(MemorySegment.ofArray(array), (long) offset * Short.BYTES, dtype, rows, columns, stride, order);
    }

    /**
     * Wraps memory that Java can address, with any alignment.
     *
     * @param segment the memory
     * @param byteOffset byte offset of element (0, 0)
     * @param dtype element type
     * @param rows number of rows
     * @param columns number of columns
     * @param stride elements between rows (row-major) or columns (column-major)
     * @param order memory order
     * @return a view of the segment
     */
    public static Matrix wrap(
            MemorySegment segment, long byteOffset, DType dtype, int rows, int columns, long stride, Order order) {
        return new Matrix(new Storage.Host(segment), dtype, rows, columns, order, stride, byteOffset);
    }

    /**
     * Wraps a buffer from its position to its limit, row-major. Float and double buffers must be in the platform's byte
     * order.
     *
     * @param buffer a heap or direct buffer; a {@link FloatBuffer} for F32, a {@link DoubleBuffer} for F64, a short
     *     buffer for 16-bit types, or a byte buffer for any
     * @param dtype element type
     * @param rows number of rows
     * @param columns number of columns
     * @param stride elements between rows
     * @return a view of the buffer's memory
     */
    public static Matrix wrap(Buffer buffer, DType dtype, int rows, int columns, long stride) {
        ByteOrder byteOrder = switch (buffer) {
            case FloatBuffer f when dtype == DType.F32 -> f.order();
            case DoubleBuffer d when dtype == DType.F64 -> d.order();
            case java.nio.ShortBuffer s when dtype.bytes() == Short.BYTES -> s.order();
            case java.nio.ByteBuffer _ -> ByteOrder.nativeOrder();
            default ->
                throw new IllegalArgumentException(
                        buffer.getClass().getSimpleName() + " does not hold " + dtype + " elements");
        };
        if (byteOrder != ByteOrder.nativeOrder()) {
            throw new IllegalArgumentException(
                    "the buffer is " + byteOrder + ", this platform " + ByteOrder.nativeOrder());
        }
        return wrap(MemorySegment.ofBuffer(buffer), 0, dtype, rows, columns, stride, Order.ROW_MAJOR);
    }

    /**
     * Views storage of any kind; for backends.
     *
     * @param storage the memory
     * @param byteOffset byte offset of element (0, 0)
     * @param dtype element type
     * @param rows number of rows
     * @param columns number of columns
     * @param stride elements between rows (row-major) or columns (column-major)
     * @param order memory order
     * @return a view of the storage
     */
    public static Matrix wrap(
            Storage storage, long byteOffset, DType dtype, int rows, int columns, long stride, Order order) {
        return new Matrix(Objects.requireNonNull(storage), dtype, rows, columns, order, stride, byteOffset);
    }

    // -------------------------------------------------------------------------------------------- properties

    /** {@return the element type} */
    @Override
    public DType dtype() {
        return dtype;
    }

    /** {@return the number of rows} */
    public int rows() {
        return rows;
    }

    /** {@return the number of columns} */
    public int columns() {
        return columns;
    }

    /** {@return rows · columns} */
    public long elements() {
        return (long) rows * columns;
    }

    /** {@return the memory order} */
    public Order order() {
        return order;
    }

    /** {@return the elements between the starts of neighbouring rows (row-major) or columns (column-major)} */
    public long stride() {
        return stride;
    }

    /** {@return the memory under this view} */
    @Override
    public Storage storage() {
        return storage;
    }

    /** {@return the byte offset of element (0, 0) in the storage} */
    public long byteOffset() {
        return byteOffset;
    }

    /** {@return whether rows = columns} */
    public boolean isSquare() {
        return rows == columns;
    }

    /** {@return whether the elements must not be written} */
    public boolean isReadOnly() {
        return storage.isReadOnly();
    }

    /** {@return whether the elements are on a device} */
    public boolean isDevice() {
        return storage instanceof Storage.Device;
    }

    /**
     * {@return the heap array under this view if it has the dtype's natural element type and may be written, or null}
     *
     * <p>For kernels: element (0, 0) is at index {@link #arrayOffset()}.
     */
    public @Nullable Object arrayOrNull() {
        return array;
    }

    /** {@return the index of element (0, 0) in {@link #arrayOrNull()}} */
    public int arrayOffset() {
        return arrayOffset;
    }

    /**
     * {@return the host memory under this view}
     *
     * @throws IllegalStateException if the matrix is on a device
     */
    public MemorySegment segment() {
        return switch (storage) {
            case Storage.Host(MemorySegment segment) -> segment;
            case Storage.Device device ->
                throw new IllegalStateException("the matrix is on " + device.device() + "; copyTo a host matrix first");
        };
    }

    // ------------------------------------------------------------------------------------------------ views

    /** {@return the transpose: the same elements, columns × rows, without a copy} */
    public Matrix transposed() {
        Matrix t = transposed;
        if (t == null) {
            t = new Matrix(storage, dtype, columns, rows, order.transposed(), stride, byteOffset);
            t.transposed = this;
            transposed = t;
        }
        return t;
    }

    /**
     * Views a block.
     *
     * @param row first row
     * @param column first column
     * @param rows number of rows
     * @param columns number of columns
     * @return a view of the same elements
     */
    public Matrix view(int row, int column, int rows, int columns) {
        Objects.checkFromIndexSize(row, rows, this.rows);
        Objects.checkFromIndexSize(column, columns, this.columns);
        long skip = rows == 0 || columns == 0 ? 0 : index(row, column);
        return new Matrix(storage, dtype, rows, columns, order, stride, byteOffset + skip * dtype.bytes());
    }

    /**
     * Views one row as a 1 × columns matrix.
     *
     * @param row the row
     * @return a view of the same elements
     */
    public Matrix row(int row) {
        return view(row, 0, 1, columns);
    }

    /**
     * Views one column as a rows × 1 matrix.
     *
     * @param column the column
     * @return a view of the same elements
     */
    public Matrix column(int column) {
        return view(0, column, rows, 1);
    }

    /**
     * {@return the distance in elements of (row, column) from (0, 0)}
     *
     * @param row the row
     * @param column the column
     */
    public long index(int row, int column) {
        return order == Order.ROW_MAJOR ? row * stride + column : column * stride + row;
    }

    /**
     * {@return whether the byte ranges of two matrices share a byte}
     *
     * @param other another matrix
     */
    public boolean overlaps(Matrix other) {
        if (elements() == 0 || other.elements() == 0) {
            return false;
        }
        if (array != null && other.array != null) {
            // The everyday case, without the garbage of slices.
            return array.equals(other.array)
                    && arrayByteOffset() < other.arrayByteOffset() + other.byteSpan()
                    && other.arrayByteOffset() < arrayByteOffset() + byteSpan();
        }
        if (storage instanceof Storage.Host(MemorySegment mine)
                && other.storage instanceof Storage.Host(MemorySegment theirs)) {
            return mine.asSlice(byteOffset, byteSpan())
                    .asOverlappingSlice(theirs.asSlice(other.byteOffset, other.byteSpan()))
                    .isPresent();
        }
        return storage.equals(other.storage)
                && byteOffset < other.byteOffset + other.byteSpan()
                && other.byteOffset < byteOffset + byteSpan();
    }

    private long arrayByteOffset() {
        return (long) arrayOffset * dtype.bytes();
    }

    private long byteSpan() {
        long run = order == Order.ROW_MAJOR ? columns : rows;
        long runs = order == Order.ROW_MAJOR ? rows : columns;
        return ((runs - 1) * stride + run) * dtype.bytes();
    }

    // ------------------------------------------------------------------------------------------------ elements

    /**
     * {@return element (row, column), widened exactly}
     *
     * @param row the row
     * @param column the column
     * @throws IllegalStateException if the matrix is on a device or its arena was closed
     */
    public double get(int row, int column) {
        long at = address(row, column);
        MemorySegment segment = segment();
        return switch (dtype) {
            case F32 -> segment.get(FLOAT, at);
            case F64 -> segment.get(DOUBLE, at);
            case BF16 -> HalfPrecision.bf16ToFloat(segment.get(SHORT, at));
            case F16 -> Float.float16ToFloat(segment.get(SHORT, at));
        };
    }

    /**
     * Sets element (row, column), rounding to nearest, ties to even.
     *
     * @param row the row
     * @param column the column
     * @param value the value
     * @throws IllegalStateException if the matrix is on a device or its arena was closed
     */
    public void set(int row, int column, double value) {
        long at = address(row, column);
        MemorySegment segment = segment();
        switch (dtype) {
            case F32 -> segment.set(FLOAT, at, (float) value);
            case F64 -> segment.set(DOUBLE, at, value);
            case BF16 -> segment.set(SHORT, at, HalfPrecision.doubleToBf16(value));
            case F16 -> segment.set(SHORT, at, HalfPrecision.doubleToF16(value));
        }
    }

    private long address(int row, int column) {
        Objects.checkIndex(row, rows);
        Objects.checkIndex(column, columns);
        return byteOffset + index(row, column) * dtype.bytes();
    }

    /** {@return a dense row-major copy on the heap} */
    public Matrix copy() {
        Matrix out = allocate(dtype, rows, columns);
        copyTo(out);
        return out;
    }

    /**
     * Copies the elements, converting them to the target's type (rounding to nearest, ties to even). Source and target
     * may overlap only if they are the same view. A copy to or from a device waits until it is done.
     *
     * @param target a matrix of the same shape, on the host or on a device
     * @throws IllegalArgumentException if the shapes differ or the target is read-only
     */
    public void copyTo(Matrix target) {
        if (target.rows != rows || target.columns != columns) {
            throw new IllegalArgumentException("cannot copy " + this + " to " + target + ": the shapes differ");
        }
        if (target.isReadOnly()) {
            throw new IllegalArgumentException("cannot copy to a read-only matrix " + target);
        }
        if (storage instanceof Storage.Device device) {
            device.copy(this, target);
            return;
        }
        if (target.storage instanceof Storage.Device device) {
            device.copy(this, target);
            return;
        }
        if (dtype == target.dtype && order == target.order) {
            int run = order == Order.ROW_MAJOR ? columns : rows;
            int runs = order == Order.ROW_MAJOR ? rows : columns;
            long bytes = (long) run * dtype.bytes();
            for (int i = 0; i < runs; i++) {
                MemorySegment.copy(
                        segment(),
                        byteOffset + i * stride * dtype.bytes(),
                        target.segment(),
                        target.byteOffset + i * target.stride * dtype.bytes(),
                        bytes);
            }
            return;
        }
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                target.set(i, j, get(i, j));
            }
        }
    }

    /** {@return dtype, shape, order and place, never elements} */
    @Override
    public String toString() {
        String place = switch (storage) {
            case Storage.Host(MemorySegment segment) -> segment.isNative() ? "off-heap" : "heap";
            case Storage.Device device -> device.device();
        };
        return String.format(
                Locale.ROOT,
                "%s %d x %d (%s, stride %d, %s)",
                dtype,
                rows,
                columns,
                order == Order.ROW_MAJOR ? "row-major" : "column-major",
                stride,
                place);
    }
}
