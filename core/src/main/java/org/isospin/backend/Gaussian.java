package org.isospin.backend;

/**
 * Standard normal numbers by position: number i of a seed is the cosine (even i) or sine (odd i) half of a Box–Muller pair
 * (Box and Muller 1958) whose uniforms are the SplitMix64 outputs (Steele, Lea and Flood 2014) 2⌊i/2⌋ and 2⌊i/2⌋+1 of a
 * counter that starts at the mixed seed. IEEE arithmetic and {@link StrictMath#log} make the bits the same everywhere.
 */
public final class Gaussian {
    /** 2⁶⁴ divided by the golden ratio, odd: the step of SplitMix64. */
    private static final long STEP = 0x9E3779B97F4A7C15L;

    /** Coefficients of sin x/x and cos x in x², the next of which are below 2⁻⁵³ of the sum up to x = π/4. */
    private static final double[] SINE = {
        1.0,
        -0.16666666666666666,
        0.008333333333333333,
        -0.0001984126984126984,
        2.7557319223985893e-06,
        -2.505210838544172e-08,
        1.6059043836821613e-10,
        -7.647163731819816e-13,
        2.8114572543455206e-15
    };

    private static final double[] COSINE = {
        1.0,
        -0.5,
        0.041666666666666664,
        -0.001388888888888889,
        2.48015873015873e-05,
        -2.755731922398589e-07,
        2.08767569878681e-09,
        -1.1470745597729725e-11,
        4.779477332387385e-14
    };

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
        long start = start(seed);
        for (int i = 0; i < length; ) {
            long position = first + i;
            long even = position & -2L;
            double radius = Math.sqrt(-2 * StrictMath.log(uniform(start, even) + 0x1p-53));
            double turn = uniform(start, even + 1);
            if (position == even) {
                out[to + i++] = radius * cosine(turn, 0);
            }
            if (i < length) {
                // sin x = cos(x − π/2)
                out[to + i++] = radius * cosine(turn, 3);
            }
        }
    }

    /** {@return cos(2π·turn + quarters·π/2) for a turn in [0, 1); StrictMath's own leaves an array for each angle} */
    private static double cosine(double turn, int quarters) {
        long nearest = Math.round(4 * turn);
        // Exact, and so is the quadrant; |x| ≤ π/4.
        double x = 2 * Math.PI * (turn - 0.25 * nearest);
        double square = x * x;
        return switch ((int) (nearest + quarters) & 3) {
            case 0 -> horner(COSINE, square);
            case 1 -> -x * horner(SINE, square);
            case 2 -> -horner(COSINE, square);
            default -> x * horner(SINE, square);
        };
    }

    private static double horner(double[] coefficients, double x) {
        double sum = 0;
        for (int j = coefficients.length - 1; j >= 0; j--) {
            sum = Math.fma(sum, x, coefficients[j]);
        }
        return sum;
    }

    /** {@return where the counter of a seed starts} */
    static long start(long seed) {
        return mix(seed + STEP);
    }

    /** {@return a multiple of 2⁻⁵³ in [0, 1)} */
    static double uniform(long start, long counter) {
        return (mix(start + counter * STEP) >>> 11) * 0x1p-53;
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
