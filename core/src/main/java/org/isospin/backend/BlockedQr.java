package org.isospin.backend;

import org.isospin.Matrix;

/**
 * Householder QR in panels: a panel's reflections are I − V·T·Vᵀ (Schreiber and Van Loan 1989), so the columns right of
 * it, and Q in the end, are updated by matrix products.
 *
 * <p>a + E = q·r with ‖Eⱼ‖ ≤ c·m·n·u·‖aⱼ‖ column by column, and ‖qᵀq − I‖ ≤ c·m·n·u whatever a's rank (Higham,
 * <i>Accuracy and Stability</i>, theorem 19.4); c is a small constant and m·n in practice √(m·n) or less.
 */
final class BlockedQr {
    private static final String NAME = "qr";

    /** Columns of a panel. */
    private static final int PANEL = 32;

    private BlockedQr() {}

    static void factor(Factorizations stream, Matrix a, Matrix q, Matrix r) {
        Workspace ws = stream.workspace();
        int n = a.columns();
        ws.mark();
        try {
            Matrix v = ws.matrix(a.dtype().computeType(), a.rows(), n);
            Matrix t = ws.matrix(v.dtype(), n, PANEL);
            reduce(stream, a, v, t, r, 2 * n);
            stream.fill(q, 0);
            stream.addDiagonal(1, q);
            for (int k = (n - 1) / PANEL * PANEL; k >= 0 && n > 0; k -= PANEL) {
                int w = Math.min(PANEL, n - k);
                stream.progress().at(NAME, 2 * n - k - w, 2 * n);
                Matrix block = ws.view(v, k, k, v.rows() - k, w);
                reflect(stream, block, ws.view(t, k, 0, w, w), ws.view(q, k, k, q.rows() - k, n - k));
            }
        } finally {
            ws.release();
        }
    }

    /**
     * The triangular factor alone, at half the work or less.
     *
     * @param stream where it runs
     * @param a m × n, m ≥ n; read only
     * @param r n × n, output
     */
    static void triangle(Factorizations stream, Matrix a, Matrix r) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix v = ws.matrix(a.dtype().computeType(), a.rows(), a.columns());
            reduce(stream, a, v, ws.matrix(v.dtype(), a.columns(), PANEL), r, a.columns());
        } finally {
            ws.release();
        }
    }

    /**
     * The q of [a; I] = q·r. Below row n + j column j is zero until its own reflection, so a panel of w columns reaches n + w
     * rows down and no further, in v as in q.
     *
     * @param stream where it runs
     * @param a n × n; read only
     * @param q 2n × n, output
     */
    static void factorOverIdentity(Factorizations stream, Matrix a, Matrix q) {
        Workspace ws = stream.workspace();
        int n = a.columns();
        ws.mark();
        try {
            Matrix v = ws.matrix(a.dtype().computeType(), 2 * n, n);
            Matrix t = ws.matrix(v.dtype(), n, PANEL);
            Matrix bottom = ws.view(v, n, 0, n, n);
            stream.copy(a, ws.view(v, 0, 0, n, n));
            stream.fill(bottom, 0);
            stream.addDiagonal(1, bottom);
            for (int k = 0; k < n; k += PANEL) {
                int w = Math.min(PANEL, n - k);
                stream.progress().at(NAME, k, 2 * n);
                Matrix block = ws.view(v, k, k, n + w, w);
                Matrix tk = ws.view(t, k, 0, w, w);
                Matrix top = ws.view(v, k, k, w, w);
                stream.qrPanel(block, tk);
                stream.copyTriangle(Triangle.UNIT_LOWER, top, top);
                reflect(stream, block, tk.transposed(), ws.view(v, k, k + w, n + w, n - k - w));
            }
            stream.fill(q, 0);
            stream.addDiagonal(1, q);
            for (int k = (n - 1) / PANEL * PANEL; k >= 0 && n > 0; k -= PANEL) {
                int w = Math.min(PANEL, n - k);
                stream.progress().at(NAME, 2 * n - k - w, 2 * n);
                Matrix block = ws.view(v, k, k, n + w, w);
                reflect(stream, block, ws.view(t, k, 0, w, w), ws.view(q, k, k, n + w, n - k));
            }
        } finally {
            ws.release();
        }
    }

    /** Leaves the panels' V, ones and zeros in place, in v, their T in t and the triangular factor in r. */
    private static void reduce(Factorizations stream, Matrix a, Matrix v, Matrix t, Matrix r, int steps) {
        Workspace ws = stream.workspace();
        int m = a.rows();
        int n = a.columns();
        stream.copy(a, v);
        stream.fill(r, 0);
        for (int k = 0; k < n; k += PANEL) {
            int w = Math.min(PANEL, n - k);
            int next = k + w;
            stream.progress().at(NAME, k, steps);
            Matrix block = ws.view(v, k, k, m - k, w);
            Matrix tk = ws.view(t, k, 0, w, w);
            stream.qrPanel(block, tk);
            Matrix top = ws.view(v, k, k, w, w);
            stream.copyTriangle(Triangle.UPPER, top, ws.view(r, k, k, w, w));
            stream.copyTriangle(Triangle.UNIT_LOWER, top, top);
            reflect(stream, block, tk.transposed(), ws.view(v, k, next, m - k, n - next));
            stream.copy(ws.view(v, k, next, w, n - next), ws.view(r, k, next, w, n - next));
        }
    }

    /** c ← (I − v·t·vᵀ)·c. */
    private static void reflect(Factorizations stream, Matrix v, Matrix t, Matrix c) {
        Workspace ws = stream.workspace();
        Arithmetic arithmetic = stream.arithmetic(c.dtype());
        ws.mark();
        try {
            Matrix x = ws.matrix(v.dtype(), v.columns(), c.columns());
            Matrix y = ws.matrix(v.dtype(), v.columns(), c.columns());
            stream.gemm(arithmetic, 1, v.transposed(), c, 0, x, x);
            stream.gemm(arithmetic, 1, t, x, 0, y, y);
            stream.gemm(arithmetic, -1, v, y, 1, c, c);
        } finally {
            ws.release();
        }
    }
}
