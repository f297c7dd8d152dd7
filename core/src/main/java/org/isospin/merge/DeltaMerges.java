package org.isospin.merge;

import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Workspace;

/** Merges of changes, all in F64. */
final class DeltaMerges {
    /** 1 + f·2⁻⁷ lies between two neighbours in BF16, at a share f of their distance. */
    private static final double BF16_STEPS = 128;

    private DeltaMerges() {}

    static void requireScale(String operation, double scale) {
        if (!Double.isFinite(scale)) {
            throw new IllegalArgumentException(operation + ": the scale is " + scale);
        }
    }

    /**
     * out ← the merged change.
     *
     * @param stream where it runs
     * @param operation the caller, for messages
     * @param deltas F64, all of one shape; unspecified afterwards
     * @param weights one of each
     * @param method how
     * @param out F64; none of them
     */
    static void merge(
            ComputeStream stream,
            String operation,
            List<Matrix> deltas,
            double[] weights,
            DeltaMerge method,
            Matrix out) {
        switch (method) {
            case TaskArithmetic sum -> sum(stream, deltas, weights, sum.scale(), out);
            case Ties ties -> TiesMerge.merge(stream, operation, deltas, weights, ties, out);
            case Dare dare -> {
                for (int i = 0; i < weights.length; i++) {
                    drop(stream, dare.drop(), dare.seed() + i, deltas.get(i));
                }
                sum(stream, deltas, weights, dare.scale() / (1 - dare.drop()), out);
            }
            case TsvM vectors -> TsvMerge.merge(stream, operation, deltas, weights, vectors, out);
        }
    }

    private static void sum(ComputeStream stream, List<Matrix> deltas, double[] weights, double scale, Matrix out) {
        stream.fill(out, 0);
        for (int i = 0; i < weights.length; i++) {
            stream.combine(1, out, scale * weights[i], deltas.get(i), 0, out);
        }
    }

    /** Zeroes every element with a probability: rounding to BF16 at random tosses the coins. */
    private static void drop(ComputeStream stream, double probability, long seed, Matrix delta) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix mask = ws.matrix(DType.F64, delta.rows(), delta.columns());
            Matrix ones = ws.matrix(DType.F64, delta.rows(), delta.columns());
            Matrix tossed = ws.matrix(DType.BF16, delta.rows(), delta.columns());
            stream.fill(ones, 1);
            stream.fill(mask, 1 + (1 - probability) / BF16_STEPS);
            stream.roundStochastically(seed, mask, tossed);
            stream.copy(tossed, mask);
            stream.combine(BF16_STEPS, mask, -BF16_STEPS, ones, 0, mask);
            stream.multiply(mask, delta, delta);
        } finally {
            ws.release();
        }
    }
}
