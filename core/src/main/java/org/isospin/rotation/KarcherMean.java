package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.MatrixBatch;
import org.isospin.SingularMatrixException;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.Workspace;
import org.isospin.polar.Polar;

/**
 * The Karcher mean of rotations: the M that minimises Σ wᵢ·dist(M, Qᵢ)², where the gradient −Σ wᵢ·log(MᵀQᵢ) vanishes.
 *
 * <p>From M = polar(Σ wᵢQᵢ), or from the Qᵢ of the largest weight where that is singular or a reflection, M ← M·exp(G) with G = Σ
 * wᵢ·log(MᵀQᵢ), Σ wᵢ = 1 (Manton 2004). If all Qᵢ lie in a ball of radius below π/2, measured by ‖log‖_F/√2, the mean in it is
 * unique (Afsari 2011) and the iteration converges to it, linearly, the faster the smaller the ball: a radius r leaves about
 * r²/3 of the error, so 1 takes a few dozen steps and 0.1 a handful. {@link Result#radius} tells; beyond π/2 a point where the
 * gradient vanishes is found if any.
 *
 * <p>The arithmetic is F64 whatever the types. M is known to the tolerance that is asked for and a few u, and orthogonal to a few u; two
 * rotations have the midpoint of their geodesic.
 */
public final class KarcherMean {
    /** A polar factor of a matrix with a larger condition is too uncertain to begin with. */
    private static final double REGULAR = 0x1p20;

    private KarcherMean() {}

    /**
     * When to stop.
     *
     * @param steps the most steps, 1 or more
     * @param tolerance ‖G‖_F/√n that counts as zero, 0 or more
     */
    public record Options(int steps, double tolerance) {
        /** 100 steps, 2⁻⁴⁶: 128u of F64. */
        public static final Options DEFAULT = new Options(100, 0x1p-46);

        /** Checks its arguments. */
        public Options {
            if (steps < 1 || !(tolerance >= 0)) {
                throw new IllegalArgumentException("karcherMean: steps must be 1 or more and tolerance 0 or more, not "
                        + steps + ", " + tolerance);
            }
        }
    }

    /**
     * How a mean was reached.
     *
     * @param iterations steps
     * @param residual ‖G‖_F/√n at the last but one M; what is left at M is smaller
     * @param converged whether the residual is within the tolerance
     * @param radius max ‖log(MᵀQᵢ)‖_F/√2: below π/2 the mean is unique
     */
    public record Result(int iterations, double residual, boolean converged, double radius) {}

    /**
     * out ← M.
     *
     * @param iso where it runs; in every step waits as {@link RotationLog} does for every rotation, and
     *     {@code count + 2} times more, and six times before the first
     * @param rotations Qᵢ, n × n, one or more
     * @param weights wᵢ, one of each, 0 or more, not all 0; their sum counts as 1
     * @param options when to stop
     * @param out n × n; may overlap the rotations' memory
     * @return how it was reached
     * @throws IllegalArgumentException if a shape or a weight does not fit, out is read-only, or a Qᵢ is not finite or not
     *     orthogonal
     * @throws SingularMatrixException if the Qᵢ are not all of one determinant
     */
    public static Result mean(Isospin iso, MatrixBatch rotations, double[] weights, Options options, Matrix out) {
        return iso.compute(stream -> mean(stream, rotations, weights, options, out), rotations, out);
    }

    /**
     * The same on a stream, for Isospin's own modules.
     *
     * @param stream where it runs
     * @param rotations Qᵢ, n × n, one or more
     * @param weights wᵢ, one of each
     * @param options when to stop
     * @param out n × n; may overlap the rotations' memory
     * @return how it was reached
     */
    @SuppressWarnings("exports")
    public static Result mean(
            ComputeStream stream, MatrixBatch rotations, double[] weights, Options options, Matrix out) {
        int n = rotations.rows();
        Operands.requireSquare("karcherMean", "rotations", rotations.first());
        Operands.requireOutput("karcherMean", "out", out, n, n);
        double[] shares = shares(rotations, weights);
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix m = ws.matrix(DType.F64, n, n);
            start(stream, rotations, shares, m);
            Result result = iterate(stream, rotations, shares, options, m);
            stream.copy(m, out);
            return result;
        } finally {
            ws.release();
        }
    }

    private static double[] shares(MatrixBatch rotations, double[] weights) {
        if (rotations.count() == 0 || weights.length != rotations.count()) {
            throw new IllegalArgumentException("karcherMean: " + rotations.count()
                    + " rotations need as many weights, 1 or" + " more, not " + weights.length);
        }
        double sum = 0;
        for (double w : weights) {
            if (!(w >= 0)) {
                throw new IllegalArgumentException("karcherMean: a weight is " + w);
            }
            sum += w;
        }
        if (!(sum > 0 && sum < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("karcherMean: the sum of the weights is " + sum);
        }
        double[] shares = new double[weights.length];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = weights[i] / sum;
        }
        return shares;
    }

    /** m ← polar(Σ wᵢQᵢ), or a Qᵢ. */
    private static void start(ComputeStream stream, MatrixBatch rotations, double[] shares, Matrix m) {
        Workspace ws = stream.workspace();
        int n = m.rows();
        int heaviest = 0;
        ws.mark();
        try {
            Matrix q = ws.matrix(DType.F64, n, n);
            Matrix sum = ws.matrix(DType.F64, n, n);
            stream.fill(sum, 0);
            for (int i = 0; i < shares.length; i++) {
                stream.copy(rotations.get(i), q);
                stream.combine(1, sum, shares[i], q, 0, sum);
                heaviest = shares[i] > shares[heaviest] ? i : heaviest;
            }
            Polar.Result found = Polar.polar(stream, sum, m);
            stream.copy(rotations.get(heaviest), q);
            Geodesic.between(stream, q, m, sum);
            // A mean of rotations with a negative determinant is far from all of them.
            double reciprocal = n == 0 ? 1 : HalfRotation.reciprocal(stream, sum);
            if (!(found.conditionEstimate() <= REGULAR) || !(reciprocal <= REGULAR)) {
                RotationLog.orthogonal(stream, "karcherMean", q, rotations.dtype(), m);
            }
        } finally {
            ws.release();
        }
    }

    private static Result iterate(
            ComputeStream stream, MatrixBatch rotations, double[] shares, Options options, Matrix m) {
        Workspace ws = stream.workspace();
        int n = m.rows();
        ws.mark();
        try {
            Matrix turn = ws.matrix(DType.F64, n, n);
            Matrix log = ws.matrix(DType.F64, n, n);
            Matrix mean = ws.matrix(DType.F64, n, n);
            Scalar norm = stream.scalar();
            double residual = 0;
            double radius = 0;
            boolean hasConverged = false;
            int step = 0;
            while (!hasConverged && step < options.steps) {
                stream.progress().at("karcherMean", step++, options.steps);
                radius = 0;
                stream.fill(mean, 0);
                for (int i = 0; i < shares.length; i++) {
                    Geodesic.between(stream, m, rotations.get(i), turn);
                    RotationLog.log(stream, "karcherMean", turn, rotations.dtype(), log);
                    stream.reduce(Reduction.FROBENIUS, log, norm);
                    stream.combine(1, mean, shares[i], log, 0, mean);
                    radius = Math.max(radius, stream.read(norm) * Math.sqrt(0.5));
                }
                stream.reduce(Reduction.FROBENIUS, mean, norm);
                Geodesic.expm1(stream, mean, turn);
                stream.gemm(Arithmetic.F64, 1, m, turn, 1, m, log);
                // Many steps would wear it down.
                stream.addDiagonal(-1, log);
                ResidualPolish.right(stream, log);
                stream.combine(1, log, 0, log, 1, m);
                residual = stream.read(norm) / Math.sqrt(Math.max(1, n));
                hasConverged = residual <= options.tolerance;
            }
            return new Result(step, residual, hasConverged, radius);
        } finally {
            ws.release();
        }
    }
}
