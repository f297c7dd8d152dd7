package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Workspace;

/**
 * The Cayley transform applied to an n × p matrix without a solve, by the fixed-point iteration of Cayley–Adam (Li, Li and
 * Todorovic 2020): Y ← X + cA(X + Y) from Y = X + 2cAX.
 *
 * <p>After i iterations Y is I + 2(Z + … + Z^(i+1)), Z = cA, times X: the series of order i + 1. So with ρ = ‖Z‖₂ the error is
 * at most 2ρ^(i+2)/√(1 + ρ²) times ‖X‖, and for small ρ an orthonormal X ends with a defect of 4ρ⁴ after one <em>and</em> two
 * iterations, 4ρ⁶ after three and four ({@link CayleyTruncation#SERIES}): two are no more orthogonal than one. It diverges
 * for ρ &gt; 1; {@link StepLimit} keeps ρ small.
 *
 * <p>Y − X is what is iterated, so rounding errors are a few u‖X‖ for ρ ≤ ½. One product of n × n by n × p an iteration and
 * one before. Nothing is scaled: the result is linear in X, and where powers of A underflow they do not matter. NaN and
 * infinities propagate. No waits. The arithmetic is F64 if an operand is F64, else F32, rounded once to the output's type.
 */
public final class FixedPointCayley {
    /**
     * The rule by which Cayley–Adam limits its step α for W: α = min(rate, 2q/(‖W‖ + ε)), which makes ρ = α‖W‖/2 at most q.
     *
     * @param q the largest ρ, below 1
     * @param epsilon added to the norm
     */
    public record StepLimit(double q, double epsilon) {
        /** q = ½ and ε = 10⁻⁸, the reference's. */
        public static final StepLimit CAYLEY_ADAM = new StepLimit(0.5, 1e-8);

        /**
         * Makes a rule.
         *
         * @throws IllegalArgumentException if q is not between 0 and 1, or epsilon is negative
         */
        public StepLimit {
            if (!(q > 0 && q < 1) || !(epsilon >= 0)) {
                throw new IllegalArgumentException(
                        "q must be between 0 and 1 and epsilon 0 or more, not " + q + " and " + epsilon);
            }
        }

        /**
         * {@return α}
         *
         * @param rate the step that is wanted
         * @param norm ‖W‖, or a bound of it
         */
        public double step(double rate, double norm) {
            return Math.min(rate, 2 * q / (norm + epsilon));
        }
    }

    private FixedPointCayley() {}

    /**
     * out ← Y after some iterations, about Cayley(A)·X.
     *
     * @param iso what computes
     * @param a A, of order n
     * @param step which c; Cayley–Adam has {@link CayleyStep#HALF} with A = αW
     * @param iterations how many, 0 or more; the reference has 2
     * @param x X, n × p
     * @param out n × p; may overlap the inputs' memory
     * @throws IllegalArgumentException if iterations is negative, a shape does not fit or out is read-only
     */
    public static void apply(Isospin iso, SkewMatrix a, CayleyStep step, int iterations, Matrix x, Matrix out) {
        iso.run(stream -> apply(stream, a, step, iterations, x, out), a, x, out);
    }

    static void apply(ComputeStream stream, SkewMatrix a, CayleyStep step, int iterations, Matrix x, Matrix out) {
        String operation = "fixedPointCayley";
        if (iterations < 0) {
            throw new IllegalArgumentException(operation + ": iterations must be 0 or more, not " + iterations);
        }
        int n = a.order();
        int p = x.columns();
        Operands.requireShape(operation, "x", x, n, p);
        Operands.requireOutput(operation, "out", out, n, p);
        DType compute = Operands.computeType(Operands.computeType(a.dtype(), x.dtype()), out.dtype());
        Arithmetic arithmetic = stream.arithmetic(compute);
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix z = ws.matrix(compute, n, n);
            Matrix origin = ws.matrix(compute, n, p);
            Matrix first = ws.matrix(compute, n, p);
            Matrix delta = ws.matrix(compute, n, p);
            Matrix next = ws.matrix(compute, n, p);
            Cayley.load(stream, a, step, z);
            stream.copy(x, origin);
            stream.gemm(arithmetic, 2, z, origin, 0, first, first);
            stream.copy(first, delta);
            for (int i = 0; i < iterations; i++) {
                stream.progress().at(operation, i, iterations);
                stream.gemm(arithmetic, 1, z, delta, 1, first, next);
                Matrix swap = delta;
                delta = next;
                next = swap;
            }
            Results.write(stream, 1, origin, 1, delta, 0, out, next);
        } finally {
            ws.release();
        }
    }
}
