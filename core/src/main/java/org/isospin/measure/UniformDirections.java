package org.isospin.measure;

import org.isospin.backend.PairPotential;

/**
 * The mean of a pair's potential over independent uniform directions: ∫ f(cos θ)·sin^{d−2}θ dθ over ∫ sin^{d−2}θ dθ, θ from 0 to π,
 * by the double exponential rule (Takahasi and Mori 1974), which singular ends do not hurt.
 */
final class UniformDirections {
    /** Beyond it the rule's weights have underflowed next to any power that has a mean. */
    private static final double END = 6;

    private static final double STEP = 1.0 / 128;

    /** Steps within the peak of sin^{d−2}θ, whose width is 1/√d. */
    private static final double PER_PEAK = 5;

    private UniformDirections() {}

    /**
     * {@return the mean potential of a pair of neurons; infinite if near pairs make it so}
     *
     * @param dimension d, 1 or more
     * @param options which energy, without a floor
     */
    static double mean(int dimension, EnergyOptions options) {
        PairPotential points = options.points();
        boolean isBounded = options.distance() == EnergyOptions.Distance.ANGULAR && options.angleOffset() > 0;
        if (dimension == 1) {
            double near = isBounded ? points.value(1) : Double.POSITIVE_INFINITY;
            return options.multiplicity() * 0.5 * (near + points.value(-1));
        }
        if (options.power() >= dimension - 1 && !isBounded) {
            return Double.POSITIVE_INFINITY;
        }
        double step = Math.min(STEP, 1 / (PER_PEAK * Math.sqrt(dimension)));
        int most = (int) Math.ceil(END / step);
        double sum = 0;
        double weights = 0;
        for (int k = most; k >= -most; k--) {
            double t = k * step;
            // From whichever end is nearer, so that small angles keep their digits: π/(1 + e^|2u|), u = ½π·sinh t.
            double u = 0.5 * Math.PI * Math.sinh(Math.abs(t));
            double gap = Math.PI / (1 + Math.exp(2 * u));
            double weight =
                    Math.log(Math.cosh(t)) - 2 * Math.log(Math.cosh(u)) + (dimension - 2) * Math.log(Math.sin(gap));
            double x = distance(options, t < 0 ? gap : Math.PI - gap);
            sum += options.power() == 0
                    ? -Math.exp(weight) * Math.log(x)
                    : Math.exp(weight - options.power() * Math.log(x));
            weights += Math.exp(weight);
        }
        return options.multiplicity() * sum / weights;
    }

    /** Of an angle, not of its cosine, which has no digits for small ones. */
    private static double distance(EnergyOptions options, double angle) {
        return options.distance() == EnergyOptions.Distance.EUCLIDEAN
                ? 2 * Math.sin(angle / 2)
                : angle + options.angleOffset();
    }
}
