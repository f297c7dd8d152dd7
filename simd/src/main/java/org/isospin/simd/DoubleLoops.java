package org.isospin.simd;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Element-wise loops on F64 arrays. Each element is computed by itself, by the same operations in vectors and in the
 * rest, so the width of vectors changes no bit.
 */
final class DoubleLoops {
    private static final VectorSpecies<Double> SPECIES = VectorWidth.DOUBLES;
    private static final VectorSpecies<Long> INTS = SPECIES.vectorShape().withLanes(long.class);
    private static final int LANES = SPECIES.length();

    private DoubleLoops() {}

    private static DoubleVector load(double[] x, int at) {
        return DoubleVector.fromArray(SPECIES, x, at);
    }

    /** y ← α·x; y may be x. */
    static void scale(int n, double alpha, double[] x, int xo, double[] y, int yo) {
        int bound = SPECIES.loopBound(n);
        for (int i = 0; i < bound; i += LANES) {
            load(x, xo + i).mul(alpha).intoArray(y, yo + i);
        }
        for (int i = bound; i < n; i++) {
            y[yo + i] = alpha * x[xo + i];
        }
    }

    /** z ← fma(α, x, β·y); z may be x or y. */
    static void combine(int n, double alpha, double[] x, int xo, double beta, double[] y, int yo, double[] z, int zo) {
        int bound = SPECIES.loopBound(n);
        DoubleVector factor = DoubleVector.broadcast(SPECIES, alpha);
        for (int i = 0; i < bound; i += LANES) {
            factor.fma(load(x, xo + i), load(y, yo + i).mul(beta)).intoArray(z, zo + i);
        }
        for (int i = bound; i < n; i++) {
            z[zo + i] = Math.fma(alpha, x[xo + i], beta * y[yo + i]);
        }
    }

    /**
     * y ← ½x ± ½y.
     *
     * @param sign 1 or −1
     */
    static void halfSum(int n, double sign, double[] x, int xo, double[] y, int yo) {
        int bound = SPECIES.loopBound(n);
        double half = 0.5 * sign;
        for (int i = 0; i < bound; i += LANES) {
            load(x, xo + i).mul(0.5).add(load(y, yo + i).mul(half)).intoArray(y, yo + i);
        }
        for (int i = bound; i < n; i++) {
            y[yo + i] = 0.5 * x[xo + i] + half * y[yo + i];
        }
    }

    /** {@return max |x|, NaN if any element is NaN}: bits of magnitudes are ordered like numbers, NaN above infinity. */
    static double maxAbs(int n, double[] x, int xo) {
        int bound = SPECIES.loopBound(n);
        LongVector largest = LongVector.zero(INTS);
        for (int i = 0; i < bound; i += LANES) {
            largest = largest.max(load(x, xo + i).reinterpretAsLongs().and(Long.MAX_VALUE));
        }
        long bits = largest.reduceLanes(VectorOperators.MAX);
        for (int i = bound; i < n; i++) {
            bits = Math.max(bits, Double.doubleToRawLongBits(x[xo + i]) & Long.MAX_VALUE);
        }
        return Double.longBitsToDouble(bits);
    }

    /** sums ← sums + |x|. */
    static void addAbs(int n, double[] x, int xo, double[] sums) {
        int bound = SPECIES.loopBound(n);
        for (int i = 0; i < bound; i += LANES) {
            load(sums, i).add(load(x, xo + i).abs()).intoArray(sums, i);
        }
        for (int i = bound; i < n; i++) {
            sums[i] += Math.abs(x[xo + i]);
        }
    }
}
