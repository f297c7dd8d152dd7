package org.isospin.polar;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;

/**
 * The skew solution X of PX + XP = S for a symmetric positive definite P and a skew S, from the matrix sign function (Roberts
 * 1980): sign [P S; 0 −P] = [I 2X; 0 −I], by Newton steps P ← ½(μP + P⁻¹/μ), S ← ½(μS + P⁻¹SP⁻¹/μ).
 *
 * <p>With P's eigenvalues in [1/κ, 1] and μ = √κ a step takes the root of κ, so that eight are enough for κ = 10¹². The error
 * relative to the solution is about κu, u = 2⁻⁵³, and the solution skew to the last bit.
 */
final class Lyapunov {
    private Lyapunov() {}

    /**
     * s ← X; p becomes scratch. Never waits.
     *
     * @param stream where it runs
     * @param operation the caller, for progress
     * @param p P, n × n, F64
     * @param condition a bound of κ(P)
     * @param s S, n × n, F64; output
     */
    static void solve(ComputeStream stream, String operation, Matrix p, double condition, Matrix s) {
        Workspace ws = stream.workspace();
        int n = p.rows();
        ws.mark();
        try {
            Matrix inverse = ws.matrix(DType.F64, n, n);
            Matrix product = ws.matrix(DType.F64, n, n);
            Scalar bound = stream.scalar();
            stream.reduce(Reduction.NORM_INF, p, bound);
            PositiveQr.divide(stream, p, bound);
            PositiveQr.divide(stream, s, bound);
            // The norm that P was divided by is too large by √n at most.
            double kappa = Math.max(1, condition) * Math.sqrt(n);
            int steps = steps(kappa);
            for (int i = 0; i < steps; i++) {
                stream.progress().at(operation, i, steps);
                double root = Math.sqrt(kappa);
                double next = (root + 1 / root) / 2;
                stream.inverse(p, inverse, stream.scalar());
                stream.symmetrize(Symmetry.SYMMETRIC, inverse, inverse);
                stream.gemm(Arithmetic.F64, 1, inverse, s, 0, product, product);
                double scale = 0.5 / next;
                stream.gemmt(Arithmetic.F64, Symmetry.SKEW, scale / root, product, inverse, scale * root, s, s);
                stream.combine(scale * root, p, scale / root, inverse, 0, p);
                kappa = next;
            }
            stream.scale(0.5, s, s);
        } finally {
            ws.release();
        }
    }

    /** {@return how many steps bring κ to 1 but for roundoff} */
    private static int steps(double condition) {
        int steps = 0;
        for (double kappa = condition; kappa - 1 > DType.F64.unitRoundoff(); steps++) {
            double root = Math.sqrt(kappa);
            kappa = (root + 1 / root) / 2;
        }
        return steps;
    }
}
