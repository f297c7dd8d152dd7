package org.isospin.polar;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Scalar;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;

/**
 * The derivative of the polar factor, by singular values: for A = X·diag(σ)·Yᵀ and M = XᵀEY,
 *
 * <p>DU(A)[E] = X·K·Yᵀ + (I − XXᵀ)·E·Y·diag(1/σ)·Yᵀ, Kᵢⱼ = (Mᵢⱼ − Mⱼᵢ)/(σᵢ + σⱼ),
 *
 * <p>where K, turned by Y, solves the Sylvester equation HΩ + ΩH = UᵀE − EᵀU of A = U·H (Kenney and Laub 1991, SIAM J. Matrix
 * Anal. Appl. 12, 488), and the second term is there for a tall A alone. It is the second derivative of the sum of the
 * singular values, and so its own adjoint.
 *
 * <p>In SO(n) the sum is Σσ with the sign of the last one changed if det XYᵀ = −1, and so is that of a column of X.
 */
final class PolarJacobian {
    private PolarJacobian() {}

    /**
     * out ← DU(a)[direction]. Waits four times, and three times more for a rotation.
     *
     * @param stream where it runs
     * @param operation the caller, for messages
     * @param group whose nearest element U is; a rotation only for a square a
     * @param a m × n, m ≥ n ≥ 1, F64, of a magnitude whose sums are finite
     * @param direction m × n, F64, finite; read only
     * @param out m × n, F64, output; no operand
     * @throws IllegalArgumentException if a is not finite
     * @throws SingularMatrixException if there is no derivative
     */
    static void apply(ComputeStream stream, String operation, Group group, Matrix a, Matrix direction, Matrix out) {
        Workspace ws = stream.workspace();
        int m = a.rows();
        int n = a.columns();
        ws.mark();
        try {
            Matrix x = ws.matrix(DType.F64, m, n);
            Matrix s = ws.matrix(DType.F64, 1, n);
            Matrix y = ws.matrix(DType.F64, n, n);
            Matrix ones = ws.matrix(DType.F64, 1, n);
            Matrix gap = ws.matrix(DType.F64, n, n);
            Matrix k = ws.matrix(DType.F64, n, n);
            Matrix w = ws.matrix(DType.F64, m, n);
            decompose(stream, operation, group, a, x, s, y);
            stream.fill(ones, 1);
            stream.gemm(Arithmetic.F64, 0.5, s.transposed(), ones, 0, gap, gap);
            stream.gemm(Arithmetic.F64, 0.5, ones.transposed(), s, 1, gap, gap);
            // The diagonal of a skew matrix is divided by anything but zero, which a last σ may be.
            stream.addDiagonal(1 + 4 * PolarFactor.value(stream, s, 0), gap);
            stream.gemm(Arithmetic.F64, 1, direction, y, 0, w, w);
            stream.gemm(Arithmetic.F64, 1, x.transposed(), w, 0, k, k);
            if (m > n) {
                stream.gemm(Arithmetic.F64, -1, x, k, 1, w, w);
                stream.divide(ones, s, ones);
                stream.scaleRows(ones.transposed(), w.transposed(), w.transposed());
            }
            stream.symmetrize(Symmetry.SKEW, k, k);
            stream.divide(k, gap, k);
            stream.gemm(Arithmetic.F64, 1, x, k, m > n ? 1 : 0, w, w);
            stream.gemm(Arithmetic.F64, 1, w, y.transposed(), 0, out, out);
        } finally {
            ws.release();
        }
    }

    private static void decompose(
            ComputeStream stream, String operation, Group group, Matrix a, Matrix x, Matrix s, Matrix y) {
        int n = a.columns();
        Scalar status = stream.scalar();
        stream.svd(a, x, s, y, status);
        if (stream.read(status) != 0) {
            throw new IllegalArgumentException(
                    operation + ": an operand is not finite, or the singular value decomposition did not converge");
        }
        double least = PolarFactor.value(stream, s, n - 1);
        if (group == Group.ROTATION) {
            double sign = restrict(stream, x, s, y);
            // SO(1) is a point.
            least = n == 1 ? Double.POSITIVE_INFINITY : PolarFactor.value(stream, s, n - 2) + sign * least;
        }
        requireSmooth(stream, operation, s, least);
    }

    /** Negates the last σ and its column of x if det x·yᵀ is −1. {@return the sign of the last σ} */
    private static double restrict(ComputeStream stream, Matrix x, Matrix s, Matrix y) {
        Workspace ws = stream.workspace();
        int n = s.columns();
        ws.mark();
        try {
            Matrix product = ws.matrix(DType.F64, n, n);
            stream.gemm(Arithmetic.F64, 1, x, y.transposed(), 0, product, product);
            if (!Orientation.isReversed(stream, product)) {
                return 1;
            }
            Matrix column = ws.view(x, 0, n - 1, n, 1);
            Matrix last = ws.view(s, 0, n - 1, 1, 1);
            stream.scale(-1, column, column);
            stream.scale(-1, last, last);
            return -1;
        } finally {
            ws.release();
        }
    }

    private static void requireSmooth(ComputeStream stream, String operation, Matrix s, double least) {
        double largest = PolarFactor.value(stream, s, 0);
        if (!(least * WeightedHalley.REGULAR > largest)) {
            throw new SingularMatrixException(
                    operation
                            + ": no derivative where the factor is not unique: singular values that must not vanish are "
                            + least + " beside " + largest,
                    s.columns() - 1,
                    largest == 0 ? 0 : least / largest);
        }
    }
}
