package org.isospin.reparam;

/**
 * What an {@link OptLayer} is made of.
 *
 * @param orthogonalizer how P becomes R
 * @param share of the inputs that R turns, in (0, 1], rounded to the nearest number of them, at least one; less than 1 is S-OPT
 * @param permutations which inputs these are: the ones that a permutation of the inputs takes to the first places
 */
public record OptOptions(Orthogonalizer orthogonalizer, double share, Permutations permutations) {
    /** Gram and Schmidt's way on all inputs, with seed 0 where there are fewer. */
    public static final OptOptions DEFAULT = new OptOptions(Orthogonalizer.GRAM_SCHMIDT, 1, Permutations.seeded(0));

    /** What S-OPT trains at a time: Gram and Schmidt's way on a random quarter of the inputs. */
    public static final OptOptions STOCHASTIC = DEFAULT.withShare(0.25);

    /**
     * Checks the share.
     *
     * @throws IllegalArgumentException if it is not in (0, 1]
     */
    public OptOptions {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("the share of inputs that rotate must be in (0, 1], not " + share);
        }
    }

    /**
     * {@return these options with another orthogonaliser}
     *
     * @param other how P becomes R
     */
    public OptOptions withOrthogonalizer(Orthogonalizer other) {
        return new OptOptions(other, share, permutations);
    }

    /**
     * {@return these options with another share}
     *
     * @param other of the inputs, in (0, 1]
     */
    public OptOptions withShare(double other) {
        return new OptOptions(orthogonalizer, other, permutations);
    }

    /**
     * {@return these options with other permutations}
     *
     * @param other which inputs rotate
     */
    public OptOptions withPermutations(Permutations other) {
        return new OptOptions(orthogonalizer, share, other);
    }

    /** {@return how many of so many inputs rotate} */
    int rotated(int inputs) {
        return Math.min(inputs, Math.max(1, (int) Math.round(share * inputs)));
    }
}
