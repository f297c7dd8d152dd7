package org.isospin.properties;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Order;

/** Where and how the elements of an operand lie. */
enum Layout {
    /** A dense row-major array of the elements' own type. */
    HEAP(Kind.ARRAY, Order.ROW_MAJOR, 0, 0),
    /** A part of such an array. */
    HEAP_STRIDED(Kind.ARRAY, Order.ROW_MAJOR, 3, 5),
    HEAP_COLUMNS(Kind.ARRAY, Order.COLUMN_MAJOR, 0, 0),
    HEAP_COLUMNS_STRIDED(Kind.ARRAY, Order.COLUMN_MAJOR, 1, 3),
    OFF_HEAP(Kind.NATIVE, Order.ROW_MAJOR, 0, 0),
    OFF_HEAP_STRIDED(Kind.NATIVE, Order.ROW_MAJOR, 5, 1),
    OFF_HEAP_COLUMNS(Kind.NATIVE, Order.COLUMN_MAJOR, 2, 0),
    /** Off the heap, at an odd address. */
    MISALIGNED(Kind.NATIVE_ODD, Order.ROW_MAJOR, 0, 0),
    MISALIGNED_COLUMNS(Kind.NATIVE_ODD, Order.COLUMN_MAJOR, 1, 2),
    /** A byte[]. */
    BYTES(Kind.BYTES, Order.ROW_MAJOR, 0, 0),
    BYTES_MISALIGNED(Kind.BYTES_ODD, Order.ROW_MAJOR, 3, 1),
    /** A mapped file. */
    MAPPED(Kind.MAPPED, Order.ROW_MAJOR, 0, 0),
    MAPPED_MISALIGNED(Kind.MAPPED_ODD, Order.ROW_MAJOR, 1, 0);

    private enum Kind {
        ARRAY,
        NATIVE,
        NATIVE_ODD,
        BYTES,
        BYTES_ODD,
        MAPPED,
        MAPPED_ODD;

        boolean isOdd() {
            return this == NATIVE_ODD || this == BYTES_ODD || this == MAPPED_ODD;
        }
    }

    /** Elements of garbage before and after the operand. */
    private static final int GUARD = 16;

    private final Kind kind;
    private final Order order;
    private final int gap;
    private final int offset;

    Layout(Kind kind, Order order, int gap, int offset) {
        this.kind = kind;
        this.order = order;
        this.gap = gap;
        this.offset = offset;
    }

    /**
     * Lays out a matrix in memory that is full of garbage.
     *
     * @param arena owner of what is not on the heap
     * @param dtype element type
     * @param rows number of rows
     * @param columns number of columns
     * @return a matrix of NaN
     */
    Placed place(Arena arena, DType dtype, int rows, int columns) {
        // A single row is row-major whatever the layout: packed skew matrices must be.
        Order laid = rows == 1 ? Order.ROW_MAJOR : order;
        int run = laid == Order.ROW_MAJOR ? columns : rows;
        int runs = laid == Order.ROW_MAJOR ? rows : columns;
        int stride = run + gap;
        int elements = 2 * GUARD + offset + stride * runs;
        MemorySegment memory = memory(arena, dtype, elements);
        memory.fill(Placed.GARBAGE);
        long start = (long) (GUARD + offset) * dtype.bytes() + (kind.isOdd() ? 1 : 0);
        return new Placed(memory, Matrix.wrap(memory, start, dtype, rows, columns, stride, laid));
    }

    private MemorySegment memory(Arena arena, DType dtype, int elements) {
        int bytes = elements * dtype.bytes() + 1;
        return switch (kind) {
            case ARRAY -> Matrix.allocate(dtype, 1, elements).segment();
            case NATIVE, NATIVE_ODD -> arena.allocate(bytes, Long.BYTES);
            case BYTES, BYTES_ODD -> MemorySegment.ofArray(new byte[bytes]);
            case MAPPED, MAPPED_ODD -> map(arena, bytes);
        };
    }

    private static MemorySegment map(Arena arena, int bytes) {
        try {
            Path file = Files.createTempFile("isospin", ".bin");
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
                return channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
