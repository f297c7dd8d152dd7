package org.isospin.bench.accuracy;

import org.isospin.bench.cli.Figures;
import org.jspecify.annotations.Nullable;

/**
 * Errors of one contestant on one operand.
 *
 * @param operand what was computed, on what
 * @param by who computed
 * @param source where the errors come from
 * @param errors in u; all NaN where there is no result
 * @param failure why there is no result; null if there is one
 * @param goal for a backend of Isospin; null for others
 */
record Row(
        Operand operand,
        String by,
        Source source,
        Trial.Errors errors,
        @Nullable String failure,
        @Nullable Goal goal) {
    /** Where errors come from. */
    enum Source {
        /** Measured, of Isospin. */
        BACKEND,
        /** Measured, of another library. */
        PEER,
        /** Published, of another library. */
        PUBLISHED,
        /** Published, of another library at other parameters. */
        ESTIMATE
    }

    /** {@return whether there is a result, and a finite one} */
    boolean isGood() {
        return failure == null && Double.isFinite(errors.forward());
    }

    /** {@return whether this is a backend that was measured against a goal} */
    boolean isJudged() {
        return goal != null && (!isGood() || !goal.isUnknown());
    }

    /** {@return whether the goal is reached} */
    boolean holds() {
        return goal != null && isGood() && goal.holds(errors);
    }

    /** {@return the verdict in a few words; empty for peers} */
    String verdict() {
        if (!isGood()) {
            return "FAILED " + (failure == null ? "not finite" : failure);
        }
        if (goal == null) {
            return source == Source.ESTIMATE ? "estimate" : "";
        }
        if (goal.isUnknown()) {
            return "no peer";
        }
        if (holds()) {
            return "holds";
        }
        StringBuilder text = new StringBuilder("MISSED");
        if (errors.orthogonality() > goal.orthogonality()) {
            text.append(" orth ").append(Figures.ratio(errors.orthogonality() / goal.orthogonality()));
        }
        if (errors.forward() > goal.forward()) {
            text.append(" error ").append(Figures.ratio(errors.forward() / goal.forward()));
        }
        return text.append(" × goal").toString();
    }
}
