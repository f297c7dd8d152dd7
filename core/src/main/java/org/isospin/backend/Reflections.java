package org.isospin.backend;

import java.util.Arrays;

/** The orthogonal factors of a bidiagonalisation, formed from the last reflection to the first. */
final class Reflections {
    private Reflections() {}

    /** τ = 2/‖v‖² = −1/(α·v₀), or 0, which leaves everything as it is, for α = 0. */
    static double tau(double alpha, double head) {
        return alpha == 0 ? 0 : -1 / (alpha * head);
    }

    /**
     * v ← G₀·G₁⋯, where Gₖ reflects along the vector in row k of a, behind its diagonal.
     *
     * @param m rows of a
     * @param n columns of a
     * @param a column-major, as the bidiagonalisation left it
     * @param work the superdiagonal, followed by scratch
     * @param v column-major n × n, output
     * @param scratch where n elements of scratch begin in work
     * @param ops vector operations
     */
    static void formRight(int m, int n, double[] a, double[] work, double[] v, int scratch, VectorOps ops) {
        Arrays.fill(v, 0, n * n, 0);
        for (int j = 0; j < n; j++) {
            v[j + j * n] = 1;
        }
        for (int k = n - 2; k >= 0; k--) {
            int length = n - k - 1;
            for (int j = 0; j < length; j++) {
                work[scratch + j] = a[k + (k + 1 + j) * m];
            }
            double tau = tau(work[k], work[scratch]);
            for (int j = k + 1; j < n && tau != 0; j++) {
                int at = k + 1 + j * n;
                ops.axpy(length, -tau * ops.dot(length, work, scratch, v, at), work, scratch, v, at);
            }
        }
    }

    /**
     * a ← the first n columns of H₀·H₁⋯, where Hₖ reflects along the vector in column k of a, from its diagonal on.
     *
     * @param m rows of a
     * @param n columns of a
     * @param a column-major, as the bidiagonalisation left it; the output
     * @param d the diagonal
     * @param ops vector operations
     */
    static void formLeft(int m, int n, double[] a, double[] d, VectorOps ops) {
        for (int k = n - 1; k >= 0; k--) {
            int length = m - k;
            int v = k + k * m;
            double head = a[v];
            double tau = tau(d[k], head);
            for (int j = k + 1; j < n; j++) {
                int at = k + j * m;
                a[at] = 0;
                if (tau != 0) {
                    ops.axpy(length, -tau * ops.dot(length, a, v, a, at), a, v, a, at);
                }
            }
            ops.scale(length, -tau * head, a, v);
            a[v] += 1;
        }
    }
}
