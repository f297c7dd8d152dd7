package org.isospin.backend;

/**
 * The vector operations that the singular value engines are built from, in plain Java; a backend with vector instructions
 * overrides them. Each result is decided by the arguments alone.
 */
public class VectorOps {
    /** Makes the plain Java operations. */
    public VectorOps() {}

    /**
     * y ← α·x + y, each element by one FMA.
     *
     * @param n how many elements
     * @param alpha α
     * @param x the vector added
     * @param xo its first element
     * @param y input and output
     * @param yo its first element
     */
    public void axpy(int n, double alpha, double[] x, int xo, double[] y, int yo) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = Math.fma(alpha, x[xo + i], y[yo + i]);
        }
    }

    /**
     * {@return Σ xᵢyᵢ, in a fixed order}
     *
     * @param n how many elements
     * @param x one vector
     * @param xo its first element
     * @param y the other; may be x
     * @param yo its first element
     */
    public double dot(int n, double[] x, int xo, double[] y, int yo) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 3 < n; i += 4) {
            s0 = Math.fma(x[xo + i], y[yo + i], s0);
            s1 = Math.fma(x[xo + i + 1], y[yo + i + 1], s1);
            s2 = Math.fma(x[xo + i + 2], y[yo + i + 2], s2);
            s3 = Math.fma(x[xo + i + 3], y[yo + i + 3], s3);
        }
        for (; i < n; i++) {
            s0 = Math.fma(x[xo + i], y[yo + i], s0);
        }
        return (s0 + s1) + (s2 + s3);
    }

    /**
     * x ← α·x.
     *
     * @param n how many elements
     * @param alpha α
     * @param x input and output
     * @param xo its first element
     */
    public void scale(int n, double alpha, double[] x, int xo) {
        for (int i = 0; i < n; i++) {
            x[xo + i] *= alpha;
        }
    }

    /**
     * x ← c·x − s·y and y ← s·x + c·y, as x − s(y + τx) and y + s(x − τy) with τ = s/(1 + c) (Rutishauser 1966): rounding
     * of c then costs s·τ·u instead of u, and long products of small rotations stay orthogonal ten times better.
     *
     * @param n how many elements
     * @param x one vector, input and output
     * @param xo its first element
     * @param y the other, input and output
     * @param yo its first element
     * @param c cosine, not negative
     * @param s sine
     */
    public void rotate(int n, double[] x, int xo, double[] y, int yo, double c, double s) {
        double tau = s / (1 + c);
        for (int i = 0; i < n; i++) {
            double p = x[xo + i];
            double q = y[yo + i];
            x[xo + i] = Math.fma(-s, Math.fma(tau, p, q), p);
            y[yo + i] = Math.fma(s, Math.fma(-tau, q, p), q);
        }
    }
}
