package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.SkewMatrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Workspace;

/**
 * Paths from one rotation to another in use for merging and for rewinding adapters. All begin at Q₀ for α = 0 and end at Q₁
 * for α = 1; a plane of angle θ in Q₀ᵀQ₁ has turned in between by
 *
 * <ul>
 *   <li>{@link #GEODESIC}: αθ ({@link Geodesic}).
 *   <li>{@link #CAYLEY}: 2·atan(α·tan(θ/2)), by scaling the generator of the Cayley transform. All planes of one angle stay on the
 *       geodesic's path but not at its speed; planes of different angles leave it.
 *   <li>{@link #CAYLEY_ROOT}: 2·atan(√α·tan(θ/2)), the interpolation that PEFT-Arena (arXiv 2605.28819) calls geodesic: for small
 *       angles the <em>square</em> of the displacement is proportional to α.
 * </ul>
 *
 * <p>The arithmetic is F64 whatever the types. Cayley transforms exclude the eigenvalue −1: their errors grow as 1/(π − θ), and
 * it is refused.
 */
public enum RotationPath {
    /** exp(α·log(Q₀ᵀQ₁)). */
    GEODESIC,
    /** Cayley(α·X), X the generator of Q₀ᵀQ₁. */
    CAYLEY,
    /** Cayley(√α·X). */
    CAYLEY_ROOT;

    /**
     * out ← the point at α of the path from Q₀ to Q₁.
     *
     * @param iso where it runs; waits up to three times, on a geodesic as {@link Geodesic#point} does
     * @param q0 Q₀, n × n
     * @param q1 Q₁, n × n
     * @param alpha α
     * @param out n × n; may overlap the operands' memory
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, α is not finite, or negative where its root
     *     is taken, or an operand is not finite or not orthogonal
     * @throws SingularMatrixException if det Q₀ᵀQ₁ = −1, or but for geodesics, if Q₀ᵀQ₁ has an eigenvalue −1
     */
    public void point(Isospin iso, Matrix q0, Matrix q1, double alpha, Matrix out) {
        double factor = factor(alpha);
        if (this == GEODESIC) {
            Geodesic.point(iso, q0, q1, alpha, out);
            return;
        }
        int n = Geodesic.check("rotationPath", q0, q1);
        Operands.requireOutput("rotationPath", "out", out, n, n);
        iso.run(
                stream -> {
                    Workspace ws = stream.workspace();
                    ws.mark();
                    try {
                        Matrix start = ws.matrix(DType.F64, n, n);
                        Matrix turn = ws.matrix(DType.F64, n, n);
                        Matrix x = ws.matrix(DType.F64, n, n);
                        stream.copy(q0, start);
                        Geodesic.between(stream, q0, q1, turn);
                        cayley(stream, turn, Geodesic.coarser(q0, q1), factor, x);
                        stream.gemm(Arithmetic.F64, 1, start, x, 0, turn, turn);
                        stream.copy(turn, out);
                    } finally {
                        ws.release();
                    }
                },
                q0,
                q1,
                out);
    }

    /**
     * out ← the point at α of the path from I to Q, on a stream, for Isospin's own modules. At α = 0 it is I to the last bit.
     *
     * @param stream where it runs; waits as the public form
     * @param q Q, n × n
     * @param alpha α
     * @param out n × n, F64; no operand
     * @throws IllegalArgumentException as the public form
     * @throws SingularMatrixException as the public form
     */
    @SuppressWarnings("exports")
    public void point(ComputeStream stream, Matrix q, double alpha, Matrix out) {
        double factor = factor(alpha);
        if (this != GEODESIC) {
            cayley(stream, q, q.dtype(), factor, out);
            return;
        }
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix a = ws.matrix(DType.F64, q.rows(), q.rows());
            RotationLog.log(stream, "rotationPath", q, q.dtype(), a);
            stream.scale(factor, a, a);
            Geodesic.expm1(stream, a, out);
            stream.addDiagonal(1, out);
        } finally {
            ws.release();
        }
    }

    /** out ← the Cayley transform of a multiple of Q's generator. */
    private static void cayley(ComputeStream stream, Matrix q, DType source, double factor, Matrix out) {
        Workspace ws = stream.workspace();
        int n = q.rows();
        ws.mark();
        try {
            SkewMatrix generator = packed(stream, n);
            RotationLog.orthogonal(stream, "rotationPath", q, source, out);
            Cayley.inverse(stream, out, CayleyStep.FULL, generator);
            stream.scale(factor, generator.packed(), generator.packed());
            Cayley.cayley(stream, generator, CayleyStep.FULL, out);
        } finally {
            ws.release();
        }
    }

    /**
     * out ← the point at α of the path from I to the Cayley transform of a generator, as adapters store it.
     *
     * @param iso where it runs; waits once, on a geodesic up to thirteen times
     * @param generator X, of order n
     * @param step the c that the transform has
     * @param alpha α
     * @param out n × n; may overlap X's memory
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or α is not finite, or negative where its
     *     root is taken
     */
    public void point(Isospin iso, SkewMatrix generator, CayleyStep step, double alpha, Matrix out) {
        iso.run(stream -> point(stream, generator, step, alpha, out), generator, out);
    }

    /**
     * The same on a stream, for Isospin's own modules.
     *
     * @param stream where it runs
     * @param generator X, of order n
     * @param step the c that the transform has
     * @param alpha α
     * @param out n × n; may overlap X's memory
     */
    @SuppressWarnings("exports")
    public void point(ComputeStream stream, SkewMatrix generator, CayleyStep step, double alpha, Matrix out) {
        double factor = factor(alpha);
        int n = generator.order();
        Operands.requireOutput("rotationPath", "out", out, n, n);
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(DType.F64, n, n);
            SkewMatrix scaled = packed(stream, n);
            stream.copy(generator.packed(), scaled.packed());
            if (this == GEODESIC) {
                Matrix end = ws.matrix(DType.F64, n, n);
                Cayley.cayley(stream, scaled, step, end);
                RotationLog.log(stream, "rotationPath", end, DType.F64, x);
                stream.packSkew(x, scaled);
            }
            stream.scale(factor, scaled.packed(), scaled.packed());
            if (this == GEODESIC) {
                Exp.exp(stream, scaled, x);
            } else {
                Cayley.cayley(stream, scaled, step, x);
            }
            stream.copy(x, out);
        } finally {
            ws.release();
        }
    }

    private double factor(double alpha) {
        if (!Double.isFinite(alpha) || (this == CAYLEY_ROOT && alpha < 0)) {
            throw new IllegalArgumentException("rotationPath: no point of " + this + " is at alpha = " + alpha);
        }
        return this == CAYLEY_ROOT ? Math.sqrt(alpha) : alpha;
    }

    private static SkewMatrix packed(ComputeStream stream, int n) {
        return SkewMatrix.wrap(n, stream.workspace().matrix(DType.F64, 1, SkewMatrix.packedLength(n)));
    }
}
