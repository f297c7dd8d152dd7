package org.isospin.backend;

import java.util.Arrays;

/**
 * Householder QR of a tall dense panel with the compact form H₁…H_w = I − V·T·Vᵀ (Schreiber and Van Loan 1989). Reflections
 * are those of LAPACK's dlarfg: H = I − τ·v·vᵀ with v₀ = 1, and τ = 0 where nothing is left to annihilate.
 */
final class Householder {
    /** Columns whose largest element has a larger exponent than that, or a smaller one than its negative, are scaled. */
    private static final int SAFE_EXPONENT = 400;

    private Householder() {}

    /**
     * Factors a panel in place.
     *
     * @param m rows, at least w
     * @param w columns
     * @param x column-major m × w; becomes R on and above the diagonal and v below
     * @param t row-major w × w; becomes T, upper triangular
     * @param ops vector operations
     */
    static void factor(int m, int w, double[] x, double[] t, VectorOps ops) {
        Arrays.fill(t, 0, w * w, 0);
        for (int j = 0; j < w; j++) {
            double tau = reflector(m - j, x, j * m + j, ops);
            int v = j * m + j + 1;
            int rest = m - j - 1;
            for (int k = j + 1; tau != 0 && k < w; k++) {
                int c = k * m + j;
                double sum = tau * (x[c] + ops.dot(rest, x, v, x, c + 1));
                x[c] -= sum;
                ops.axpy(rest, -sum, x, v, x, c + 1);
            }
            t[j * w + j] = tau;
            for (int i = 0; i < j; i++) {
                // vᵢᵀvⱼ: vⱼ starts with its one in row j.
                t[i * w + j] = x[i * m + j] + ops.dot(rest, x, i * m + j + 1, x, v);
            }
            column(j, w, tau, t);
        }
    }

    /** Column j of T above the diagonal ← −τ·T·(its entries), in place from the top. */
    private static void column(int j, int w, double tau, double[] t) {
        for (int i = 0; i < j; i++) {
            double sum = 0;
            for (int k = i; k < j; k++) {
                sum = Math.fma(t[i * w + k], t[k * w + j], sum);
            }
            t[i * w + j] = -tau * sum;
        }
    }

    /** {@return τ; x becomes β followed by the tail of v} */
    private static double reflector(int n, double[] x, int at, VectorOps ops) {
        double largest = 0;
        for (int i = 0; i < n; i++) {
            largest = Math.max(largest, Math.abs(x[at + i]));
        }
        int exponent = Math.getExponent(largest);
        boolean isScaled = largest != 0 && Double.isFinite(largest) && Math.abs(exponent) > SAFE_EXPONENT;
        // The exponent of a subnormal is −1023: 2¹⁰⁰⁰ lifts all of them.
        double scale = isScaled ? Math.scalb(1.0, Math.clamp(-exponent, -1000, 1000)) : 1;
        if (isScaled) {
            ops.scale(n, scale, x, at);
        }
        double squares = ops.dot(n - 1, x, at + 1, x, at + 1);
        double tau = 0;
        double beta = x[at];
        if (squares == 0) {
            Arrays.fill(x, at + 1, at + n, 0);
        } else {
            double alpha = x[at];
            beta = -Math.copySign(Math.sqrt(Math.fma(alpha, alpha, squares)), alpha);
            tau = (beta - alpha) / beta;
            ops.scale(n - 1, 1 / (alpha - beta), x, at + 1);
        }
        x[at] = beta / scale;
        return tau;
    }
}
