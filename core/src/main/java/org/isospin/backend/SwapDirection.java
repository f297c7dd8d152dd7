package org.isospin.backend;

/** The order in which recorded row exchanges are made. */
public enum SwapDirection {
    /** First recorded first: applies the permutation. */
    FORWARD,
    /** Last recorded first: undoes it. */
    BACKWARD
}
