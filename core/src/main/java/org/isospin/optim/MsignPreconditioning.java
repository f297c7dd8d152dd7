package org.isospin.optim;

/** What a matrix is divided by before the first step of an iteration for its sign. */
public enum MsignPreconditioning {
    /** ‖A‖_F. */
    FROBENIUS,
    /** ‖A‖₂, by a singular value decomposition. */
    SPECTRAL,
    /** Each row of the smaller side by √Σⱼ|(AAᵀ)ᵢⱼ| ("AOL"), which changes the singular vectors a little. */
    ROWS,
    /** The Schatten-4 norm √‖AAᵀ‖_F. */
    SCHATTEN
}
