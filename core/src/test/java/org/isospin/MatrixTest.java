package org.isospin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MatrixTest {
    @ParameterizedTest
    @EnumSource(DType.class)
    void elementsAreStoredAndReadBack(DType dtype) {
        Matrix m = Matrix.allocate(dtype, 2, 3);
        m.set(1, 2, -0.5);
        assertThat(m.get(1, 2)).isEqualTo(-0.5);
        assertThat(m.get(0, 0)).isZero();
        assertThat(m.elements()).isEqualTo(6);
        assertThat(m.arrayOrNull()).isNotNull();
    }

    @Test
    void rowMajorAndColumnMajorIndexTheSameArrayDifferently() {
        float[] array = {1, 2, 3, 4, 5, 6};
        assertThat(Matrix.wrap(array, 2, 3).get(0, 1)).isEqualTo(2);
        Matrix byColumns = Matrix.wrap(array, 0, 2, 3, 2, Order.COLUMN_MAJOR);
        assertThat(byColumns.get(0, 1)).isEqualTo(3);
        assertThat(byColumns.get(1, 2)).isEqualTo(6);
    }

    @Test
    void theTransposeSharesElementsAndIsItsOwnInverse() {
        Matrix m = Matrix.wrap(new double[] {1, 2, 3, 4, 5, 6}, 2, 3);
        Matrix t = m.transposed();
        assertThat(t.rows()).isEqualTo(3);
        assertThat(t.columns()).isEqualTo(2);
        assertThat(t.get(2, 1)).isEqualTo(6);
        t.set(0, 1, 40);
        assertThat(m.get(1, 0)).isEqualTo(40);
        assertThat(t.transposed()).isSameAs(m);
    }

    @Test
    void viewsOfViewsAddUp() {
        Matrix m = Matrix.allocate(DType.F64, 5, 7);
        for (int i = 0; i < 5; i++) {
            for (int j = 0; j < 7; j++) {
                m.set(i, j, 10 * i + j);
            }
        }
        Matrix inner = m.view(1, 2, 4, 5).transposed().view(1, 1, 3, 2);
        assertThat(inner.get(0, 0)).isEqualTo(23);
        assertThat(inner.get(2, 1)).isEqualTo(35);
        assertThat(m.row(3).get(0, 6)).isEqualTo(36);
        assertThat(m.column(6).get(4, 0)).isEqualTo(46);
        assertThat(m.view(5, 7, 0, 0).elements()).isZero();
        assertThatThrownBy(() -> m.view(4, 0, 2, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void emptyMatricesAreMatrices() {
        assertThat(Matrix.allocate(DType.F32, 0, 5).elements()).isZero();
        assertThat(Matrix.allocate(DType.F32, 5, 0).transposed().rows()).isZero();
        assertThat(Matrix.allocate(Arena.global(), DType.F32, 0, 0).copy().columns())
                .isZero();
    }

    @Test
    void arenaMemoryStartsOnACacheLineAndDiesWithItsArena() {
        Matrix m;
        try (Arena arena = Arena.ofConfined()) {
            m = Matrix.allocate(arena, DType.F32, 3, 3);
            assertThat(m.segment().address() % 64).isZero();
            assertThat(m.arrayOrNull()).isNull();
            m.set(2, 2, 9);
            assertThat(m.get(2, 2)).isEqualTo(9);
        }
        assertThatThrownBy(() -> m.get(0, 0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void misalignedAndByteBackedMemoryWorks() {
        byte[] bytes = new byte[1 + 6 * Double.BYTES];
        Matrix m = Matrix.wrap(MemorySegment.ofArray(bytes), 1, DType.F64, 2, 3, 3, Order.ROW_MAJOR);
        m.set(1, 2, Math.PI);
        assertThat(m.get(1, 2)).isEqualTo(Math.PI);
        assertThat(m.arrayOrNull()).isNull();
        double onHeap = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getDouble(1 + 5 * Double.BYTES);
        assertThat(onHeap).isEqualTo(Math.PI);
    }

    @Test
    void mappedFilesAreMatrices(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("weights");
        Files.write(file, new byte[3 + 4 * Float.BYTES]);
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MemorySegment mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size(), arena);
            Matrix m = Matrix.wrap(mapped, 3, DType.F32, 2, 2, 2, Order.ROW_MAJOR);
            m.set(0, 1, 1.5);
            mapped.force();
        }
        assertThat(ByteBuffer.wrap(Files.readAllBytes(file))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getFloat(3 + Float.BYTES))
                .isEqualTo(1.5f);
    }

    @Test
    void readOnlyMemoryIsReadAndNeverWritten() {
        MemorySegment segment = MemorySegment.ofArray(new double[] {1, 2}).asReadOnly();
        Matrix m = Matrix.wrap(segment, 0, DType.F64, 1, 2, 2, Order.ROW_MAJOR);
        assertThat(m.isReadOnly()).isTrue();
        assertThat(m.get(0, 1)).isEqualTo(2);
        assertThatThrownBy(() -> m.set(0, 0, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Matrix.allocate(DType.F64, 1, 2).copyTo(m))
                .withMessageContaining("read-only");
    }

    @Test
    void buffersAreWrappedFromPositionToLimit() {
        FloatBuffer floats = FloatBuffer.wrap(new float[] {0, 1, 2, 3, 4});
        floats.position(1);
        assertThat(Matrix.wrap(floats, DType.F32, 2, 2, 2).get(1, 1)).isEqualTo(4);
        assertThatIllegalArgumentException().isThrownBy(() -> Matrix.wrap(floats, DType.F32, 2, 3, 3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Matrix.wrap(DoubleBuffer.allocate(4), DType.F32, 2, 2, 2))
                .withMessageContaining("F32");
        ByteBuffer direct = ByteBuffer.allocateDirect(32).order(ByteOrder.nativeOrder());
        Matrix.wrap(direct, DType.F64, 2, 2, 2).set(1, 0, 7);
        assertThat(direct.getDouble(16)).isEqualTo(7);
        ByteOrder other =
                ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        FloatBuffer swapped = ByteBuffer.allocate(16).order(other).asFloatBuffer();
        assertThatIllegalArgumentException().isThrownBy(() -> Matrix.wrap(swapped, DType.F32, 2, 2, 2));
    }

    @Test
    void aShapeThatDoesNotFitItsMemoryIsRejectedWithBothSizes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Matrix.wrap(new float[5], 2, 3))
                .withMessageContaining("24 bytes")
                .withMessageContaining("has 20");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Matrix.wrap(new float[6], 0, 2, 3, 2, Order.ROW_MAJOR))
                .withMessageContaining("stride 2");
        assertThatIllegalArgumentException().isThrownBy(() -> Matrix.allocate(DType.F32, -1, 2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Matrix.wrap(DType.F32, new short[4], 0, 2, 2, 2, Order.ROW_MAJOR));
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Matrix.wrap(MemorySegment.ofArray(new double[4]), -8, DType.F64, 2, 2, 2, Order.ROW_MAJOR));
    }

    @Test
    void theLastRowOfAStridedMatrixNeedsNoPadding() {
        Matrix m = Matrix.wrap(new double[7], 0, 2, 3, 4, Order.ROW_MAJOR);
        assertThat(m.rows()).isEqualTo(2);
        assertThatIllegalArgumentException().isThrownBy(() -> Matrix.wrap(new double[6], 0, 2, 3, 4, Order.ROW_MAJOR));
    }

    @Test
    void copiesConvertAndKeepTheOriginal() {
        Matrix m = Matrix.wrap(new double[] {1, 1 / 3.0, -2, 4}, 2, 2);
        Matrix half = Matrix.allocate(DType.BF16, 2, 2);
        m.transposed().copyTo(half.transposed());
        // 1/3 = 0x3EAAAAAB in F32; its upper half, rounded to nearest, is 0x3EAB.
        assertThat(half.get(0, 1)).isEqualTo(Float.intBitsToFloat(0x3EAB0000));
        assertThat(half.get(1, 0)).isEqualTo(-2);
        Matrix copy = m.copy();
        copy.set(0, 0, 5);
        assertThat(m.get(0, 0)).isEqualTo(1);
        assertThatIllegalArgumentException().isThrownBy(() -> m.copyTo(Matrix.allocate(DType.F64, 1, 4)));
    }

    @Test
    void overlapIsAMatterOfBytes() {
        double[] array = new double[20];
        Matrix left = Matrix.wrap(array, 0, 2, 5, 5, Order.ROW_MAJOR);
        Matrix right = Matrix.wrap(array, 10, 2, 5, 5, Order.ROW_MAJOR);
        assertThat(left.overlaps(right)).isFalse();
        assertThat(left.overlaps(left.transposed())).isTrue();
        assertThat(left.overlaps(Matrix.wrap(array, 9, 1, 1, 1, Order.ROW_MAJOR)))
                .isTrue();
        assertThat(left.overlaps(Matrix.allocate(DType.F64, 2, 5))).isFalse();
        assertThat(left.overlaps(left.view(0, 0, 0, 5))).isFalse();
        Matrix readOnly =
                Matrix.wrap(MemorySegment.ofArray(array).asReadOnly(), 72, DType.F64, 1, 1, 1, Order.ROW_MAJOR);
        assertThat(left.overlaps(readOnly)).isTrue();
        assertThat(right.overlaps(readOnly)).isFalse();
    }

    @Test
    void deviceElementsAreOutOfReachAndTheMessageNamesTheWay() {
        Storage.Device device = new Storage.Device() {
            @Override
            public long byteSize() {
                return 64;
            }

            @Override
            public boolean isReadOnly() {
                return false;
            }

            @Override
            public String device() {
                return "device 0";
            }

            @Override
            public void copy(Matrix source, Matrix target) {
                throw new UnsupportedOperationException(source + " to " + target);
            }

            @Override
            public Matrix allocate(DType dtype, int rows, int columns) {
                throw new UnsupportedOperationException(rows + " x " + columns + " of " + dtype);
            }
        };
        Matrix m = Matrix.wrap(device, 0, DType.F32, 4, 4, 4, Order.ROW_MAJOR);
        assertThat(m.isDevice()).isTrue();
        assertThatThrownBy(() -> m.get(0, 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("device 0")
                .hasMessageContaining("copyTo");
        assertThat(m.overlaps(m.view(1, 1, 2, 2))).isTrue();
        Matrix host = Matrix.allocate(DType.F32, 4, 4);
        assertThatThrownBy(() -> m.copyTo(host)).hasMessage(m + " to " + host);
        assertThatThrownBy(() -> host.copyTo(m)).hasMessage(host + " to " + m);
        assertThat(m.toString()).isEqualTo("F32 4 x 4 (row-major, stride 4, device 0)");
    }
}
