package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.SkewMatrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Indices;
import org.isospin.backend.Operands;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Workspace;

/**
 * The Cayley transform of a skew-symmetric matrix, Q = (I + cA)(I − cA)⁻¹ with c = 1 or ½, and its inverse.
 *
 * <p>With X = cA, Q = I + 2N where N = (I − X)⁻¹X ({@link Resolvent}): the identity is added last, and the work is that
 * of one square product. Where ‖X‖ is beyond about 1, Q = 2(I − X)⁻¹ − I by LU with pivoting; where it is beyond about ½ (¼ for n &lt; 64),
 * a residual polish follows. A few steps of the power method from a fixed vector decide, read once: the only wait.
 *
 * <p>Accuracy, with u of the compute type: ‖QᵀQ − I‖_F/√n ≤ 2u for n ≤ 1024 and ‖A‖ ≤ 1, and beyond, but that the rounding
 * of a single plane alone can take 2.2u; the forward error is about (½ + 2‖X‖)u up to ‖X‖ = 1, and no more than about ‖X‖u
 * beyond. Q(−A) = Q(A)ᵀ to roundoff; Q(0) = I exactly. NaN and infinities give NaN.
 *
 * <p>The arithmetic is F64 if one of the operands is F64, else F32, rounded once to the output's type.
 */
public final class Cayley {
    /** ‖X‖ up to which no pivoting is needed for full accuracy. */
    private static final double PIVOT_BEYOND = 1;

    /** ‖X‖ up to which the defect of a large matrix is below 1.3u as it stands. */
    private static final double POLISH_BEYOND = 0.5;

    /** The same for a small one, where a few unlucky roundings are not averaged out. */
    private static final double POLISH_SMALL_BEYOND = 0.25;

    /** Order of the smallest large matrix. */
    private static final int LARGE = 64;

    /** Steps of the power method. */
    private static final int POWER_STEPS = 6;

    /** Seed of its first vector. */
    private static final long POWER_SEED = 0x9E3779B97F4A7C15L;

    /** Error of an eigenvalue near −1 of Q + I as computed, in u√n. */
    private static final double EIGENVALUE_ERROR = 8;

    private Cayley() {}

    /**
     * out ← (I + cA)(I − cA)⁻¹. Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs; waits once
     * @param a A, of order n
     * @param step which c
     * @param out n × n; may overlap A's memory
     * @throws IllegalArgumentException if a shape does not fit or out is read-only
     */
    @SuppressWarnings("exports")
    public static void cayley(ComputeStream stream, SkewMatrix a, CayleyStep step, Matrix out) {
        int n = a.order();
        Operands.requireOutput("cayley", "out", out, n, n);
        DType compute = Results.computeType(a.dtype(), out.dtype());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(compute, n, n);
            Matrix m = ws.matrix(compute, n, n);
            stream.unpackSkew(a, x);
            if (step.factor() != 1) {
                stream.scale(step.factor(), x, x);
            }
            double norm = norm(stream, x);
            if (norm > PIVOT_BEYOND) {
                stream.combine(-1, x, 0, x, 1, x);
                stream.inverse(x, m, stream.scalar());
                stream.combine(2, m, 0, m, -2, m);
            } else {
                Resolvent.delta(stream, x);
                stream.scale(2, x, m);
            }
            if (norm > (n < LARGE ? POLISH_SMALL_BEYOND : POLISH_BEYOND)) {
                ResidualPolish.right(stream, m);
            }
            Results.write(stream, 1, m, 0, m, 1, out, x);
        } finally {
            ws.release();
        }
    }

    /** An estimate of ‖X‖₂ from below, good to a few tens of percent; NaN where X is not finite. */
    private static double norm(ComputeStream stream, Matrix x) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix v = ws.matrix(x.dtype(), x.rows(), 1);
            Matrix w = ws.matrix(x.dtype(), x.rows(), 1);
            Scalar length = stream.scalar();
            Scalar image = stream.scalar();
            Scalar factor = stream.scalar();
            Scalar constant = stream.scalar();
            stream.gaussian(POWER_SEED, v);
            for (int i = 1; i <= POWER_STEPS; i++) {
                stream.gemm(stream.arithmetic(x.dtype()), 1, x, v, 0, w, w);
                stream.reduce(Reduction.FROBENIUS, w, image);
                if (i < POWER_STEPS) {
                    // Brought to a length in [1, 2) by a power of two: exact, and safe for w = 0.
                    stream.scalarOp(ScalarOp.POWER_OF_TWO, image, image, factor);
                    stream.set(constant, 1);
                    stream.scalarOp(ScalarOp.DIVIDE, constant, factor, factor);
                    stream.scale(factor, w, v);
                }
            }
            stream.reduce(Reduction.FROBENIUS, v, length);
            stream.set(constant, Double.MIN_NORMAL);
            stream.scalarOp(ScalarOp.MAX, length, constant, length);
            stream.scalarOp(ScalarOp.DIVIDE, image, length, image);
            return stream.read(image);
        } finally {
            ws.release();
        }
    }

    /**
     * out ← the A whose Cayley transform is Q: the skew part of (1/c)(Q + I)⁻¹(Q − I). Stream-level form, for Isospin's
     * own modules.
     *
     * <p>The relative error is about ‖A‖u for ‖A‖ ≥ 1, and that of Q − I for smaller A. Q's orthogonality is not checked.
     * NaN and infinities in Q give NaN.
     *
     * @param stream where it runs; waits once
     * @param q Q, n × n
     * @param step which c
     * @param out A, of order n; may overlap Q's memory
     * @throws IllegalArgumentException if a shape does not fit or out is read-only
     * @throws SingularMatrixException if Q has an eigenvalue −1, or one too close to tell: no Cayley transform has
     */
    @SuppressWarnings("exports")
    public static void inverse(ComputeStream stream, Matrix q, CayleyStep step, SkewMatrix out) {
        Operands.requireSquare("inverseCayley", "q", q);
        int n = q.rows();
        if (out.order() != n) {
            throw new IllegalArgumentException("inverseCayley: out must be of order " + n + ", not " + out);
        }
        Operands.requireOutput("inverseCayley", "out", out.packed(), 1, SkewMatrix.packedLength(n));
        DType compute = Results.computeType(q.dtype(), out.dtype());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix lu = ws.matrix(compute, n, n);
            Matrix y = ws.matrix(compute, n, n);
            Indices pivots = stream.indices(n);
            Scalar status = stream.scalar();
            Scalar size = stream.scalar();
            stream.set(status, 0);
            stream.copy(q, lu);
            stream.combine(1, lu, 0, lu, -1, y);
            stream.addDiagonal(1, lu);
            stream.lu(lu, pivots, status);
            stream.luSolve(lu, pivots, y);
            stream.reduce(Reduction.FROBENIUS, y, size);
            // An eigenvalue −1 of an orthogonal matrix is computed to within a few u√n, so 1/‖Y‖ is no more than that.
            double rounding = EIGENVALUE_ERROR * compute.unitRoundoff() * Math.sqrt(n);
            if (!(stream.read(size) * rounding < 1)) {
                rejectSingular(stream, q, lu, status);
            }
            stream.scale(1 / step.factor(), y, y);
            stream.packSkew(y, out);
        } finally {
            ws.release();
        }
    }

    /** Finds the smallest pivot, waiting for each; returns only if Q is not finite. */
    private static void rejectSingular(ComputeStream stream, Matrix q, Matrix lu, Scalar status) {
        Workspace ws = stream.workspace();
        Scalar value = stream.scalar();
        stream.reduce(Reduction.MAX_ABS, q, value);
        if (!Double.isFinite(stream.read(value))) {
            return;
        }
        int index = (int) stream.read(status) - 1;
        double reciprocal = 0;
        if (index < 0) {
            int n = lu.rows();
            Matrix diagonal = ws.matrix(lu.dtype(), 1, n);
            stream.copyDiagonal(lu, diagonal);
            stream.reduce(Reduction.MAX_ABS, diagonal, value);
            double largest = stream.read(value);
            double smallest = Double.POSITIVE_INFINITY;
            for (int i = 0; i < n; i++) {
                stream.reduce(Reduction.MAX_ABS, ws.view(diagonal, 0, i, 1, 1), value);
                double pivot = stream.read(value);
                if (pivot < smallest) {
                    smallest = pivot;
                    index = i;
                }
            }
            reciprocal = smallest / largest;
        }
        throw new SingularMatrixException(
                "inverseCayley: Q has an eigenvalue -1 to working accuracy (pivot " + index
                        + " of Q + I vanishes, reciprocal condition about " + reciprocal
                        + "); no Cayley transform of a skew matrix has one",
                index,
                reciprocal);
    }
}
