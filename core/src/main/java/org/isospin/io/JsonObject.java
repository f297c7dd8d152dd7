package org.isospin.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A small JSON file that is an object, as {@link String}, {@link Long}, {@link Double}, {@link Boolean}, {@link List},
 * {@link SequencedMap} and null, so that what a program does not know goes from one file to another as it is.
 */
public final class JsonObject {
    private static final long MAX_BYTES = 1 << 20;
    /** Deeper than any configuration; it bounds the stack that hostile text takes. */
    private static final int MAX_DEPTH = 64;
    /** With fewer digits an integer is a long. */
    private static final int LONG_DIGITS = 19;

    private JsonObject() {}

    private static final class Reader extends JsonReader<IOException> {
        private final Path file;

        Reader(Path file, byte[] text) {
            super(MemorySegment.ofArray(text), "file");
            this.file = file;
        }

        @Override
        public IOException broken(String rule) {
            return new IOException(file + ": " + rule);
        }

        SequencedMap<String, @Nullable Object> object(int depth) throws IOException {
            SequencedMap<String, @Nullable Object> map = new LinkedHashMap<>();
            expect('{');
            if (accept('}')) {
                return map;
            }
            do {
                String key = string();
                expect(':');
                if (map.containsKey(key)) {
                    throw broken("the key \"" + printable(key) + "\" appears twice");
                }
                map.put(key, value(depth + 1));
            } while (accept(','));
            expect('}');
            return map;
        }

        private List<@Nullable Object> list(int depth) throws IOException {
            List<@Nullable Object> list = new ArrayList<>();
            expect('[');
            if (accept(']')) {
                return list;
            }
            do {
                list.add(value(depth + 1));
            } while (accept(','));
            expect(']');
            return list;
        }

        private @Nullable Object value(int depth) throws IOException {
            if (depth > MAX_DEPTH) {
                throw broken("deeper than " + MAX_DEPTH + " levels");
            }
            return switch (next()) {
                case '{' -> object(depth);
                case '[' -> list(depth);
                case '"' -> string();
                case 't' -> word("true", true);
                case 'f' -> word("false", false);
                case 'n' -> word("null", null);
                default -> finite();
            };
        }

        private @Nullable Object word(String word, @Nullable Object meaning) throws IOException {
            expectWord(word);
            return meaning;
        }

        private Object finite() throws IOException {
            String text = number();
            if (text.length() < LONG_DIGITS && text.chars().noneMatch(c -> ".eE".indexOf(c) >= 0)) {
                return Long.parseLong(text);
            }
            double number = Double.parseDouble(text);
            if (Double.isInfinite(number)) {
                throw broken("a number beyond the range of F64");
            }
            return number;
        }
    }

    /**
     * {@return what a file holds, in its order}
     *
     * @param file at most a MiB of JSON in UTF-8 without duplicate keys
     * @throws IOException if it cannot be read, or is no such thing; the message names the file
     */
    public static SequencedMap<String, @Nullable Object> read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + ": has more than " + MAX_BYTES + " bytes, too many for a configuration");
        }
        Reader reader = new Reader(file, Files.readAllBytes(file));
        SequencedMap<String, @Nullable Object> map = reader.object(0);
        reader.expectEnd();
        return map;
    }

    /**
     * Writes a file all at once, indented by two spaces a level.
     *
     * @param file the file; replaced if it exists
     * @param object what it holds
     * @throws IOException if it cannot be written
     */
    public static void write(Path file, Map<String, ? extends @Nullable Object> object) throws IOException {
        StringBuilder json = new StringBuilder();
        append(json, object, "\n");
        byte[] text = json.append('\n').toString().getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, AtomicFile.FILES, channel -> {
            ByteBuffer buffer = ByteBuffer.wrap(text);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        });
    }

    private static void append(StringBuilder json, @Nullable Object value, String newLine) {
        switch (value) {
            case null -> json.append("null");
            case String s -> JsonText.append(json, s);
            case Map<?, ?> map -> {
                String separator = newLine + "  ";
                json.append('{');
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    JsonText.append(json.append(separator), String.valueOf(entry.getKey()));
                    append(json.append(": "), entry.getValue(), newLine + "  ");
                    separator = "," + newLine + "  ";
                }
                json.append(map.isEmpty() ? "}" : newLine + "}");
            }
            case List<?> list -> {
                String separator = newLine + "  ";
                json.append('[');
                for (Object element : list) {
                    append(json.append(separator), element, newLine + "  ");
                    separator = "," + newLine + "  ";
                }
                json.append(list.isEmpty() ? "]" : newLine + "]");
            }
            default -> json.append(value);
        }
    }
}
