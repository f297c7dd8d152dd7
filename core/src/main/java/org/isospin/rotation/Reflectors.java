package org.isospin.rotation;

/** How the vectors of Householder reflections are given. */
public enum Reflectors {
    /** Vectors of norm 1: H(v) = I − 2vvᵀ. It is not checked; the product is orthogonal as far as they are. */
    UNIT,
    /** Vectors of any length but 0: H(v) = I − 2vvᵀ/‖v‖². */
    OF_ANY_LENGTH
}
