package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.SkewMatrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;

/**
 * Derivatives of the logarithm A of a rotation Q.
 *
 * <p>Along Q's tangent dQ = QΩ, Ω skew, the tangents T = (Q − I)(Q + I)⁻¹ of half the angles move by dT = ½(I + T)Ω(I − T),
 * and the series of {@link LogSeries} is derived term by term. After a square root Q = RR, with T that of R, 2dT = Θ solves
 * Θ − TΘT = ½(I + T)²Ω(I − T)², by doubling: Θ ← Θ + TΘT, T ← T² (Smith 1968). The adjoint of the derivative at Q is the
 * derivative at Qᵀ.
 *
 * <p>Off the rotations log is extended by the nearest one, log Q = log polar(Q), so only Ω = ½(QᵀdQ − dQᵀQ) of a direction
 * counts, and a gradient is QΩ. Near π derivatives grow as 1/(π − θ), and errors as its square; within 2⁻²⁴ of π, where the
 * logarithm jumps, they are refused.
 *
 * <p>The arithmetic is F64 whatever the types; relative errors are a few u for angles away from π. NaN and infinities in Q
 * are rejected, those in directions and cotangents propagate. Waits up to seven times.
 */
public final class LogDerivative {
    /** Smith's iteration ends when ‖T‖ to the power of 2ᵏ is below F64's roundoff, e⁻³⁷. */
    private static final double EXPONENT = 37;

    private LogDerivative() {}

    /**
     * out ← the derivative of log at Q in a direction V.
     *
     * @param iso where it runs
     * @param q Q, n × n, a rotation
     * @param direction V, n × n
     * @param out dA, of order n; may overlap the operands' memory
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or Q is not finite or not orthogonal
     * @throws SingularMatrixException if Q has an angle within 2⁻²⁴ of π
     */
    public static void jvp(Isospin iso, Matrix q, Matrix direction, SkewMatrix out) {
        Operands.requireSquare("log", "q", q);
        int n = q.rows();
        Operands.requireShape("log", "direction", direction, n, n);
        requireOrder("out", out, q);
        Operands.requireOutput("log", "out", out.packed(), 1, SkewMatrix.packedLength(n));
        iso.run(
                stream -> {
                    Workspace ws = stream.workspace();
                    ws.mark();
                    try {
                        Matrix x = ws.matrix(DType.F64, n, n);
                        Matrix v = ws.matrix(DType.F64, n, n);
                        Matrix omega = ws.matrix(DType.F64, n, n);
                        RotationLog.orthogonal(stream, "log", q, q.dtype(), x);
                        stream.copy(direction, v);
                        stream.gemm(Arithmetic.F64, 1, x.transposed(), v, 0, omega, omega);
                        stream.symmetrize(Symmetry.SKEW, omega, omega);
                        apply(stream, "log", x, omega, v);
                        stream.packSkew(v, out);
                    } finally {
                        ws.release();
                    }
                },
                q,
                direction,
                out);
    }

    /**
     * out ← the gradient with respect to Q of a function of A = log Q.
     *
     * @param iso where it runs
     * @param q Q, n × n, a rotation
     * @param cotangent of order n: its derivatives with respect to the packed elements of A
     * @param out n × n, the gradient, tangent to the rotations at Q; may overlap the operands' memory
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or Q is not finite or not orthogonal
     * @throws SingularMatrixException if Q has an angle within 2⁻²⁴ of π
     */
    public static void vjp(Isospin iso, Matrix q, SkewMatrix cotangent, Matrix out) {
        Operands.requireSquare("log", "q", q);
        int n = q.rows();
        requireOrder("cotangent", cotangent, q);
        Operands.requireOutput("log", "out", out, n, n);
        iso.run(
                stream -> {
                    Workspace ws = stream.workspace();
                    ws.mark();
                    try {
                        Matrix x = ws.matrix(DType.F64, n, n);
                        Matrix g = ws.matrix(DType.F64, n, n);
                        Matrix omega = ws.matrix(DType.F64, n, n);
                        RotationLog.orthogonal(stream, "log", q, q.dtype(), x);
                        // A packed element stands for two of A.
                        stream.unpackSkew(cotangent, g);
                        stream.scale(0.5, g, g);
                        apply(stream, "log", x.transposed(), g, omega);
                        stream.gemm(Arithmetic.F64, 1, x, omega, 0, g, g);
                        stream.copy(g, out);
                    } finally {
                        ws.release();
                    }
                },
                q,
                cotangent,
                out);
    }

    private static void requireOrder(String name, SkewMatrix a, Matrix q) {
        if (a.order() != q.rows()) {
            throw new IllegalArgumentException(
                    "log: " + name + " must be of order " + q.rows() + ", not " + a + ", for " + q);
        }
    }

    /**
     * out ← the derivative at Q in the direction QΩ; at Qᵀ it is the adjoint. Waits up to seven times.
     *
     * @param stream where it runs
     * @param operation the caller, for messages
     * @param q Q, F64, orthogonal
     * @param omega Ω, F64, skew
     * @param out F64, skew to the last bit; must be none of the others
     */
    static void apply(ComputeStream stream, String operation, Matrix q, Matrix omega, Matrix out) {
        Workspace ws = stream.workspace();
        int n = q.rows();
        if (n == 0) {
            return;
        }
        ws.mark();
        try {
            Matrix t = ws.matrix(DType.F64, n, n);
            Matrix dt = ws.matrix(DType.F64, n, n);
            int range = LogSeries.range(stream, LogSeries.probe(stream, q));
            if (range >= 0) {
                LogSeries.halfTangent(stream, q, t);
                congruence(stream, 0.5, t, omega, dt);
                LogSeries.derivative(stream, t, dt, range, out);
                return;
            }
            double reciprocal = HalfRotation.reciprocal(stream, q);
            if (!(reciprocal * RotationLog.NEAREST < 1)) {
                throw new SingularMatrixException(
                        operation + ": an angle of Q is within 2^-24 of π, where the logarithm has no derivative",
                        n - 1,
                        0.5 / reciprocal);
            }
            Matrix root = ws.matrix(DType.F64, n, n);
            HalfRotation.root(stream, q, root);
            LogSeries.halfTangent(stream, root, t);
            congruence(stream, 1, t, omega, root);
            congruence(stream, 0.5, t, root, dt);
            stein(stream, t, RotationLog.condition(reciprocal), dt);
            LogSeries.derivative(stream, t, dt, LogSeries.widest(), out);
        } finally {
            ws.release();
        }
    }

    /** out ← α(I + T)Ω(I − T), skew. */
    private static void congruence(ComputeStream stream, double alpha, Matrix t, Matrix omega, Matrix out) {
        Workspace ws = stream.workspace();
        int n = t.rows();
        ws.mark();
        try {
            Matrix left = ws.matrix(DType.F64, n, n);
            stream.gemm(Arithmetic.F64, 1, t, omega, 1, omega, left);
            stream.gemm(Arithmetic.F64, -alpha, left, t, alpha, left, out);
            stream.symmetrize(Symmetry.SKEW, out, out);
        } finally {
            ws.release();
        }
    }

    /** x ← the Θ with Θ − TΘT = x, for ‖T‖ ≤ tan(π/4 − 1/(4·condition)), so −ln ‖T‖ is 1/(2·condition) or more. */
    private static void stein(ComputeStream stream, Matrix t, double condition, Matrix x) {
        Workspace ws = stream.workspace();
        int n = t.rows();
        int steps = (int) Math.ceil(Math.log(2 * EXPONENT * condition) / Math.log(2));
        ws.mark();
        try {
            Matrix power = ws.matrix(DType.F64, n, n);
            Matrix square = ws.matrix(DType.F64, n, n);
            Matrix left = ws.matrix(DType.F64, n, n);
            stream.copy(t, power);
            for (int i = 0; i < steps; i++) {
                stream.gemm(Arithmetic.F64, 1, power, x, 0, left, left);
                stream.gemm(Arithmetic.F64, 1, left, power, 1, x, x);
                stream.symmetrize(Symmetry.SKEW, x, x);
                stream.gemmt(Arithmetic.F64, Symmetry.SYMMETRIC, 1, power, power, 0, square, square);
                Matrix swap = power;
                power = square;
                square = swap;
            }
        } finally {
            ws.release();
        }
    }
}
