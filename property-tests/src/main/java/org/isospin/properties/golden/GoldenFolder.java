package org.isospin.properties.golden;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.isospin.checkpoint.CheckpointFormatException;

/**
 * A folder of golden vectors: for each group a manifest {@code GROUP.json} and, beside it, the {@code .safetensors} file that
 * the manifest names.
 */
public final class GoldenFolder {
    private static final String MANIFEST = ".json";

    private final Path folder;
    private final List<String> groups;

    private GoldenFolder(Path folder, List<String> groups) {
        this.folder = folder;
        this.groups = groups;
    }

    /**
     * Lists a folder; no file is read yet.
     *
     * @param folder the folder
     * @return its groups, maybe none
     * @throws IOException if it is not a folder or cannot be listed
     */
    public static GoldenFolder open(Path folder) throws IOException {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder.toString());
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<String> groups = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(MANIFEST))
                    .map(name -> name.substring(0, name.length() - MANIFEST.length()))
                    .sorted()
                    .toList();
            return new GoldenFolder(folder, groups);
        }
    }

    /** {@return the names of the groups, sorted} */
    public List<String> groups() {
        return groups;
    }

    /**
     * Reads a group and checks all of it: every tensor that the manifest names is there, with the shape it states.
     *
     * @param name one of {@link #groups}
     * @return the group, which the caller closes
     * @throws IllegalArgumentException if the folder has no such group
     * @throws GoldenFormatException if the manifest breaks a rule
     * @throws CheckpointFormatException if the file of tensors breaks a rule
     * @throws IOException if a file cannot be read
     */
    public GoldenGroup group(String name) throws IOException {
        if (!groups.contains(name)) {
            throw new IllegalArgumentException(
                    "no group '" + name + "' in " + folder + "; there is " + String.join(", ", groups));
        }
        return new ManifestReader(folder.resolve(name + MANIFEST), name).read();
    }
}
