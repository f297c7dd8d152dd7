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
import org.isospin.backend.Workspace;

/**
 * Solutions with I + Q of an orthogonal Q, by LU with pivoting: the inverse Cayley transform, (1/c)(Q + I)⁻¹(Q − I), and
 * (I + Q)⁻¹ itself. Both refuse a Q with an eigenvalue −1.
 */
final class CayleyInverse {
    /** Error of an eigenvalue near −1 of Q + I as computed, in u√n. */
    private static final double EIGENVALUE_ERROR = 8;

    private CayleyInverse() {}

    /** out ← the skew part of (1/c)(Q + I)⁻¹(Q − I), as {@link Cayley#inverse} documents it. */
    static void solve(ComputeStream stream, Matrix q, CayleyStep step, SkewMatrix out) {
        Operands.requireSquare("inverseCayley", "q", q);
        int n = q.rows();
        SkewOperands.requireOutput("inverseCayley", "out", out, n);
        DType compute = Operands.computeType(q.dtype(), out.dtype());
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
     * p ← (I + Q)⁻¹, waiting once.
     *
     * @param q Q, n × n
     * @param spare scratch of p's shape and type
     * @param p no operand
     * @throws SingularMatrixException as {@link Cayley#inverse}
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

    /** Finds the smallest pivot, waiting log₂ n + 4 times; returns only if Q is not finite. */
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
            Matrix inverses = ws.matrix(lu.dtype(), 1, n);
            stream.copyDiagonal(lu, diagonal);
            stream.reduce(Reduction.MAX_ABS, diagonal, value);
            double largest = stream.read(value);
            stream.fill(inverses, 1);
            stream.divide(inverses, diagonal, inverses);
            stream.reduce(Reduction.MAX_ABS, inverses, value);
            double most = stream.read(value);
            // The first of the half that has it, until nothing is left to halve.
            index = 0;
            for (int length = n; length > 1; ) {
                int half = length / 2;
                stream.reduce(Reduction.MAX_ABS, ws.view(inverses, 0, index, 1, half), value);
                boolean isInFirst = stream.read(value) == most;
                index += isInFirst ? 0 : half;
                length = isInFirst ? half : length - half;
            }
            reciprocal = 1 / most / largest;
        }
        throw new SingularMatrixException(
                "inverseCayley: Q has an eigenvalue -1 to working accuracy (pivot " + index
                        + " of Q + I vanishes, reciprocal condition about " + reciprocal
                        + "); no Cayley transform of a skew matrix has one",
                index,
                reciprocal);
    }
}
