package org.isospin.bench.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.isospin.bench.cli.UsageException;
import org.isospin.checkpoint.Checkpoint;
import org.isospin.checkpoint.Safetensors;
import org.isospin.checkpoint.TensorView;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The tensors of a model, mapped: of a safetensors file, or of a folder with {@code model.safetensors}, or with
 * {@code model.safetensors.index.json} and the files that it names.
 */
public final class Model implements AutoCloseable {
    private static final String FILE = "model.safetensors";
    private static final String INDEX = FILE + ".index.json";

    private final Path path;
    private final List<Checkpoint> files = new ArrayList<>();
    private final Map<String, TensorView> tensors = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    private Model(Path path) {
        this.path = path;
    }

    /**
     * {@return an open model}
     *
     * @param path a file or a folder
     * @throws IOException if it cannot be read
     */
    public static Model open(Path path) throws IOException {
        Model model = new Model(path);
        try {
            for (Path file : files(path)) {
                model.add(Safetensors.open(file), file);
            }
            return model;
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static List<Path> files(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        Path index = path.resolve(INDEX);
        if (!Files.exists(index)) {
            if (Files.exists(path.resolve(FILE))) {
                return List.of(path.resolve(FILE));
            }
            throw new UsageException(path + ": a folder without " + FILE + " and " + INDEX);
        }
        JsonNode map;
        try {
            map = JsonMapper.shared().readTree(Files.readString(index)).path("weight_map");
        } catch (JacksonException e) {
            throw new UsageException(index + ": not JSON: " + e.getOriginalMessage(), e);
        }
        TreeSet<String> names = new TreeSet<>();
        map.valueStream().forEach(name -> names.add(name.asString()));
        if (names.isEmpty()) {
            throw new UsageException(index + ": no files in its weight_map");
        }
        return names.stream().map(path::resolve).toList();
    }

    private void add(Checkpoint file, Path name) {
        files.add(file);
        file.metadata().forEach(metadata::putIfAbsent);
        for (TensorView tensor : file.tensors()) {
            if (tensors.putIfAbsent(tensor.name(), tensor) != null) {
                throw new UsageException(name + ": another file of " + path + " has " + tensor.name() + " too");
            }
        }
    }

    /** {@return where it is} */
    public Path path() {
        return path;
    }

    /** {@return by name, in the order of the files} */
    public Map<String, TensorView> tensors() {
        return tensors;
    }

    /** {@return the strings about the files; of a key that several have, the first} */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** Unmaps the files. */
    @Override
    public void close() {
        files.forEach(Checkpoint::close);
    }
}
