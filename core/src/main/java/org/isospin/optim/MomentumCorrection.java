package org.isospin.optim;

/**
 * What becomes of the small values that an average has in the first steps. A matrix sign does not see them, but for the epsilon
 * of its schedule.
 */
public enum MomentumCorrection {
    /** Nothing. */
    NONE,
    /** M is divided by 1 − βᵗ; with Nesterov, as optax does it, βM by 1 − βᵗ⁺¹ and (1 − β)G by 1 − βᵗ. */
    BIAS
}
