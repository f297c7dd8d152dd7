package org.isospin.backend;

/** Magnitudes of arrays, and exact scaling by powers of two. */
final class Scaling {
    private Scaling() {}

    /**
     * {@return max |xᵢ|, NaN if any element is NaN, 0 if there is none}
     *
     * @param n how many elements
     * @param x the elements
     */
    static double maxAbs(int n, double[] x) {
        double largest = 0;
        for (int i = 0; i < n; i++) {
            largest = Math.max(largest, Math.abs(x[i]));
        }
        return largest;
    }

    /**
     * x ← 2^exponent·x.
     *
     * @param n how many elements
     * @param x the elements
     * @param exponent from −1023 to 1023
     */
    static void scaleByPowerOfTwo(int n, double[] x, int exponent) {
        if (exponent == 0) {
            return;
        }
        double factor = Math.scalb(1.0, exponent);
        for (int i = 0; i < n; i++) {
            x[i] *= factor;
        }
    }
}
