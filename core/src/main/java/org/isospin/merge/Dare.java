package org.isospin.merge;

/**
 * DARE (Yu et al. 2024): every element of a change is dropped with a probability p and what is left divided by 1 − p, so that the
 * expectation stays; scale·Σ wᵢ·maskᵢ∘δᵢ/(1 − p). Never waits.
 *
 * <p>Which elements are dropped depends on the seed, the model's position and the element's alone: element (r, c) of model i is number
 * r·columns + c of seed + i, as {@link org.isospin.Isospin#haarOrthogonal} counts random numbers.
 *
 * @param drop p, in [0, 1)
 * @param seed any number
 * @param scale a factor of the sum
 */
public record Dare(double drop, long seed, double scale) implements DeltaMerge {
    /**
     * Makes a choice.
     *
     * @throws IllegalArgumentException if drop is not in [0, 1), or scale not finite
     */
    public Dare {
        if (!(drop >= 0 && drop < 1)) {
            throw new IllegalArgumentException("dare: the probability must be in [0, 1), not " + drop);
        }
        DeltaMerges.requireScale("dare", scale);
    }
}
