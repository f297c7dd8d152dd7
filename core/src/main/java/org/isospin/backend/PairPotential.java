package org.isospin.backend;

/**
 * What a pair of unit vectors adds to an energy, as a function of the cosine c between them: x⁻ˢ, or −ln x for s = 0, where x is
 * their distance √(2 − 2c) or their angle arccos c.
 *
 * <p>Distances below the least one count as it, with the slope 0. Plain numbers all, so that any backend can evaluate it.
 *
 * @param measure what x is
 * @param points whether a vector stands for itself or for its antipode too: f(c) or f(c) + f(−c)
 * @param power s, 0 or more
 * @param floor the least squared distance, 2 − 2c
 * @param offset added to angles
 */
public record PairPotential(Measure measure, Points points, double power, double floor, double offset) {
    /** What counts as the distance of two unit vectors. */
    public enum Measure {
        /** The length of the chord, √(2 − 2c). */
        CHORD,
        /** The angle, arccos c. */
        ANGLE
    }

    /** What a vector stands for. */
    public enum Points {
        /** Itself. */
        ALONE,
        /** Itself and its antipode. */
        WITH_ANTIPODES
    }

    /**
     * {@return the potential, infinite at distance 0; NaN for NaN}
     *
     * @param c the cosine; rounding may have brought it beyond [−1, 1]
     */
    public double value(double c) {
        return points == Points.ALONE ? single(c) : single(c) + single(-c);
    }

    /**
     * {@return the derivative of {@link #value} for c; 0 at distances up to the floor, and at the cone that the angle has at an
     * antipode}
     *
     * @param c the cosine; rounding may have brought it beyond [−1, 1]
     */
    public double slope(double c) {
        return points == Points.ALONE ? singleSlope(c) : singleSlope(c) - singleSlope(-c);
    }

    private double single(double c) {
        if (measure == Measure.CHORD) {
            double squared = Math.max(2 - 2 * c, floor);
            return power == 0 ? -0.5 * Math.log(squared) : reciprocal(squared, power / 2);
        }
        double angle = Math.acos(Math.max(-1, Math.min(1 - floor / 2, c))) + offset;
        return power == 0 ? -Math.log(angle) : reciprocal(angle, power);
    }

    private double singleSlope(double c) {
        double squared = 2 - 2 * c;
        if (squared <= floor) {
            return 0;
        }
        // (x⁻ˢ)′ = −s·x⁻ˢ⁻¹, and (−ln x)′ = −1·x⁻¹.
        double factor = power == 0 ? 1 : power;
        if (measure == Measure.CHORD) {
            return factor * reciprocal(squared, power / 2 + 1);
        }
        return c <= -1 ? 0 : factor * reciprocal(Math.acos(c) + offset, power + 1) / Math.sqrt((1 - c) * (1 + c));
    }

    /** x⁻ᵖ; powers that have a formula get it, which is exact to a few u. */
    private static double reciprocal(double x, double p) {
        if (p == 0.5) {
            return 1 / Math.sqrt(x);
        }
        if (p == 1) {
            return 1 / x;
        }
        return p == 2 ? 1 / (x * x) : Math.pow(x, -p);
    }
}
