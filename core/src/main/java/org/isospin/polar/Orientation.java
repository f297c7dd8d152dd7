package org.isospin.polar;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Indices;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.SwapDirection;
import org.isospin.backend.Workspace;

/**
 * The sign of a determinant, from LU with partial pivoting: (−1)^(negative pivots) times the sign of the permutation.
 *
 * <p>A permutation P is a product of cycles, and odd if those of even length are odd in number. Each of them has the
 * eigenvalue −1 once; every other eigenvalue of P lies on the unit circle at least 2/n away, where Re 1/(1 + λ) = ½. Hence
 * with ρ = 1 − 2⁻²⁰ the number of even cycles is (tr(I + ρP)⁻¹ − n/2)/2²⁰, up to less than ¼ for any n below 2¹⁸.
 */
final class Orientation {
    private static final double SHRINK = 1 - 0x1p-20;

    private static final double POLE = 0x1p20;

    private Orientation() {}

    /**
     * {@return whether det r is negative; waits twice}
     *
     * @param stream where it runs
     * @param r n × n, not singular
     */
    static boolean isReversed(ComputeStream stream, Matrix r) {
        int n = r.rows();
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix lu = ws.matrix(DType.F64, n, n);
            Matrix permutation = ws.matrix(DType.F64, n, n);
            Matrix diagonal = ws.matrix(DType.F64, 1, n);
            Matrix signs = ws.matrix(DType.F64, 1, n);
            Indices pivots = stream.indices(n);
            Scalar sum = stream.scalar();
            Scalar trace = stream.scalar();
            stream.copy(r, lu);
            stream.lu(lu, pivots, stream.scalar());
            stream.copyDiagonal(lu, diagonal);
            stream.fill(signs, 1);
            stream.flipColumns(signs, diagonal, diagonal);
            stream.dot(signs, diagonal, sum);
            stream.fill(permutation, 0);
            stream.addDiagonal(1, permutation);
            stream.swapRows(permutation, pivots, 0, n, SwapDirection.FORWARD);
            stream.combine(SHRINK, permutation, 0, permutation, 1, permutation);
            stream.inverse(permutation, lu, stream.scalar());
            stream.reduce(Reduction.TRACE, lu, trace);
            long negative = Math.round((n - stream.read(sum)) / 2);
            long even = Math.round((stream.read(trace) - n / 2.0) / POLE);
            return (negative + even) % 2 != 0;
        } finally {
            ws.release();
        }
    }
}
