package org.isospin.merge;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Workspace;
import org.isospin.decomposition.Decompositions;

/**
 * How far the leading principal subspaces of two models' activations lie apart, ‖P₀ − P₁‖_F/√(2k) with P the projection onto the k
 * leading principal directions: 0 for the same subspace, 1 for orthogonal ones; PEFT-Arena (arXiv 2605.28819) has k = 32 and 64.
 *
 * <p>Computed in F64 from singular value decompositions, the same on every run, as ‖V₁ − V₀V₀ᵀV₁‖_F/√k, which keeps the digits of
 * small distances. The directions are known to roundoff over the gap between the k-th singular value and the next: beyond the rank
 * of the activations the distance is noise.
 */
public final class PrincipalSubspaces {
    private PrincipalSubspaces() {}

    /**
     * {@return the distance; 0 if there is no direction}
     *
     * @param iso where it runs; waits five times
     * @param base X₀, m × d, a token in each row
     * @param tuned X₁, m × d
     * @param k how many directions, 1 or more; no more than min(m − 1, d) are taken
     * @throws IllegalArgumentException if the shapes differ, k is less than 1, or an element is not finite
     */
    public static double distance(Isospin iso, Matrix base, Matrix tuned, int k) {
        Operands.requireSameShape("principalSubspaces", base, tuned);
        if (k < 1) {
            throw new IllegalArgumentException("principalSubspaces: k must be 1 or more, not " + k);
        }
        int count = Math.min(k, Math.min(base.rows() - 1, base.columns()));
        return count < 1 ? 0 : iso.compute(stream -> distance(stream, base, tuned, count), base, tuned);
    }

    private static double distance(ComputeStream stream, Matrix base, Matrix tuned, int k) {
        Workspace ws = stream.workspace();
        int d = base.columns();
        ws.mark();
        try {
            Matrix v0 = ws.matrix(DType.F64, d, k);
            Matrix v1 = ws.matrix(DType.F64, d, k);
            Matrix overlap = ws.matrix(DType.F64, k, k);
            directions(stream, base, v0);
            directions(stream, tuned, v1);
            stream.gemm(Arithmetic.F64, 1, v0.transposed(), v1, 0, overlap, overlap);
            stream.gemm(Arithmetic.F64, -1, v0, overlap, 1, v1, v1);
            return Rows.norm(stream, v1) / Math.sqrt(k);
        } finally {
            ws.release();
        }
    }

    /** v ← the leading right singular vectors of the centred activations. */
    private static void directions(ComputeStream stream, Matrix activations, Matrix v) {
        Workspace ws = stream.workspace();
        int m = activations.rows();
        int d = activations.columns();
        int p = Math.min(m, d);
        ws.mark();
        try {
            Matrix x = ws.matrix(DType.F64, m, d);
            Matrix left = ws.matrix(DType.F64, m, p);
            Matrix values = ws.matrix(DType.F64, 1, p);
            Matrix right = ws.matrix(DType.F64, d, p);
            stream.copy(activations, x);
            Rows.requireFinite(stream, "principalSubspaces", x);
            stream.scaleToOne(x, x, stream.scalar());
            Rows.center(stream, x);
            Decompositions.svd(stream, x, left, values, right);
            stream.copy(ws.view(right, 0, 0, d, v.columns()), v);
        } finally {
            ws.release();
        }
    }
}
