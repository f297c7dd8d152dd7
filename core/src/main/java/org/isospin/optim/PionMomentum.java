package org.isospin.optim;

/** What Pion averages over steps. */
public enum PionMomentum {
    /** The generators of both sides, each in its own Lie algebra: half of m² + n² numbers for an m × n matrix. */
    LIE,
    /** The gradient, turned along with the weight: mn numbers. */
    TRANSPORTED
}
