package org.isospin.backend;

import java.util.Arrays;

/**
 * Singular values alone, by Householder bidiagonalisation (Golub and Kahan 1965) and {@link BidiagonalQr}.
 *
 * <p>Each step passes over the remaining columns twice: one pass applies the last reflection from the right and takes the
 * products with the new left one, the other applies that and gathers the products with the next right one. Backward stable:
 * every singular value is exact to c·n·u·σ_max.
 */
final class BidiagonalSvd {
    /** Squared length, where the largest element of all is in [1, 2), below which a vector counts as zero. */
    private static final double NEGLIGIBLE = 0x1p-960;

    private BidiagonalSvd() {}

    /**
     * Computes the singular values, descending.
     *
     * @param m rows, at least n
     * @param n columns
     * @param a column-major m × n, destroyed
     * @param s n singular values, output
     * @param ops vector operations
     * @return whether a was finite and the iteration converged; if not, s is unspecified
     */
    static boolean singularValues(int m, int n, double[] a, double[] s, VectorOps ops) {
        double largest = Scaling.maxAbs(m * n, a);
        if (!Double.isFinite(largest)) {
            return false;
        }
        if (n == 0) {
            return true;
        }
        int exponent = largest == 0 ? 0 : Math.getExponent(largest);
        Scaling.scaleByPowerOfTwo(m * n, a, -exponent);
        bidiagonalise(m, n, a, s, ops);
        for (int k = 0; k < n - 1; k++) {
            a[k] = a[k + (k + 1) * m];
        }
        if (!BidiagonalQr.singularValues(n, s, a)) {
            return false;
        }
        for (int k = 0; k < n; k++) {
            s[k] = Math.scalb(s[k], exponent);
        }
        return true;
    }

    /**
     * Leaves the diagonal in d and the superdiagonal in its place in a.
     *
     * <p>A reflection is I − τ·v·vᵀ. On the way column k holds the left v of step k, row k the right w; d[j] holds τvᵀaⱼ
     * until the diagonal element is known; column k−1 (0 for k = 0), whose own v is spent, holds A·w.
     */
    private static void bidiagonalise(int m, int n, double[] a, double[] d, VectorOps ops) {
        double tau = 0;
        double superdiagonal = 0;
        for (int k = 0; k < n; k++) {
            int v = k + k * m;
            int aw = k + Math.max(k - 2, 0) * m;
            if (k > 0) {
                ops.axpy(m - k, -tau * a[v - 1], a, aw, a, v);
            }
            d[k] = columnReflection(m - k, a, v, ops);
            double leftTau = tau(d[k], a[v]);
            for (int j = k + 1; j < n; j++) {
                int at = k + j * m;
                if (k > 0) {
                    ops.axpy(m - k, -tau * a[at - 1], a, aw, a, at);
                }
                d[j] = leftTau * ops.dot(m - k, a, v, a, at);
            }
            if (k > 0) {
                a[v - 1] = superdiagonal;
            }
            if (k + 1 < n) {
                superdiagonal = rowReflection(m, n, k, a, d);
                tau = tau(superdiagonal, a[v + m]);
                applyAndGather(m, n, k, a, d, ops);
            }
        }
    }

    /** Turns x into v = x − α·e₁ and returns α = ∓‖x‖, or 0 where x is negligible. */
    private static double columnReflection(int length, double[] a, int x, VectorOps ops) {
        double square = ops.dot(length, a, x, a, x);
        if (square < NEGLIGIBLE) {
            return 0;
        }
        double alpha = -Math.copySign(Math.sqrt(square), a[x]);
        a[x] -= alpha;
        return alpha;
    }

    /** Row k behind the diagonal: applies the left reflection, then turns the row into w and returns its α. */
    private static double rowReflection(int m, int n, int k, double[] a, double[] d) {
        double head = a[k + k * m];
        double square = 0;
        for (int j = k + 1; j < n; j++) {
            int at = k + j * m;
            a[at] -= d[j] * head;
            square = Math.fma(a[at], a[at], square);
        }
        if (square < NEGLIGIBLE) {
            return 0;
        }
        int first = k + (k + 1) * m;
        double alpha = -Math.copySign(Math.sqrt(square), a[first]);
        a[first] -= alpha;
        return alpha;
    }

    /** τ = 2/‖v‖² = −1/(α·v₀), or 0, which leaves everything as it is, for α = 0. */
    private static double tau(double alpha, double head) {
        return alpha == 0 ? 0 : -1 / (alpha * head);
    }

    /** Below row k: applies the left reflection to the columns behind k, and sums A·w. */
    private static void applyAndGather(int m, int n, int k, double[] a, double[] d, VectorOps ops) {
        int length = m - k - 1;
        int v = k + 1 + k * m;
        int aw = k + 1 + Math.max(k - 1, 0) * m;
        if (k == 0) {
            // There is no spent column yet: v must be through before A·w takes its place.
            for (int j = 1; j < n; j++) {
                ops.axpy(length, -d[j], a, v, a, 1 + j * m);
            }
        }
        Arrays.fill(a, aw, aw + length, 0);
        for (int j = k + 1; j < n; j++) {
            int at = k + 1 + j * m;
            if (k > 0) {
                ops.axpy(length, -d[j], a, v, a, at);
            }
            ops.axpy(length, a[at - 1], a, at, a, aw);
        }
    }
}
