package org.isospin.backend;

/** What is known of a square product before it is computed. */
public enum Symmetry {
    /** C = Cᵀ. */
    SYMMETRIC,
    /** C = −Cᵀ, with a zero diagonal. */
    SKEW
}
