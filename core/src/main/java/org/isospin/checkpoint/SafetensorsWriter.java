package org.isospin.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.io.AtomicFile;
import org.isospin.io.JsonReader;
import org.isospin.io.JsonText;

/**
 * Writes safetensors files.
 *
 * <p>The order is the reference implementation's, whatever the order of the calls: types of the widest alignment first,
 * then names by code point; metadata by key. The header is padded with spaces to 8 bytes, so every tensor is aligned to
 * its element. Tensors are streamed from where they are when {@link #write} is called; nothing is copied to the heap.
 *
 * <p>Not safe for concurrent use.
 */
public final class SafetensorsWriter {
    private static final int STAGING_BYTES = 1 << 20;

    /** UTF-8 order, which is code point order and differs from {@link String#compareTo} beyond U+FFFF. */
    private static final Comparator<String> BY_CODE_POINT = (a, b) ->
            java.util.Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    private record Tensor(TensorType type, List<Long> shape, long size, TensorBytes bytes) {}

    private final Map<String, String> metadata = new TreeMap<>(BY_CODE_POINT);
    private final Map<String, Tensor> tensors = new TreeMap<>(BY_CODE_POINT);

    /** Makes a writer of an empty file. */
    public SafetensorsWriter() {}

    /**
     * Adds a string about the file as a whole.
     *
     * @param key its key
     * @param value the string
     * @return this writer
     * @throws IllegalArgumentException if the key was added before, or a string is not valid Unicode
     */
    public SafetensorsWriter metadata(String key, String value) {
        requireUnicode(key);
        requireUnicode(value);
        if (metadata.putIfAbsent(key, value) != null) {
            throw new IllegalArgumentException("metadata key \"" + key + "\" was added before");
        }
        return this;
    }

    /**
     * Adds a tensor of any type.
     *
     * @param name its name
     * @param type its element type
     * @param shape the size of each dimension, outermost first; empty for a scalar
     * @param bytes the elements in row-major order, little-endian; read when the file is written
     * @return this writer
     * @throws IllegalArgumentException if the name was added before or is reserved, or the bytes do not fit the shape
     */
    public SafetensorsWriter add(String name, TensorType type, long[] shape, MemorySegment bytes) {
        if (shape.length > SafetensorsHeader.MAX_DIMENSIONS) {
            throw new IllegalArgumentException("tensor " + name + " has " + shape.length + " dimensions; at most "
                    + SafetensorsHeader.MAX_DIMENSIONS + " are supported");
        }
        List<Long> sizes = java.util.Arrays.stream(shape).boxed().toList();
        boolean negative = sizes.stream().anyMatch(extent -> extent < 0);
        long size = negative ? -1 : type.byteSize(shape);
        if (size != bytes.byteSize()) {
            throw new IllegalArgumentException("tensor " + name + ": shape " + sizes + " of " + type
                    + (size < 0 ? " is negative, overflows or does not fill whole bytes" : " needs " + size + " bytes")
                    + "; " + bytes.byteSize() + " given");
        }
        return put(name, new Tensor(type, sizes, size, new TensorBytes.Contiguous(bytes, 0, size)));
    }

    /**
     * Adds a host matrix of any layout as a tensor of two dimensions.
     *
     * @param name its name
     * @param matrix the elements; read when the file is written
     * @return this writer
     * @throws IllegalArgumentException if the name was added before or is reserved
     * @throws IllegalStateException if the matrix is on a device
     */
    public SafetensorsWriter add(String name, Matrix matrix) {
        TensorBytes bytes = TensorBytes.of(matrix);
        long size = Math.multiplyExact(matrix.elements(), matrix.dtype().bytes());
        List<Long> shape = List.of((long) matrix.rows(), (long) matrix.columns());
        return put(name, new Tensor(TensorType.of(matrix.dtype()), shape, size, bytes));
    }

    /**
     * Adds a tensor of two dimensions whose elements are computed when the file is written, so that a file of any size needs
     * the memory of one tensor.
     *
     * @param name its name
     * @param dtype its element type
     * @param rows number of rows
     * @param columns number of columns
     * @param source called once by each {@link #write}, in the order of the file; what it throws ends the write. Its host
     *     matrix is not used after the next tensor's source is called
     * @return this writer
     * @throws IllegalArgumentException if the name was added before or is reserved
     */
    public SafetensorsWriter add(String name, DType dtype, int rows, int columns, Supplier<Matrix> source) {
        return put(name, deferred(name, dtype, List.of((long) rows, (long) columns), rows, columns, source));
    }

    /**
     * Adds a tensor of the name and shape of one of another checkpoint, with elements that are computed when the file is written.
     *
     * @param like its name and shape; its elements are not written
     * @param dtype its element type
     * @param source called once by each {@link #write}, as above; its matrix has the shape of {@link TensorView#flattened}
     * @return this writer
     * @throws IllegalArgumentException if the name was added before, or the tensor cannot be flattened
     */
    public SafetensorsWriter add(TensorView like, DType dtype, Supplier<Matrix> source) {
        Matrix flat = like.flattened();
        List<Long> shape = java.util.Arrays.stream(like.shape()).boxed().toList();
        return put(like.name(), deferred(like.name(), dtype, shape, flat.rows(), flat.columns(), source));
    }

    private static Tensor deferred(
            String name, DType dtype, List<Long> shape, int rows, int columns, Supplier<Matrix> source) {
        long size = Math.multiplyExact((long) rows * columns, dtype.bytes());
        return new Tensor(
                TensorType.of(dtype), shape, size, new TensorBytes.Deferred(name, dtype, rows, columns, source));
    }

    /**
     * Adds a tensor of another checkpoint, which must stay open until the file is written.
     *
     * @param tensor the tensor
     * @return this writer
     * @throws IllegalArgumentException if its name was added before
     */
    public SafetensorsWriter add(TensorView tensor) {
        return add(tensor.name(), tensor.type(), tensor.shape(), tensor.bytes());
    }

    private SafetensorsWriter put(String name, Tensor tensor) {
        requireUnicode(name);
        if (name.equals(SafetensorsHeader.METADATA)) {
            throw new IllegalArgumentException("a tensor cannot be named " + name);
        }
        if (tensors.putIfAbsent(name, tensor) != null) {
            throw new IllegalArgumentException("tensor \"" + name + "\" was added before");
        }
        return this;
    }

    private static void requireUnicode(String s) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(s)) {
            throw new IllegalArgumentException("\"" + JsonReader.printable(s) + "\" has half a surrogate pair");
        }
    }

    /**
     * Writes the file all at once: what fails leaves an older file of that name as it was, and nothing else behind.
     *
     * @param file the file; replaced if it exists
     * @throws IOException if it cannot be written; the message names the file and the reason
     */
    public void write(Path file) throws IOException {
        write(file, AtomicFile.FILES);
    }

    void write(Path file, AtomicFile.Opener opener) throws IOException {
        List<Map.Entry<String, Tensor>> order = tensors.entrySet().stream()
                .sorted(Comparator.comparing(
                                (Map.Entry<String, Tensor> e) -> e.getValue().type())
                        .reversed()
                        .thenComparing(Map.Entry::getKey, BY_CODE_POINT))
                .toList();
        byte[] header = header(order);
        if (header.length > SafetensorsHeader.MAX_BYTES) {
            throw new IOException("cannot write " + file + ": the header would have " + header.length
                    + " bytes; the format allows " + SafetensorsHeader.MAX_BYTES);
        }
        AtomicFile.write(file, opener, channel -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment staging = arena.allocate(STAGING_BYTES);
                byte[] length = ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(header.length)
                        .array();
                whole(length).writeTo(channel, staging);
                whole(header).writeTo(channel, staging);
                for (Map.Entry<String, Tensor> entry : order) {
                    entry.getValue().bytes().writeTo(channel, staging);
                }
            }
        });
    }

    private static TensorBytes whole(byte[] bytes) {
        return new TensorBytes.Contiguous(MemorySegment.ofArray(bytes), 0, bytes.length);
    }

    private byte[] header(List<Map.Entry<String, Tensor>> order) {
        StringBuilder json = new StringBuilder("{");
        if (!metadata.isEmpty()) {
            JsonText.append(json, SafetensorsHeader.METADATA).append(":{");
            metadata.forEach((key, value) -> {
                JsonText.append(json, key).append(':');
                JsonText.append(json, value).append(',');
            });
            json.setCharAt(json.length() - 1, '}');
            json.append(',');
        }
        long at = 0;
        for (Map.Entry<String, Tensor> entry : order) {
            Tensor tensor = entry.getValue();
            JsonText.append(json, entry.getKey());
            json.append(":{\"dtype\":\"").append(tensor.type()).append("\",\"shape\":[");
            String separator = "";
            for (long extent : tensor.shape()) {
                json.append(separator).append(extent);
                separator = ",";
            }
            long end = Math.addExact(at, tensor.size());
            json.append("],\"data_offsets\":[")
                    .append(at)
                    .append(',')
                    .append(end)
                    .append("]},");
            at = end;
        }
        if (json.length() > 1) {
            json.setLength(json.length() - 1);
        }
        byte[] text = json.append('}').toString().getBytes(StandardCharsets.UTF_8);
        byte[] padded = java.util.Arrays.copyOf(text, (text.length + Long.BYTES - 1) / Long.BYTES * Long.BYTES);
        java.util.Arrays.fill(padded, text.length, padded.length, (byte) ' ');
        return padded;
    }
}
