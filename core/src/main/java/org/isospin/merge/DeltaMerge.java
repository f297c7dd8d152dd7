package org.isospin.merge;

/**
 * How what several models changed, δᵢ, or what rotations left of it, ρᵢ, becomes one change. Weights wᵢ of the models enter as they
 * are, not as shares: 1 for all is the published form.
 */
public sealed interface DeltaMerge permits TaskArithmetic, Ties, Dare, TsvM {
    /** {@return the factor of the merged change} */
    double scale();
}
