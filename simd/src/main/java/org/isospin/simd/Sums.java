package org.isospin.simd;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Dot products in F64 that have the same bits for every width of vectors.
 *
 * <p>There are always 16 accumulators: element i is added by FMA to accumulator i mod 16, as four vectors of four lanes or
 * eight of two, as long as four elements are left. The accumulators are added as a tree: k and k + 8, then k and k + 4,
 * k + 2, k + 1. The up to three elements left are a chain of FMAs of their own, added last.
 *
 * <p>Vectors never cross a call: where the compiler leaves a helper out of line, for it was rarely called while shapes were
 * small, its vectors are boxed from then on.
 */
final class Sums {
    private static final VectorSpecies<Double> FOUR = DoubleVector.SPECIES_256;
    private static final VectorSpecies<Float> FOUR_FLOATS = FloatVector.SPECIES_128;
    private static final VectorSpecies<Double> TWO = DoubleVector.SPECIES_128;
    private static final VectorSpecies<Float> TWO_FLOATS = FloatVector.SPECIES_64;

    /** Four lanes at most: loads set the pace, and 16 accumulators hide the latency of FMAs at either width. */
    private static final boolean HAS_FOUR = VectorWidth.DOUBLES.length() >= 4;

    private Sums() {}

    /** {@return Σ xᵢyᵢ} */
    static double dot(int n, double[] x, int xo, double[] y, int yo) {
        return HAS_FOUR ? dotBy4(n, x, xo, y, yo) : dotBy2(n, x, xo, y, yo);
    }

    /** {@return Σ xᵢyᵢ, the products exact} */
    static double dot(int n, float[] x, int xo, float[] y, int yo) {
        return HAS_FOUR ? dotBy4(n, x, xo, y, yo) : dotBy2(n, x, xo, y, yo);
    }

    static double dotBy4(int n, double[] x, int xo, double[] y, int yo) {
        DoubleVector s0 = DoubleVector.zero(FOUR);
        DoubleVector s1 = s0;
        DoubleVector s2 = s0;
        DoubleVector s3 = s0;
        int i = 0;
        for (; i < (n & -16); i += 16) {
            s0 = DoubleVector.fromArray(FOUR, x, xo + i).fma(DoubleVector.fromArray(FOUR, y, yo + i), s0);
            s1 = DoubleVector.fromArray(FOUR, x, xo + i + 4).fma(DoubleVector.fromArray(FOUR, y, yo + i + 4), s1);
            s2 = DoubleVector.fromArray(FOUR, x, xo + i + 8).fma(DoubleVector.fromArray(FOUR, y, yo + i + 8), s2);
            s3 = DoubleVector.fromArray(FOUR, x, xo + i + 12).fma(DoubleVector.fromArray(FOUR, y, yo + i + 12), s3);
        }
        if (i + 4 <= n) {
            s0 = DoubleVector.fromArray(FOUR, x, xo + i).fma(DoubleVector.fromArray(FOUR, y, yo + i), s0);
            i += 4;
        }
        if (i + 4 <= n) {
            s1 = DoubleVector.fromArray(FOUR, x, xo + i).fma(DoubleVector.fromArray(FOUR, y, yo + i), s1);
            i += 4;
        }
        if (i + 4 <= n) {
            s2 = DoubleVector.fromArray(FOUR, x, xo + i).fma(DoubleVector.fromArray(FOUR, y, yo + i), s2);
            i += 4;
        }
        double rest = 0;
        for (; i < n; i++) {
            rest = Math.fma(x[xo + i], y[yo + i], rest);
        }
        return sum4(s0.add(s2).add(s1.add(s3))) + rest;
    }

    static double dotBy4(int n, float[] x, int xo, float[] y, int yo) {
        DoubleVector s0 = DoubleVector.zero(FOUR);
        DoubleVector s1 = s0;
        DoubleVector s2 = s0;
        DoubleVector s3 = s0;
        int i = 0;
        for (; i < (n & -16); i += 16) {
            s0 = ((DoubleVector)
                            FloatVector.fromArray(FOUR_FLOATS, x, xo + i).convertShape(VectorOperators.F2D, FOUR, 0))
                    .fma(
                            ((DoubleVector) FloatVector.fromArray(FOUR_FLOATS, y, yo + i)
                                    .convertShape(VectorOperators.F2D, FOUR, 0)),
                            s0);
            s1 = ((DoubleVector) FloatVector.fromArray(FOUR_FLOATS, x, xo + i + 4)
                            .convertShape(VectorOperators.F2D, FOUR, 0))
                    .fma(
                            ((DoubleVector) FloatVector.fromArray(FOUR_FLOATS, y, yo + i + 4)
                                    .convertShape(VectorOperators.F2D, FOUR, 0)),
                            s1);
            s2 = ((DoubleVector) FloatVector.fromArray(FOUR_FLOATS, x, xo + i + 8)
                            .convertShape(VectorOperators.F2D, FOUR, 0))
                    .fma(
                            ((DoubleVector) FloatVector.fromArray(FOUR_FLOATS, y, yo + i + 8)
                                    .convertShape(VectorOperators.F2D, FOUR, 0)),
                            s2);
            s3 = ((DoubleVector) FloatVector.fromArray(FOUR_FLOATS, x, xo + i + 12)
                            .convertShape(VectorOperators.F2D, FOUR, 0))
                    .fma(
                            ((DoubleVector) FloatVector.fromArray(FOUR_FLOATS, y, yo + i + 12)
                                    .convertShape(VectorOperators.F2D, FOUR, 0)),
                            s3);
        }
        if (i + 4 <= n) {
            s0 = ((DoubleVector)
                            FloatVector.fromArray(FOUR_FLOATS, x, xo + i).convertShape(VectorOperators.F2D, FOUR, 0))
                    .fma(
                            ((DoubleVector) FloatVector.fromArray(FOUR_FLOATS, y, yo + i)
                                    .convertShape(VectorOperators.F2D, FOUR, 0)),
                            s0);
            i += 4;
        }
        if (i + 4 <= n) {
            s1 = ((DoubleVector)
                            FloatVector.fromArray(FOUR_FLOATS, x, xo + i).convertShape(VectorOperators.F2D, FOUR, 0))
                    .fma(
                            ((DoubleVector) FloatVector.fromArray(FOUR_FLOATS, y, yo + i)
                                    .convertShape(VectorOperators.F2D, FOUR, 0)),
                            s1);
            i += 4;
        }
        if (i + 4 <= n) {
            s2 = ((DoubleVector)
                            FloatVector.fromArray(FOUR_FLOATS, x, xo + i).convertShape(VectorOperators.F2D, FOUR, 0))
                    .fma(
                            ((DoubleVector) FloatVector.fromArray(FOUR_FLOATS, y, yo + i)
                                    .convertShape(VectorOperators.F2D, FOUR, 0)),
                            s2);
            i += 4;
        }
        double rest = 0;
        for (; i < n; i++) {
            rest = Math.fma((double) x[xo + i], (double) y[yo + i], rest);
        }
        return sum4(s0.add(s2).add(s1.add(s3))) + rest;
    }

    static double dotBy2(int n, double[] x, int xo, double[] y, int yo) {
        DoubleVector s0 = DoubleVector.zero(TWO);
        DoubleVector s1 = s0;
        DoubleVector s2 = s0;
        DoubleVector s3 = s0;
        DoubleVector s4 = s0;
        DoubleVector s5 = s0;
        DoubleVector s6 = s0;
        DoubleVector s7 = s0;
        int i = 0;
        for (; i < (n & -16); i += 16) {
            s0 = DoubleVector.fromArray(TWO, x, xo + i).fma(DoubleVector.fromArray(TWO, y, yo + i), s0);
            s1 = DoubleVector.fromArray(TWO, x, xo + i + 2).fma(DoubleVector.fromArray(TWO, y, yo + i + 2), s1);
            s2 = DoubleVector.fromArray(TWO, x, xo + i + 4).fma(DoubleVector.fromArray(TWO, y, yo + i + 4), s2);
            s3 = DoubleVector.fromArray(TWO, x, xo + i + 6).fma(DoubleVector.fromArray(TWO, y, yo + i + 6), s3);
            s4 = DoubleVector.fromArray(TWO, x, xo + i + 8).fma(DoubleVector.fromArray(TWO, y, yo + i + 8), s4);
            s5 = DoubleVector.fromArray(TWO, x, xo + i + 10).fma(DoubleVector.fromArray(TWO, y, yo + i + 10), s5);
            s6 = DoubleVector.fromArray(TWO, x, xo + i + 12).fma(DoubleVector.fromArray(TWO, y, yo + i + 12), s6);
            s7 = DoubleVector.fromArray(TWO, x, xo + i + 14).fma(DoubleVector.fromArray(TWO, y, yo + i + 14), s7);
        }
        if (i + 4 <= n) {
            s0 = DoubleVector.fromArray(TWO, x, xo + i).fma(DoubleVector.fromArray(TWO, y, yo + i), s0);
            s1 = DoubleVector.fromArray(TWO, x, xo + i + 2).fma(DoubleVector.fromArray(TWO, y, yo + i + 2), s1);
            i += 4;
        }
        if (i + 4 <= n) {
            s2 = DoubleVector.fromArray(TWO, x, xo + i).fma(DoubleVector.fromArray(TWO, y, yo + i), s2);
            s3 = DoubleVector.fromArray(TWO, x, xo + i + 2).fma(DoubleVector.fromArray(TWO, y, yo + i + 2), s3);
            i += 4;
        }
        if (i + 4 <= n) {
            s4 = DoubleVector.fromArray(TWO, x, xo + i).fma(DoubleVector.fromArray(TWO, y, yo + i), s4);
            s5 = DoubleVector.fromArray(TWO, x, xo + i + 2).fma(DoubleVector.fromArray(TWO, y, yo + i + 2), s5);
            i += 4;
        }
        double rest = 0;
        for (; i < n; i++) {
            rest = Math.fma(x[xo + i], y[yo + i], rest);
        }
        DoubleVector even = s0.add(s4).add(s2.add(s6));
        DoubleVector odd = s1.add(s5).add(s3.add(s7));
        DoubleVector both = even.add(odd);
        return both.lane(0) + both.lane(1) + rest;
    }

    static double dotBy2(int n, float[] x, int xo, float[] y, int yo) {
        DoubleVector s0 = DoubleVector.zero(TWO);
        DoubleVector s1 = s0;
        DoubleVector s2 = s0;
        DoubleVector s3 = s0;
        DoubleVector s4 = s0;
        DoubleVector s5 = s0;
        DoubleVector s6 = s0;
        DoubleVector s7 = s0;
        int i = 0;
        for (; i < (n & -16); i += 16) {
            s0 = ((DoubleVector) FloatVector.fromArray(TWO_FLOATS, x, xo + i).convertShape(VectorOperators.F2D, TWO, 0))
                    .fma(
                            ((DoubleVector) FloatVector.fromArray(TWO_FLOATS, y, yo + i)
                                    .convertShape(VectorOperators.F2D, TWO, 0)),
                            s0);
            s1 = ((DoubleVector)
                            FloatVector.fromArray(TWO_FLOATS, x, xo + i + 2).convertShape(VectorOperators.F2D, TWO, 0))
                    .fma(
                            ((DoubleVector) FloatVector.fromArray(TWO_FLOATS, y, yo + i + 2)
                                    .convertShape(VectorOperators.F2D, TWO, 0)),
                            s1);
            s2 = ((DoubleVector)
                            FloatVector.fromArray(TWO_FLOATS, x, xo + i + 4).convertShape(VectorOperators.F2D, TWO, 0))
                    .fma(
                            ((DoubleVector) FloatVector.fromArray(TWO_FLOATS, y, yo + i + 4)
                                    .convertShape(VectorOperators.F2D, TWO, 0)),
                            s2);
            s3 = ((DoubleVector)
                            FloatVector.fromArray(TWO_FLOATS, x, xo + i + 6).convertShape(VectorOperators.F2D, TWO, 0))
                    .fma(
                            ((DoubleVector) FloatVector.fromArray(TWO_FLOATS, y, yo + i + 6)
                                    .convertShape(VectorOperators.F2D, TWO, 0)),
                            s3);
            s4 = ((DoubleVector)
                            FloatVector.fromArray(TWO_FLOATS, x, xo + i + 8).convertShape(VectorOperators.F2D, TWO, 0))
                    .fma(
                            ((DoubleVector) FloatVector.fromArray(TWO_FLOATS, y, yo + i + 8)
                                    .convertShape(VectorOperators.F2D, TWO, 0)),
                            s4);
            s5 = ((DoubleVector)
                            FloatVector.fromArray(TWO_FLOATS, x, xo + i + 10).convertShape(VectorOperators.F2D, TWO, 0))
                    .fma(
                            ((DoubleVector) FloatVector.fromArray(TWO_FLOATS, y, yo + i + 10)
                                    .convertShape(VectorOperators.F2D, TWO, 0)),
                            s5);
            s6 = ((DoubleVector)
                            FloatVector.fromArray(TWO_FLOATS, x, xo + i + 12).convertShape(VectorOperators.F2D, TWO, 0))
                    .fma(
                            ((DoubleVector) FloatVector.fromArray(TWO_FLOATS, y, yo + i + 12)
                                    .convertShape(VectorOperators.F2D, TWO, 0)),
                            s6);
            s7 = ((DoubleVector)
                            FloatVector.fromArray(TWO_FLOATS, x, xo + i + 14).convertShape(VectorOperators.F2D, TWO, 0))
                    .fma(
                            ((DoubleVector) FloatVector.fromArray(TWO_FLOATS, y, yo + i + 14)
                                    .convertShape(VectorOperators.F2D, TWO, 0)),
                            s7);
        }
        if (i + 4 <= n) {
            s0 = ((DoubleVector) FloatVector.fromArray(TWO_FLOATS, x, xo + i).convertShape(VectorOperators.F2D, TWO, 0))
                    .fma(
                            ((DoubleVector) FloatVector.fromArray(TWO_FLOATS, y, yo + i)
                                    .convertShape(VectorOperators.F2D, TWO, 0)),
                            s0);
            s1 = ((DoubleVector)
                            FloatVector.fromArray(TWO_FLOATS, x, xo + i + 2).convertShape(VectorOperators.F2D, TWO, 0))
                    .fma(
                            ((DoubleVector) FloatVector.fromArray(TWO_FLOATS, y, yo + i + 2)
                                    .convertShape(VectorOperators.F2D, TWO, 0)),
                            s1);
            i += 4;
        }
        if (i + 4 <= n) {
            s2 = ((DoubleVector) FloatVector.fromArray(TWO_FLOATS, x, xo + i).convertShape(VectorOperators.F2D, TWO, 0))
                    .fma(
                            ((DoubleVector) FloatVector.fromArray(TWO_FLOATS, y, yo + i)
                                    .convertShape(VectorOperators.F2D, TWO, 0)),
                            s2);
            s3 = ((DoubleVector)
                            FloatVector.fromArray(TWO_FLOATS, x, xo + i + 2).convertShape(VectorOperators.F2D, TWO, 0))
                    .fma(
                            ((DoubleVector) FloatVector.fromArray(TWO_FLOATS, y, yo + i + 2)
                                    .convertShape(VectorOperators.F2D, TWO, 0)),
                            s3);
            i += 4;
        }
        if (i + 4 <= n) {
            s4 = ((DoubleVector) FloatVector.fromArray(TWO_FLOATS, x, xo + i).convertShape(VectorOperators.F2D, TWO, 0))
                    .fma(
                            ((DoubleVector) FloatVector.fromArray(TWO_FLOATS, y, yo + i)
                                    .convertShape(VectorOperators.F2D, TWO, 0)),
                            s4);
            s5 = ((DoubleVector)
                            FloatVector.fromArray(TWO_FLOATS, x, xo + i + 2).convertShape(VectorOperators.F2D, TWO, 0))
                    .fma(
                            ((DoubleVector) FloatVector.fromArray(TWO_FLOATS, y, yo + i + 2)
                                    .convertShape(VectorOperators.F2D, TWO, 0)),
                            s5);
            i += 4;
        }
        double rest = 0;
        for (; i < n; i++) {
            rest = Math.fma((double) x[xo + i], (double) y[yo + i], rest);
        }
        DoubleVector even = s0.add(s4).add(s2.add(s6));
        DoubleVector odd = s1.add(s5).add(s3.add(s7));
        DoubleVector both = even.add(odd);
        return both.lane(0) + both.lane(1) + rest;
    }

    /** {@return (s₀ + s₂) + (s₁ + s₃)} */
    private static double sum4(DoubleVector s) {
        return (s.lane(0) + s.lane(2)) + (s.lane(1) + s.lane(3));
    }
}
