package org.isospin.bench.calls;

import org.isospin.DType;
import org.isospin.bench.timing.Timing;

/**
 * What was measured of a call.
 *
 * @param title the name of the call
 * @param by what it is compared with
 * @param n the order; 0 where there is none
 * @param dtype the type
 * @param ours seconds of the backend
 * @param bare seconds of what it is compared with
 * @param error the larger error of both, in u
 * @param tolerance the largest error that passes
 * @param goal the least good speed as a multiple of the other's; NaN where nothing is promised
 */
record CallRow(
        String title,
        String by,
        int n,
        DType dtype,
        Timing ours,
        Timing bare,
        double error,
        double tolerance,
        double goal) {
    boolean isVerified() {
        return error <= tolerance;
    }

    /** {@return how many times as fast as the other: the median over common rounds} */
    double speed() {
        return ours.speedOver(bare, 0.5);
    }

    /** {@return "holds", "missed", or nothing where nothing is promised} */
    String verdict() {
        if (!isVerified()) {
            return "FAILED";
        }
        return Double.isNaN(goal) ? "" : speed() >= goal ? "holds" : "missed";
    }
}
