package org.isospin.bench.gpucheck;

import java.util.List;
import java.util.function.DoubleFunction;

/**
 * One step of a check: commands in processes of their own, which may fail, crash or hang without the other steps.
 *
 * @param name what users select it by, and its files are named after
 * @param purpose what it is for, in a few words
 * @param share the part of the time that is left which it is offered
 * @param least seconds below which it is not begun
 * @param most seconds beyond which it needs no more
 * @param commands one after the other, made for the seconds that they are offered together; none follows one that failed
 */
record Step(
        String name,
        String purpose,
        double share,
        double least,
        double most,
        DoubleFunction<List<List<String>>> commands) {
    /** What a step may take beyond the seconds that it was offered: processes start, and end a call that they have begun. */
    private static final double EXCESS = 1.5;

    private static final double GRACE = 40;

    /** The part of the time that is left which one that hangs costs at least: a machine may be busy. */
    private static final double PATIENCE = 1 / 3.0;

    /**
     * {@return the seconds it is offered}
     *
     * @param left the seconds that are left for all steps from here on
     */
    double offered(double left) {
        return Math.clamp(share * left, Math.min(least, left), Math.max(least, most));
    }

    /** {@return the seconds after which it is ended} */
    double limit(double left) {
        return Math.min(left, Math.max(EXCESS * offered(left) + GRACE, PATIENCE * left));
    }

    /** {@return whether there is time to begin it} */
    boolean fits(double left) {
        return left >= least;
    }
}
