package org.isospin.backend;

import org.isospin.Matrix;

/**
 * Solves triangular systems with many right-hand sides by halving: T = [T₁₁ 0; T₂₁ T₂₂] gives X₁ = T₁₁⁻¹B₁ and
 * X₂ = T₂₂⁻¹(B₂ − T₂₁X₁), so that all work but the small diagonal blocks is matrix products.
 *
 * <p>Backward stable: each column solves (T + E)x = b with |E| ≤ n·u·|T| (Higham, <i>Accuracy and Stability</i>, §8.1).
 */
final class BlockedTriangular {
    /** Rows of a diagonal block that a kernel solves. */
    static final int LEAF = 32;

    private BlockedTriangular() {}

    /**
     * {@return where to cut a block: whole leaves, about half of it}
     *
     * @param n size of the block, more than one leaf
     */
    static int half(int n) {
        int leaves = (n + LEAF - 1) / LEAF;
        return leaves / 2 * LEAF;
    }

    static void solve(Factorizations stream, Triangle triangle, Matrix t, Matrix b) {
        int n = t.rows();
        if (n <= LEAF) {
            stream.triangularSolve(triangle, t, b);
            return;
        }
        Workspace ws = stream.workspace();
        Arithmetic arithmetic = stream.arithmetic(b.dtype());
        int h = half(n);
        int rest = n - h;
        Matrix b1 = ws.view(b, 0, 0, h, b.columns());
        Matrix b2 = ws.view(b, h, 0, rest, b.columns());
        Matrix t11 = ws.view(t, 0, 0, h, h);
        Matrix t22 = ws.view(t, h, h, rest, rest);
        switch (triangle) {
            case LOWER, UNIT_LOWER -> {
                solve(stream, triangle, t11, b1);
                stream.gemm(arithmetic, -1, ws.view(t, h, 0, rest, h), b1, 1, b2, b2);
                solve(stream, triangle, t22, b2);
            }
            case UPPER, UNIT_UPPER -> {
                solve(stream, triangle, t22, b2);
                stream.gemm(arithmetic, -1, ws.view(t, 0, h, h, rest), b2, 1, b1, b1);
                solve(stream, triangle, t11, b1);
            }
        }
    }

    /**
     * x ← t⁻¹ for a lower t; the same numbers that {@link #solve} gives on the identity, at a third of the work.
     *
     * @param stream where it runs
     * @param triangle {@link Triangle#LOWER} or {@link Triangle#UNIT_LOWER}
     * @param t n × n
     * @param x n × n, output, zero above the diagonal
     */
    static void invertLower(Factorizations stream, Triangle triangle, Matrix t, Matrix x) {
        stream.fill(x, 0);
        stream.addDiagonal(1, x);
        invertLowerFromIdentity(stream, triangle, t, x);
    }

    private static void invertLowerFromIdentity(Factorizations stream, Triangle triangle, Matrix t, Matrix x) {
        int n = t.rows();
        if (n <= LEAF) {
            stream.triangularSolve(triangle, t, x);
            return;
        }
        Workspace ws = stream.workspace();
        int h = half(n);
        int rest = n - h;
        Matrix x11 = ws.view(x, 0, 0, h, h);
        Matrix x21 = ws.view(x, h, 0, rest, h);
        Matrix t22 = ws.view(t, h, h, rest, rest);
        invertLowerFromIdentity(stream, triangle, ws.view(t, 0, 0, h, h), x11);
        stream.gemm(stream.arithmetic(x.dtype()), -1, ws.view(t, h, 0, rest, h), x11, 0, x21, x21);
        solve(stream, triangle, t22, x21);
        invertLowerFromIdentity(stream, triangle, t22, ws.view(x, h, h, rest, rest));
    }
}
