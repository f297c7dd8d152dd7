package org.isospin.properties.golden;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes copies of a group with something changed in its manifest. */
final class Scratch {
    private Scratch() {}

    /** Copies a group to a folder, with one text in its manifest replaced; the text must be there. */
    static GoldenFolder copy(Path folder, String group, String text, String replacement) throws Exception {
        copyTensors(folder, group);
        String manifest = Files.readString(GoldenFiles.folder().resolve(group + ".json"));
        if (!manifest.contains(text)) {
            throw new IllegalArgumentException("the manifest of " + group + " does not contain " + text);
        }
        Files.writeString(folder.resolve(group + ".json"), manifest.replace(text, replacement));
        return GoldenFolder.open(folder);
    }

    /** Writes a group with a manifest of its own over the tensors of another. */
    static GoldenFolder write(Path folder, String group, String cases) throws IOException {
        Files.writeString(
                folder.resolve(group + ".json"),
                "{\"group\": \"" + group + "\", \"file\": \"" + group + ".safetensors\", \"cases\": [" + cases + "]}");
        return GoldenFolder.open(folder);
    }

    static void copyTensors(Path folder, String group) throws Exception {
        String file = group + ".safetensors";
        Files.copy(GoldenFiles.folder().resolve(file), folder.resolve(file));
    }
}
