package org.isospin.bench.timing;

import java.util.Arrays;
import java.util.List;

/**
 * The durations of one contestant's calls, one for each round that it took part in.
 *
 * @param seconds seconds a call, in the order of rounds, from the first one on
 * @param callsPerRound how many calls each is the mean of
 */
public record Timing(List<Double> seconds, int callsPerRound) {
    /** Keeps a copy. */
    public Timing {
        seconds = List.copyOf(seconds);
    }

    private double quantile(double q) {
        return quantile(seconds.stream().mapToDouble(Double::doubleValue).toArray(), q);
    }

    /** {@return the median} */
    public double median() {
        return quantile(0.5);
    }

    /** {@return the lower quartile} */
    public double lowerQuartile() {
        return quantile(0.25);
    }

    /** {@return the upper quartile} */
    public double upperQuartile() {
        return quantile(0.75);
    }

    double least() {
        return quantile(0);
    }

    double greatest() {
        return quantile(1);
    }

    /** {@return half the distance of the quartiles} */
    public double spread() {
        return (upperQuartile() - lowerQuartile()) / 2;
    }

    /**
     * {@return how many times as fast this is as another: the median over the rounds that both took part in, so that what
     * slows a whole round down cancels}
     */
    double speedOver(Timing other) {
        return speedOver(other, 0.5);
    }

    /**
     * {@return how many times as fast this is as another: a quantile over the rounds that both took part in}
     *
     * @param other the other one
     * @param q which quantile, 0.5 for the median
     */
    public double speedOver(Timing other, double q) {
        int common = Math.min(seconds.size(), other.seconds.size());
        double[] ratios = new double[common];
        for (int i = 0; i < common; i++) {
            ratios[i] = other.seconds.get(i) / seconds.get(i);
        }
        return quantile(ratios, q);
    }

    /** {@return a quantile, interpolated} */
    static double quantile(double[] values, double q) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double at = q * (sorted.length - 1);
        int below = (int) at;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
}
