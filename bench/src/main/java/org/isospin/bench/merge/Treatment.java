package org.isospin.bench.merge;

import java.util.List;
import java.util.Locale;
import org.isospin.checkpoint.TensorView;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the tensors of one name.
 *
 * @param action what
 * @param tensor whose name, type and shape the result has
 * @param experts the same tensor of every expert, where it is computed
 * @param base its base, where it is merged and the base is no mean
 * @param note why, for users; may be empty
 */
record Treatment(
        Action action,
        TensorView tensor,
        List<TensorView> experts,
        @Nullable TensorView base,
        String note) {
    /** What can become of a tensor. */
    enum Action {
        /** The method merges it. */
        MERGE,
        /** The weighted mean in F64. */
        AVERAGE,
        /** One of them, to the last bit. */
        COPY,
        /** It is not written. */
        LEAVE_OUT,
        /** The merge fails. */
        REFUSE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    static Treatment copy(TensorView tensor, String note) {
        return new Treatment(Action.COPY, tensor, List.of(), null, note);
    }

    static Treatment refuse(TensorView tensor, String note) {
        return new Treatment(Action.REFUSE, tensor, List.of(), null, note);
    }
}
