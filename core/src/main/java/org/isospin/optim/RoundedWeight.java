package org.isospin.optim;

import java.util.Map;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Scalar;
import org.isospin.backend.Workspace;
import org.jspecify.annotations.Nullable;

/** What {@link WeightRounding} keeps of a parameter, outputs as rows, and what it makes of a new weight. */
final class RoundedWeight {
    private final ParameterSpec spec;
    private final WeightRounding rounding;
    private final @Nullable Matrix kept;
    private boolean isFilled;

    RoundedWeight(ParameterSpec spec, StateMemory memory) {
        this.spec = spec;
        this.rounding = spec.rounding();
        this.kept = switch (rounding.kind()) {
            case MASTER -> memory.allocate(spec.dtype().computeType(), spec.outputs(), spec.inputs());
            case COMPENSATED -> memory.allocate(DType.BF16, spec.outputs(), spec.inputs());
            case NEAREST, STOCHASTIC -> null;
        };
    }

    /** {@return whether nothing has to be taken from the weight before the next step} */
    boolean isFilled() {
        return isFilled || rounding.kind() != WeightRounding.Kind.MASTER;
    }

    /** What is kept was filled, or is to be filled from the weight. */
    void setFilled(boolean isNow) {
        isFilled = isNow;
    }

    /** {@return whether a matrix is what is kept} */
    boolean keeps(Matrix state) {
        return state.equals(kept);
    }

    /** Adds the matrix of the state, if there is one. */
    void addState(Map<String, Matrix> all) {
        if (kept != null) {
            all.put(rounding.kind() == WeightRounding.Kind.MASTER ? "master" : "remainder", kept);
        }
    }

    long stateBytes() {
        return kept == null ? 0 : kept.elements() * kept.dtype().bytes();
    }

    /** {@return the weight in the compute type, not to be written; the caller releases what it takes of scratch} */
    Matrix unrounded(ComputeStream stream, Matrix w) {
        DType compute = spec.dtype().computeType();
        boolean isMaster = rounding.kind() == WeightRounding.Kind.MASTER;
        if (isMaster && isFilled && kept != null) {
            return kept;
        }
        if (w.dtype() == compute) {
            return w;
        }
        Matrix wide = stream.workspace().matrix(compute, w.rows(), w.columns());
        if (kept == null || isMaster) {
            stream.copy(w, wide);
        } else {
            stream.combine(1, w, 1, kept, 0, wide);
        }
        return wide;
    }

    /** Forgets what was kept of an old weight. */
    void clear(ComputeStream stream) {
        if (kept != null) {
            stream.fill(kept, 0);
        }
        isFilled = false;
    }

    /**
     * Stores the new weight and what is kept of it, if the guard is finite.
     *
     * @param old what {@link #unrounded} gave
     * @param updated the new weight in the compute type
     */
    void store(ComputeStream stream, Scalar guard, long t, Matrix old, Matrix updated, Matrix w) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            switch (rounding.kind()) {
                case NEAREST -> stream.copyIfFinite(guard, updated, w);
                case STOCHASTIC -> {
                    Matrix rounded = ws.matrix(w.dtype(), w.rows(), w.columns());
                    stream.roundStochastically(rounding.seed(spec.name(), t), updated, rounded);
                    stream.copyIfFinite(guard, rounded, w);
                }
                case MASTER -> {
                    Matrix master = present();
                    if (!old.equals(master)) {
                        stream.copy(old, master);
                    }
                    isFilled = true;
                    stream.copyIfFinite(guard, updated, master);
                    stream.copyIfFinite(guard, updated, w);
                }
                case COMPENSATED -> {
                    Matrix rounded = ws.matrix(w.dtype(), w.rows(), w.columns());
                    Matrix remainder = ws.matrix(DType.BF16, w.rows(), w.columns());
                    stream.copy(updated, rounded);
                    stream.combine(1, updated, -1, rounded, 0, remainder);
                    stream.copyIfFinite(guard, rounded, w);
                    stream.copyIfFinite(guard, remainder, present());
                }
            }
        } finally {
            ws.release();
        }
    }

    private Matrix present() {
        if (kept == null) {
            throw new IllegalStateException(rounding + " keeps nothing");
        }
        return kept;
    }
}
