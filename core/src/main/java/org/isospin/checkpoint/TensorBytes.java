package org.isospin.checkpoint;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.function.Supplier;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Order;

/** Streams the bytes of a tensor to a channel through a staging buffer, whatever memory they are in. */
sealed interface TensorBytes {
    /** Writes all bytes; staging is native memory of at least one element. */
    void writeTo(WritableByteChannel channel, MemorySegment staging) throws IOException;

    /** Bytes that are already in file order. */
    record Contiguous(MemorySegment segment, long offset, long size) implements TensorBytes {
        @Override
        public void writeTo(WritableByteChannel channel, MemorySegment staging) throws IOException {
            long done = 0;
            while (done < size) {
                long n = Math.min(staging.byteSize(), size - done);
                MemorySegment.copy(segment, offset + done, staging, 0, n);
                drain(channel, staging, n);
                done += n;
            }
        }
    }

    /** A matrix of any layout, written row by row. */
    record Strided(Matrix matrix) implements TensorBytes {
        @Override
        public void writeTo(WritableByteChannel channel, MemorySegment staging) throws IOException {
            int width = matrix.dtype().bytes();
            int capacity = (int) (staging.byteSize() / width);
            int filled = 0;
            for (int i = 0; i < matrix.rows(); i++) {
                int j = 0;
                while (j < matrix.columns()) {
                    int n = Math.min(capacity - filled, matrix.columns() - j);
                    gather(i, j, n, staging, (long) filled * width);
                    filled += n;
                    j += n;
                    if (filled == capacity) {
                        drain(channel, staging, (long) filled * width);
                        filled = 0;
                    }
                }
            }
            drain(channel, staging, (long) filled * width);
        }

        private void gather(int row, int column, int count, MemorySegment staging, long target) {
            int width = matrix.dtype().bytes();
            MemorySegment source = matrix.segment();
            long at = matrix.byteOffset() + matrix.index(row, column) * width;
            if (matrix.order() == Order.ROW_MAJOR) {
                MemorySegment.copy(source, at, staging, target, (long) count * width);
                return;
            }
            long step = matrix.stride() * width;
            for (int k = 0; k < count; k++) {
                long to = target + (long) k * width;
                switch (matrix.dtype()) {
                    case F32 -> staging.set(JAVA_INT_UNALIGNED, to, source.get(JAVA_INT_UNALIGNED, at));
                    case F64 -> staging.set(JAVA_LONG_UNALIGNED, to, source.get(JAVA_LONG_UNALIGNED, at));
                    case BF16, F16 -> staging.set(JAVA_SHORT_UNALIGNED, to, source.get(JAVA_SHORT_UNALIGNED, at));
                }
                at += step;
            }
        }
    }

    /** A matrix that is computed when its bytes are needed. */
    record Deferred(String name, DType dtype, int rows, int columns, Supplier<Matrix> source) implements TensorBytes {
        @Override
        public void writeTo(WritableByteChannel channel, MemorySegment staging) throws IOException {
            Matrix matrix = source.get();
            if (matrix.dtype() != dtype || matrix.rows() != rows || matrix.columns() != columns) {
                throw new IllegalArgumentException("tensor " + name + " was announced as " + dtype + " " + rows + " x "
                        + columns + "; its source gave " + matrix);
            }
            of(matrix).writeTo(channel, staging);
        }
    }

    /** {@return the bytes of a host matrix in row-major order} */
    static TensorBytes of(Matrix matrix) {
        boolean dense = matrix.order() == Order.ROW_MAJOR && matrix.stride() == matrix.columns();
        MemorySegment segment = matrix.segment();
        return dense
                ? new Contiguous(
                        segment,
                        matrix.byteOffset(),
                        matrix.elements() * matrix.dtype().bytes())
                : new Strided(matrix);
    }

    private static void drain(WritableByteChannel channel, MemorySegment staging, long bytes) throws IOException {
        ByteBuffer buffer = staging.asSlice(0, bytes).asByteBuffer();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }
}
