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
 */
final class FloatLoops {
    private static final VectorSpecies<Float> SPECIES = VectorWidth.FLOATS;
    private static final VectorSpecies<Integer> INTS = SPECIES.vectorShape().withLanes(int.class);
    private static final VectorSpecies<Double> DOUBLES = VectorWidth.DOUBLES;
    private static final VectorSpecies<Float> NARROW =
            VectorShape.forBitSize(DOUBLES.vectorBitSize() / 2).withLanes(float.class);
    private static final int LANES = SPECIES.length();

    private FloatLoops() {}

    private static FloatVector load(float[] x, int at) {
        return FloatVector.fromArray(SPECIES, x, at);
    }

    /** y ← α·x; y may be x. */
    static void scale(int n, float alpha, float[] x, int xo, float[] y, int yo) {
        int bound = SPECIES.loopBound(n);
        for (int i = 0; i < bound; i += LANES) {
            load(x, xo + i).mul(alpha).intoArray(y, yo + i);
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
            factor.fma(load(x, xo + i), load(y, yo + i).mul(beta)).intoArray(z, zo + i);
        }
        for (int i = bound; i < n; i++) {
            z[zo + i] = Math.fma(alpha, x[xo + i], beta * y[yo + i]);
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
            FloatVector a = load(x, xo + i);
            FloatVector b = load(y, yo + i).mul(sign);
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
            largest = largest.max(load(x, xo + i).reinterpretAsInts().and(Integer.MAX_VALUE));
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
