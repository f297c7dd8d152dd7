package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Workspace;

/**
 * N = (I − X)⁻¹X = (I − X)⁻¹ − I for an X whose symmetric part is ≤ 0, by the Schur complement on 2 × 2 blocks.
 *
 * <p>With N₁ = (I − X₁₁)⁻¹X₁₁, W = X₁₂ + N₁X₁₂, Z = X₂₁ + X₂₁N₁ and N₂ of Y = X₂₂ + X₂₁W (I − Y is the Schur
 * complement), N₁₂ = W + WN₂, N₂₁ = Z + N₂Z, N₂₂ = N₂ and N₁₁ = N₁ + N₁₂Z. The identity is never added, so N keeps its
 * accuracy relative to X; every step is a matrix product, 2n³ operations in all, and Schur complements inherit a symmetric
 * part ≤ 0 from X, so no pivoting is needed. Growth is about 1 + ‖X‖².
 */
final class Resolvent {
    /** Largest F32 block for the kernel, which computes in F64 and rounds once. */
    private static final int LEAF_F32 = 48;

    /** Largest F64 block: its eliminations round n times where a product rounds once. */
    private static final int LEAF_F64 = 16;

    /** Blocks begin at multiples of it. */
    private static final int GRAIN = 16;

    private Resolvent() {}

    /**
     * Computes N in place.
     *
     * @param stream where it runs
     * @param x scratch: X, then N
     */
    static void delta(ComputeStream stream, Matrix x) {
        int n = x.rows();
        int leaf = x.dtype() == DType.F64 ? LEAF_F64 : LEAF_F32;
        if (n <= leaf) {
            stream.resolventDelta(x);
            return;
        }
        int h = (n / 2 + GRAIN - 1) / GRAIN * GRAIN;
        int rest = n - h;
        Arithmetic arithmetic = stream.arithmetic(x.dtype());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x11 = ws.view(x, 0, 0, h, h);
            Matrix x12 = ws.view(x, 0, h, h, rest);
            Matrix x21 = ws.view(x, h, 0, rest, h);
            Matrix x22 = ws.view(x, h, h, rest, rest);
            Matrix w = ws.matrix(x.dtype(), h, rest);
            Matrix z = ws.matrix(x.dtype(), rest, h);
            delta(stream, x11);
            stream.gemm(arithmetic, 1, x11, x12, 1, x12, w);
            stream.gemm(arithmetic, 1, x21, x11, 1, x21, z);
            stream.gemm(arithmetic, 1, x21, w, 1, x22, x22);
            delta(stream, x22);
            stream.gemm(arithmetic, 1, w, x22, 1, w, x12);
            stream.gemm(arithmetic, 1, x22, z, 1, z, x21);
            stream.gemm(arithmetic, 1, x12, z, 1, x11, x11);
        } finally {
            ws.release();
        }
    }
}
