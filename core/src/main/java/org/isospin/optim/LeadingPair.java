package org.isospin.optim;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Workspace;

/**
 * How {@link SpectralSphereMuon} finds ‖W‖₂ and its singular vectors u and v.
 *
 * @param iterations of a power iteration on WᵀW a step, from the v of the last step; 0 for a singular value decomposition in F64
 */
public record LeadingPair(int iterations) {
    private static final long SEED = 0x5eed;
    private static final double FRESH = 0x1p-10;

    /**
     * Makes a way to find them.
     *
     * @throws IllegalArgumentException if the number is negative
     */
    public LeadingPair {
        if (iterations < 0) {
            throw new IllegalArgumentException("power iterations must not be negative, not " + iterations);
        }
    }

    /** {@return by a singular value decomposition: ‖W‖₂ to a few u} */
    public static LeadingPair exact() {
        return new LeadingPair(0);
    }

    /**
     * {@return by products with vectors alone: ‖W‖₂ from below, as well as the iteration follows the weight}
     *
     * @param iterations a step, at least 1; a tenth of a percent of a fixed random vector in each step keeps a vector from being lost
     * @throws IllegalArgumentException if the number is not positive
     */
    public static LeadingPair byPowers(int iterations) {
        if (iterations < 1) {
            throw new IllegalArgumentException("power iterations must be positive, not " + iterations);
        }
        return new LeadingPair(iterations);
    }

    /**
     * norm ← ‖W‖₂, u and v ← its singular vectors. Where W is zero u may be too, and where the decomposition fails norm is
     * infinite.
     *
     * @param stream where it runs; never waits
     * @param w W, m × n
     * @param start v of the last step, n × 1, or zero; only read by powers
     * @param u m × 1
     * @param v n × 1; not start, by powers
     * @param norm ‖W‖₂
     */
    void find(ComputeStream stream, Matrix w, Matrix start, Matrix u, Matrix v, Scalar norm) {
        if (iterations == 0) {
            decompose(stream, w, u, v, norm);
        } else {
            iterate(stream, w, start, u, v, norm);
        }
    }

    private static void decompose(ComputeStream stream, Matrix w, Matrix u, Matrix v, Scalar norm) {
        boolean isWide = w.rows() < w.columns();
        Matrix tall = isWide ? w.transposed() : w;
        int m = tall.rows();
        int n = tall.columns();
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix a = ws.matrix(DType.F64, m, n);
            Matrix left = ws.matrix(DType.F64, m, n);
            Matrix right = ws.matrix(DType.F64, n, n);
            Matrix values = ws.matrix(DType.F64, 1, n);
            Scalar status = stream.scalar();
            stream.copy(tall, a);
            stream.svd(a, left, values, right, status);
            stream.copy(ws.view(left, 0, 0, m, 1), isWide ? v : u);
            stream.copy(ws.view(right, 0, 0, n, 1), isWide ? u : v);
            stream.reduce(Reduction.TRACE, ws.view(values, 0, 0, 1, 1), norm);
            Scalar hasConverged = StreamScalars.op(stream, ScalarOp.SUBTRACT, StreamScalars.of(stream, 1), status);
            Scalar inverse = StreamScalars.op(stream, ScalarOp.DIVIDE, StreamScalars.of(stream, 1), hasConverged);
            stream.scalarOp(ScalarOp.MULTIPLY, norm, inverse, norm);
        } finally {
            ws.release();
        }
    }

    private void iterate(ComputeStream stream, Matrix w, Matrix start, Matrix u, Matrix v, Scalar norm) {
        Workspace ws = stream.workspace();
        Arithmetic arithmetic = stream.arithmetic(w.dtype());
        ws.mark();
        try {
            Matrix fresh = ws.matrix(w.dtype(), v.rows(), 1);
            stream.gaussian(SEED, fresh);
            stream.combine(1, start, FRESH / Math.sqrt(v.rows()), fresh, 0, v);
            for (int i = 0; i < iterations; i++) {
                stream.gemm(arithmetic, 1, w, v, 0, u, u);
                normalize(stream, u, norm);
                stream.gemm(arithmetic, 1, w.transposed(), u, 0, v, v);
                normalize(stream, v, norm);
            }
            stream.gemm(arithmetic, 1, w, v, 0, u, u);
            normalize(stream, u, norm);
        } finally {
            ws.release();
        }
    }

    /** x ← x/‖x‖, zero if it is; norm ← ‖x‖. */
    private static void normalize(ComputeStream stream, Matrix x, Scalar norm) {
        stream.reduce(Reduction.FROBENIUS, x, norm);
        Scalar divisor = StreamScalars.op(stream, ScalarOp.MAX, norm, StreamScalars.of(stream, Double.MIN_NORMAL));
        stream.scale(StreamScalars.op(stream, ScalarOp.DIVIDE, StreamScalars.of(stream, 1), divisor), x, x);
    }
}
