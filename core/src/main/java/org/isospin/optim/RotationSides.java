package org.isospin.optim;

/** Which sides of a weight matrix W, outputs × inputs, a step rotates. */
public enum RotationSides {
    /** Both: W ← L·W·R. */
    BOTH,
    /** The inputs in steps 1, 3, 5, …, the outputs in steps 2, 4, 6, …. */
    ALTERNATE,
    /** The inputs alone: W ← W·R. */
    IN,
    /** The outputs alone: W ← L·W. */
    OUT;

    boolean rotatesIn(long t) {
        return this == BOTH || this == IN || (this == ALTERNATE && t % 2 == 1);
    }

    boolean rotatesOut(long t) {
        return this == BOTH || this == OUT || (this == ALTERNATE && t % 2 == 0);
    }
}
