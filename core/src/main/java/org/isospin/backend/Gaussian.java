package org.isospin.backend;

/**
 * Standard normal numbers as a function of a seed and a position: SplitMix64's output function (Steele, Lea and Flood,
 * 2014) of a counter gives two uniform numbers, the Box–Muller transform (1958) makes two normal ones of them. Nothing is
 * carried from one to the next, so threads and blocks cannot change a number; {@link StrictMath} gives the same bits on
 * every machine.
 */
final class Gaussian {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Gaussian() {}

    /** Number {@code index} of the sequence of a seed. */
    static double at(long seed, long index) {
        long pair = index >>> 1;
        long key = mix(seed + GOLDEN);
        // 53 bits each; the first is in (0, 1], so that its logarithm is finite.
        double first = ((mix(key + 2 * pair * GOLDEN) >>> 11) + 1) * 0x1p-53;
        double second = (mix(key + (2 * pair + 1) * GOLDEN) >>> 11) * 0x1p-53;
        double radius = StrictMath.sqrt(-2 * StrictMath.log(first));
        double angle = 2 * StrictMath.PI * second;
        return (index & 1) == 0 ? radius * StrictMath.cos(angle) : radius * StrictMath.sin(angle);
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
