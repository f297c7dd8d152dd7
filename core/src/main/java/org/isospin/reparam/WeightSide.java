package org.isospin.reparam;

/** A side of a weight that rotations turn. */
public enum WeightSide {
    /** The outputs, y in y = W·x. */
    OUTPUT,
    /** The inputs, x in y = W·x. */
    INPUT
}
