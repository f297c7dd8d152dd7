package org.isospin.merge;

import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Scalar;
import org.isospin.backend.Workspace;

/** The rows of experts' changes that conflict with the mean change: cos(δᵢ[r], δ̄[r]) below a threshold. */
final class ConflictRows {
    /** What keeps 0/0 from being NaN: the cosine of a zero row is 0. */
    private static final double TINY = Double.MIN_NORMAL;

    private ConflictRows() {}

    /** mean ← Σ share·δ, F64, divided by the power of two that brings its largest element to [1, 2). */
    static void mean(ComputeStream stream, List<Matrix> deltas, double[] shares, Matrix mean) {
        stream.fill(mean, 0);
        for (int i = 0; i < shares.length; i++) {
            stream.combine(1, mean, shares[i], deltas.get(i), 0, mean);
        }
        stream.scaleToOne(mean, mean, stream.scalar());
    }

    /**
     * masked ← the rows of δ that conflict, others zero. A row that is 10¹⁵⁰ times smaller than the largest counts as zero.
     *
     * @param stream where it runs
     * @param delta δ, F64
     * @param mean of all changes, as {@link #mean} scales it
     * @param threshold the cosine
     * @param masked of δ's shape, F64
     */
    static void keep(ComputeStream stream, Matrix delta, Matrix mean, double threshold, Matrix masked) {
        Workspace ws = stream.workspace();
        int m = delta.rows();
        ws.mark();
        try {
            Matrix product = ws.matrix(DType.F64, m, delta.columns());
            Matrix ones = ws.matrix(DType.F64, delta.columns(), 1);
            Matrix cosine = ws.matrix(DType.F64, m, 1);
            Matrix square = ws.matrix(DType.F64, m, 1);
            Matrix one = ws.matrix(DType.F64, m, 1);
            Scalar unit = stream.scalar();
            stream.fill(ones, 1);
            stream.fill(one, 1);
            stream.scaleToOne(delta, masked, unit);
            rowSums(stream, masked, mean, ones, product, cosine);
            rowSums(stream, masked, masked, ones, product, square);
            stream.divideByRoot(1, cosine, 1, square, TINY, cosine);
            rowSums(stream, mean, mean, ones, product, square);
            stream.divideByRoot(1, cosine, 1, square, TINY, cosine);
            stream.combine(1, cosine, -threshold, one, 0, cosine);
            // Row signs: −1 below the threshold, which becomes a weight of 1, others of 0.
            stream.flipColumns(one.transposed(), cosine.transposed(), square.transposed());
            stream.combine(0.5, one, -0.5, square, 0, square);
            stream.scaleRows(square, delta, masked);
        } finally {
            ws.release();
        }
    }

    private static void rowSums(ComputeStream stream, Matrix a, Matrix b, Matrix ones, Matrix product, Matrix sums) {
        stream.multiply(a, b, product);
        stream.gemm(Arithmetic.F64, 1, product, ones, 0, sums, sums);
    }
}
