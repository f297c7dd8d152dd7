package org.isospin.simd;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Element-wise loops on F32 arrays. Each element is computed by itself, by the same operations in vectors and in the
 * rest, so the width of vectors changes no bit.
 *
 * <p>Vectors never cross a call: where the compiler leaves a helper out of line, for it was rarely called while shapes were
 * small, its vectors are boxed from then on.
 */
final class FloatLoops {
    private static final VectorSpecies<Float> SPECIES = VectorWidth.FLOATS;
    private static final VectorSpecies<Integer> INTS = SPECIES.vectorShape().withLanes(int.class);
    private static final VectorSpecies<Double> DOUBLES = VectorWidth.DOUBLES;
    private static final VectorSpecies<Float> NARROW =
            VectorShape.forBitSize(DOUBLES.vectorBitSize() / 2).withLanes(float.class);
    private static final int LANES = SPECIES.length();

    private FloatLoops() {}

    /** y ← α·x; y may be x. */
    static void scale(int n, float alpha, float[] x, int xo, float[] y, int yo) {
        int bound = SPECIES.loopBound(n);
        for (int i = 0; i < bound; i += LANES) {
            FloatVector.fromArray(SPECIES, x, xo + i).mul(alpha).intoArray(y, yo + i);
        }
        for (int i = bound; i < n; i++) {
            y[yo + i] = alpha * x[xo + i];
        }
    }

    /** z ← fma(α, x, β·y); z may be x or y. */
    static void combine(int n, float alpha, float[] x, int xo, float beta, float[] y, int yo, float[] z, int zo) {
        int bound = SPECIES.loopBound(n);
        FloatVector factor = FloatVector.broadcast(SPECIES, alpha);
        for (int i = 0; i < bound; i += LANES) {
            factor.fma(
                            FloatVector.fromArray(SPECIES, x, xo + i),
                            FloatVector.fromArray(SPECIES, y, yo + i).mul(beta))
                    .intoArray(z, zo + i);
        }
        for (int i = bound; i < n; i++) {
            z[zo + i] = Math.fma(alpha, x[xo + i], beta * y[yo + i]);
        }
    }

    /** y ← α·x + y, each element by one FMA. */
    static void axpy(int n, float alpha, float[] x, int xo, float[] y, int yo) {
        int bound = SPECIES.loopBound(n);
        FloatVector factor = FloatVector.broadcast(SPECIES, alpha);
        for (int i = 0; i < bound; i += LANES) {
            FloatVector.fromArray(SPECIES, x, xo + i)
                    .fma(factor, FloatVector.fromArray(SPECIES, y, yo + i))
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
            int n, int terms, float sign, float[] c, int co, float[] x, int xo, int ld, float[] y, int yo) {
        int k = 0;
        for (; k + 4 <= terms; k += 4) {
            accumulateFour(n, sign, c, co + k, x, xo + k * ld, ld, y, yo);
        }
        for (; k < terms; k++) {
            axpy(n, sign * c[co + k], x, xo + k * ld, y, yo);
        }
    }

    private static void accumulateFour(
            int n, float sign, float[] c, int co, float[] x, int x0, int ld, float[] y, int yo) {
        float c0 = sign * c[co];
        float c1 = sign * c[co + 1];
        float c2 = sign * c[co + 2];
        float c3 = sign * c[co + 3];
        int x1 = x0 + ld;
        int x2 = x1 + ld;
        int x3 = x2 + ld;
        int bound = SPECIES.loopBound(n);
        FloatVector f0 = FloatVector.broadcast(SPECIES, c0);
        FloatVector f1 = FloatVector.broadcast(SPECIES, c1);
        FloatVector f2 = FloatVector.broadcast(SPECIES, c2);
        FloatVector f3 = FloatVector.broadcast(SPECIES, c3);
        for (int i = 0; i < bound; i += LANES) {
            FloatVector sum = FloatVector.fromArray(SPECIES, x, x1 + i)
                    .fma(
                            f1,
                            FloatVector.fromArray(SPECIES, x, x0 + i)
                                    .fma(f0, FloatVector.fromArray(SPECIES, y, yo + i)));
            FloatVector.fromArray(SPECIES, x, x3 + i)
                    .fma(f3, FloatVector.fromArray(SPECIES, x, x2 + i).fma(f2, sum))
                    .intoArray(y, yo + i);
        }
        for (int i = bound; i < n; i++) {
            float sum = Math.fma(c1, x[x1 + i], Math.fma(c0, x[x0 + i], y[yo + i]));
            y[yo + i] = Math.fma(c3, x[x3 + i], Math.fma(c2, x[x2 + i], sum));
        }
    }

    /**
     * y ← ½(x ± y), correctly rounded: ½(x ± y) is, unless the sum overflows, and then ½x and ½y are exact.
     *
     * @param sign 1 or −1
     */
    static void halfSum(int n, float sign, float[] x, int xo, float[] y, int yo) {
        int bound = SPECIES.loopBound(n);
        for (int i = 0; i < bound; i += LANES) {
            FloatVector a = FloatVector.fromArray(SPECIES, x, xo + i);
            FloatVector b = FloatVector.fromArray(SPECIES, y, yo + i).mul(sign);
            FloatVector sum = a.add(b);
            FloatVector half = sum.mul(0.5f);
            VectorMask<Float> isInfinite = sum.test(VectorOperators.IS_INFINITE);
            if (isInfinite.anyTrue()) {
                half = half.blend(a.mul(0.5f).add(b.mul(0.5f)), isInfinite);
            }
            half.intoArray(y, yo + i);
        }
        for (int i = bound; i < n; i++) {
            float b = sign * y[yo + i];
            float sum = x[xo + i] + b;
            y[yo + i] = Float.isInfinite(sum) ? 0.5f * x[xo + i] + 0.5f * b : 0.5f * sum;
        }
    }

    /** {@return max |x|, NaN if any element is NaN}: bits of magnitudes are ordered like numbers, NaN above infinity. */
    static float maxAbs(int n, float[] x, int xo) {
        int bound = SPECIES.loopBound(n);
        IntVector largest = IntVector.zero(INTS);
        for (int i = 0; i < bound; i += LANES) {
            largest = largest.max(FloatVector.fromArray(SPECIES, x, xo + i)
                    .reinterpretAsInts()
                    .and(Integer.MAX_VALUE));
        }
        int bits = largest.reduceLanes(VectorOperators.MAX);
        for (int i = bound; i < n; i++) {
            bits = Math.max(bits, Float.floatToRawIntBits(x[xo + i]) & Integer.MAX_VALUE);
        }
        return Float.intBitsToFloat(bits);
    }

    /** sums ← sums + |x|. */
    static void addAbs(int n, float[] x, int xo, double[] sums) {
        int bound = DOUBLES.loopBound(n);
        for (int i = 0; i < bound; i += DOUBLES.length()) {
            DoubleVector wide = (DoubleVector)
                    FloatVector.fromArray(NARROW, x, xo + i).convertShape(VectorOperators.F2D, DOUBLES, 0);
            DoubleVector.fromArray(DOUBLES, sums, i).add(wide.abs()).intoArray(sums, i);
        }
        for (int i = bound; i < n; i++) {
            sums[i] += Math.abs(x[xo + i]);
        }
    }
}
