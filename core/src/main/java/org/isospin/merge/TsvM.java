package org.isospin.merge;

/**
 * TSV-M (Gargiulo et al. 2025): of every change δᵢ = UᵢΣᵢVᵢᵀ of rank up to k the first r = max(1, ⌊k/N⌋) singular triples are kept; all
 * left vectors beside one another, and all right ones, are replaced by the polar factors Û and V̂ of these matrices, which takes
 * away what the models' directions share; scale·Û·diag(all wᵢσ)·V̂ᵀ.
 *
 * <p>N counts the models that have a weight; a change of zero adds nothing. For a vector it is no more than a rescaled sum:
 * the published scripts average what is not a matrix. Waits twice for every change, and twice at the end.
 *
 * @param scale a factor of the merged change
 */
public record TsvM(double scale) implements DeltaMerge {
    /** As it is. */
    public static final TsvM DEFAULT = new TsvM(1);

    /**
     * Makes a choice.
     *
     * @throws IllegalArgumentException if scale is not finite
     */
    public TsvM {
        DeltaMerges.requireScale("tsv-m", scale);
    }
}
