package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.SkewMatrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.Workspace;
import org.isospin.measure.Orthogonality;

/**
 * The principal logarithm of a rotation Q: the skew A of angles at most π with exp(A) = Q. It is the inverse of
 * {@link Exp} for ‖A‖ &lt; π.
 *
 * <ul>
 *   <li>Angles up to π/2: the series of {@link LogSeries} for Q itself.
 *   <li>Angles beyond: 2·log R of the square root R = polar(I + Q) ({@link HalfRotation}), whose angles are halved (Higham
 *       2008, Functions of Matrices, section 8; one root is enough, because the series reaches π/2).
 *   <li>Angles within 2⁻²⁴ of π: the planes that they turn are split off ({@link HalfTurns}). An angle that is π to
 *       working accuracy leaves the direction open in which its plane turns, and several leave the planes open. Both are
 *       chosen by projecting fixed Gaussian vectors onto the eigenspace of −1, which depends on that space alone: the same Q gives
 *       the same A, and log(diag(−1, −1, 1)) turns the plane of its first two axes.
 * </ul>
 *
 * <p>Only a rotation has a real skew logarithm: det Q = −1 is refused. A Q that is not quite orthogonal is replaced by the
 * nearest orthogonal matrix; one with ‖QᵀQ − I‖_F/√n beyond 2⁻¹⁰ (8u of Q's type, if that is more) is refused.
 *
 * <p>The arithmetic is F64 whatever the types, so the error for F32 is that of rounding Q and A. In F64 the relative error
 * ‖·‖_F/‖A‖_F is at most 3u for angles up to π/2, 5u up to 3, 10u up to π − 10⁻⁶ and 15u beyond (n = 128, Q the rounded
 * exponential of A). The rounding of Q itself counts as {@link Result#condition}, 1/(π − θ) of the largest angle θ, where two
 * planes or more turn by nearly π; a single one costs nothing. A is skew to the last bit; log(Qᵀ) = −log Q to roundoff. NaN
 * and infinities are rejected. As Q is orthogonal nothing overflows, and elements that are denormal count as they are.
 */
public final class RotationLog {
    /** ‖QᵀQ − I‖_F/√n beyond which Q is no rotation, unless its type is coarser. */
    private static final double DEFECT = 0x1p-10;

    /** The same in u of a coarse type, whose rounding of a rotation has a defect of 2u at most. */
    private static final double DEFECT_ROUNDOFFS = 8;

    /** Defect in u of F64 that is left alone. */
    private static final double NEGLIGIBLE = 4;

    /** Smallest π − θ that the square root can do: its error, a few u/(π − θ), is corrected once, to its square. */
    static final double NEAREST = 0x1p-24;

    private RotationLog() {}

    /** How a logarithm is found. */
    public enum Method {
        /** All angles are at most π/2. */
        SERIES,
        /** After a square root. */
        SQUARE_ROOT,
        /** With planes of angles near π split off. */
        HALF_TURNS
    }

    /**
     * How a logarithm was found, and how well it is conditioned.
     *
     * @param condition 1/(π − θ) of the largest angle θ, estimated from above, by a factor of √n at most; infinite at π
     * @param squareRoots how many were taken, 0 or 1
     * @param method how
     */
    public record Result(double condition, int squareRoots, Method method) {}

    /**
     * out ← log Q.
     *
     * @param iso where it runs; waits up to ten times, and up to 2n + 20 times where an angle is within 2⁻²⁴ of π
     * @param q Q, n × n
     * @param out A, of order n; may overlap Q's memory
     * @return how it was found
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or Q is not finite or not orthogonal
     * @throws SingularMatrixException if det Q = −1: Q has no skew logarithm
     */
    public static Result log(Isospin iso, Matrix q, SkewMatrix out) {
        return iso.compute(stream -> log(stream, q, out), q, out);
    }

    /**
     * The same on a stream, for Isospin's own modules.
     *
     * @param stream where it runs
     * @param q Q, n × n
     * @param out A, of order n; may overlap Q's memory
     * @return how it was found
     */
    @SuppressWarnings("exports")
    public static Result log(ComputeStream stream, Matrix q, SkewMatrix out) {
        Operands.requireSquare("log", "q", q);
        int n = q.rows();
        if (out.order() != n) {
            throw new IllegalArgumentException("log: out must be of order " + n + ", not " + out + ", for " + q);
        }
        Operands.requireOutput("log", "out", out.packed(), 1, SkewMatrix.packedLength(n));
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix a = ws.matrix(DType.F64, n, n);
            Result result = log(stream, "log", q, q.dtype(), a);
            stream.packSkew(a, out);
            return result;
        } finally {
            ws.release();
        }
    }

    /**
     * The same for a dense result.
     *
     * @param stream where it runs
     * @param operation the caller, for messages
     * @param q Q, n × n, of any type
     * @param source the type that Q was rounded to, which decides what is taken for rounding
     * @param a F64, n × n, output, skew to the last bit; must not overlap Q
     * @return how it was found
     */
    static Result log(ComputeStream stream, String operation, Matrix q, DType source, Matrix a) {
        int n = q.rows();
        if (n == 0) {
            return new Result(1 / Math.PI, 0, Method.SERIES);
        }
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(DType.F64, n, n);
            orthogonal(stream, operation, q, source, x);
            int range = LogSeries.range(stream, LogSeries.probe(stream, x));
            if (range >= 0) {
                LogSeries.log(stream, x, range, a);
                double largest = HalfRotation.reciprocal(stream, x);
                return new Result(condition(largest), 0, Method.SERIES);
            }
            stream.progress().at(operation, 1, 3);
            double largest = HalfRotation.reciprocal(stream, x);
            if (largest * NEAREST < 1) {
                Matrix root = ws.matrix(DType.F64, n, n);
                HalfRotation.root(stream, x, root);
                stream.progress().at(operation, 2, 3);
                LogSeries.log(stream, root, LogSeries.widest(), a);
                stream.scale(2, a, a);
                return new Result(condition(largest), 1, Method.SQUARE_ROOT);
            }
            return HalfTurns.log(stream, operation, x, a);
        } finally {
            ws.release();
        }
    }

    /** {@return 1/(π − θ) for 1/σ of σ = 2cos(θ/2) = 2sin((π − θ)/2)} */
    static double condition(double reciprocal) {
        return 0.5 / Math.asin(Math.min(1, 0.5 / reciprocal));
    }

    /** x ← the orthogonal matrix that is nearest to q; waits once. */
    static void orthogonal(ComputeStream stream, String operation, Matrix q, DType source, Matrix x) {
        Workspace ws = stream.workspace();
        int n = q.rows();
        double root = Math.sqrt(n);
        ws.mark();
        try {
            Matrix defect = ws.matrix(DType.F64, n, n);
            Scalar size = stream.scalar();
            Orthogonality.defect(stream, q, defect);
            stream.reduce(Reduction.FROBENIUS, defect, size);
            stream.copy(q, x);
            double found = stream.read(size);
            double limit = Math.max(DEFECT, DEFECT_ROUNDOFFS * source.unitRoundoff());
            if (!(found <= limit * root)) {
                throw notOrthogonal(stream, operation, q, found / root, limit);
            }
            // A step of the polish leaves 3/4 of the square of a defect.
            if (found > NEGLIGIBLE * DType.F64.unitRoundoff() * root) {
                stream.addDiagonal(-1, x);
                do {
                    ResidualPolish.right(stream, x);
                    found *= found;
                } while (found > DType.F64.unitRoundoff());
                stream.addDiagonal(1, x);
            }
        } finally {
            ws.release();
        }
    }

    private static IllegalArgumentException notOrthogonal(
            ComputeStream stream, String operation, Matrix q, double found, double limit) {
        Scalar largest = stream.scalar();
        stream.reduce(Reduction.MAX_ABS, q, largest);
        if (!Double.isFinite(stream.read(largest))) {
            return new IllegalArgumentException(operation + ": " + q + " is not finite");
        }
        return new IllegalArgumentException(operation + ": " + q + " is no rotation: its defect ‖QᵀQ − I‖_F/√n is "
                + found + ", the most that is taken for rounding " + limit);
    }
}
