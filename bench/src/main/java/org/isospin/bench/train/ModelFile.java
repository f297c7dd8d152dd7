package org.isospin.bench.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.zip.CRC32;
import org.isospin.Matrix;
import org.isospin.bench.cli.UsageException;
import org.isospin.bench.train.ModelShape.Normalization;
import org.isospin.checkpoint.Checkpoint;
import org.isospin.checkpoint.Safetensors;
import org.isospin.checkpoint.SafetensorsWriter;

/**
 * A model in a safetensors file: every matrix as it acts, with all rotations multiplied in, and in the metadata its shape and the
 * bytes that tokens stand for.
 *
 * @param shape the model's
 * @param letters the byte of each token, as a character of that number
 * @param matrices by name
 * @param checksum of the file
 */
record ModelFile(ModelShape shape, String letters, Map<String, Matrix> matrices, long checksum) {
    private static final String WEIGHT = "weight/";

    /** {@return the byte of each token} */
    byte[] alphabet() {
        return letters.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Writes a model, all at once. */
    static void write(Path file, Transformer model, byte[] alphabet) throws IOException {
        ModelShape shape = model.shape();
        SafetensorsWriter writer = new SafetensorsWriter();
        writer.metadata("model.layers", Integer.toString(shape.layers()));
        writer.metadata("model.width", Integer.toString(shape.width()));
        writer.metadata("model.heads", Integer.toString(shape.heads()));
        writer.metadata("model.hidden", Integer.toString(shape.hidden()));
        writer.metadata("model.context", Integer.toString(shape.context()));
        writer.metadata("model.normalization", shape.normalization().name());
        writer.metadata("model.alphabet", HexFormat.of().formatHex(alphabet));
        model.matrices().forEach((name, matrix) -> writer.add(WEIGHT + name, matrix));
        writer.write(file);
    }

    /**
     * {@return a model that was written}
     *
     * @param file the file
     * @throws UsageException if it is another kind of file
     */
    static ModelFile read(Path file) throws IOException {
        CRC32 checksum = new CRC32();
        checksum.update(Files.readAllBytes(file));
        try (Checkpoint checkpoint = Safetensors.open(file)) {
            Map<String, String> metadata = checkpoint.metadata();
            String letters = letters(file, metadata);
            ModelShape shape = shape(file, metadata, letters.length());
            SequencedMap<String, Matrix> matrices = new LinkedHashMap<>();
            for (String name : checkpoint.names()) {
                if (name.startsWith(WEIGHT)) {
                    matrices.put(
                            name.substring(WEIGHT.length()),
                            checkpoint.matrix(name).copy());
                }
            }
            return new ModelFile(shape, letters, matrices, checksum.getValue());
        } catch (IllegalArgumentException e) {
            throw new UsageException(file + " is no model that train --output wrote: " + e.getMessage());
        }
    }

    private static String letters(Path file, Map<String, String> metadata) {
        return new String(HexFormat.of().parseHex(fact(file, metadata, "alphabet")), StandardCharsets.ISO_8859_1);
    }

    private static ModelShape shape(Path file, Map<String, String> metadata, int vocabulary) {
        return new ModelShape(
                number(file, metadata, "layers"),
                number(file, metadata, "width"),
                number(file, metadata, "heads"),
                number(file, metadata, "hidden"),
                number(file, metadata, "context"),
                vocabulary,
                Normalization.valueOf(fact(file, metadata, "normalization")));
    }

    private static int number(Path file, Map<String, String> metadata, String name) {
        return Integer.parseInt(fact(file, metadata, name));
    }

    private static String fact(Path file, Map<String, String> metadata, String name) {
        String value = metadata.get("model." + name);
        if (value == null) {
            throw new UsageException(
                    file + " is no model that train --output wrote: its metadata have no model." + name);
        }
        return value;
    }

    /** Overwrites the weights of a model of this shape, before its matrices train as anything else. */
    void load(Transformer model) {
        for (Weight weight : model.weights()) {
            Matrix values = matrices.get(weight.name());
            if (values == null) {
                throw new UsageException("the model to start from has no " + weight.name());
            }
            values.copyTo(weight.value());
        }
    }
}
