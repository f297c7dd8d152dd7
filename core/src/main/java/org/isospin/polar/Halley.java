package org.isospin.polar;

/**
 * The weights of one step of the dynamically weighted Halley iteration, X ← X(aI + bXᵀX)(I + cXᵀX)⁻¹: for singular values
 * in [l, 1] the rational function of that form whose smallest value on [l, 1] is largest and whose largest is 1 (Nakatsukasa,
 * Bai and Gygi 2010, SIAM J. Matrix Anal. Appl. 31, 2700).
 *
 * @param a a
 * @param b b = (a − 1)²/4
 * @param c c = a + b − 1
 * @param next the lower end of the interval after the step
 */
record Halley(double a, double b, double c, double next) {
    /** Up to here forming I + cXᵀX costs no accuracy that shows (Nakatsukasa and Higham 2013). */
    private static final double WELL_CONDITIONED = 100;

    /**
     * {@return the best weights}
     *
     * @param lower l, in (0, 1]
     */
    static Halley forLower(double lower) {
        double square = lower * lower;
        double d = Math.cbrt(4 * (1 - square)) / Math.cbrt(square * square);
        double root = Math.sqrt(1 + d);
        double a = root + 0.5 * Math.sqrt(8 - 4 * d + 8 * (2 - square) / (square * root));
        double b = (a - 1) * (a - 1) / 4;
        double c = a + b - 1;
        return new Halley(a, b, c, Math.min(1, lower * (a + b * square) / (1 + c * square)));
    }

    /** {@return whether the inverse may be taken by the Cholesky factors of I + cXᵀX} */
    boolean isWellConditioned() {
        return c <= WELL_CONDITIONED;
    }
}
