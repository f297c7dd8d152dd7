package org.isospin.backend;

import org.isospin.DType;

/**
 * Unbiased rounding (Forsythe 1959): x between the neighbours a < b of a type becomes b with probability (x − a)/(b − a). The
 * probability is exact where (x − a)/(b − a) is a multiple of 2⁻⁵³, as for F32 numbers in the normal range of a 16-bit type,
 * else off by less than 2⁻⁵³. Number i of a seed is decided by its SplitMix64 output i, as {@link Gaussian} counts them.
 */
final class StochasticRounding {
    private StochasticRounding() {}

    /**
     * Rounds consecutive numbers.
     *
     * @param dtype what they are to be numbers of
     * @param seed any number
     * @param first the position of the first one
     * @param length how many
     * @param x the numbers
     * @param at where in x
     */
    static void round(DType dtype, long seed, long first, int length, double[] x, int at) {
        long start = Gaussian.start(seed);
        int digits = -Math.getExponent(dtype.unitRoundoff());
        int least = leastExponent(dtype);
        for (int i = 0; i < length; i++) {
            x[at + i] = round(x[at + i], Gaussian.uniform(start, first + i), digits, least);
        }
    }

    /** Works on multiples of the distance of neighbours; NaN and infinities fall through every operation. */
    private static double round(double x, double uniform, int digits, int least) {
        int unit = Math.max(Math.getExponent(x), least) - digits + 1;
        double scaled = Math.scalb(Math.abs(x), -unit);
        double below = Math.floor(scaled);
        double chosen = uniform < scaled - below ? below + 1 : below;
        return Math.copySign(Math.scalb(chosen, unit), x);
    }

    /** {@return the exponent of the smallest normal number} */
    private static int leastExponent(DType dtype) {
        return switch (dtype) {
            case F64 -> Double.MIN_EXPONENT;
            case F32, BF16 -> Float.MIN_EXPONENT;
            case F16 -> -14;
        };
    }
}
