package org.isospin.optim;

import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Workspace;

/**
 * A 2-norm from below, by two products with a vector that is kept between steps: what it is of changes little from one step to the
 * next. A tenth of a percent of a fixed random vector keeps the iteration from losing a singular vector for good.
 */
final class PowerIteration {
    private static final long SEED = 0x5eed;
    private static final double FRESH = 0x1p-10;

    private PowerIteration() {}

    /**
     * {@return about ‖A‖₂, never more}
     *
     * @param step the state
     * @param probe the name of a vector of n × 1 in it
     * @param a A, m × n
     * @param transposed Aᵀ, or ±A where that is the same
     */
    static Scalar norm(BlockStep step, String probe, Matrix a, Matrix transposed) {
        ComputeStream stream = step.stream();
        Workspace ws = step.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(a.dtype(), a.columns(), 1);
            Matrix y = ws.matrix(a.dtype(), a.rows(), 1);
            stream.gaussian(SEED, x);
            double fresh = FRESH / Math.sqrt(Math.max(1, a.columns()));
            stream.combine(1, step.state(probe), fresh, x, 0, x);
            stream.gemm(stream.arithmetic(a.dtype()), 1, a, x, 0, y, y);
            stream.gemm(stream.arithmetic(a.dtype()), 1, transposed, y, 0, x, x);
            Scalar once = norm(stream, y);
            Scalar twice = norm(stream, x);
            Scalar inverse =
                    StreamScalars.op(stream, ScalarOp.DIVIDE, StreamScalars.of(stream, 1), divisor(stream, twice));
            stream.scale(inverse, x, step.next(probe));
            return StreamScalars.op(stream, ScalarOp.DIVIDE, twice, divisor(stream, once));
        } finally {
            ws.release();
        }
    }

    private static Scalar norm(ComputeStream stream, Matrix v) {
        Scalar norm = stream.scalar();
        stream.reduce(Reduction.FROBENIUS, v, norm);
        return norm;
    }

    /** {@return the number, or something tiny where it is 0} */
    private static Scalar divisor(ComputeStream stream, Scalar norm) {
        return StreamScalars.op(stream, ScalarOp.MAX, norm, StreamScalars.of(stream, Double.MIN_NORMAL));
    }
}
