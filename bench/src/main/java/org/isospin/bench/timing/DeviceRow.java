package org.isospin.bench.timing;

import java.util.List;
import org.isospin.bench.problem.Check;
import org.jspecify.annotations.Nullable;

/**
 * A device at one operation, size and type, beside the host.
 *
 * @param step operation, type and order
 * @param blocks how many blocks were computed at once, of which all else tells one's share; 1 for a matrix by itself
 * @param checks what was verified on results that stayed on the device: the worse of before and after timing
 * @param failure why there is no result; null if there is one
 * @param read bytes of the operands
 * @param written bytes of the results
 * @param resident durations by the device's events, with operands and results in its memory; null if it was not timed
 * @param transfers the same backend with operands and results in host memory, by the host's clock; null if there is no such row
 * @param host the fastest of those who compute on the host; null if there is none
 */
record DeviceRow(
        Plan.Step step,
        int blocks,
        List<Check> checks,
        @Nullable String failure,
        long read,
        long written,
        @Nullable Timing resident,
        @Nullable Row transfers,
        @Nullable Row host) {
    boolean isVerified() {
        return failure == null && !checks.isEmpty() && checks.stream().allMatch(Check::isPassed);
    }

    /** {@return the operation, and of how many blocks at once} */
    String title() {
        return step.operation().title() + (blocks == 1 ? "" : " × " + blocks);
    }

    /** {@return the largest measured error, in u} */
    double error() {
        return Check.largest(checks);
    }

    /** {@return why it is not verified} */
    String trouble() {
        return failure != null ? failure : Check.firstFailure(checks);
    }

    /** {@return seconds a call on the device; NaN if it was not timed} */
    double residentSeconds() {
        return resident == null ? Double.NaN : resident.median();
    }

    /** {@return seconds a call from and to host memory; NaN if it was not timed} */
    double transferSeconds() {
        return transfers == null ? Double.NaN : transfers.seconds();
    }

    /** {@return seconds a call by the fastest on the host; NaN if there is none} */
    double hostSeconds() {
        return host == null ? Double.NaN : host.seconds();
    }

    /** {@return useful flops a second on the device} */
    double flops() {
        return step.operation().flops(step.n(), step.dtype()) / residentSeconds();
    }

    /** {@return the part of the device's gemm peak that is useful} */
    double peakShare(Ceilings ceilings) {
        return flops() / ceilings.gemm(step.dtype());
    }

    /** {@return the part of the device's copy bandwidth that reading every operand and writing every result once takes} */
    double memoryShare(Ceilings ceilings) {
        return (read + written) / residentSeconds() / ceilings.memory();
    }

    /** {@return the part of the time with transfers that the copies themselves take at the measured bandwidths} */
    double copyShare(Ceilings ceilings) {
        return (read / ceilings.upload() + written / ceilings.download()) / transferSeconds();
    }
}
