package org.isospin.bench.merge;

import java.lang.foreign.Arena;
import java.util.Locale;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.checkpoint.TensorView;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the tensors of one name.
 *
 * @param action what
 * @param tensor whose name, type and shape the result has, and whose bytes a copy has
 * @param work how it is computed; null if it is not
 * @param note why, for users; may be empty
 */
record Treatment(Action action, TensorView tensor, @Nullable Work work, String note) {
    /** What can become of a tensor. */
    enum Action {
        /** The method merges it. */
        MERGE,
        /** Adapters turn it. */
        ROTATE,
        /** A point of the path that was asked for. */
        INTERPOLATE,
        /** A point of the straight line. */
        BLEND,
        /** The weighted mean in F64. */
        AVERAGE,
        /** That of an adapter, to the last bit. */
        REPLACE,
        /** One of them, to the last bit. */
        COPY,
        /** It is not written. */
        LEAVE_OUT,
        /** The command fails. */
        REFUSE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** Computes one tensor. */
    interface Work {
        /** {@return about how long it takes, in any unit that all have: only the time left depends on it} */
        double cost();

        /**
         * {@return what the user should know, or nothing, after out ← the result}
         *
         * @param iso where it runs
         * @param arena of what it needs until it is done
         * @param out as the tensor, flattened
         */
        String apply(Isospin iso, Arena arena, Matrix out);
    }

    static Treatment compute(Action action, TensorView tensor, Work work, String note) {
        return new Treatment(action, tensor, work, note);
    }

    static Treatment copy(TensorView tensor, String note) {
        return new Treatment(Action.COPY, tensor, null, note);
    }

    static Treatment leaveOut(TensorView tensor, String note) {
        return new Treatment(Action.LEAVE_OUT, tensor, null, note);
    }

    static Treatment refuse(TensorView tensor, String note) {
        return new Treatment(Action.REFUSE, tensor, null, note);
    }
}
