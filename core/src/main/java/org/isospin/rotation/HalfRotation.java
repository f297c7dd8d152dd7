package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;
import org.isospin.polar.Polar;

/**
 * The square root R of a rotation Q without eigenvalue −1, with angles in (−π/2, π/2): R = polar(I + Q), because I + Q has
 * singular values 2cos(θ/2) and turns by θ/2.
 *
 * <p>Near π the polar factor is known to u/(π − θ) only, Q's logarithm often better: a plane that alone turns by nearly π
 * is no harder than others. One Newton step for RR = Q, R ← R(I + ½S) with S the skew part of RᵀQRᵀ, takes from R all
 * error but that between planes which turn by nearly π in opposite directions, and that one Q's own rounding causes as well.
 */
final class HalfRotation {
    private HalfRotation() {}

    /**
     * {@return 1/σ for the smallest singular value σ of I + Q, estimated from above, by a factor of √n at most; infinite or
     * NaN where I + Q is singular; waits once}
     *
     * @param stream where it runs
     * @param q Q, F64
     */
    static double reciprocal(ComputeStream stream, Matrix q) {
        Workspace ws = stream.workspace();
        int n = q.rows();
        ws.mark();
        try {
            Matrix sum = ws.matrix(DType.F64, n, n);
            Matrix inverse = ws.matrix(DType.F64, n, n);
            Scalar norm = stream.scalar();
            Scalar other = stream.scalar();
            stream.combine(1, q, 0, q, 1, sum);
            stream.inverse(sum, inverse, stream.scalar());
            stream.gemmt(Arithmetic.F64, Symmetry.SYMMETRIC, 1, inverse.transposed(), inverse, 0, sum, sum);
            stream.reduce(Reduction.NORM_INF, sum, norm);
            stream.reduce(Reduction.FROBENIUS, sum, other);
            stream.scalarOp(ScalarOp.MIN, norm, other, norm);
            stream.scalarOp(ScalarOp.SQRT, norm, norm, norm);
            return stream.read(norm);
        } finally {
            ws.release();
        }
    }

    /**
     * root ← R; waits three times.
     *
     * @param stream where it runs
     * @param q Q, F64, orthogonal
     * @param root F64, output; must not be q
     */
    static void root(ComputeStream stream, Matrix q, Matrix root) {
        Workspace ws = stream.workspace();
        int n = q.rows();
        ws.mark();
        try {
            Matrix sum = ws.matrix(DType.F64, n, n);
            Matrix step = ws.matrix(DType.F64, n, n);
            stream.combine(1, q, 0, q, 1, sum);
            Polar.polar(stream, sum, root);
            stream.gemm(Arithmetic.F64, 1, root.transposed(), q, 0, sum, sum);
            stream.gemm(Arithmetic.F64, 1, sum, root.transposed(), 0, step, step);
            stream.symmetrize(Symmetry.SKEW, step, step);
            stream.gemm(Arithmetic.F64, 0.5, root, step, 1, root, sum);
            stream.copy(sum, root);
        } finally {
            ws.release();
        }
    }
}
