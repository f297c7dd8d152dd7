package org.isospin.polar;

/** The group that a Procrustes problem is solved in. */
public enum Group {
    /** O(n): determinant +1 or −1, whichever fits better. */
    ORTHOGONAL,
    /** SO(n): determinant +1. */
    ROTATION
}
