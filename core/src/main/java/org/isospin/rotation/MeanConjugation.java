package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;

/**
 * J = ∫₀¹ e^{sX}We^{−sX} ds of skew X and W: the adjoint of exp's derivative, seen from exp(X). For a short X it is the series
 * Σ adᵏ(W)/(k + 1)! of ad(W) = XW − WX, and J(2X) = ½(J(X) + e^X J(X) e^{−X}).
 */
final class MeanConjugation {
    /** The norm of ad, up to which {@link #TERMS} terms are exact to 2u. */
    private static final double SHORT = 0.125;

    private static final int TERMS = 10;

    private MeanConjugation() {}

    /**
     * out ← J for X = tA with ‖A‖ ≤ π; waits once.
     *
     * @param stream where it runs
     * @param a A, F64, skew
     * @param t t
     * @param w W, F64, skew
     * @param out F64, skew to the last bit; must be none of the others
     */
    static void apply(ComputeStream stream, Matrix a, double t, Matrix w, Matrix out) {
        Workspace ws = stream.workspace();
        int n = a.rows();
        int doublings = 0;
        double length = 2 * Math.PI * Math.abs(t);
        for (; length > SHORT; length *= 0.5) {
            doublings++;
        }
        ws.mark();
        try {
            Matrix x = ws.matrix(DType.F64, n, n);
            Matrix term = ws.matrix(DType.F64, n, n);
            Matrix product = ws.matrix(DType.F64, n, n);
            Matrix turn = ws.matrix(DType.F64, n, n);
            stream.scale(Math.scalb(t, -doublings), a, x);
            stream.copy(w, term);
            stream.copy(w, out);
            for (int k = 1; k <= TERMS; k++) {
                // WX is the transpose of XW.
                stream.gemm(Arithmetic.F64, 2.0 / (k + 1), x, term, 0, product, product);
                stream.symmetrize(Symmetry.SKEW, product, term);
                stream.combine(1, out, 1, term, 0, out);
            }
            Geodesic.expm1(stream, x, turn);
            stream.addDiagonal(1, turn);
            for (int i = 0; i < doublings; i++) {
                stream.gemm(Arithmetic.F64, 0.5, turn, out, 0, product, product);
                stream.gemmt(Arithmetic.F64, Symmetry.SKEW, 1, product, turn.transposed(), 0.5, out, out);
                stream.gemm(Arithmetic.F64, 1, turn, turn, 0, product, product);
                Matrix swap = turn;
                turn = product;
                product = swap;
            }
        } finally {
            ws.release();
        }
    }
}
