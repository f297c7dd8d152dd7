package org.isospin.merge;

import java.util.Objects;

/**
 * How skew-symmetric generators Q₁ … Q_N are averaged: a direction, that of Σ wᵢdᵢ, and a magnitude of its own, so that what
 * points in different directions is not averaged away (Yang, Shi and Liu 2026, OrthoMerge). By default
 * Q = c·Σ wᵢQᵢ with the correction c = Σ wᵢ‖Qᵢ‖_F/‖Σ wᵢQᵢ‖_F ≥ 1 and Σ wᵢ = 1: ‖Q‖_F is the mean of the ‖Qᵢ‖_F.
 *
 * <p>Where the generators cancel, ‖Σ wᵢdᵢ‖_F ≤ 2⁻⁴⁰·Σ wᵢ‖dᵢ‖_F, no direction is left, and Q = 0. Where they nearly do, c is large;
 * largestCorrection bounds it.
 *
 * @param direction what dᵢ is
 * @param magnitude what ‖Q‖_F is made of
 * @param largestCorrection by how much the sum may be lengthened, 1 or more, infinite for any; 1 is the plain mean
 */
public record GeneratorMean(Direction direction, Magnitude magnitude, double largestCorrection)
        implements RotationMean {
    /** What is summed for the direction. */
    public enum Direction {
        /** dᵢ = Qᵢ: who turned further counts more. */
        BY_SIZE,
        /** dᵢ = Qᵢ/‖Qᵢ‖_F, 0 for Qᵢ = 0. */
        UNIFORM
    }

    /** What the magnitude is, of the ‖Qᵢ‖_F. */
    public enum Magnitude {
        /** Their weighted mean. */
        MEAN,
        /** Their weighted median; the lower one of two. */
        MEDIAN,
        /** The largest that has a weight. */
        MAX
    }

    /** That of the paper: directions by size, the mean magnitude, any correction. */
    public static final GeneratorMean DEFAULT =
            new GeneratorMean(Direction.BY_SIZE, Magnitude.MEAN, Double.POSITIVE_INFINITY);

    /**
     * Makes options.
     *
     * @throws IllegalArgumentException if largestCorrection is not 1 or more
     */
    public GeneratorMean {
        Objects.requireNonNull(direction);
        Objects.requireNonNull(magnitude);
        if (!(largestCorrection >= 1)) {
            throw new IllegalArgumentException(
                    "merge: the largest correction must be 1 or more, not " + largestCorrection);
        }
    }

    /**
     * {@return these options with another direction}
     *
     * @param other what dᵢ is
     */
    public GeneratorMean withDirection(Direction other) {
        return new GeneratorMean(other, magnitude, largestCorrection);
    }

    /**
     * {@return these options with another magnitude}
     *
     * @param other what ‖Q‖_F is made of
     */
    public GeneratorMean withMagnitude(Magnitude other) {
        return new GeneratorMean(direction, other, largestCorrection);
    }

    /**
     * {@return these options with another bound of the correction}
     *
     * @param other 1 or more
     */
    public GeneratorMean withLargestCorrection(double other) {
        return new GeneratorMean(direction, magnitude, other);
    }

    /**
     * What came of it.
     *
     * @param magnitude ‖Q‖_F
     * @param correction Σ wᵢ‖dᵢ‖_F/‖Σ wᵢdᵢ‖_F, before it is bounded: 1 where all agree, √N where N of one size are orthogonal,
     *     infinite where they cancel
     * @param isCancelled whether they cancel, so that Q = 0
     */
    public record Result(double magnitude, double correction, boolean isCancelled) {}
}
