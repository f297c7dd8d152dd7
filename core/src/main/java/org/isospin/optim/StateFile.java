package org.isospin.optim;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.isospin.Description;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.checkpoint.Checkpoint;
import org.isospin.checkpoint.Safetensors;
import org.isospin.checkpoint.SafetensorsWriter;
import org.isospin.checkpoint.TensorType;
import org.isospin.checkpoint.TensorView;

/**
 * An optimizer's state as a safetensors file: a tensor PARAMETER/BLOCK/NAME for each matrix of the state, PARAMETER/master or
 * PARAMETER/remainder for what {@link WeightRounding} keeps, PARAMETER/report for the numbers of the report; options, parameters and the numerics fingerprint in the metadata.
 */
final class StateFile {
    private static final String FORMAT = "1";

    /** Stands before the step after which the state of a parameter began, if it was cleared. */
    private static final String AFTER = " after step ";

    /** What of a backend's own description decides bits; threads and kernel choices do not. */
    private static final List<String> NUMERICS = List.of("arithmetic", "vectors");

    private final List<ParameterSlot> slots;
    private final SequencedMap<String, String> metadata = new LinkedHashMap<>();
    private final SequencedMap<String, Matrix> tensors = new LinkedHashMap<>();

    private StateFile(String kind, List<ParameterSlot> slots) {
        this.slots = slots;
        metadata.put("isospin.optimizer", kind);
        metadata.put("isospin.format", FORMAT);
    }

    /**
     * {@return the file of an optimizer}
     *
     * @param optimizer the optimizer
     * @param slots its parameters
     */
    static StateFile of(AbstractOptimizer optimizer, List<ParameterSlot> slots) {
        StateFile file = new StateFile(optimizer.kind(), slots);
        file.addOptions("", optimizer);
        for (ParameterSlot slot : slots) {
            file.addParameter(slot, "");
        }
        return file;
    }

    /**
     * {@return the file of several optimizers, numbered from 0}
     *
     * @param kind what the file calls them all together
     * @param optimizers the optimizers
     * @param slots parameters, each of one of these optimizers
     */
    static StateFile of(String kind, List<AbstractOptimizer> optimizers, List<ParameterSlot> slots) {
        StateFile file = new StateFile(kind, slots);
        for (int i = 0; i < optimizers.size(); i++) {
            AbstractOptimizer optimizer = optimizers.get(i);
            file.metadata.put("isospin.optimizer." + i, optimizer.kind());
            file.addOptions("." + i, optimizer);
        }
        for (ParameterSlot slot : slots) {
            file.addParameter(slot, ", optimizer " + optimizers.indexOf(slot.owner()));
        }
        return file;
    }

    private void addOptions(String number, AbstractOptimizer optimizer) {
        metadata.put("isospin.numerics" + number, fingerprint(optimizer.iso()));
        optimizer.options().forEach((name, value) -> metadata.put("option" + number + "." + name, value));
    }

    private void addParameter(ParameterSlot slot, String owner) {
        String name = slot.spec().name();
        metadata.put("parameter." + name, slot.spec().describe() + owner);
        slot.state().forEach((path, matrix) -> tensors.put(name + "/" + path, matrix));
        tensors.put(name + "/report", slot.numbers());
    }

    /** {@return backend, precision and what else decides bits} */
    static String fingerprint(Isospin iso) {
        Description description = iso.describe();
        StringBuilder text = new StringBuilder(description.backend());
        text.append(", ").append(description.precision());
        for (String fact : NUMERICS) {
            String value = description.facts().get(fact);
            if (value != null) {
                text.append(", ").append(value);
            }
        }
        return text.toString();
    }

    void write(Path file) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        metadata.forEach(writer::metadata);
        for (ParameterSlot slot : slots) {
            String after = slot.origin() == 0 ? "" : AFTER + slot.origin();
            writer.metadata("started." + slot.spec().name(), slot.isStarted() + after);
        }
        tensors.forEach((name, matrix) -> writer.add(name, matrix.isDevice() ? matrix.copy() : matrix));
        writer.write(file);
    }

    void read(Path file) throws IOException {
        try (Checkpoint checkpoint = Safetensors.open(file)) {
            List<String> differences = new ArrayList<>();
            compareMetadata(checkpoint.metadata(), differences);
            compareTensors(checkpoint, differences);
            if (!differences.isEmpty()) {
                throw new OptimizerStateException(file.toString(), differences);
            }
            tensors.forEach((name, matrix) -> checkpoint.matrix(name).copyTo(matrix));
            for (ParameterSlot slot : slots) {
                String text = checkpoint
                        .metadata()
                        .getOrDefault("started." + slot.spec().name(), "");
                int after = text.indexOf(AFTER);
                slot.setStarted(Boolean.parseBoolean(after < 0 ? text : text.substring(0, after)));
                slot.setOrigin(after < 0 ? 0 : Long.parseLong(text.substring(after + AFTER.length())));
            }
        }
    }

    private void compareMetadata(Map<String, String> stored, List<String> differences) {
        metadata.forEach((key, mine) -> {
            String theirs = stored.get(key);
            if (theirs == null) {
                differences.add(key + " is missing from the file, here it is " + mine);
            } else if (!theirs.equals(mine)) {
                differences.add(key + " is " + theirs + " in the file, here " + mine);
            }
        });
        for (ParameterSlot slot : slots) {
            String key = "started." + slot.spec().name();
            String started = stored.get(key);
            if (started == null) {
                differences.add(key + " is missing from the file");
            } else if (!started.matches("(true|false)(" + AFTER + "[0-9]{1,18})?")) {
                differences.add(key + " is " + started + " in the file, neither true nor false");
            }
        }
        stored.forEach((key, value) -> {
            String parameter = key.startsWith("started.") ? "parameter." + key.substring("started.".length()) : key;
            if (!metadata.containsKey(parameter)) {
                differences.add(key + " is " + value + " in the file, here there is none");
            }
        });
    }

    private void compareTensors(Checkpoint checkpoint, List<String> differences) {
        tensors.forEach((name, matrix) -> {
            if (!checkpoint.names().contains(name)) {
                differences.add("tensor " + name + " is missing from the file");
                return;
            }
            TensorView tensor = checkpoint.tensor(name);
            long[] shape = {matrix.rows(), matrix.columns()};
            if (tensor.type() != TensorType.of(matrix.dtype()) || !Arrays.equals(tensor.shape(), shape)) {
                differences.add("tensor " + tensor + " of the file is " + matrix.dtype() + " " + Arrays.toString(shape)
                        + " here");
            }
        });
        for (String name : checkpoint.names()) {
            if (!tensors.containsKey(name)) {
                differences.add("tensor " + name + " of the file is unknown here");
            }
        }
    }
}
