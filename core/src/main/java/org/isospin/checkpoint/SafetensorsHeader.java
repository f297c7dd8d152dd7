package org.isospin.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.isospin.io.JsonReader;
import org.jspecify.annotations.Nullable;

/**
 * The header of a safetensors file, every rule of the format checked.
 *
 * @param metadata the strings of {@code __metadata__}, in file order
 * @param tensors the tensors, by position of their bytes
 */
record SafetensorsHeader(SequencedMap<String, String> metadata, List<Entry> tensors) {
    /** The key of the strings about the file as a whole. */
    static final String METADATA = "__metadata__";

    /** The longest header that the reference implementation reads. */
    static final long MAX_BYTES = 100_000_000;

    /** More dimensions than any framework has; a bound on what hostile text can make us hold. */
    static final int MAX_DIMENSIONS = 64;

    /** A tensor; begin and end count from the end of the header. */
    static final class Entry {
        final String name;
        final TensorType type;
        final long[] shape;
        final long begin;
        final long end;

        Entry(String name, TensorType type, long[] shape, long begin, long end) {
            this.name = name;
            this.type = type;
            this.shape = shape;
            this.begin = begin;
            this.end = end;
        }
    }

    /** Reads the header's text, and knows the tensor that a broken rule is about. */
    private static final class Reader extends JsonReader<CheckpointFormatException> {
        private final String file;
        private String tensor = "header";

        Reader(String file, MemorySegment text) {
            super(text, "header");
            this.file = file;
        }

        void concerning(String name) {
            tensor = name;
        }

        @Override
        public CheckpointFormatException broken(String rule) {
            return new CheckpointFormatException(file, printable(tensor), rule);
        }
    }

    /**
     * Reads a header and checks it against the bytes that follow.
     *
     * @param file the file, for messages
     * @param text the header
     * @param dataBytes the bytes of the file after the header
     */
    static SafetensorsHeader parse(String file, MemorySegment text, long dataBytes) throws CheckpointFormatException {
        Reader reader = new Reader(file, text);
        if (text.byteSize() == 0 || text.get(java.lang.foreign.ValueLayout.JAVA_BYTE, 0) != '{') {
            throw reader.broken("must begin with '{'");
        }
        SequencedMap<String, String> metadata = new LinkedHashMap<>();
        List<Entry> tensors = new ArrayList<>();
        Set<String> names = new HashSet<>();
        reader.expect('{');
        if (!reader.accept('}')) {
            do {
                String name = reader.string();
                reader.concerning(name);
                if (!names.add(name)) {
                    throw reader.broken("appears twice");
                }
                reader.expect(':');
                if (name.equals(METADATA)) {
                    readMetadata(reader, metadata);
                } else {
                    tensors.add(readTensor(reader, name));
                }
                reader.concerning("header");
            } while (reader.accept(','));
            reader.expect('}');
        }
        reader.expectPadding();
        checkOffsets(reader, tensors, dataBytes);
        return new SafetensorsHeader(Collections.unmodifiableSequencedMap(metadata), List.copyOf(tensors));
    }

    private static void readMetadata(Reader reader, Map<String, String> metadata) throws CheckpointFormatException {
        reader.expect('{');
        if (reader.accept('}')) {
            return;
        }
        do {
            String key = reader.string();
            reader.expect(':');
            if (metadata.putIfAbsent(key, reader.string()) != null) {
                throw reader.broken("the key \"" + JsonReader.printable(key) + "\" appears twice");
            }
        } while (reader.accept(','));
        reader.expect('}');
    }

    private static Entry readTensor(Reader reader, String name) throws CheckpointFormatException {
        TensorType type = null;
        long[] shape = null;
        long[] offsets = null;
        reader.expect('{');
        if (!reader.accept('}')) {
            do {
                String key = reader.string();
                reader.expect(':');
                switch (key) {
                    case "dtype" -> type = unique(reader, key, type, readType(reader));
                    case "shape" -> shape = unique(reader, key, shape, readIntegers(reader, MAX_DIMENSIONS));
                    case "data_offsets" -> offsets = unique(reader, key, offsets, readIntegers(reader, 2));
                    default ->
                        throw reader.broken("has \"" + JsonReader.printable(key)
                                + "\"; the format has dtype, shape and data_offsets");
                }
            } while (reader.accept(','));
            reader.expect('}');
        }
        if (type == null || shape == null || offsets == null) {
            throw reader.broken("has no " + (type == null ? "dtype" : shape == null ? "shape" : "data_offsets"));
        }
        if (offsets.length != 2) {
            throw reader.broken("data_offsets must be two numbers, not " + offsets.length);
        }
        if (offsets[0] > offsets[1]) {
            throw reader.broken("begins at byte " + offsets[0] + ", after its end at " + offsets[1]);
        }
        long bytes = type.byteSize(shape);
        if (bytes < 0) {
            throw reader.broken(
                    "shape " + Arrays.toString(shape) + " of " + type + " overflows or does not fill whole bytes");
        }
        if (bytes != offsets[1] - offsets[0]) {
            throw reader.broken("shape " + Arrays.toString(shape) + " of " + type + " needs " + bytes
                    + " bytes; data_offsets give " + (offsets[1] - offsets[0]));
        }
        return new Entry(name, type, shape, offsets[0], offsets[1]);
    }

    private static <T> T unique(Reader reader, String key, @Nullable T before, T value)
            throws CheckpointFormatException {
        if (before != null) {
            throw reader.broken(key + " appears twice");
        }
        return value;
    }

    private static TensorType readType(Reader reader) throws CheckpointFormatException {
        String name = reader.string();
        TensorType type = TensorType.named(name);
        if (type == null) {
            throw reader.broken("unknown dtype \"" + JsonReader.printable(name) + "\"");
        }
        return type;
    }

    private static long[] readIntegers(Reader reader, int limit) throws CheckpointFormatException {
        reader.expect('[');
        if (reader.accept(']')) {
            return new long[0];
        }
        long[] values = new long[limit];
        int count = 0;
        do {
            if (count == limit) {
                throw reader.broken("a list of more than " + limit + " numbers");
            }
            values[count++] = reader.integer();
        } while (reader.accept(','));
        reader.expect(']');
        return Arrays.copyOf(values, count);
    }

    /** Sorts by position and requires that the tensors cover the data exactly: no hole, no overlap. */
    private static void checkOffsets(Reader reader, List<Entry> tensors, long dataBytes)
            throws CheckpointFormatException {
        tensors.sort(Comparator.<Entry>comparingLong(e -> e.begin).thenComparingLong(e -> e.end));
        long covered = 0;
        for (Entry entry : tensors) {
            reader.concerning(entry.name);
            if (entry.begin != covered) {
                throw reader.broken(
                        entry.begin > covered
                                ? "leaves a hole: begins at byte " + entry.begin + ", the data before end at " + covered
                                : "overlaps: begins at byte " + entry.begin + ", inside data that end at " + covered);
            }
            covered = entry.end;
            if (covered > dataBytes) {
                throw reader.broken("ends at byte " + covered + " of the data; the file has " + dataBytes);
            }
        }
        reader.concerning("header");
        if (covered != dataBytes) {
            throw reader.broken("the tensors end at byte " + covered + " of the data; the file has " + dataBytes);
        }
    }
}
