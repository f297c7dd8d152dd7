package org.isospin.optim;

/**
 * What a matrix is divided by before the first step of an iteration for its sign, where the normalization that a schedule names
 * is not what published code does.
 */
public enum MsignPreconditioning {
    /** The schedule's own normalization; its row scaling is "AOL" in optax and dion. */
    SCHEDULE,
    /** ‖A‖₂, by singular values; the schedule's is not used. No waits. */
    SPECTRAL,
    /** The Schatten-4 norm √‖AAᵀ‖_F without a margin for rounding; the schedule's is not used. No waits. */
    SCHATTEN
}
