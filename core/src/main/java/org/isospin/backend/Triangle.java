package org.isospin.backend;

/** The triangle of a matrix that a kernel reads, and what it takes the diagonal to be. */
public enum Triangle {
    /** On and below the diagonal. */
    LOWER,
    /** Below the diagonal; the diagonal is taken to be ones. */
    UNIT_LOWER,
    /** On and above the diagonal. */
    UPPER,
    /** Above the diagonal; the diagonal is taken to be ones. */
    UNIT_UPPER
}
