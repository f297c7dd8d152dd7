package org.isospin.polar;

/**
 * What a {@link ProcrustesFit} does where the cross matrix AᵀWB = X·diag(σ)·Yᵀ has a rank r below n, as always with fewer rows
 * than columns: R must take the first r columns of Y to those of X, and nothing is said about the others, the null spaces Xₙ
 * and Yₙ.
 */
public enum NullSpace {
    /** R = X·Yᵀ, in SO(n) with the last column of X negated if need be: orthogonal, and any choice, decided by rounding. */
    ANY,
    /**
     * The solution that is nearest to the identity: R = XᵣYᵣᵀ + Xₙ·Z·Yₙᵀ with Z the polar factor of XₙᵀYₙ, in SO(n) the nearest of
     * the determinant wanted. It moves nothing that the data do not ask to be moved.
     */
    NEAREST_IDENTITY,
    /** R = XᵣYᵣᵀ: zero on the null space, hence not orthogonal; with full rank the same as {@link #ANY}. */
    PARTIAL_ISOMETRY
}
