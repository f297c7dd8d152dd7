package org.isospin.reparam;

import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.GeneratorMap;

/**
 * What a {@link PsoftLayer} is made of.
 *
 * @param rank r, how many principal directions turn
 * @param map how the generator becomes the rotation
 * @param epsilon the generator's Frobenius norm is projected to this or less; infinite for no bound
 * @param magnitudes which directions have a length of their own that trains
 */
public record PsoftOptions(int rank, GeneratorMap map, double epsilon, Magnitudes magnitudes) {
    /** Which of the rotation's sides have factors that train, at first 1. */
    public enum Magnitudes {
        /** None: a rotation alone. */
        NONE,
        /** What is turned, PEFT's {@code vector_a}. */
        BEFORE,
        /** What was turned, PEFT's {@code vector_b}. */
        AFTER,
        /** Both. */
        BOTH;

        /** {@return whether what is turned has} */
        boolean isBefore() {
            return this == BEFORE || this == BOTH;
        }

        /** {@return whether what was turned has} */
        boolean isAfter() {
            return this == AFTER || this == BOTH;
        }
    }

    /** Rank 32, the exact Cayley transform, factors on both sides. */
    public static final PsoftOptions DEFAULT =
            new PsoftOptions(32, GeneratorMap.cayley(CayleyStep.FULL), Double.POSITIVE_INFINITY, Magnitudes.BOTH);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if r is less than 1, or the bound is not positive
     */
    public PsoftOptions {
        if (rank < 1 || !(epsilon > 0)) {
            throw new IllegalArgumentException(
                    "PSOFT needs a rank of 1 or more and a bound > 0, not " + rank + " and " + epsilon);
        }
    }

    /**
     * {@return these options with another rank}
     *
     * @param other r
     */
    public PsoftOptions withRank(int other) {
        return new PsoftOptions(other, map, epsilon, magnitudes);
    }

    /**
     * {@return these options with another map}
     *
     * @param other how the generator becomes the rotation
     */
    public PsoftOptions withMap(GeneratorMap other) {
        return new PsoftOptions(rank, other, epsilon, magnitudes);
    }

    /**
     * {@return these options with another bound}
     *
     * @param other of the generator's norm
     */
    public PsoftOptions withEpsilon(double other) {
        return new PsoftOptions(rank, map, other, magnitudes);
    }

    /**
     * {@return these options with other factors}
     *
     * @param other which sides have them
     */
    public PsoftOptions withMagnitudes(Magnitudes other) {
        return new PsoftOptions(rank, map, epsilon, other);
    }
}
