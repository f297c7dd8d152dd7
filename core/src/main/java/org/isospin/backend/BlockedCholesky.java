package org.isospin.backend;

import org.isospin.Matrix;

/**
 * Cholesky by halving: a₁₁ = L₁₁L₁₁ᵀ, L₂₁ = a₂₁L₁₁⁻ᵀ, a₂₂ − L₂₁L₂₁ᵀ = L₂₂L₂₂ᵀ.
 *
 * <p>L·Lᵀ = a + E with |E| ≤ (n+1)·u·|L||Lᵀ| (Higham, <i>Accuracy and Stability</i>, theorem 10.3).
 */
final class BlockedCholesky {
    private BlockedCholesky() {}

    static void factor(Factorizations stream, Matrix a, Scalar status) {
        factor(stream, a, 0, status);
    }

    private static void factor(Factorizations stream, Matrix a, int first, Scalar status) {
        int n = a.rows();
        if (n <= BlockedTriangular.LEAF) {
            stream.choleskyPanel(a, first, status);
            return;
        }
        Workspace ws = stream.workspace();
        int h = BlockedTriangular.half(n);
        int rest = n - h;
        Matrix l11 = ws.view(a, 0, 0, h, h);
        Matrix l21 = ws.view(a, h, 0, rest, h);
        Matrix a22 = ws.view(a, h, h, rest, rest);
        factor(stream, l11, first, status);
        stream.solveTriangular(Triangle.LOWER, l11, l21.transposed());
        stream.gemmt(stream.arithmetic(a.dtype()), Symmetry.SYMMETRIC, -1, l21, l21.transposed(), 1, a22, a22);
        factor(stream, a22, first + h, status);
        stream.fill(ws.view(a, 0, h, h, rest), 0);
    }
}
