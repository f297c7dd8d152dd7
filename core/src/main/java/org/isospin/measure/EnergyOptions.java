package org.isospin.measure;

import java.util.Objects;
import org.isospin.backend.PairPotential;

/**
 * Which {@link HypersphericalEnergy} is meant.
 *
 * @param distance what counts as the distance of two directions
 * @param space whether a neuron stands for its opposite too
 * @param power s: 0 for −ln x, else x⁻ˢ
 * @param total a sum, or a mean over pairs
 * @param floor distances x with 2 − 2·cos below this count as that far: it bounds the energy of equal directions, which is infinite
 *     with 0; the angle's floor is the one of the same cosine. In [0, 4)
 * @param normEpsilon ε of norms √(‖w‖² + ε), which keeps zero rows from dividing by 0; 0 for true directions
 * @param angleOffset added to angles, in radians
 */
public record EnergyOptions(
        Distance distance,
        Space space,
        double power,
        Total total,
        double floor,
        double normEpsilon,
        double angleOffset) {
    /** The distance of two directions. */
    public enum Distance {
        /** That of their unit vectors, from 0 to 2. */
        EUCLIDEAN,
        /** Their angle in radians, from 0 to π. */
        ANGULAR
    }

    /** Which points repel each other. */
    public enum Space {
        /** The n directions: opposite ones are farthest apart. */
        FULL,
        /** The n directions and their n opposites, so that neurons on one line are near, whatever their signs. */
        HALF
    }

    /** What is made of the pairs of N points, N being n or 2n. */
    public enum Total {
        /** The sum over ordered pairs, Σ_{i≠j}, as the paper states it. */
        SUM,
        /** That divided by N(N − 1), as every code has it. */
        MEAN
    }

    /** s = 2 and the mean of true directions in full space, where 2 − 2·cos below 10⁻⁷ counts as that. */
    public static final EnergyOptions DEFAULT =
            new EnergyOptions(Distance.EUCLIDEAN, Space.FULL, 2, Total.MEAN, 1e-7, 0, 0);

    /** What Pion's monitor reports: {@link #DEFAULT} in half-space. */
    public static final EnergyOptions PION = DEFAULT.withSpace(Space.HALF);

    /**
     * Makes options.
     *
     * @throws IllegalArgumentException if a number is negative or not finite, or the floor is 4 or more
     */
    public EnergyOptions {
        Objects.requireNonNull(distance);
        Objects.requireNonNull(space);
        Objects.requireNonNull(total);
        require("power", power);
        require("floor", floor);
        require("epsilon of norms", normEpsilon);
        require("offset of angles", angleOffset);
        if (floor >= 4) {
            throw new IllegalArgumentException("hypersphericalEnergy: the floor must be below 4, not " + floor);
        }
    }

    private static void require(String name, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "hypersphericalEnergy: the " + name + " must be 0 or more, and finite, not " + value);
        }
    }

    /**
     * {@return these options with another distance}
     *
     * @param other what counts as the distance
     */
    public EnergyOptions withDistance(Distance other) {
        return new EnergyOptions(other, space, power, total, floor, normEpsilon, angleOffset);
    }

    /**
     * {@return these options in another space}
     *
     * @param other whether a neuron stands for its opposite too
     */
    public EnergyOptions withSpace(Space other) {
        return new EnergyOptions(distance, other, power, total, floor, normEpsilon, angleOffset);
    }

    /**
     * {@return these options with another power}
     *
     * @param other s, 0 or more
     */
    public EnergyOptions withPower(double other) {
        return new EnergyOptions(distance, space, other, total, floor, normEpsilon, angleOffset);
    }

    /**
     * {@return these options with another total}
     *
     * @param other a sum, or a mean over pairs
     */
    public EnergyOptions withTotal(Total other) {
        return new EnergyOptions(distance, space, power, other, floor, normEpsilon, angleOffset);
    }

    /**
     * {@return these options with other guards}
     *
     * @param otherFloor the least 2 − 2·cos
     * @param otherNormEpsilon ε of norms
     * @param otherAngleOffset added to angles, in radians
     */
    public EnergyOptions withGuards(double otherFloor, double otherNormEpsilon, double otherAngleOffset) {
        return new EnergyOptions(distance, space, power, total, otherFloor, otherNormEpsilon, otherAngleOffset);
    }

    /** {@return the potential of a pair of neurons} */
    PairPotential pairs() {
        return potential(space == Space.FULL ? PairPotential.Points.ALONE : PairPotential.Points.WITH_ANTIPODES);
    }

    /** {@return the potential of a pair of points} */
    PairPotential points() {
        return potential(PairPotential.Points.ALONE);
    }

    private PairPotential potential(PairPotential.Points points) {
        PairPotential.Measure measure =
                distance == Distance.EUCLIDEAN ? PairPotential.Measure.CHORD : PairPotential.Measure.ANGLE;
        return new PairPotential(measure, points, power, floor, angleOffset);
    }

    /** {@return what the sum over unordered pairs of n neurons' points is multiplied by; 0 where there is no pair} */
    double factor(int n) {
        double points = space == Space.FULL ? n : 2.0 * n;
        if (points < 2) {
            return 0;
        }
        return total == Total.SUM ? 2 : 2 / (points * (points - 1));
    }

    /** {@return how many pairs of points a pair of neurons stands for, two and two of which are alike} */
    int multiplicity() {
        return space == Space.FULL ? 1 : 2;
    }
}
