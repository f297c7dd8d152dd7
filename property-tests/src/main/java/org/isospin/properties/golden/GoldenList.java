package org.isospin.properties.golden;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A list of cases: a line is GROUP/CASE, GROUP/* for all of a group, or CASE for every case of that name; {@code #} starts
 * a comment, blank lines are nothing.
 */
public final class GoldenList {
    private static final String ALL = "/*";

    private final Set<String> entries;

    private GoldenList(Set<String> entries) {
        this.entries = entries;
    }

    /**
     * Reads a list.
     *
     * @param file a text file in UTF-8
     * @return the list
     * @throws GoldenFormatException if a line is none of GROUP/CASE, GROUP/* and CASE
     * @throws IOException if the file cannot be read
     */
    public static GoldenList read(Path file) throws IOException {
        Set<String> entries = new LinkedHashSet<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            String entry = line.replaceFirst("#.*", "").strip();
            if (entry.isEmpty()) {
                continue;
            }
            if (!entry.matches("([^/\\s]+/)?[^/\\s]+")) {
                throw new GoldenFormatException(
                        file.toString(), "line " + number, "'" + entry + "' is none of GROUP/CASE, GROUP/* and CASE");
            }
            entries.add(entry);
        }
        return new GoldenList(entries);
    }

    /** {@return the entries, in the order of the file} */
    public Set<String> entries() {
        return entries;
    }

    /**
     * {@return whether an entry names a case}
     *
     * @param id GROUP/CASE
     */
    public boolean contains(String id) {
        return namesOf(id).stream().anyMatch(entries::contains);
    }

    /**
     * {@return the entries that name none of these cases}
     *
     * @param ids GROUP/CASE of each case there is
     */
    public List<String> unknown(Collection<String> ids) {
        Set<String> known = ids.stream().flatMap(id -> namesOf(id).stream()).collect(Collectors.toSet());
        return entries.stream().filter(entry -> !known.contains(entry)).toList();
    }

    /** {@return the entries that name a case} */
    private static List<String> namesOf(String id) {
        int slash = id.indexOf('/');
        return List.of(id, id.substring(0, slash) + ALL, id.substring(slash + 1));
    }
}
