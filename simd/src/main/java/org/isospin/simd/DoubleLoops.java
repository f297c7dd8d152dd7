package org.isospin.simd;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Element-wise loops on F64 arrays. Each element is computed by itself, by the same operations in vectors and in the
 * rest, so the width of vectors changes no bit.
 *
 * <p>Vectors never cross a call: where the compiler leaves a helper out of line, for it was rarely called while shapes were
 * small, its vectors are boxed from then on.
 */
final class DoubleLoops {
    private static final VectorSpecies<Double> SPECIES = VectorWidth.DOUBLES;
    private static final VectorSpecies<Long> INTS = SPECIES.vectorShape().withLanes(long.class);
    private static final int LANES = SPECIES.length();

    private DoubleLoops() {}

    /** y ← α·x; y may be x. */
    static void scale(int n, double alpha, double[] x, int xo, double[] y, int yo) {
        int bound = SPECIES.loopBound(n);
        for (int i = 0; i < bound; i += LANES) {
            DoubleVector.fromArray(SPECIES, x, xo + i).mul(alpha).intoArray(y, yo + i);
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
            factor.fma(
                            DoubleVector.fromArray(SPECIES, x, xo + i),
                            DoubleVector.fromArray(SPECIES, y, yo + i).mul(beta))
                    .intoArray(z, zo + i);
        }
        for (int i = bound; i < n; i++) {
            z[zo + i] = Math.fma(alpha, x[xo + i], beta * y[yo + i]);
        }
    }

    /** y ← α·x + y, each element by one FMA. */
    static void axpy(int n, double alpha, double[] x, int xo, double[] y, int yo) {
        int bound = SPECIES.loopBound(n);
        DoubleVector factor = DoubleVector.broadcast(SPECIES, alpha);
        for (int i = 0; i < bound; i += LANES) {
            DoubleVector.fromArray(SPECIES, x, xo + i)
                    .fma(factor, DoubleVector.fromArray(SPECIES, y, yo + i))
                    .intoArray(y, yo + i);
        }
        for (int i = bound; i < n; i++) {
            y[yo + i] = Math.fma(alpha, x[xo + i], y[yo + i]);
        }
    }

    /**
     * y ← y + sign·Σ cₖ·xₖ, each element by FMAs in ascending k.
     *
     * @param terms how many vectors
     * @param sign 1 or −1
     * @param c their factors from co on
     * @param x the vectors, ld apart
     */
    static void accumulate(
            int n, int terms, double sign, double[] c, int co, double[] x, int xo, int ld, double[] y, int yo) {
        int k = 0;
        for (; k + 4 <= terms; k += 4) {
            accumulateFour(n, sign, c, co + k, x, xo + k * ld, ld, y, yo);
        }
        for (; k < terms; k++) {
            axpy(n, sign * c[co + k], x, xo + k * ld, y, yo);
        }
    }

    private static void accumulateFour(
            int n, double sign, double[] c, int co, double[] x, int x0, int ld, double[] y, int yo) {
        double c0 = sign * c[co];
        double c1 = sign * c[co + 1];
        double c2 = sign * c[co + 2];
        double c3 = sign * c[co + 3];
        int x1 = x0 + ld;
        int x2 = x1 + ld;
        int x3 = x2 + ld;
        int bound = SPECIES.loopBound(n);
        DoubleVector f0 = DoubleVector.broadcast(SPECIES, c0);
        DoubleVector f1 = DoubleVector.broadcast(SPECIES, c1);
        DoubleVector f2 = DoubleVector.broadcast(SPECIES, c2);
        DoubleVector f3 = DoubleVector.broadcast(SPECIES, c3);
        for (int i = 0; i < bound; i += LANES) {
            DoubleVector sum = DoubleVector.fromArray(SPECIES, x, x1 + i)
                    .fma(
                            f1,
                            DoubleVector.fromArray(SPECIES, x, x0 + i)
                                    .fma(f0, DoubleVector.fromArray(SPECIES, y, yo + i)));
            DoubleVector.fromArray(SPECIES, x, x3 + i)
                    .fma(f3, DoubleVector.fromArray(SPECIES, x, x2 + i).fma(f2, sum))
                    .intoArray(y, yo + i);
        }
        for (int i = bound; i < n; i++) {
            double sum = Math.fma(c1, x[x1 + i], Math.fma(c0, x[x0 + i], y[yo + i]));
            y[yo + i] = Math.fma(c3, x[x3 + i], Math.fma(c2, x[x2 + i], sum));
        }
    }

    /** x ← x / by. */
    static void divide(int n, double by, double[] x, int xo) {
        int bound = SPECIES.loopBound(n);
        for (int i = 0; i < bound; i += LANES) {
            DoubleVector.fromArray(SPECIES, x, xo + i).div(by).intoArray(x, xo + i);
        }
        for (int i = bound; i < n; i++) {
            x[xo + i] /= by;
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
            DoubleVector.fromArray(SPECIES, x, xo + i)
                    .mul(0.5)
                    .add(DoubleVector.fromArray(SPECIES, y, yo + i).mul(half))
                    .intoArray(y, yo + i);
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
            largest = largest.max(DoubleVector.fromArray(SPECIES, x, xo + i)
                    .reinterpretAsLongs()
                    .and(Long.MAX_VALUE));
        }
        long bits = largest.reduceLanes(VectorOperators.MAX);
        for (int i = bound; i < n; i++) {
            bits = Math.max(bits, Double.doubleToRawLongBits(x[xo + i]) & Long.MAX_VALUE);
        }
        return Double.longBitsToDouble(bits);
    }

    /**
     * {@return the first position of an element of a magnitude}
     *
     * @param size the magnitude, which an element has; NaN finds the first NaN
     */
    static int indexOfAbs(int n, double size, double[] x, int xo) {
        boolean isNaN = Double.isNaN(size);
        int bound = SPECIES.loopBound(n);
        int i = 0;
        for (; i < bound; i += LANES) {
            DoubleVector v = DoubleVector.fromArray(SPECIES, x, xo + i).abs();
            VectorMask<Double> isIt = isNaN ? v.test(VectorOperators.IS_NAN) : v.eq(size);
            if (isIt.anyTrue()) {
                return i + isIt.firstTrue();
            }
        }
        while (i < n - 1 && (isNaN ? !Double.isNaN(x[xo + i]) : Math.abs(x[xo + i]) != size)) {
            i++;
        }
        return i;
    }

    /** sums ← sums + |x|. */
    static void addAbs(int n, double[] x, int xo, double[] sums) {
        int bound = SPECIES.loopBound(n);
        for (int i = 0; i < bound; i += LANES) {
            DoubleVector.fromArray(SPECIES, sums, i)
                    .add(DoubleVector.fromArray(SPECIES, x, xo + i).abs())
                    .intoArray(sums, i);
        }
        for (int i = bound; i < n; i++) {
            sums[i] += Math.abs(x[xo + i]);
        }
    }
}
