package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.SkewMatrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.Workspace;

/**
 * Geodesics of the rotations under the metric ⟨A, B⟩ = tr AᵀB: from Q₀ to Q₁ the path Q(t) = Q₀·exp(t·log(Q₀ᵀQ₁)), whose
 * every plane turns at constant speed; t = 0 is Q₀, t = 1 is Q₁, and any other t goes on along it.
 *
 * <p>It is the only shortest path where the angles of Q₀ᵀQ₁ are below π; at π {@link RotationLog} chooses one. Q₀ and Q₁
 * may both be reflections; one of each are joined by no path.
 *
 * <p>The arithmetic is F64 whatever the types. The error is (2 + 10|t|)u of F64 or so, where no two planes turn by nearly π, and
 * the rounding of the output; Q(0) has Q₀'s bits. Operands that are not quite orthogonal leave their defects in the
 * result; those that {@link RotationLog} refuses are refused.
 */
public final class Geodesic {
    private Geodesic() {}

    /**
     * out ← Q(t).
     *
     * @param iso where it runs; waits as {@link RotationLog} does, and once more
     * @param q0 Q₀, n × n
     * @param q1 Q₁, n × n
     * @param t t
     * @param out n × n; may overlap the operands' memory
     * @return how the logarithm was found
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or an operand is not finite or not orthogonal
     * @throws SingularMatrixException if det Q₀ᵀQ₁ = −1
     */
    public static RotationLog.Result point(Isospin iso, Matrix q0, Matrix q1, double t, Matrix out) {
        return iso.compute(stream -> point(stream, q0, q1, t, out), q0, q1, out);
    }

    static RotationLog.Result point(ComputeStream stream, Matrix q0, Matrix q1, double t, Matrix out) {
        int n = check("geodesic", q0, q1);
        Operands.requireOutput("geodesic", "out", out, n, n);
        if (!Double.isFinite(t)) {
            throw new IllegalArgumentException("geodesic: t is not finite: " + t);
        }
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix start = ws.matrix(DType.F64, n, n);
            Matrix turn = ws.matrix(DType.F64, n, n);
            Matrix a = ws.matrix(DType.F64, n, n);
            stream.copy(q0, start);
            between(stream, q0, q1, turn);
            RotationLog.Result result = RotationLog.log(stream, "geodesic", turn, coarser(q0, q1), a);
            stream.scale(t, a, a);
            expm1(stream, a, turn);
            stream.gemm(Arithmetic.F64, 1, start, turn, 1, start, a);
            stream.copy(a, out);
            return result;
        } finally {
            ws.release();
        }
    }

    /**
     * out ← Q(½) by a polar factor instead of a logarithm: Q₀·(Q₀ᵀQ₁)^½.
     *
     * @param iso where it runs; waits up to seven times
     * @param q0 Q₀, n × n
     * @param q1 Q₁, n × n
     * @param out n × n; may overlap the operands' memory
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or an operand is not finite or not orthogonal
     * @throws SingularMatrixException if Q₀ᵀQ₁ has an angle within 2⁻²⁴ of π, or determinant −1
     */
    public static void midpoint(Isospin iso, Matrix q0, Matrix q1, Matrix out) {
        int n = check("midpoint", q0, q1);
        Operands.requireOutput("midpoint", "out", out, n, n);
        if (n == 0) {
            return;
        }
        iso.run(
                stream -> {
                    Workspace ws = stream.workspace();
                    ws.mark();
                    try {
                        Matrix start = ws.matrix(DType.F64, n, n);
                        Matrix turn = ws.matrix(DType.F64, n, n);
                        Matrix x = ws.matrix(DType.F64, n, n);
                        stream.copy(q0, start);
                        between(stream, q0, q1, turn);
                        RotationLog.orthogonal(stream, "midpoint", turn, coarser(q0, q1), x);
                        double reciprocal = HalfRotation.reciprocal(stream, x);
                        if (!(reciprocal * RotationLog.NEAREST < 1)) {
                            throw new SingularMatrixException(
                                    "midpoint: Q₀ᵀQ₁ has an eigenvalue −1 to working accuracy, so no midpoint is nearest",
                                    n - 1,
                                    0.5 / reciprocal);
                        }
                        HalfRotation.root(stream, x, turn);
                        stream.gemm(Arithmetic.F64, 1, start, turn, 0, x, x);
                        stream.copy(x, out);
                    } finally {
                        ws.release();
                    }
                },
                q0,
                q1,
                out);
    }

    /**
     * {@return the distance ‖log(Q₀ᵀQ₁)‖_F, the root of twice the sum of the squares of all angles; exact to 10u of F64}
     *
     * @param iso where it runs; waits as {@link RotationLog} does, and once more
     * @param q0 Q₀, n × n
     * @param q1 Q₁, n × n
     * @throws IllegalArgumentException if the shapes differ, or an operand is not finite or not orthogonal
     * @throws SingularMatrixException if det Q₀ᵀQ₁ = −1
     */
    public static double distance(Isospin iso, Matrix q0, Matrix q1) {
        int n = check("distance", q0, q1);
        return iso.compute(
                stream -> {
                    Workspace ws = stream.workspace();
                    ws.mark();
                    try {
                        Matrix turn = ws.matrix(DType.F64, n, n);
                        Matrix a = ws.matrix(DType.F64, n, n);
                        Scalar norm = stream.scalar();
                        between(stream, q0, q1, turn);
                        RotationLog.log(stream, "distance", turn, coarser(q0, q1), a);
                        stream.reduce(Reduction.FROBENIUS, a, norm);
                        return stream.read(norm);
                    } finally {
                        ws.release();
                    }
                },
                q0,
                q1);
    }

    static int check(String operation, Matrix q0, Matrix q1) {
        Operands.requireSquare(operation, "q0", q0);
        Operands.requireShape(operation, "q1", q1, q0.rows(), q0.rows());
        return q0.rows();
    }

    /** {@return the type of the larger roundoff} */
    static DType coarser(Matrix a, Matrix b) {
        return a.dtype().unitRoundoff() > b.dtype().unitRoundoff() ? a.dtype() : b.dtype();
    }

    /** turn ← Q₀ᵀQ₁ in F64. */
    static void between(ComputeStream stream, Matrix q0, Matrix q1, Matrix turn) {
        Workspace ws = stream.workspace();
        int n = q0.rows();
        ws.mark();
        try {
            Matrix from = ws.matrix(DType.F64, n, n);
            Matrix to = ws.matrix(DType.F64, n, n);
            stream.copy(q0, from);
            stream.copy(q1, to);
            stream.gemm(Arithmetic.F64, 1, from.transposed(), to, 0, turn, turn);
        } finally {
            ws.release();
        }
    }

    /** out ← exp(A) − I of a dense skew matrix; waits once. */
    static void expm1(ComputeStream stream, Matrix a, Matrix out) {
        Workspace ws = stream.workspace();
        int n = a.rows();
        ws.mark();
        try {
            SkewMatrix packed = SkewMatrix.wrap(n, ws.matrix(DType.F64, 1, SkewMatrix.packedLength(n)));
            stream.packSkew(a, packed);
            Exp.expm1(stream, packed, out);
        } finally {
            ws.release();
        }
    }
}
