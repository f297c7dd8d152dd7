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
import org.isospin.bench.merge.Treatment.Work;
import org.isospin.checkpoint.SafetensorsWriter;
import org.jspecify.annotations.Nullable;

/**
 * Computes what a plan says, tensor by tensor as the file is written: besides the mapped inputs there are one result, what its work
 * allocates, and scratch.
 */
final class StreamedModel implements AutoCloseable {
    /** With less than this share done, the time left is not told: what was small says little about what is large. */
    private static final double TELLING = 0.02;

    private final Isospin iso;
    private final String command;
    private final Progress progress;
    private final List<String> notes = new ArrayList<>();
    /** Of the tensor that is being written. */
    private @Nullable Arena current;

    private double total;
    private double done;

    private final long start = System.nanoTime();

    StreamedModel(Isospin iso, String command, Progress progress) {
        this.iso = iso;
        this.command = command;
        this.progress = progress;
    }

    /** Writes the file, which appears when it is complete. */
    void write(List<Treatment> treatments, Map<String, String> metadata, Path out) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        metadata.forEach(writer::metadata);
        for (Treatment treatment : treatments) {
            switch (treatment.action()) {
                case MERGE, ROTATE, INTERPOLATE, BLEND, AVERAGE -> {
                    Work work = Objects.requireNonNull(treatment.work());
                    total += work.cost();
                    DType dtype =
                            Objects.requireNonNull(treatment.tensor().type().dtypeOrNull());
                    writer.add(treatment.tensor(), dtype, () -> compute(treatment, work, dtype));
                }
                case REPLACE, COPY -> writer.add(treatment.tensor());
                case LEAVE_OUT -> {}
                case REFUSE -> throw new UsageException(treatment.tensor() + ": " + treatment.note());
            }
        }
        writer.write(out);
    }

    /** {@return what works said about tensors} */
    List<String> notes() {
        return notes;
    }

    private Matrix compute(Treatment treatment, Work work, DType dtype) {
        String name = treatment.tensor().name();
        progress.show(command + ": " + left() + ", " + name);
        close();
        Arena arena = Arena.ofShared();
        current = arena;
        Matrix like = treatment.tensor().flattened();
        Matrix out = Matrix.allocate(arena, dtype, like.rows(), like.columns());
        try {
            String note = work.apply(iso, arena, out);
            if (!note.isEmpty()) {
                notes.add(name + ": " + note);
            }
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new UsageException(name + ": " + e.getMessage(), e);
        }
        done += work.cost();
        return out;
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
