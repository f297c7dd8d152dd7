package org.isospin.backend;

import java.util.Arrays;
import org.isospin.ProgressListener;

/**
 * Singular values, and vectors if wanted, by Householder bidiagonalisation (Golub and Kahan 1965) and
 * {@link BidiagonalQr}.
 *
 * <p>Each step passes over the remaining columns twice: one pass applies the last reflection from the right and takes the
 * products with the new left one, the other applies that and gathers the products with the next right one. Backward stable:
 * every singular value is exact to c·n·u·σ_max.
 */
final class BidiagonalSvd {
    static final String NAME = "svd";

    /** Squared length, where the largest element of all is in [1, 2), below which a vector counts as zero. */
    private static final double NEGLIGIBLE = 0x1p-960;

    private BidiagonalSvd() {}

    /**
     * {@return the scratch elements that either form needs}
     *
     * @param m rows
     * @param n columns
     */
    static long workLength(int m, int n) {
        return (long) m + n + KeptRotations.length(n);
    }

    /**
     * Computes the singular values, descending.
     *
     * @param m rows, at least n
     * @param n columns
     * @param a column-major m × n, destroyed
     * @param s n singular values, output
     * @param work scratch of {@link #workLength} elements
     * @param ops vector operations
     * @param progress hears of each column, and of each singular value found
     * @return whether a was finite and the iteration converged; if not, s is unspecified
     */
    static boolean singularValues(
            int m, int n, double[] a, double[] s, double[] work, VectorOps ops, ProgressListener progress) {
        double largest = Scaling.maxAbs(m * n, a);
        if (!Double.isFinite(largest)) {
            return false;
        }
        int exponent = largest == 0 ? 0 : Math.getExponent(largest);
        Scaling.scaleByPowerOfTwo(m * n, a, -exponent);
        bidiagonalise(m, n, a, s, work, ops, progress);
        if (!BidiagonalQr.singularValues(n, s, work, progress)) {
            return false;
        }
        for (int k = 0; k < n; k++) {
            s[k] = Math.scalb(s[k], exponent);
        }
        return true;
    }

    /**
     * Decomposes a = u·diag(s)·vᵀ, singular values descending. Both u and v are orthogonal to c·n·u even where a is
     * rank-deficient.
     *
     * @param m rows, at least n
     * @param n columns
     * @param a column-major m × n; becomes u
     * @param s n singular values, output
     * @param v column-major n × n, output
     * @param work scratch of {@link #workLength} elements
     * @param ops vector operations
     * @param progress hears of each column, and of each singular value found
     * @return whether a was finite and the iteration converged; if not, all outputs are unspecified
     */
    static boolean factor(
            int m, int n, double[] a, double[] s, double[] v, double[] work, VectorOps ops, ProgressListener progress) {
        double largest = Scaling.maxAbs(m * n, a);
        if (!Double.isFinite(largest)) {
            return false;
        }
        int exponent = largest == 0 ? 0 : Math.getExponent(largest);
        Scaling.scaleByPowerOfTwo(m * n, a, -exponent);
        bidiagonalise(m, n, a, s, work, ops, progress);
        Reflections.formRight(m, n, a, work, v, n, ops);
        Reflections.formLeft(m, n, a, s, ops);
        KeptRotations log = new KeptRotations(m, n, a, v, work, m + n, ops);
        if (!BidiagonalQr.diagonalise(n, s, work, log, progress)) {
            return false;
        }
        log.apply();
        sort(m, n, a, s, v, ops);
        for (int k = 0; k < n; k++) {
            s[k] = Math.scalb(s[k], exponent);
        }
        return true;
    }

    private static void sort(int m, int n, double[] u, double[] s, double[] v, VectorOps ops) {
        for (int j = 0; j < n; j++) {
            if (s[j] < 0) {
                s[j] = -s[j];
                ops.scale(n, -1, v, j * n);
            }
        }
        for (int j = 0; j < n; j++) {
            int best = j;
            for (int k = j + 1; k < n; k++) {
                best = s[k] > s[best] ? k : best;
            }
            if (best != j) {
                JacobiSvd.exchange(m, n, u, s, v, j, best);
            }
        }
    }

    /**
     * Leaves the diagonal in d and the superdiagonal in the first n elements of work. A reflection is I − τ·v·vᵀ with
     * τ = −1/(α·v₀), α the diagonal or superdiagonal element; column k keeps the left v of step k from the diagonal on, row
     * k the right w behind it.
     *
     * <p>Until d[j] is known it holds τvᵀaⱼ. The last m elements of work that are used hold A·w, at their rows.
     */
    private static void bidiagonalise(
            int m, int n, double[] a, double[] d, double[] work, VectorOps ops, ProgressListener progress) {
        double tau = 0;
        for (int k = 0; k < n; k++) {
            int v = k + k * m;
            progress.at(NAME, k, 2 * n);
            if (k > 0) {
                ops.axpy(m - k, -tau * a[v - 1], work, n + k, a, v);
            }
            d[k] = columnReflection(m - k, a, v, ops);
            double leftTau = Reflections.tau(d[k], a[v]);
            for (int j = k + 1; j < n; j++) {
                int at = k + j * m;
                if (k > 0) {
                    ops.axpy(m - k, -tau * a[at - 1], work, n + k, a, at);
                }
                d[j] = leftTau * ops.dot(m - k, a, v, a, at);
            }
            if (k + 1 < n) {
                work[k] = rowReflection(m, n, k, a, d);
                tau = Reflections.tau(work[k], a[v + m]);
                applyAndGather(m, n, k, a, d, work, ops);
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

    /** Below row k: applies the left reflection to the columns behind k, and sums A·w. */
    private static void applyAndGather(int m, int n, int k, double[] a, double[] d, double[] work, VectorOps ops) {
        int length = m - k - 1;
        int v = k + 1 + k * m;
        int aw = n + k + 1;
        Arrays.fill(work, aw, aw + length, 0);
        for (int j = k + 1; j < n; j++) {
            int at = k + 1 + j * m;
            ops.axpy(length, -d[j], a, v, a, at);
            ops.axpy(length, a[at - 1], a, at, work, aw);
        }
    }
}
