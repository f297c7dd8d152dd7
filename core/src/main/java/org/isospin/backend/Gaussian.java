package org.isospin.backend;

/**
 * Standard normal numbers by position: number i of a seed is the cosine (even i) or sine (odd i) half of a Box–Muller pair
 * (Box and Muller 1958) whose uniforms are the SplitMix64 outputs (Steele, Lea and Flood 2014) 2⌊i/2⌋ and 2⌊i/2⌋+1 of a
 * counter that starts at the mixed seed. {@link StrictMath} makes the bits the same everywhere.
 */
public final class Gaussian {
    /** 2⁶⁴ divided by the golden ratio, odd: the step of SplitMix64. */
    private static final long STEP = 0x9E3779B97F4A7C15L;

    private Gaussian() {}

    /**
     * Writes consecutive numbers of a seed.
     *
     * @param seed any number
     * @param first the position of the first one
     * @param length how many
     * @param out receives them
     * @param to where in out
     */
    public static void fill(long seed, long first, int length, double[] out, int to) {
        long start = mix(seed + STEP);
        for (int i = 0; i < length; ) {
            long position = first + i;
            long even = position & -2L;
            double radius = Math.sqrt(-2 * StrictMath.log(uniform(start, even) + 0x1p-53));
            double angle = 2 * Math.PI * uniform(start, even + 1);
            if (position == even) {
                out[to + i++] = radius * StrictMath.cos(angle);
            }
            if (i < length) {
                out[to + i++] = radius * StrictMath.sin(angle);
            }
        }
    }

    /** {@return a multiple of 2⁻⁵³ in [0, 1)} */
    private static double uniform(long start, long counter) {
        return (mix(start + counter * STEP) >>> 11) * 0x1p-53;
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
