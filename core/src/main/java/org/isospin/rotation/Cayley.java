package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.SkewMatrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Indices;
import org.isospin.backend.Operands;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.Workspace;

/**
 * The Cayley transform of a skew-symmetric matrix, Q = (I + cA)(I − cA)⁻¹ with c = ±1 or ±½ ({@link CayleyStep}), and its
 * inverse.
 *
 * <p>With X = cA, Q = I + 2N where N = (I − X)⁻¹X ({@link Resolvent}): the identity is added last, and the work is that
 * of one square product. Where ‖X‖ is beyond about 1, Q = 2(I − X)⁻¹ − I by LU with pivoting; where it is beyond about ½ (¼ for n &lt; 64),
 * a residual polish follows. A few steps of the power method from a fixed vector decide, read once: the only wait.
 *
 * <p>Accuracy, with u of the compute type: ‖QᵀQ − I‖_F/√n ≤ 2u for n ≤ 1024 and ‖A‖ ≤ 1, and beyond, but that the rounding
 * of a single plane alone can take 2.2u; the forward error is about (½ + 2‖X‖)u up to ‖X‖ = 1, and no more than about ‖X‖u
 * beyond. Q(−A) = Q(A)ᵀ to roundoff; Q(0) = I exactly. NaN and infinities give NaN.
 *
 * <p>Nothing is scaled, and nothing need be: where X is so small that products of its elements vanish, Q = I + 2X to roundoff,
 * and where it is huge, Q is −I in its planes. From ‖X‖ = 1/u on, a plane that is 1/u times smaller than the largest one is
 * lost in the rounding of A itself: for an odd n, which always has one that does not turn, no digit of it means anything.
 *
 * <p>The arithmetic is F64 if one of the operands is F64, else F32, rounded once to the output's type.
 */
public final class Cayley {
    /** ‖X‖ up to which the defect of a large matrix is below 1.3u as it stands. */
    private static final double POLISH_BEYOND = 0.5;

    /** The same for a small one, where a few unlucky roundings are not averaged out. */
    private static final double POLISH_SMALL_BEYOND = 0.25;

    /** Order of the smallest large matrix. */
    private static final int LARGE = 64;

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
            Matrix spare = ws.matrix(compute, n, n);
            Scalar norm = stream.scalar();
            load(stream, a, step, x);
            Resolvent.norm(stream, x, norm);
            transform(stream, x, stream.read(norm), spare, out);
        } finally {
            ws.release();
        }
    }

    /** x ← cA. */
    static void load(ComputeStream stream, SkewMatrix a, CayleyStep step, Matrix x) {
        stream.unpackSkew(a, x);
        if (step.factor() != 1) {
            stream.scale(step.factor(), x, x);
        }
    }

    /**
     * out ← (I + X)(I − X)⁻¹.
     *
     * @param x X; scratch afterwards
     * @param norm about ‖X‖₂
     * @param spare scratch of x's shape and type
     */
    private static void transform(ComputeStream stream, Matrix x, double norm, Matrix spare, Matrix out) {
        boolean isWhole = Resolvent.solve(stream, x, norm, spare);
        Matrix m = isWhole ? spare : x;
        Matrix rest = isWhole ? x : spare;
        // 2(I − X)⁻¹ − 2I, or 2N.
        stream.combine(2, m, 0, m, isWhole ? -2 : 0, m);
        if (norm > (x.rows() < LARGE ? POLISH_SMALL_BEYOND : POLISH_BEYOND)) {
            ResidualPolish.right(stream, m);
        }
        Results.write(stream, 1, m, 0, m, 1, out, rest);
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
        SkewOperands.requireOutput("inverseCayley", "out", out, n);
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
            if (!isInvertible(stream.read(size), lu)) {
                rejectSingular(stream, q, lu, status);
            }
            stream.scale(1 / step.factor(), y, y);
            stream.packSkew(y, out);
        } finally {
            ws.release();
        }
    }

    /**
     * out ← the A whose Cayley transform is Q, as the method of the context does it, and how well Q determines it.
     *
     * @param iso what computes; waits twice, the second time after work of O(n²)
     * @param q Q, n × n
     * @param step which c
     * @param out A, of order n; may overlap Q's memory
     * @return how well A is determined
     * @throws IllegalArgumentException if a shape does not fit or out is read-only
     * @throws SingularMatrixException if Q has an eigenvalue −1, or one too close to tell: no Cayley transform has
     */
    public static Inversion inverse(Isospin iso, Matrix q, CayleyStep step, SkewMatrix out) {
        return iso.compute(stream -> measuredInverse(stream, q, step, out));
    }

    static Inversion measuredInverse(ComputeStream stream, Matrix q, CayleyStep step, SkewMatrix out) {
        inverse(stream, q, step, out);
        int n = out.order();
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(out.dtype().computeType(), n, n);
            Scalar norm = stream.scalar();
            stream.unpackSkew(out, x);
            Resolvent.norm(stream, x, norm);
            return new Inversion(Math.abs(step.factor()) * stream.read(norm));
        } finally {
            ws.release();
        }
    }

    /**
     * How well Q determines the A that it is the Cayley transform of.
     *
     * @param norm ‖X‖₂ with X = cA, the tangent of half the largest angle that Q turns by; an estimate from below, good to a
     *     few tens of percent; NaN where Q is not finite
     */
    public record Inversion(double norm) {
        /** {@return the smallest singular value of I + Q, 2/√(1 + ‖X‖²): how far Q is from having an eigenvalue −1} */
        public double smallestSingularValue() {
            return 2 / Math.hypot(1, norm);
        }

        /** {@return ½(1 + ‖X‖²), by which an error of Q is amplified in X at most; ½ near the identity} */
        public double conditionEstimate() {
            return 0.5 * (1 + norm * norm);
        }
    }

    /**
     * p ← (I + Q)⁻¹, waiting once.
     *
     * @param q Q, n × n
     * @param spare scratch of p's shape and type
     * @param p no operand
     * @throws SingularMatrixException as {@link #inverse}
     */
    static void invertPlusIdentity(ComputeStream stream, Matrix q, Matrix spare, Matrix p) {
        Scalar status = stream.scalar();
        Scalar size = stream.scalar();
        stream.set(status, 0);
        stream.copy(q, spare);
        stream.addDiagonal(1, spare);
        stream.inverse(spare, p, status);
        // An infinite element would have zeros in the inverse; this way it has a NaN.
        stream.combine(1, p, 0, spare, 0, p);
        stream.reduce(Reduction.FROBENIUS, p, size);
        // With Y = (Q + I)⁻¹(Q − I), p = ½(I − Y).
        if (!isInvertible(2 * stream.read(size), spare)) {
            stream.set(status, 0);
            stream.lu(spare, stream.indices(spare.rows()), status);
            rejectSingular(stream, q, spare, status);
        }
    }

    /** An eigenvalue −1 of an orthogonal matrix is computed to within a few u√n, so 1/‖Y‖ is no more than that. */
    private static boolean isInvertible(double size, Matrix lu) {
        return size * EIGENVALUE_ERROR * lu.dtype().unitRoundoff() * Math.sqrt(lu.rows()) < 1;
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
