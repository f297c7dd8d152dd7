package org.isospin.bench.merge;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.bench.cli.Progress;
import org.isospin.bench.cli.UsageException;
import org.isospin.bench.merge.Treatment.Action;
import org.isospin.checkpoint.SafetensorsWriter;
import org.isospin.checkpoint.TensorView;
import org.isospin.merge.EuclideanMerge;
import org.jspecify.annotations.Nullable;

/**
 * Computes what a plan says, tensor by tensor as the file is written: besides the mapped inputs there are one result, its base if
 * that is a mean, and the scratch of the method.
 */
final class Merger implements AutoCloseable {
    /** A rotated result is taken to cost so many times its elements and its columns: a guess, which only the time left depends on. */
    private static final double ROTATIONS = 100;

    /** With less than this share done, the time left is not told: what was small says little about what is large. */
    private static final double TELLING = 0.02;

    private final Isospin iso;
    private final Method method;
    private final Method.Merge merge;
    private final double[] weights;
    private final Progress progress;
    private final List<String> notes = new ArrayList<>();
    /** Of the tensor that is being written. */
    private @Nullable Arena current;

    private double total;
    private double done;

    private final long start = System.nanoTime();

    Merger(Isospin iso, Method method, Method.Merge merge, double[] weights, Progress progress) {
        this.iso = iso;
        this.method = method;
        this.merge = merge;
        this.weights = weights;
        this.progress = progress;
    }

    /** Writes the file, which appears when it is complete. */
    void write(List<Treatment> treatments, Map<String, String> metadata, Path out) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        metadata.forEach(writer::metadata);
        for (Treatment treatment : treatments) {
            switch (treatment.action()) {
                case MERGE, AVERAGE -> {
                    total += cost(treatment);
                    DType dtype =
                            Objects.requireNonNull(treatment.tensor().type().dtypeOrNull());
                    writer.add(treatment.tensor(), dtype, () -> compute(treatment, dtype));
                }
                case COPY -> writer.add(treatment.tensor());
                case LEAVE_OUT -> {}
                case REFUSE -> throw new UsageException(treatment.tensor() + ": " + treatment.note());
            }
        }
        writer.write(out);
    }

    /** {@return what methods said about tensors} */
    List<String> notes() {
        return notes;
    }

    private double cost(Treatment treatment) {
        Matrix a = treatment.tensor().flattened();
        double elements = a.elements();
        if (treatment.action() == Action.AVERAGE) {
            return elements;
        }
        return method.rotates() ? elements * a.columns() * ROTATIONS : elements * Math.min(a.rows(), a.columns());
    }

    private Matrix compute(Treatment treatment, DType dtype) {
        String name = treatment.tensor().name();
        progress.show("merge: " + left() + ", " + name);
        close();
        Arena arena = Arena.ofShared();
        current = arena;
        List<Matrix> experts =
                treatment.experts().stream().map(TensorView::flattened).toList();
        Matrix like = treatment.tensor().flattened();
        Matrix out = Matrix.allocate(arena, dtype, like.rows(), like.columns());
        try {
            if (treatment.action() == Action.AVERAGE) {
                mean(experts, out);
            } else {
                TensorView base = treatment.base();
                String note =
                        merge.apply(iso, base == null ? mean(arena, experts) : base.matrix(), experts, weights, out);
                if (!note.isEmpty()) {
                    notes.add(name + ": " + note);
                }
            }
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new UsageException(name + ": " + e.getMessage(), e);
        }
        done += cost(treatment);
        return out;
    }

    private Matrix mean(Arena arena, List<Matrix> experts) {
        Matrix like = experts.getFirst();
        Matrix mean = Matrix.allocate(arena, DType.F64, like.rows(), like.columns());
        mean(experts, mean);
        return mean;
    }

    private void mean(List<Matrix> experts, Matrix out) {
        EuclideanMerge.mean(iso, experts, weights, out);
    }

    /** {@return the share that is done, and the time that the rest takes at the pace so far} */
    private String left() {
        if (done < total * TELLING) {
            return Math.round(100 * done / total) + " %";
        }
        double seconds = (System.nanoTime() - start) / 1e9 * (total - done) / done;
        long minutes = Math.round(seconds) / 60;
        return Math.round(100 * done / total) + " %, " + (minutes == 0 ? Math.round(seconds) + " s" : minutes + " min")
                + " left";
    }

    /** Frees the last result. */
    @Override
    public void close() {
        if (current != null) {
            current.close();
            current = null;
        }
    }
}
