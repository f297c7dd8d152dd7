package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;

/**
 * Rotations f(A) of the whole space, f = exp or Cayley with half step, whose generator A = XS·cXᵀ + KXᵀ − XKᵀ moves the columns of X
 * towards a tangent U = XS + K, XᵀK = 0.
 *
 * <p>With K = QR the generator is B·M·Bᵀ for B = [X Q] and the skew core M = [cS, −Rᵀ; R, 0], so f(A) = I + B(f(M) − I)Bᵀ:
 * stable whatever U's size (the form by the Woodbury identity is not). Where [X Q] would have more columns than rows, B = I and
 * M = A. Columns of Q that belong to zero rows of R are arbitrary, and rows and columns of f(M) − I for them zero.
 */
final class StiefelRotation {
    private final Matrix x;
    private final Matrix basis;
    private final SkewMatrix core;

    private StiefelRotation(Matrix x, Matrix basis, SkewMatrix core) {
        this.x = x;
        this.basis = basis;
        this.core = core;
    }

    /** f. */
    enum Map {
        EXP,
        CAYLEY
    }

    /**
     * {@return the generator, in scratch}
     *
     * @param stream where it runs
     * @param x X, m × n, F32 or F64
     * @param u U, of the same type
     * @param share c: 1 for the canonical geodesic, 2 for the Euclidean one before its turn of the columns
     * @param s receives S, n × n, of the same type
     */
    static StiefelRotation of(ComputeStream stream, Matrix x, Matrix u, double share, Matrix s) {
        Workspace ws = stream.workspace();
        DType type = x.dtype();
        Arithmetic arithmetic = stream.arithmetic(type);
        int m = x.rows();
        int n = x.columns();
        boolean isTall = m >= 2 * n;
        int order = isTall ? 2 * n : m;
        Matrix basis = ws.matrix(type, m, isTall ? order : 0);
        SkewMatrix core = SkewMatrix.wrap(order, ws.matrix(type, 1, SkewMatrix.packedLength(order)));
        Matrix full = ws.matrix(type, order, order);
        ws.mark();
        try {
            Matrix k = ws.matrix(type, m, n);
            stream.gemm(arithmetic, 1, x.transposed(), u, 0, s, s);
            stream.symmetrize(Symmetry.SKEW, s, s);
            stream.gemm(arithmetic, -1, x, s, 1, u, k);
            if (isTall) {
                Matrix q = ws.matrix(type, m, n);
                Matrix r = ws.matrix(type, n, n);
                stream.qr(k, q, r);
                stream.copy(x, ws.view(basis, 0, 0, m, n));
                stream.copy(q, ws.view(basis, 0, n, m, n));
                stream.fill(full, 0);
                stream.scale(share, s, ws.view(full, 0, 0, n, n));
                stream.copy(r, ws.view(full, n, 0, n, n));
                stream.scale(-1, r.transposed(), ws.view(full, 0, n, n, n));
            } else {
                // The skew part of 2(½cXS + K)Xᵀ is A.
                Matrix left = ws.matrix(type, m, n);
                stream.gemm(arithmetic, share / 2, x, s, 1, k, left);
                stream.gemm(arithmetic, 2, left, x.transposed(), 0, full, full);
            }
            stream.packSkew(full, core);
        } finally {
            ws.release();
        }
        return new StiefelRotation(x, basis, core);
    }

    /**
     * out ← f(A)·v; waits once.
     *
     * @param stream where it runs
     * @param map f
     * @param v m × k, of X's type
     * @param out m × k, of the same type; must not be v
     */
    void apply(ComputeStream stream, Map map, Matrix v, Matrix out) {
        Workspace ws = stream.workspace();
        DType type = x.dtype();
        Arithmetic arithmetic = stream.arithmetic(type);
        int order = core.order();
        ws.mark();
        try {
            Matrix delta = ws.matrix(type, order, order);
            if (map == Map.EXP) {
                Exp.expm1(stream, core, delta);
            } else {
                Cayley.cayley(stream, core, CayleyStep.HALF, delta);
                stream.addDiagonal(-1, delta);
            }
            if (basis.columns() != order) {
                stream.gemm(arithmetic, 1, delta, v, 1, v, out);
                return;
            }
            Matrix inner = ws.matrix(type, order, v.columns());
            Matrix turned = ws.matrix(type, order, v.columns());
            stream.gemm(arithmetic, 1, basis.transposed(), v, 0, inner, inner);
            stream.gemm(arithmetic, 1, delta, inner, 0, turned, turned);
            stream.gemm(arithmetic, 1, basis, turned, 1, v, out);
        } finally {
            ws.release();
        }
    }
}
