package org.isospin.polar;

/** How {@link Msign} evaluates a schedule's polynomials. */
public enum MsignEvaluation {
    /** Every step is applied to the matrix: as accurate as it gets. */
    STANDARD,
    /**
     * Gram–Newton–Schulz (Dao-AILab 2026): the steps are applied to the m × m Gram matrix of the smaller side and their factors
     * multiplied up; the factors meet the m × n matrix, and a new Gram matrix is formed, after the second step and then after every
     * third one.
     *
     * <p>It needs 6m²n + 14m³ flops for five steps instead of 15m²n + 5m³, but small singular values lose digits:
     * in F32 it is for Muon, never for a polar factor. Its sums are in F32 or F64, never in 16 bits.
     */
    GRAM,
    /** {@link #GRAM} where it needs fewer flops and the arithmetic is F32, else {@link #STANDARD}. */
    AUTO
}
