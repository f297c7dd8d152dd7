package org.isospin.bench.steps;

import org.isospin.bench.timing.Timing;
import org.jspecify.annotations.Nullable;

/**
 * One optimizer at one shape.
 *
 * @param subject the optimizer
 * @param shape of the weight
 * @param by the backend
 * @param error ‖ΔW − ΔW₆₄‖_F/‖ΔW₆₄‖_F of the first step against the same in F64
 * @param step durations of steps
 * @param dense durations of the dense products; null if nobody computed them
 */
record StepRow(
        Subject subject,
        StepShape shape,
        String by,
        double error,
        Timing step,
        @Nullable Timing dense) {
    /** An F32 step errs by some hundred u of its length. */
    private static final double LARGEST_ERROR = 1e-3;

    boolean isVerified() {
        return error <= LARGEST_ERROR;
    }

    /** {@return how many times as fast as the dense products: a quantile over common rounds; NaN if there is none} */
    double speed(double quantile) {
        return dense == null ? Double.NaN : step.speedOver(dense, quantile);
    }

    /** {@return what the speed would be if all products ran alike and nothing else took time} */
    double ceiling() {
        return subject.denseFlops(shape) / subject.flops(shape);
    }

    /** {@return "holds", "missed", or nothing where nothing was promised or compared} */
    String verdict() {
        if (!isVerified()) {
            return "FAILED: differs from F64";
        }
        double goal = subject.goal(shape);
        double median = speed(0.5);
        if (Double.isNaN(goal) || Double.isNaN(median)) {
            return "";
        }
        return median >= goal ? "holds" : "missed";
    }
}
