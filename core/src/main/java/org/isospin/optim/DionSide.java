package org.isospin.optim;

/** Which side of a weight {@link Dion} keeps its low-rank basis on. */
public enum DionSide {
    /** The inputs, as in dion_simple. */
    INPUTS,
    /** The smaller side; the inputs of a square matrix. As in dion_reference. */
    SMALLER
}
