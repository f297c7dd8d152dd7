package org.isospin.backend;

import java.util.Arrays;

/**
 * The singular value decomposition by one-sided Jacobi rotations: columns of a are rotated in pairs until all are
 * orthogonal; their lengths are the singular values, the product of the rotations is V.
 *
 * <p>Order and pivoting of de Rijk (1989): row-cyclic, the longest remaining column first. Columns count as orthogonal
 * when |aᵢᵀaⱼ| ≤ √m·2u·‖aᵢ‖‖aⱼ‖, which bounds the error of each singular value relative to itself for a = b·diag(d) with
 * well-conditioned b and any d (Demmel and Veselić 1992). Values below 2⁻⁴⁸⁰ of the largest element count as zero.
 */
final class JacobiSvd {
    private static final int MAX_SWEEPS = 60;

    /** Squared length, where the largest element is in [1, 2), below which squares lose digits to underflow. */
    private static final double NEGLIGIBLE = 0x1p-960;

    /** Where the square of the cotangent of the double angle no longer feels the addition of 1. */
    private static final double HUGE_COTANGENT = 0x1p30;

    private JacobiSvd() {}

    /**
     * Decomposes a = u·diag(s)·vᵀ, singular values descending.
     *
     * @param m rows, at least n
     * @param n columns
     * @param a column-major m × n; becomes u, whose columns for zero singular values are zero
     * @param s n singular values, output
     * @param v column-major n × n, output
     * @param ops vector operations
     * @return whether a was finite and the sweeps converged; if not, all outputs are unspecified
     */
    static boolean factor(int m, int n, double[] a, double[] s, double[] v, VectorOps ops) {
        double largest = Scaling.maxAbs(m * n, a);
        if (!Double.isFinite(largest)) {
            return false;
        }
        Arrays.fill(v, 0, n * n, 0);
        for (int j = 0; j < n; j++) {
            v[j * n + j] = 1;
        }
        if (largest == 0) {
            Arrays.fill(s, 0, n, 0);
            return true;
        }
        int exponent = Math.getExponent(largest);
        Scaling.scaleByPowerOfTwo(m * n, a, -exponent);
        double tolerance = 0x1p-52 * Math.sqrt(Math.max(m, 4));
        boolean converged = false;
        for (int sweep = 0; sweep < MAX_SWEEPS && !converged; sweep++) {
            squaredLengths(m, n, a, s, ops);
            converged = sweep(m, n, a, s, v, tolerance, ops);
        }
        if (converged) {
            finish(m, n, a, s, v, exponent, ops);
        }
        return converged;
    }

    /** Fresh ‖aⱼ‖² in s; negligible columns become zero. */
    private static void squaredLengths(int m, int n, double[] a, double[] s, VectorOps ops) {
        for (int j = 0; j < n; j++) {
            double length = ops.dot(m, a, j * m, a, j * m);
            if (length < NEGLIGIBLE) {
                Arrays.fill(a, j * m, (j + 1) * m, 0);
                length = 0;
            }
            s[j] = length;
        }
    }

    /** One sweep over all pairs; true if every pair was orthogonal already. */
    private static boolean sweep(int m, int n, double[] a, double[] s, double[] v, double tolerance, VectorOps ops) {
        boolean isOrthogonal = true;
        for (int p = 0; p < n - 1; p++) {
            int longest = indexOfMax(s, p, n);
            if (longest != p) {
                exchange(m, n, a, s, v, p, longest);
            }
            for (int q = p + 1; q < n; q++) {
                double pp = s[p];
                double qq = s[q];
                if (qq == 0 || pp == 0) {
                    continue;
                }
                double pq = ops.dot(m, a, p * m, a, q * m);
                if (Math.abs(pq) <= tolerance * Math.sqrt(pp) * Math.sqrt(qq)) {
                    continue;
                }
                isOrthogonal = false;
                rotate(m, n, a, s, v, p, q, pq, ops);
            }
        }
        return isOrthogonal;
    }

    /** Makes columns p and q orthogonal by a rotation of at most 45°, and keeps their squared lengths. */
    private static void rotate(
            int m, int n, double[] a, double[] s, double[] v, int p, int q, double pq, VectorOps ops) {
        double pp = s[p];
        double qq = s[q];
        double cotangent = (qq - pp) / (2 * pq);
        double t = Math.abs(cotangent) > HUGE_COTANGENT
                ? 0.5 / cotangent
                : Math.copySign(1 / (Math.abs(cotangent) + Math.sqrt(1 + cotangent * cotangent)), cotangent);
        double cosine = 1 / Math.sqrt(1 + t * t);
        double sine = cosine * t;
        ops.rotate(m, a, p * m, a, q * m, cosine, sine);
        ops.rotate(n, v, p * n, v, q * n, cosine, sine);
        double newP = pp - t * pq;
        double newQ = qq + t * pq;
        // A length that shrank by much is a difference of near equals: measure it.
        s[p] = newP > 0.25 * pp ? newP : ops.dot(m, a, p * m, a, p * m);
        s[q] = newQ > 0.25 * qq ? newQ : ops.dot(m, a, q * m, a, q * m);
    }

    /** Singular values from column lengths, descending; unit columns in a. */
    private static void finish(int m, int n, double[] a, double[] s, double[] v, int exponent, VectorOps ops) {
        squaredLengths(m, n, a, s, ops);
        for (int j = 0; j < n; j++) {
            int longest = indexOfMax(s, j, n);
            if (longest != j) {
                exchange(m, n, a, s, v, j, longest);
            }
            double length = Math.sqrt(s[j]);
            if (length > 0) {
                ops.scale(m, 1 / length, a, j * m);
            }
            s[j] = Math.scalb(length, exponent);
        }
    }

    private static int indexOfMax(double[] s, int from, int to) {
        int best = from;
        for (int j = from + 1; j < to; j++) {
            if (s[j] > s[best]) {
                best = j;
            }
        }
        return best;
    }

    /** Exchanges two singular values and their vectors. */
    static void exchange(int m, int n, double[] a, double[] s, double[] v, int p, int q) {
        double length = s[p];
        s[p] = s[q];
        s[q] = length;
        exchange(m, a, p * m, q * m);
        exchange(n, v, p * n, q * n);
    }

    private static void exchange(int n, double[] x, int p, int q) {
        for (int i = 0; i < n; i++) {
            double old = x[p + i];
            x[p + i] = x[q + i];
            x[q + i] = old;
        }
    }
}
