package org.isospin.optim;

import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;

/** Φ = msign(D + WX) by {@link TangentSolver.Method#DUAL_DESCENT}, in the compute type. */
final class TangentDescent {
    /** Rounding errors of D + WX are about u‖D‖_F: what is not several times as large is noise. */
    private static final double NOISE = 4;

    private TangentDescent() {}

    /**
     * multiplier ← −sym(WᵀD) in units of ‖D‖_F/√n, where a first step begins.
     *
     * @param stream where it runs
     * @param w W, m × n, m ≥ n
     * @param d D, of W's shape and type
     * @param multiplier n × n
     */
    static void begin(ComputeStream stream, Matrix w, Matrix d, Matrix multiplier) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix unit = ws.matrix(w.dtype(), w.rows(), w.columns());
            normalize(stream, d, unit);
            stream.gemm(stream.arithmetic(w.dtype()), -1, w.transposed(), unit, 0, multiplier, multiplier);
            stream.symmetrize(Symmetry.SYMMETRIC, multiplier, multiplier);
        } finally {
            ws.release();
        }
    }

    /**
     * phi ← Φ, or 0 where D + WX is noise.
     *
     * @param stream where it runs; waits as the schedule does
     * @param solver the options
     * @param w W, m × n, m ≥ n
     * @param d D, of W's shape and type
     * @param multiplier X, n × n
     * @param newMultiplier the next X; not multiplier
     * @param phi of W's shape and type
     */
    static void solve(
            ComputeStream stream,
            TangentSolver solver,
            Matrix w,
            Matrix d,
            Matrix multiplier,
            Matrix newMultiplier,
            Matrix phi) {
        Workspace ws = stream.workspace();
        Arithmetic arithmetic = stream.arithmetic(w.dtype());
        int n = w.columns();
        int iterations = solver.iterations();
        ws.mark();
        try {
            Matrix unit = ws.matrix(w.dtype(), w.rows(), n);
            Matrix z = ws.matrix(w.dtype(), w.rows(), n);
            Matrix inner = ws.matrix(w.dtype(), n, n);
            normalize(stream, d, unit);
            stream.copy(multiplier, newMultiplier);
            for (int k = 1; k <= iterations; k++) {
                stream.gemm(arithmetic, 1, w, newMultiplier, 1, unit, z);
                solver.msign().msign(stream, z, phi);
                double rate = solver.rate() * (iterations - k + 1) / iterations;
                stream.gemm(arithmetic, 2, w.transposed(), phi, 0, inner, inner);
                stream.symmetrize(Symmetry.SYMMETRIC, inner, inner);
                stream.combine(1, newMultiplier, -rate, inner, 0, newMultiplier);
                stream.progress().at("tangent", k, iterations);
            }
            Scalar size = stream.scalar();
            stream.reduce(Reduction.FROBENIUS, z, size);
            Scalar noise = StreamScalars.of(stream, NOISE * w.dtype().unitRoundoff() * Math.sqrt(n));
            stream.scale(StreamScalars.isGreater(stream, size, noise), phi, phi);
        } finally {
            ws.release();
        }
    }

    /** unit ← D·√n/‖D‖_F; 0 if D is. */
    private static void normalize(ComputeStream stream, Matrix d, Matrix unit) {
        Scalar size = stream.scalar();
        stream.scaleToOne(d, unit, size);
        stream.reduce(Reduction.FROBENIUS, unit, size);
        stream.scalarOp(ScalarOp.MAX, size, StreamScalars.of(stream, Double.MIN_NORMAL), size);
        Scalar factor =
                StreamScalars.op(stream, ScalarOp.DIVIDE, StreamScalars.of(stream, Math.sqrt(d.columns())), size);
        stream.scale(factor, unit, unit);
    }
}
