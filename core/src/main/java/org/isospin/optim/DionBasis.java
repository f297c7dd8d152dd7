package org.isospin.optim;

/** How {@link Dion} makes the columns of a tall matrix orthonormal. */
public enum DionBasis {
    /** Householder QR: never waits, safe for any matrix. */
    QR,
    /**
     * Cholesky of PᵀP, in products and one small factorization; waits once to learn that it did not fail, and takes
     * {@link #RANDOMIZED_CHOLESKY_QR} where it did.
     */
    CHOLESKY_QR,
    /**
     * The triangle of a random sketch of P first, then Cholesky of what it leaves, which is well-conditioned; waits once to learn
     * that P has full rank, and takes {@link #QR} where it has not. The sketch depends on the step and the parameter's name alone.
     */
    RANDOMIZED_CHOLESKY_QR
}
