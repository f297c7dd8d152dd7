package org.isospin.bench.timing;

import java.util.List;
import org.isospin.DType;
import org.isospin.bench.problem.Check;
import org.isospin.bench.problem.Operation;
import org.jspecify.annotations.Nullable;

/**
 * One contestant at one operation, size and type.
 *
 * @param operation what was computed
 * @param n the order of the matrices
 * @param dtype the type of operands and results
 * @param contestant who
 * @param isPeer whether that is another library
 * @param checks what was verified, before and after timing: the worse of both
 * @param failure why there is no result; null if there is one
 * @param timing the durations; null if a check failed
 * @param peakFlops the measured peak of what it computes on, all threads or the device, in flops a second; NaN if unknown
 * @param baseline whom it is compared with; null if nobody
 * @param ratio how many times as fast as the baseline; NaN if there is none
 */
record Row(
        Operation operation,
        int n,
        DType dtype,
        String contestant,
        boolean isPeer,
        List<Check> checks,
        @Nullable String failure,
        @Nullable Timing timing,
        double peakFlops,
        @Nullable String baseline,
        double ratio) {
    boolean isVerified() {
        return failure == null && !checks.isEmpty() && checks.stream().allMatch(Check::isPassed);
    }

    /** {@return the largest measured error, in u; NaN if nothing was measured, or one is NaN} */
    double error() {
        return Check.largest(checks);
    }

    /** {@return median seconds a call; NaN if it was not timed} */
    double seconds() {
        return timing == null ? Double.NaN : timing.median();
    }

    /** {@return useful flops a second} */
    double flops() {
        return operation.flops(n, dtype) / seconds();
    }

    /** {@return the part of the peak that is useful} */
    double peakShare() {
        return flops() / peakFlops;
    }

    /** {@return why it is not verified, in a few words} */
    String trouble() {
        return failure != null ? failure : Check.firstFailure(checks);
    }

    Row against(@Nullable String name, double speed) {
        return new Row(operation, n, dtype, contestant, isPeer, checks, failure, timing, peakFlops, name, speed);
    }
}
