package org.isospin.backend;

import org.isospin.Matrix;

/**
 * LU with partial pivoting by halving the columns (Toledo 1997): factor the left half, P·a = [L₁₁; L₂₁]·U₁₁, then
 * U₁₂ = L₁₁⁻¹a₁₂, a₂₂ − L₂₁U₁₂, and factor that. Panels of at most {@link BlockedTriangular#LEAF} columns go to the kernel.
 *
 * <p>P(a + E) = L·U with |E| ≤ n·u·|L||U|; the pivots are those of the column-by-column algorithm.
 */
final class BlockedLu {
    private BlockedLu() {}

    static void factor(Factorizations stream, Matrix a, Indices pivots, Scalar status) {
        factorColumns(stream, a, 0, a.columns(), pivots, status);
    }

    private static void factorColumns(
            Factorizations stream, Matrix a, int first, int width, Indices pivots, Scalar status) {
        Workspace ws = stream.workspace();
        int n = a.rows();
        if (width <= BlockedTriangular.LEAF) {
            stream.progress().at("lu", first, n);
            stream.luPanel(ws.view(a, first, first, n - first, width), pivots, first, status);
            return;
        }
        int h = BlockedTriangular.half(width);
        int next = first + h;
        int rest = width - h;
        factorColumns(stream, a, first, h, pivots, status);
        stream.swapRows(ws.view(a, 0, next, n, rest), pivots, first, next, SwapDirection.FORWARD);
        Matrix u12 = ws.view(a, first, next, h, rest);
        BlockedTriangular.solve(stream, Triangle.UNIT_LOWER, ws.view(a, first, first, h, h), u12);
        Matrix a22 = ws.view(a, next, next, n - next, rest);
        stream.gemm(stream.arithmetic(a.dtype()), -1, ws.view(a, next, first, n - next, h), u12, 1, a22, a22);
        factorColumns(stream, a, next, rest, pivots, status);
        stream.swapRows(ws.view(a, 0, first, n, h), pivots, next, next + rest, SwapDirection.FORWARD);
    }

    static void solve(Factorizations stream, Matrix lu, Indices pivots, Matrix b) {
        stream.swapRows(b, pivots, 0, lu.rows(), SwapDirection.FORWARD);
        stream.solveTriangular(Triangle.UNIT_LOWER, lu, b);
        stream.solveTriangular(Triangle.UPPER, lu, b);
    }

    /** a⁻¹ = U⁻¹·L⁻¹·P: L⁻¹ is lower triangular, which saves a third; the exchanges of columns come last. */
    static void inverse(Factorizations stream, Matrix a, Matrix out, Scalar status) {
        Workspace ws = stream.workspace();
        int n = a.rows();
        ws.mark();
        try {
            Matrix lu = ws.matrix(out.dtype().computeType(), n, n);
            Indices pivots = stream.indices(n);
            stream.copy(a, lu);
            stream.lu(lu, pivots, status);
            BlockedTriangular.invertLower(stream, Triangle.UNIT_LOWER, lu, out);
            stream.solveTriangular(Triangle.UPPER, lu, out);
            stream.swapRows(out.transposed(), pivots, 0, n, SwapDirection.BACKWARD);
        } finally {
            ws.release();
        }
    }
}
