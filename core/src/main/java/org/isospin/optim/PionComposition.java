package org.isospin.optim;

/** How the turns Q_out·W and W·Q_in of both sides become one step. */
public enum PionComposition {
    /** W ← Q_out·W·Q_in, which keeps the spectrum as far as Q_out and Q_in are rotations. */
    PRODUCT,
    /**
     * W ← Q_out·W + W·Q_in − W, as the reference's description, though not its code, has it. No rotation of W: singular values move
     * by the second order of the step, however exact the map.
     */
    SUM
}
