package org.isospin.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Order;
import org.isospin.io.AtomicFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsWriterTest {
    @TempDir
    Path folder;

    private static MemorySegment bytes(int... values) {
        byte[] out = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            out[i] = (byte) values[i];
        }
        return MemorySegment.ofArray(out);
    }

    private List<String> filesLeft() throws IOException {
        List<String> names = new ArrayList<>();
        try (var stream = Files.newDirectoryStream(folder)) {
            stream.forEach(path -> names.add(path.getFileName().toString()));
        }
        return names;
    }

    @Test
    void writesTheBytesOfTheReferenceImplementation() throws IOException {
        Path path = folder.resolve("a.safetensors");
        new SafetensorsWriter()
                .add("b", TensorType.U8, new long[] {1}, bytes(9))
                .add("a\"\n\u0001é", TensorType.U8, new long[] {2}, bytes(7, 8))
                .add("w", TensorType.F32, new long[] {1, 1}, bytes(1, 2, 3, 4))
                .add("h", TensorType.BF16, new long[0], bytes(5, 6))
                .metadata("format", "pt")
                .write(path);
        String header = "{\"__metadata__\":{\"format\":\"pt\"},"
                + "\"w\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[0,4]},"
                + "\"h\":{\"dtype\":\"BF16\",\"shape\":[],\"data_offsets\":[4,6]},"
                + "\"a\\\"\\n\\u0001é\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[6,8]},"
                + "\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[8,9]}}";
        byte[] expected = header.getBytes(StandardCharsets.UTF_8);
        byte[] actual = Files.readAllBytes(path);
        int padded = (expected.length + 7) / 8 * 8;
        assertThat((actual[0] & 0xFF) + 256 * (actual[1] & 0xFF)).isEqualTo(padded);
        assertThat(new String(actual, 8, padded, StandardCharsets.UTF_8).stripTrailing())
                .isEqualTo(header);
        assertThat(java.util.Arrays.copyOfRange(actual, 8 + padded, actual.length))
                .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void orderOfCallsDoesNotMatter() throws IOException {
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        new SafetensorsWriter()
                .metadata("k", "1")
                .metadata("j", "2")
                .add("\uE000", TensorType.U8, new long[] {1}, bytes(1))
                .add("😀", TensorType.U8, new long[] {1}, bytes(2))
                .add("x", TensorType.I64, new long[] {0}, bytes())
                .write(one);
        new SafetensorsWriter()
                .add("x", TensorType.I64, new long[] {0}, bytes())
                .add("😀", TensorType.U8, new long[] {1}, bytes(2))
                .add("\uE000", TensorType.U8, new long[] {1}, bytes(1))
                .metadata("j", "2")
                .metadata("k", "1")
                .write(two);
        assertThat(one).hasSameBinaryContentAs(two);
        try (Checkpoint checkpoint = Safetensors.open(one)) {
            // U+E000 precedes U+1F600 in UTF-8, though not in UTF-16.
            assertThat(checkpoint.names()).containsExactly("x", "\uE000", "😀");
        }
    }

    @Test
    void computesATensorWhenItsBytesAreNeeded() throws IOException {
        Path path = folder.resolve("t");
        List<String> asked = new ArrayList<>();
        SafetensorsWriter writer = new SafetensorsWriter()
                .add("b", DType.F32, 1, 2, () -> {
                    asked.add("b");
                    return Matrix.wrap(new float[] {3, 4}, 2, 1).transposed();
                })
                .add("a", DType.F64, 1, 1, () -> {
                    asked.add("a");
                    return Matrix.wrap(new double[] {2}, 1, 1);
                });
        assertThat(asked).isEmpty();
        writer.write(path);
        assertThat(asked).containsExactly("a", "b");
        try (Checkpoint checkpoint = Safetensors.open(path)) {
            assertThat(checkpoint.matrix("a").get(0, 0)).isEqualTo(2);
            assertThat(checkpoint.matrix("b").get(0, 0)).isEqualTo(3);
            assertThat(checkpoint.matrix("b").get(0, 1)).isEqualTo(4);
        }
    }

    @Test
    void aSourceThatThrowsOrBreaksItsWordLeavesTheOldFile() throws IOException {
        Path path = Files.writeString(folder.resolve("t"), "old");
        SafetensorsWriter throwing = new SafetensorsWriter().add("t", DType.F32, 1, 1, () -> {
            throw new ArithmeticException("singular");
        });
        assertThatThrownBy(() -> throwing.write(path))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage("singular");
        SafetensorsWriter other =
                new SafetensorsWriter().add("t", DType.F32, 2, 1, () -> Matrix.allocate(DType.F32, 1, 2));
        assertThatThrownBy(() -> other.write(path))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tensor t was announced as F32 2 x 1")
                .hasMessageContaining("F32 1 x 2");
        assertThat(path).hasContent("old");
        assertThat(filesLeft()).containsExactly("t");
    }

    @ParameterizedTest
    @EnumSource(TensorType.class)
    void everyTypeComesBack(TensorType type) throws IOException {
        Path path = folder.resolve("t");
        byte[] data = new byte[8 * type.bits() / 8];
        new java.util.Random(1).nextBytes(data);
        new SafetensorsWriter()
                .add("t", type, new long[] {2, 1, 4}, MemorySegment.ofArray(data))
                .write(path);
        try (Checkpoint checkpoint = Safetensors.open(path)) {
            TensorView view = checkpoint.tensor("t");
            assertThat(view.type()).isEqualTo(type);
            assertThat(view.shape()).containsExactly(2, 1, 4);
            assertThat(view.bytes().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(data);
            DType dtype = type.dtypeOrNull();
            assertThat(dtype == null || TensorType.of(dtype) == type).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void matricesOfEveryLayoutComeBack(DType dtype) throws IOException {
        Path path = folder.resolve("m");
        try (Arena arena = Arena.ofConfined()) {
            Matrix dense = Matrix.allocate(dtype, 5, 7);
            Matrix offHeap = Matrix.allocate(arena, dtype, 9, 11);
            MemorySegment odd = MemorySegment.ofArray(new byte[1 + 6 * 8 * 8]);
            Matrix columnMajor = Matrix.wrap(odd, 1, dtype, 5, 6, 8, Order.COLUMN_MAJOR);
            fill(dense);
            fill(offHeap);
            fill(columnMajor);
            new SafetensorsWriter()
                    .add("dense", dense)
                    .add("transposed", dense.transposed())
                    .add("block", offHeap.view(2, 3, 4, 5))
                    .add("blockT", offHeap.view(2, 3, 4, 5).transposed())
                    .add("columns", columnMajor)
                    .add("none", Matrix.allocate(dtype, 0, 3))
                    .write(path);
            try (Checkpoint checkpoint = Safetensors.open(path)) {
                assertSame(checkpoint.matrix("dense"), dense);
                assertSame(checkpoint.matrix("transposed"), dense.transposed());
                assertSame(checkpoint.matrix("block"), offHeap.view(2, 3, 4, 5));
                assertSame(checkpoint.matrix("blockT"), offHeap.view(2, 3, 4, 5).transposed());
                assertSame(checkpoint.matrix("columns"), columnMajor);
                assertThat(checkpoint.tensor("none").shape()).containsExactly(0, 3);
            }
        }
    }

    private static void fill(Matrix m) {
        for (int i = 0; i < m.rows(); i++) {
            for (int j = 0; j < m.columns(); j++) {
                m.set(i, j, 1 + i * 16 + j);
            }
        }
    }

    private static void assertSame(Matrix actual, Matrix expected) {
        assertThat(actual.rows()).isEqualTo(expected.rows());
        assertThat(actual.columns()).isEqualTo(expected.columns());
        assertThat(actual.dtype()).isEqualTo(expected.dtype());
        for (int i = 0; i < actual.rows(); i++) {
            for (int j = 0; j < actual.columns(); j++) {
                assertThat(actual.get(i, j)).isEqualTo(expected.get(i, j));
            }
        }
    }

    /** More than one staging buffer of 1 MiB, and rows that straddle its end. */
    @ParameterizedTest
    @ValueSource(ints = {1, 700_001})
    void streamsWhatDoesNotFitTheStagingBuffer(int columns) throws IOException {
        int rows = columns == 1 ? 700_001 : 3;
        Matrix m = Matrix.allocate(DType.F32, columns, rows).transposed();
        Matrix wide = Matrix.allocate(DType.F32, rows, columns + 1).view(0, 1, rows, columns);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                m.set(i, j, i * 8 + j % 1_000_003);
                wide.set(i, j, i * 8 + j % 1_000_003);
            }
        }
        Path path = folder.resolve("big");
        new SafetensorsWriter().add("m", m).add("wide", wide).write(path);
        try (Checkpoint checkpoint = Safetensors.open(path)) {
            assertThat(checkpoint
                            .tensor("m")
                            .bytes()
                            .mismatch(checkpoint.tensor("wide").bytes()))
                    .isEqualTo(-1);
            assertThat(checkpoint.matrix("m").get(rows - 1, columns - 1)).isEqualTo(m.get(rows - 1, columns - 1));
        }
    }

    @Test
    void copiesACheckpointOntoItself() throws IOException {
        Path path = folder.resolve("c");
        new SafetensorsWriter()
                .add("t", TensorType.U8, new long[] {3}, bytes(1, 2, 3))
                .write(path);
        try (Checkpoint checkpoint = Safetensors.open(path)) {
            new SafetensorsWriter()
                    .add(checkpoint.tensor("t"))
                    .add("u", TensorType.U8, new long[] {1}, bytes(4))
                    .write(path);
            assertThat(checkpoint.tensor("t").bytes().toArray(ValueLayout.JAVA_BYTE))
                    .containsExactly(1, 2, 3);
        }
        try (Checkpoint checkpoint = Safetensors.open(path)) {
            assertThat(checkpoint.names()).containsExactly("t", "u");
        }
        assertThat(filesLeft()).containsExactly("c");
    }

    /** A disk that is full after some bytes. */
    private static WritableByteChannel full(Path path, int capacity) throws IOException {
        WritableByteChannel disk = AtomicFile.FILES.open(path);
        return new WritableByteChannel() {
            private int left = capacity;

            @Override
            public int write(ByteBuffer source) throws IOException {
                if (left == 0) {
                    throw new IOException("No space left on device");
                }
                ByteBuffer part = source.slice().limit(Math.min(left, source.remaining()));
                int written = disk.write(part);
                source.position(source.position() + written);
                left -= written;
                return written;
            }

            @Override
            public boolean isOpen() {
                return disk.isOpen();
            }

            @Override
            public void close() throws IOException {
                disk.close();
            }
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 8, 40, 100})
    void aFullDiskLeavesTheOldFile(int capacity) throws IOException {
        Path path = Files.writeString(folder.resolve("w"), "old");
        SafetensorsWriter writer =
                new SafetensorsWriter().add("t", TensorType.F32, new long[] {64}, MemorySegment.ofArray(new byte[256]));
        assertThatThrownBy(() -> writer.write(path, temporary -> full(temporary, capacity)))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot write " + path + ": No space left on device");
        assertThat(path).hasContent("old");
        assertThat(filesLeft()).containsExactly("w");
        writer.write(path);
        assertThat(filesLeft()).containsExactly("w");
        assertThat(Files.size(path)).isGreaterThan(256);
    }

    @Test
    void aClosedArenaLeavesTheOldFile() throws IOException {
        Path path = Files.writeString(folder.resolve("w"), "old");
        SafetensorsWriter writer = new SafetensorsWriter();
        try (Arena arena = Arena.ofConfined()) {
            writer.add("t", Matrix.allocate(arena, DType.F32, 2, 2));
        }
        assertThatThrownBy(() -> writer.write(path)).isInstanceOf(IllegalStateException.class);
        assertThat(path).hasContent("old");
        assertThat(filesLeft()).containsExactly("w");
    }

    @Test
    void namesWhereItCannotWrite() {
        SafetensorsWriter writer = new SafetensorsWriter();
        assertThatThrownBy(() -> writer.write(folder.resolve("no").resolve("file")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no such folder: " + folder.resolve("no"));
        assertThatThrownBy(() -> writer.write(folder))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot write " + folder + ": not a regular file");
    }

    @Test
    void followsASymbolicLink() throws IOException {
        Path real = Files.writeString(folder.resolve("real"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);
        new SafetensorsWriter().write(link);
        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(Files.size(real)).isEqualTo(16);
    }

    @Test
    void rejectsWhatTheFormatCannotHold() {
        SafetensorsWriter writer = new SafetensorsWriter()
                .add("t", TensorType.U8, new long[] {1}, bytes(1))
                .metadata("k", "");
        assertThatThrownBy(() -> writer.add("t", TensorType.U8, new long[] {1}, bytes(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"t\" was added before");
        assertThatThrownBy(() -> writer.metadata("k", "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.add("__metadata__", TensorType.U8, new long[] {1}, bytes(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.add("\uD800", TensorType.U8, new long[] {1}, bytes(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("surrogate");
        assertThatThrownBy(() -> writer.add("u", TensorType.U8, new long[] {2}, bytes(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("needs 2 bytes; 1 given");
        assertThatThrownBy(() -> writer.add("u", TensorType.U8, new long[] {-1, -1}, bytes(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.add("u", TensorType.U8, new long[65], bytes()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.add("u", TensorType.F4, new long[] {1}, bytes(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
