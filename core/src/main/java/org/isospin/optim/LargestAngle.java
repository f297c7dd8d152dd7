package org.isospin.optim;

import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Workspace;

/**
 * The 2-norm of a skew matrix from below, by two products with a vector that is kept between steps: singular values come in
 * pairs, so that two steps of a power iteration stay in the leading plane once it was found, and generators change little
 * from one step to the next. A tenth of a percent of a fixed random vector keeps the iteration from losing a plane for good.
 */
final class LargestAngle {
    private static final String PROBE = "probe";
    private static final long SEED = 0x5eed;
    private static final double FRESH = 0x1p-10;

    private LargestAngle() {}

    static void declare(StateLayout layout) {
        layout.matrix(Side.OUT.named(PROBE), layout.outputs(), 1);
        layout.matrix(Side.IN.named(PROBE), layout.inputs(), 1);
    }

    /** Leaves the vector of a side that is not turned as it is. */
    static void keep(BlockStep step, Side side) {
        step.stream().copy(step.state(side.named(PROBE)), step.next(side.named(PROBE)));
    }

    /** {@return about ‖A‖₂ of the side's generator, never more} */
    static Scalar estimate(BlockStep step, Side side, Matrix a) {
        ComputeStream stream = step.stream();
        Matrix next = step.next(side.named(PROBE));
        Workspace ws = step.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(a.dtype(), a.rows(), 1);
            Matrix y = ws.matrix(a.dtype(), a.rows(), 1);
            stream.gaussian(SEED, x);
            double fresh = FRESH / Math.sqrt(Math.max(1, a.rows()));
            stream.combine(1, step.state(side.named(PROBE)), fresh, x, 0, x);
            stream.gemm(stream.arithmetic(a.dtype()), 1, a, x, 0, y, y);
            stream.gemm(stream.arithmetic(a.dtype()), 1, a, y, 0, x, x);
            Scalar once = norm(stream, y);
            Scalar twice = norm(stream, x);
            Scalar inverse =
                    StreamScalars.op(stream, ScalarOp.DIVIDE, StreamScalars.of(stream, 1), divisor(stream, twice));
            stream.scale(inverse, x, next);
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
