package org.isospin.optim;

/** Which vectors of a weight have length 1. */
public enum UnitVectors {
    /** The weights of each output: rows of an out × in matrix. */
    OUTPUTS,
    /** The weights of each input: its columns. */
    INPUTS
}
