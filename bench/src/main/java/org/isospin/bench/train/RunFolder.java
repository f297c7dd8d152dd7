package org.isospin.bench.train;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.isospin.Matrix;
import org.isospin.bench.cli.UsageException;
import org.isospin.checkpoint.Checkpoint;
import org.isospin.checkpoint.Safetensors;
import org.isospin.checkpoint.SafetensorsWriter;
import org.isospin.optim.Optimizer;

/**
 * A run kept in a folder: optimizer-STEP.safetensors, then model.safetensors with weights, losses and the name of that file. The
 * model's file is replaced all at once, so that a run that is killed while it writes leaves the step before.
 *
 * @param path the folder
 * @param identity what must be the same for a run to be continued, by name
 */
record RunFolder(Path path, SequencedMap<String, String> identity) {
    private static final String LOSSES = "losses";
    private static final String ANGLE = "largest_angle";
    private static final String OPTIMIZER = "optimizer_file";
    private static final String WEIGHT = "weight/";

    /**
     * How far a run has come.
     *
     * @param losses of the steps that are done
     * @param largestAngle of any rotation so far
     */
    record Position(List<Double> losses, double largestAngle) {}

    private Path model() {
        return path.resolve("model.safetensors");
    }

    /** {@return whether there is a run} */
    boolean holdsRun() {
        return Files.exists(model());
    }

    /**
     * Writes where a run is; the files of earlier steps go.
     *
     * @param position how far it has come
     * @param weights the model's
     * @param optimizer theirs
     */
    void save(Position position, List<Weight> weights, Optimizer optimizer) throws IOException {
        Files.createDirectories(path);
        String state = "optimizer-" + position.losses().size() + ".safetensors";
        optimizer.save(path.resolve(state));
        SafetensorsWriter writer = new SafetensorsWriter();
        identity.forEach((name, value) -> writer.metadata("run." + name, value));
        writer.metadata(OPTIMIZER, state);
        writer.metadata(ANGLE, Double.toString(position.largestAngle()));
        double[] losses =
                position.losses().stream().mapToDouble(Double::doubleValue).toArray();
        writer.add(LOSSES, Matrix.wrap(losses, 1, losses.length));
        weights.forEach(w -> writer.add(WEIGHT + w.name(), w.value()));
        writer.write(model());
        try (DirectoryStream<Path> states = Files.newDirectoryStream(path, "optimizer-*.safetensors")) {
            for (Path other : states) {
                if (!other.endsWith(state)) {
                    Files.delete(other);
                }
            }
        }
    }

    /**
     * Reads where a run was.
     *
     * @param weights the model's, overwritten
     * @param optimizer theirs, its state overwritten
     * @return how far it had come
     * @throws UsageException if it is another run, with all differences
     */
    Position load(List<Weight> weights, Optimizer optimizer) throws IOException {
        try (Checkpoint model = Safetensors.open(model())) {
            Map<String, String> metadata = model.metadata();
            List<String> differences = new ArrayList<>();
            identity.forEach((name, value) -> {
                String kept = metadata.get("run." + name);
                if (!value.equals(kept)) {
                    differences.add(name + " is " + kept + " there, here " + value);
                }
            });
            String state = metadata.get(OPTIMIZER);
            if (!differences.isEmpty() || state == null) {
                throw new UsageException(path + " holds another run: " + String.join("; ", differences));
            }
            optimizer.load(path.resolve(state));
            weights.forEach(w -> model.matrix(WEIGHT + w.name()).copyTo(w.value()));
            Matrix losses = model.matrix(LOSSES);
            return new Position(
                    IntStream.range(0, losses.columns())
                            .mapToObj(i -> losses.get(0, i))
                            .toList(),
                    Double.parseDouble(metadata.getOrDefault(ANGLE, "0")));
        }
    }
}
