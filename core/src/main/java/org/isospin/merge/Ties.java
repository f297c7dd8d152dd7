package org.isospin.merge;

/**
 * TIES (Yadav et al. 2023): of every change the elements of the largest magnitude are kept; for every element the sign of the weighted
 * sum of what is left is elected, + for 0; and those of that sign are averaged, Σ wᵢδᵢ/Σ wᵢ. Elements that equal the smallest one kept
 * are kept as well.
 *
 * <p>Waits once and some 30 times for every change, 64 times at most.
 *
 * @param keep the share kept, in (0, 1]; of e elements k = ⌊e·(1 − keep)⌋ are compared away, and the k-th smallest is the first that stays
 * @param scale a factor of the mean
 */
public record Ties(double keep, double scale) implements DeltaMerge {
    /** A fifth is kept, and the mean taken as it is. */
    public static final Ties DEFAULT = new Ties(0.2, 1);

    /**
     * Makes a choice.
     *
     * @throws IllegalArgumentException if keep is not in (0, 1], or scale not finite
     */
    public Ties {
        if (!(keep > 0 && keep <= 1)) {
            throw new IllegalArgumentException("ties: the share kept must be in (0, 1], not " + keep);
        }
        DeltaMerges.requireScale("ties", scale);
    }
}
