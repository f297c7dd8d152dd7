package org.isospin.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.isospin.DType;
import org.isospin.Matrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
    @TempDir
    Path folder;

    private Path file(byte[] header, int dataBytes) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(8 + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        all.putLong(header.length).put(header);
        for (int i = 0; i < dataBytes; i++) {
            all.put((byte) i);
        }
        return Files.write(folder.resolve("model.safetensors"), all.array());
    }

    private Path file(String header, int dataBytes) throws IOException {
        return file(header.getBytes(StandardCharsets.UTF_8), dataBytes);
    }

    private static String tensor(String name, String type, String shape, long begin, long end) {
        return "\"" + name + "\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":[" + begin + ","
                + end + "]}";
    }

    @Test
    void readsTheExampleOfTheReferenceImplementation() throws IOException {
        byte[] bytes = ("<\0\0\0\0\0\0\0{\"test\":{\"dtype\":\"I32\",\"shape\":[2,2],\"data_offsets\":[0,16]}}"
                        + "\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0")
                .getBytes(StandardCharsets.US_ASCII);
        Path path = Files.write(folder.resolve("a"), bytes);
        try (Checkpoint checkpoint = Safetensors.open(path)) {
            assertThat(checkpoint.metadata()).isEmpty();
            assertThat(checkpoint.names()).containsExactly("test");
            TensorView view = checkpoint.tensor("test");
            assertThat(view.type()).isEqualTo(TensorType.I32);
            assertThat(view.shape()).containsExactly(2, 2);
            assertThat(view.bytes().get(ValueLayout.JAVA_INT_UNALIGNED, 12)).isEqualTo(4);
            assertThat(view.isMatrix()).isFalse();
            assertThatThrownBy(view::matrix)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("test I32");
            assertThatThrownBy(() -> checkpoint.tensor("no"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("\"no\"");
        }
    }

    @Test
    void viewsMatricesInPlaceAtAnyAlignment() throws IOException {
        // 1 + header puts the data at an odd address: 8 + an odd header length.
        String header = "{" + tensor("m", "F32", "[2,3]", 0, 24) + "," + tensor("v", "F64", "[2]", 24, 40) + ","
                + tensor("s", "BF16", "[]", 40, 42) + "," + tensor("h", "F16", "[1,1,1]", 42, 44) + "}";
        header += header.length() % 2 == 0 ? " " : "";
        try (Checkpoint checkpoint = Safetensors.open(file(header, 44))) {
            Matrix m = checkpoint.matrix("m");
            assertThat(m.segment().address() % 2).isEqualTo(1);
            assertThat(m.isReadOnly()).isTrue();
            assertThat(m.toString()).contains("2 x 3");
            assertThat(m.get(1, 0)).isEqualTo(Float.intBitsToFloat(0x0F0E0D0C));
            assertThat(checkpoint.matrix("v").columns()).isEqualTo(2);
            assertThat(checkpoint.matrix("v").rows()).isEqualTo(1);
            assertThat(checkpoint.matrix("s").get(0, 0)).isEqualTo(Float.intBitsToFloat(0x29280000));
            assertThat(checkpoint.matrix("s").dtype()).isEqualTo(DType.BF16);
            assertThatThrownBy(() -> checkpoint.matrix("h")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void ordersByPlaceAndKeepsMetadata() throws IOException {
        String header = " {\"__metadata__\":{\"b\":\"1\",\"a\":\"\\u00e9\\ud83d\\ude00\\n\"},".trim()
                + tensor("second", "U8", "[1]", 2, 3) + "," + tensor("empty", "F32", "[0,7]", 2, 2) + ","
                + tensor("first", "U8", "[2]", 0, 2) + "}   ";
        try (Checkpoint checkpoint = Safetensors.open(file(header, 3))) {
            assertThat(checkpoint.names()).containsExactly("first", "empty", "second");
            assertThat(checkpoint.metadata().keySet()).containsExactly("b", "a");
            assertThat(checkpoint.metadata()).containsEntry("a", "é😀\n");
            assertThat(checkpoint.matrix("empty").columns()).isEqualTo(7);
        }
    }

    @Test
    void closesItsMapping() throws IOException {
        Path path = file("{" + tensor("m", "F32", "[1,1]", 0, 4) + "}", 4);
        Checkpoint checkpoint = Safetensors.open(path);
        Matrix m = checkpoint.matrix("m");
        checkpoint.close();
        checkpoint.close();
        assertThatThrownBy(() -> m.get(0, 0)).isInstanceOf(IllegalStateException.class);
        try (Arena arena = Arena.ofConfined()) {
            Checkpoint borrowed = Safetensors.open(path, arena);
            borrowed.close();
            assertThat(borrowed.matrix("m").get(0, 0)).isEqualTo(Float.intBitsToFloat(0x03020100));
        }
    }

    @Test
    void acceptsAFileWithoutTensors() throws IOException {
        try (Checkpoint checkpoint = Safetensors.open(file("{}", 0))) {
            assertThat(checkpoint.tensors()).isEmpty();
        }
    }

    @Test
    void mapsMoreThanTwoGibibytes() throws IOException {
        long rows = 3L << 20;
        long bytes = rows * 1024;
        byte[] header =
                ("{" + tensor("big", "F32", "[" + rows + ",256]", 0, bytes) + "}").getBytes(StandardCharsets.UTF_8);
        Path path = folder.resolve("big");
        try (FileChannel channel = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            ByteBuffer start = ByteBuffer.allocate(8 + header.length).order(ByteOrder.LITTLE_ENDIAN);
            channel.write(start.putLong(header.length).put(header).flip());
            channel.write(ByteBuffer.wrap(new byte[] {0, 0, (byte) 0x80, 0x3f}), 8 + header.length + bytes - 4);
        }
        try (Checkpoint checkpoint = Safetensors.open(path)) {
            assertThat(checkpoint.matrix("big").get((int) rows - 1, 255)).isEqualTo(1);
        }
    }

    /** Each row: what the message must tell, bytes of data, and the header. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "must begin with '{'|0|` {}`",
                "must begin with '{'|0|[]",
                "must begin with '{'|0|` `",
                "spaces after the closing brace|0|{}{}",
                "spaces after the closing brace|0|`{}\n`",
                "expected '}', found its end|0|{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}",
                "expected a string, found '}'|0|{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},}",
                "expected a string, found '1'|0|{1:2}",
                "expected '{', found '['|0|{\"a\":[]}",
                "expected '{', found 'n'|0|{\"a\":null}",
                "a: appears twice|0|{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},\"\\u0061\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}",
                "dtype appears twice|0|{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}",
                "__metadata__: appears twice|0|{\"__metadata__\":{},\"__metadata__\":{}}",
                "the key \"k\" appears twice|0|{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}",
                "__metadata__: byte 21 of the header: expected a string, found '1'|0|{\"__metadata__\":{\"k\":1}}",
                "expected '{', found 'n'|0|{\"__metadata__\":null}",
                "unknown dtype \"F23\"|0|{\"a\":{\"dtype\":\"F23\",\"shape\":[0],\"data_offsets\":[0,0]}}",
                "unknown dtype \"f32\"|0|{\"a\":{\"dtype\":\"f32\",\"shape\":[0],\"data_offsets\":[0,0]}}",
                "has no dtype|0|{\"a\":{\"shape\":[0],\"data_offsets\":[0,0]}}",
                "has no shape|0|{\"a\":{\"dtype\":\"U8\",\"data_offsets\":[0,0]}}",
                "has no data_offsets|0|{\"a\":{\"dtype\":\"U8\",\"shape\":[0]}}",
                "has no dtype|0|{\"a\":{}}",
                "has \"strides\"|0|{\"a\":{\"strides\":[1]}}",
                "expected an integer >= 0, found '-'|0|{\"a\":{\"dtype\":\"U8\",\"shape\":[-1],\"data_offsets\":[0,0]}}",
                "expected an integer >= 0|1|{\"a\":{\"dtype\":\"U8\",\"shape\":[1.0],\"data_offsets\":[0,1]}}",
                "expected an integer >= 0|1|{\"a\":{\"dtype\":\"U8\",\"shape\":[1e0],\"data_offsets\":[0,1]}}",
                "expected an integer >= 0|1|{\"a\":{\"dtype\":\"U8\",\"shape\":[01],\"data_offsets\":[0,1]}}",
                "expected an integer >= 0, found 'N'|1|{\"a\":{\"dtype\":\"U8\",\"shape\":[NaN],\"data_offsets\":[0,1]}}",
                "expected an integer >= 0, found '['|1|{\"a\":{\"dtype\":\"U8\",\"shape\":[[1]],\"data_offsets\":[0,1]}}",
                "expected an integer below 2^63|0|{\"a\":{\"dtype\":\"U8\",\"shape\":[9223372036854775808],\"data_offsets\":[0,0]}}",
                "overflows|0|{\"a\":{\"dtype\":\"U8\",\"shape\":[9223372036854775807,2],\"data_offsets\":[0,0]}}",
                "overflows|0|{\"a\":{\"dtype\":\"F64\",\"shape\":[4611686018427387904],\"data_offsets\":[0,0]}}",
                "overflows|0|{\"a\":{\"dtype\":\"U8\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}",
                "does not fill whole bytes|1|{\"a\":{\"dtype\":\"F4\",\"shape\":[1],\"data_offsets\":[0,1]}}",
                "does not fill whole bytes|3|{\"a\":{\"dtype\":\"F6_E2M3\",\"shape\":[3],\"data_offsets\":[0,3]}}",
                "data_offsets must be two numbers|0|{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0]}}",
                "more than 2 numbers|0|{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0,0]}}",
                "after its end|0|{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,0]}}",
                "needs 4 bytes; data_offsets give 3|3|{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,3]}}",
                "a: leaves a hole|2|{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}",
                "b: overlaps|3|{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,3]}}",
                "ends at byte 2 of the data; the file has 1|1|{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}",
                "header: the tensors end at byte 1 of the data; the file has 2|2|{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}",
                "header: the tensors end at byte 0 of the data; the file has 1|1|{}",
                "half a surrogate pair|0|{\"\\ud800\":{}}",
                "half a surrogate pair|0|{\"\\udc00\":{}}",
                "half a surrogate pair|0|{\"\\ud800\\u0041\":{}}",
                "half a surrogate pair|0|{\"\\ud800x\":{}}",
                "escape that JSON does not know|0|{\"\\x41\":{}}",
                "without four hex digits|0|{\"\\u00g1\":{}}",
                "expected '\"', found its end|0|{\"a",
                "expected '\"', found its end|0|{\"a\\",
                "no control character|0|`{\"a\tb\":{}}`",
            })
    void rejectsABrokenRule(String message, int dataBytes, String header) throws IOException {
        Path path = file(header, dataBytes);
        assertThatThrownBy(() -> Safetensors.open(path).close())
                .isInstanceOf(CheckpointFormatException.class)
                .hasMessageStartingWith(path + ": ")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"80", "c0af", "eda080", "f4908080", "ff"})
    void rejectsWhatIsNotUtf8(String hex) throws IOException {
        byte[] name = java.util.HexFormat.of().parseHex(hex);
        ByteBuffer header = ByteBuffer.allocate(64);
        header.put("{\"x".getBytes(StandardCharsets.UTF_8)).put(name).put("\":{}}".getBytes(StandardCharsets.UTF_8));
        Path path = file(java.util.Arrays.copyOf(header.array(), header.position()), 0);
        assertThatThrownBy(() -> Safetensors.open(path).close())
                .isInstanceOf(CheckpointFormatException.class)
                .hasMessageContaining("not UTF-8");
    }

    @Test
    void takesTheReplacementCharacterForItself() throws IOException {
        try (Checkpoint checkpoint = Safetensors.open(file("{" + tensor("\uFFFD", "U8", "[0]", 0, 0) + "}", 0))) {
            assertThat(checkpoint.names()).containsExactly("\uFFFD");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'',the file has 0 bytes",
        "00000000000000,the file has 7 bytes",
        "0000000000000000,must begin with '{'",
        "01e1f50500000000,at most 100000000",
        "ffffffffffffff7f,at most 100000000",
        "ffffffffffffffff,a length of 18446744073709551615",
        "00e1f50500000000,needs 100000000 bytes; the file has 0",
        "03000000000000007b7d,needs 3 bytes; the file has 2",
    })
    void rejectsABrokenLength(String hex, String message) throws IOException {
        Path path = Files.write(folder.resolve("a"), java.util.HexFormat.of().parseHex(hex));
        assertThatThrownBy(() -> Safetensors.open(path).close())
                .isInstanceOf(CheckpointFormatException.class)
                .hasMessageContaining(message);
    }

    @Test
    void rejectsDepthAndLengthWithoutHarm() throws IOException {
        String deep = "{\"a\":{\"dtype\":\"U8\",\"shape\":" + "[".repeat(1_000_000);
        String wide = "{\"a\":{\"dtype\":\"U8\",\"shape\":[1" + ",1".repeat(1_000_000) + "],\"data_offsets\":[0,1]}}";
        String longName = "{" + tensor("x".repeat(1_000_000), "U9", "[0]", 0, 0) + "}";
        for (String header : new String[] {deep, wide, longName}) {
            Path path = file(header, 1);
            assertThatThrownBy(() -> Safetensors.open(path).close())
                    .isInstanceOf(CheckpointFormatException.class)
                    .satisfies(e -> assertThat(String.valueOf(e.getMessage())).hasSizeLessThan(600));
        }
    }

    @Test
    void namesWhatCannotBeRead() {
        assertThatThrownBy(() -> Safetensors.open(folder.resolve("none"))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> Safetensors.open(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("regular");
    }

    @Test
    void everyTruncationOfAFileIsRejected() throws IOException {
        byte[] whole = Files.readAllBytes(
                file("{\"__metadata__\":{\"k\":\"v\"}," + tensor("a", "F32", "[2]", 0, 8) + "}  ", 8));
        for (int n = 0; n < whole.length; n++) {
            Path path = Files.write(folder.resolve("cut"), java.util.Arrays.copyOf(whole, n));
            assertThatThrownBy(() -> Safetensors.open(path).close()).isInstanceOf(CheckpointFormatException.class);
        }
    }

    @Test
    void mutatedFilesParseOrAreRejected() throws IOException {
        byte[] whole = Files.readAllBytes(file(
                "{\"__metadata__\":{\"k\\u00e9\":\"v\"}," + tensor("a", "F32", "[2,1]", 0, 8) + ","
                        + tensor("b", "F4", "[6]", 8, 11) + "," + tensor("c", "I64", "[]", 11, 19) + "}  ",
                19));
        byte[] alphabet = "{}[]\",:0123456789-.eE\\u \n\0\u007f".getBytes(StandardCharsets.ISO_8859_1);
        Random random = new Random(20260101);
        int parsed = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] mutant = whole.clone();
            int edits = 1 + random.nextInt(4);
            for (int i = 0; i < edits; i++) {
                int at = random.nextInt(mutant.length);
                mutant[at] = switch (random.nextInt(3)) {
                    case 0 -> (byte) random.nextInt(256);
                    case 1 -> alphabet[random.nextInt(alphabet.length)];
                    default -> mutant[random.nextInt(mutant.length)];
                };
            }
            if (parse(mutant)) {
                parsed++;
            }
        }
        // Edits of data and of characters inside names are harmless; most others are not.
        assertThat(parsed).isBetween(500, 5000);
    }

    /** The header's rules without the file, which would make 20 000 of them slow; other exceptions fail the test. */
    private static boolean parse(byte[] bytes) {
        MemorySegment all = MemorySegment.ofArray(bytes);
        long length = all.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
        if (length < 0 || length > bytes.length - 8) {
            return false;
        }
        try {
            SafetensorsHeader header =
                    SafetensorsHeader.parse("fuzz", all.asSlice(8, length), bytes.length - 8 - length);
            long covered = 0;
            for (SafetensorsHeader.Entry entry : header.tensors()) {
                assertThat(entry.begin).isEqualTo(covered);
                assertThat(entry.end - entry.begin).isEqualTo(entry.type.byteSize(entry.shape));
                covered = entry.end;
            }
            assertThat(covered).isEqualTo(bytes.length - 8 - length);
            return true;
        } catch (CheckpointFormatException e) {
            assertThat(e.getMessage()).doesNotContain("\n");
            return false;
        }
    }
}
