package org.isospin.rotation;

import java.util.Arrays;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.MatrixBatch;
import org.isospin.SingularMatrixException;
import org.isospin.SkewBatch;
import org.isospin.SkewMatrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
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
        DType compute = Operands.computeType(a.dtype(), out.dtype());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(compute, n, n);
            Matrix spare = ws.matrix(compute, n, n);
            Scalar norm = stream.scalar();
            load(stream, a, step, x);
            Resolvent.norm(stream, x, norm);
            delta(stream, x, stream.read(norm), spare);
            Results.write(stream, 1, x, 0, x, 1, out, spare);
        } finally {
            ws.release();
        }
    }

    /**
     * out[i] ← (I + cA[i])(I − cA[i])⁻¹ for blocks of any order; each has the bits of the single form.
     *
     * @param iso what computes; waits for the norms of all blocks, once, then reads those that are there already
     * @param a the blocks A[i], of order n
     * @param step which c
     * @param out as many matrices of n × n; must not overlap A's memory
     * @throws IllegalArgumentException if a shape does not fit or out is read-only
     */
    public static void batched(Isospin iso, SkewBatch a, CayleyStep step, MatrixBatch out) {
        iso.run(stream -> batched(stream, a, step, out), a, out);
    }

    static void batched(ComputeStream stream, SkewBatch a, CayleyStep step, MatrixBatch out) {
        String operation = "cayley batched";
        int n = a.order();
        Batches.requireOutput(operation, "out", out, a.count(), n);
        DType compute = Operands.computeType(a.dtype(), out.dtype());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(compute, n, n);
            Matrix spare = ws.matrix(compute, n, n);
            double[] norms = norms(stream, a, step, x);
            Batches.forEach(stream, operation, a.count(), i -> {
                load(stream, a.get(i), step, x);
                delta(stream, x, norms[i], spare);
                Results.write(stream, 1, x, 0, x, 1, out.get(i), spare);
            });
        } finally {
            ws.release();
        }
    }

    /**
     * {@return about ‖cA[i]‖₂ of every block, after waiting for the last one}
     *
     * @param x scratch of the blocks' shape, in the compute type
     */
    static double[] norms(ComputeStream stream, SkewBatch a, CayleyStep step, Matrix x) {
        Scalar[] found = new Scalar[a.count()];
        Batches.forEach(stream, "cayley norms", a.count(), i -> {
            found[i] = stream.scalar();
            load(stream, a.get(i), step, x);
            Resolvent.norm(stream, x, found[i]);
        });
        return Arrays.stream(found).mapToDouble(stream::read).toArray();
    }

    /** x ← cA. */
    static void load(ComputeStream stream, SkewMatrix a, CayleyStep step, Matrix x) {
        stream.unpackSkew(a, x);
        if (step.factor() != 1) {
            stream.scale(step.factor(), x, x);
        }
    }

    /**
     * x ← (I + X)(I − X)⁻¹ − I.
     *
     * @param stream where it runs
     * @param x X, then the result
     * @param norm about ‖X‖₂, as {@link Resolvent#norm} finds it
     * @param spare scratch of x's shape and type
     */
    static void delta(ComputeStream stream, Matrix x, double norm, Matrix spare) {
        boolean isWhole = Resolvent.solve(stream, x, norm, spare);
        Matrix r = isWhole ? spare : x;
        // 2(I − X)⁻¹ − 2I, or 2N.
        stream.combine(2, r, 0, r, isWhole ? -2 : 0, x);
        if (norm > (x.rows() < LARGE ? POLISH_SMALL_BEYOND : POLISH_BEYOND)) {
            ResidualPolish.right(stream, x);
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
        CayleyInverse.solve(stream, q, step, out);
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
        return iso.compute(stream -> measuredInverse(stream, q, step, out), q, out);
    }

    /**
     * The same on a stream, for Isospin's own modules.
     *
     * @param stream where it runs; waits twice
     * @param q Q, n × n
     * @param step which c
     * @param out A, of order n; may overlap Q's memory
     * @return how well A is determined
     */
    @SuppressWarnings("exports")
    public static Inversion measuredInverse(ComputeStream stream, Matrix q, CayleyStep step, SkewMatrix out) {
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
}
