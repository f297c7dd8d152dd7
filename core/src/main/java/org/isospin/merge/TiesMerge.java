package org.isospin.merge;

import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.Workspace;

/** {@link Ties}: the smallest magnitude kept is found by bisection over the numbers, counting those that are not below. */
final class TiesMerge {
    private final ComputeStream stream;
    /** 1 everywhere. */
    private final Matrix ones;
    /** 0 or 1. */
    private final Matrix mask;

    private final Matrix spare;

    private TiesMerge(ComputeStream stream, Matrix like) {
        Workspace ws = stream.workspace();
        this.stream = stream;
        this.ones = ws.matrix(DType.F64, like.rows(), like.columns());
        this.mask = ws.matrix(DType.F64, like.rows(), like.columns());
        this.spare = ws.matrix(DType.F64, like.rows(), like.columns());
        stream.fill(ones, 1);
    }

    static void merge(
            ComputeStream stream, String operation, List<Matrix> deltas, double[] weights, Ties ties, Matrix out) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            TiesMerge merge = new TiesMerge(stream, out);
            Matrix sum = ws.matrix(DType.F64, out.rows(), out.columns());
            Matrix count = ws.matrix(DType.F64, out.rows(), out.columns());
            stream.fill(sum, 0);
            for (int i = 0; i < weights.length; i++) {
                stream.progress().at(operation, i, weights.length);
                merge.trim(operation, i, deltas.get(i), ties.keep());
                stream.combine(1, sum, weights[i], deltas.get(i), 0, sum);
            }
            Matrix elected = ws.matrix(DType.F64, out.rows(), out.columns());
            merge.flip(merge.ones, sum, elected);
            stream.fill(sum, 0);
            stream.fill(count, 0);
            for (int i = 0; i < weights.length; i++) {
                Matrix delta = deltas.get(i);
                // Those whose sign is not the elected one, or that are zero, are the ones whose negation is 0 or more.
                stream.multiply(elected, delta, merge.spare);
                stream.scale(-1, merge.spare, merge.spare);
                merge.maskNotNegative(merge.spare);
                stream.combine(1, merge.ones, -1, merge.mask, 0, merge.mask);
                stream.combine(1, count, weights[i], merge.mask, 0, count);
                stream.multiply(merge.mask, delta, delta);
                stream.combine(1, sum, weights[i], delta, 0, sum);
            }
            // Where none agrees the sum is zero, and so must be the quotient.
            stream.scale(-1, count, merge.spare);
            merge.maskNotNegative(merge.spare);
            stream.combine(1, count, 1, merge.mask, 0, count);
            stream.divide(sum, count, out);
            stream.scale(ties.scale(), out, out);
        } finally {
            ws.release();
        }
    }

    /** Sets to zero all but the largest elements. */
    private void trim(String operation, int expert, Matrix delta, double keep) {
        Workspace ws = stream.workspace();
        long dropped = (long) (delta.elements() * (1 - keep));
        Scalar largest = stream.scalar();
        stream.reduce(Reduction.MAX_ABS, delta, largest);
        double high = stream.read(largest);
        Experts.requireFinite(operation, high, expert);
        if (dropped == 0 || high == 0) {
            return;
        }
        long kept = delta.elements() - dropped + 1;
        ws.mark();
        try {
            Matrix magnitude = ws.matrix(DType.F64, delta.rows(), delta.columns());
            flip(delta, delta, magnitude);
            // As bits, numbers that are not negative are ordered as they are: enough at or above low, too few above
            // high.
            long low = 0;
            long above = Double.doubleToRawLongBits(high) + 1;
            long found = delta.elements();
            while (found != kept && above - low > 1) {
                long middle = low + (above - low) / 2;
                long count = count(magnitude, Double.longBitsToDouble(middle));
                if (count >= kept) {
                    low = middle;
                    found = count;
                } else {
                    above = middle;
                }
            }
            count(magnitude, Double.longBitsToDouble(low));
            stream.multiply(mask, delta, delta);
        } finally {
            ws.release();
        }
    }

    /** mask ← whether magnitude ≥ threshold. {@return how many are} */
    private long count(Matrix magnitude, double threshold) {
        Scalar count = stream.scalar();
        stream.combine(1, magnitude, -threshold, ones, 0, spare);
        maskNotNegative(spare);
        stream.dot(mask, ones, count);
        return (long) stream.read(count);
    }

    /** mask ← 1 where x ≥ 0, else 0. */
    private void maskNotNegative(Matrix x) {
        flip(ones, x, mask);
        stream.combine(0.5, mask, 0.5, ones, 0, mask);
    }

    /** target ← source, negated where sign is negative, line by line of the longer kind. */
    private void flip(Matrix source, Matrix sign, Matrix target) {
        Workspace ws = stream.workspace();
        int m = source.rows();
        int n = source.columns();
        for (int i = 0; i < Math.min(m, n); i++) {
            if (m <= n) {
                stream.flipColumns(ws.view(source, i, 0, 1, n), ws.view(sign, i, 0, 1, n), ws.view(target, i, 0, 1, n));
            } else {
                stream.flipColumns(
                        ws.view(source, 0, i, m, 1).transposed(),
                        ws.view(sign, 0, i, m, 1).transposed(),
                        ws.view(target, 0, i, m, 1).transposed());
            }
        }
    }
}
