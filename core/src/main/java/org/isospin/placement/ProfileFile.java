package org.isospin.placement;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.isospin.DType;
import org.isospin.io.AtomicFile;
import org.isospin.io.JsonReader;
import org.isospin.io.JsonText;
import org.isospin.placement.Profile.Entry;
import org.jspecify.annotations.Nullable;

/**
 * A profile as a JSON file of integers and strings:
 *
 * <pre>{@code
 * {"format": "isospin.profile/1",
 *  "hardware": {"processor": "…", "processors": 2, "host": "…", "device": "…", "driver": "…"},
 *  "link": {"uploadBytesPerSecond": 6000000000, "downloadBytesPerSecond": 6000000000, "latencyNanoseconds": 50000},
 *  "host": {"exp f32": [[64, 56300], [256, 1050000]]},
 *  "device": {}}
 * }</pre>
 *
 * <p>Times are pairs of order and nanoseconds. The link is left out where there is no device.
 */
public final class ProfileFile {
    /** The format's name and version, the first thing in a file. */
    static final String FORMAT = "isospin.profile/1";

    private static final long MAX_BYTES = 1 << 20;
    private static final Set<String> HARDWARE = Set.of("processor", "processors", "host", "device", "driver");
    private static final Set<String> LINK =
            Set.of("uploadBytesPerSecond", "downloadBytesPerSecond", "latencyNanoseconds");

    private ProfileFile() {}

    private static final class Reader extends JsonReader<IOException> {
        Reader(byte[] text) {
            super(MemorySegment.ofArray(text), "file");
        }

        @Override
        public IOException broken(String rule) {
            return new IOException(rule);
        }

        /** Reads an object, key by key. */
        void object(Member member) throws IOException {
            expect('{');
            if (!accept('}')) {
                do {
                    String key = string();
                    expect(':');
                    member.read(key);
                } while (accept(','));
                expect('}');
            }
        }

        <T> void put(Map<String, T> map, Set<String> known, String key, T value) throws IOException {
            if (!known.contains(key)) {
                throw broken("\"" + printable(key) + "\" is unknown in this version");
            }
            if (map.put(key, value) != null) {
                throw broken("\"" + key + "\" appears twice");
            }
        }
    }

    @FunctionalInterface
    private interface Member {
        void read(String key) throws IOException;
    }

    /**
     * {@return the profile in a file}
     *
     * @param file the file
     * @throws IOException if it cannot be read or is no profile of this version; the message says why, without the file's name
     */
    public static Profile read(Path file) throws IOException {
        long size = Files.size(file);
        if (!Files.isRegularFile(file)) {
            throw new IOException("it is not a regular file");
        }
        if (size > MAX_BYTES) {
            throw new IOException("it has " + size + " bytes, more than any profile");
        }
        try {
            return parse(new Reader(Files.readAllBytes(file)));
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static Profile parse(Reader reader) throws IOException {
        Map<String, String> hardware = new LinkedHashMap<>();
        Map<String, Long> link = new LinkedHashMap<>();
        Map<Entry, TimeTable> host = new LinkedHashMap<>();
        Map<Entry, TimeTable> device = new LinkedHashMap<>();
        String[] format = {null};
        reader.object(key -> {
            if (format[0] == null && !key.equals("format")) {
                throw reader.broken("it does not begin with its format, " + FORMAT);
            }
            switch (key) {
                case "format" -> format[0] = format(reader);
                case "hardware" ->
                    reader.object(name -> reader.put(
                            hardware,
                            HARDWARE,
                            name,
                            name.equals("processors") ? Long.toString(reader.integer()) : reader.string()));
                case "link" -> reader.object(name -> reader.put(link, LINK, name, reader.integer()));
                case "host" -> tables(reader, host);
                case "device" -> tables(reader, device);
                default -> throw reader.broken("\"" + JsonReader.printable(key) + "\" is unknown in this version");
            }
        });
        reader.expectEnd();
        return new Profile(hardware(reader, hardware), link(reader, link), host, device);
    }

    private static String format(Reader reader) throws IOException {
        String found = reader.string();
        if (!found.equals(FORMAT)) {
            throw reader.broken("its format is " + JsonReader.printable(found) + "; this version reads " + FORMAT);
        }
        return found;
    }

    private static Hardware hardware(Reader reader, Map<String, String> values) throws IOException {
        requireAll(reader, "hardware", values.keySet(), HARDWARE);
        String processors = value(values, "processors");
        if (!processors.matches("[1-9][0-9]{0,5}")) {
            throw reader.broken("\"processors\" must be from 1 to 999999, not " + processors);
        }
        return new Hardware(
                value(values, "processor"),
                Integer.parseInt(processors),
                value(values, "host"),
                value(values, "device"),
                value(values, "driver"));
    }

    private static @Nullable Link link(Reader reader, Map<String, Long> values) throws IOException {
        if (values.isEmpty()) {
            return null;
        }
        requireAll(reader, "link", values.keySet(), LINK);
        return new Link(
                value(values, "uploadBytesPerSecond"),
                value(values, "downloadBytesPerSecond"),
                value(values, "latencyNanoseconds"));
    }

    private static void requireAll(Reader reader, String where, Set<String> found, Set<String> wanted)
            throws IOException {
        for (String key : wanted.stream().sorted().toList()) {
            if (!found.contains(key)) {
                throw reader.broken("its " + where + " lacks \"" + key + "\"");
            }
        }
    }

    private static <T> T value(Map<String, T> values, String key) {
        T value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("\"" + key + "\" is missing");
        }
        return value;
    }

    private static void tables(Reader reader, Map<Entry, TimeTable> tables) throws IOException {
        reader.object(key -> {
            if (tables.put(entry(reader, key), table(reader)) != null) {
                throw reader.broken("\"" + key + "\" appears twice");
            }
        });
    }

    private static Entry entry(Reader reader, String key) throws IOException {
        int space = key.indexOf(' ');
        String type = key.substring(space + 1);
        Operation operation = Operation.of(key.substring(0, Math.max(0, space))).orElse(null);
        if (operation == null || !(type.equals("f32") || type.equals("f64"))) {
            throw reader.broken("\"" + JsonReader.printable(key) + "\" is unknown in this version");
        }
        return new Entry(operation, type.equals("f32") ? DType.F32 : DType.F64);
    }

    private static TimeTable table(Reader reader) throws IOException {
        List<TimeTable.Point> points = new ArrayList<>();
        reader.expect('[');
        if (!reader.accept(']')) {
            do {
                reader.expect('[');
                long order = reader.integer();
                reader.expect(',');
                points.add(new TimeTable.Point(Math.toIntExact(Math.min(order, Integer.MAX_VALUE)), reader.integer()));
                reader.expect(']');
            } while (reader.accept(','));
            reader.expect(']');
        }
        return new TimeTable(points);
    }

    /**
     * Writes a file all at once: what fails leaves an older file as it was. Folders above it are made.
     *
     * @param file the file; replaced if it exists
     * @param profile what it is to hold
     * @throws IOException if it cannot be written; the message names the file and the reason
     */
    public static void write(Path file, Profile profile) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && !Files.exists(folder)) {
            Files.createDirectories(folder);
        }
        byte[] text = text(profile).getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, AtomicFile.FILES, channel -> {
            ByteBuffer rest = ByteBuffer.wrap(text);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        });
    }

    private static String text(Profile profile) {
        StringBuilder json = new StringBuilder("{\"format\": \"" + FORMAT + "\",\n \"hardware\": {");
        Hardware hardware = profile.hardware();
        member(json, "processor", hardware.processor()).append(", ");
        json.append("\"processors\": ").append(hardware.processors()).append(",\n  ");
        member(json, "host", hardware.host()).append(",\n  ");
        member(json, "device", hardware.device()).append(", ");
        member(json, "driver", hardware.driver()).append("},\n");
        Link link = profile.link();
        if (link != null) {
            json.append(" \"link\": {\"uploadBytesPerSecond\": ").append(link.uploadBytesPerSecond());
            json.append(", \"downloadBytesPerSecond\": ").append(link.downloadBytesPerSecond());
            json.append(", \"latencyNanoseconds\": ").append(link.latencyNanoseconds());
            json.append("},\n");
        }
        tables(json, "host", profile.host()).append(",\n");
        return tables(json, "device", profile.device()).append("}\n").toString();
    }

    private static StringBuilder member(StringBuilder json, String key, String value) {
        return JsonText.append(JsonText.append(json, key).append(": "), value);
    }

    private static StringBuilder tables(StringBuilder json, String key, Map<Entry, TimeTable> tables) {
        JsonText.append(json.append(' '), key).append(": {");
        String separator = "\n  ";
        for (Map.Entry<Entry, TimeTable> each : tables.entrySet()) {
            Entry entry = each.getKey();
            String name = entry.operation().title() + " " + entry.dtype().name().toLowerCase(Locale.ROOT);
            JsonText.append(json.append(separator), name).append(": [");
            String comma = "";
            for (TimeTable.Point point : each.getValue().points()) {
                json.append(comma).append('[').append(point.order()).append(", ");
                json.append(point.nanoseconds()).append(']');
                comma = ", ";
            }
            json.append(']');
            separator = ",\n  ";
        }
        return json.append('}');
    }
}
