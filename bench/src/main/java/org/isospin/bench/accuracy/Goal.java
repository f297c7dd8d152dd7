package org.isospin.bench.accuracy;

import java.util.List;

/**
 * How small Isospin's errors are to be, in u: where operands amplify no error 0.9 times the best peer's, or 1u where that is
 * less than an F32 or F64 result can promise; elsewhere at most 1.6 times the best peer's, as errors there are those of the
 * operands more than the method's. NaN where no peer's error is known.
 *
 * @param orthogonality the largest good orthogonality defect
 * @param forward the largest good forward error
 */
record Goal(double orthogonality, double forward) {
    private static final double EASY_FACTOR = 0.9;
    private static final double EASY_FLOOR = 1;
    private static final double HARD_FACTOR = 1.6;

    /** {@return the goal that peers set} */
    static Goal of(boolean isEasy, List<Trial.Errors> peers) {
        return new Goal(
                goal(
                        isEasy,
                        peers.stream().mapToDouble(Trial.Errors::orthogonality).toArray()),
                goal(isEasy, peers.stream().mapToDouble(Trial.Errors::forward).toArray()));
    }

    private static double goal(boolean isEasy, double[] errors) {
        double best = Double.POSITIVE_INFINITY;
        for (double e : errors) {
            best = e < best ? e : best;
        }
        if (Double.isInfinite(best)) {
            return Double.NaN;
        }
        return isEasy ? Math.max(EASY_FACTOR * best, EASY_FLOOR) : HARD_FACTOR * best;
    }

    /** {@return whether errors are as small as they are to be; a goal or an error that is not there is not missed} */
    boolean holds(Trial.Errors errors) {
        return !(errors.orthogonality() > orthogonality) && !(errors.forward() > forward);
    }

    /** {@return whether no peer's error is known} */
    boolean isUnknown() {
        return Double.isNaN(orthogonality) && Double.isNaN(forward);
    }
}
