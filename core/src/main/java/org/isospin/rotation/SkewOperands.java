package org.isospin.rotation;

import org.isospin.SkewMatrix;
import org.isospin.backend.Operands;

/** Checks of skew operands at the public edge. */
final class SkewOperands {
    private SkewOperands() {}

    /** Requires a skew matrix of an order. */
    static void requireOrder(String operation, String name, SkewMatrix m, int n) {
        if (m.order() != n) {
            throw new IllegalArgumentException(operation + ": " + name + " must be of order " + n + ", not " + m);
        }
    }

    /** Requires a skew output of an order that may be written. */
    static void requireOutput(String operation, String name, SkewMatrix m, int n) {
        requireOrder(operation, name, m, n);
        Operands.requireOutput(operation, name, m.packed(), 1, SkewMatrix.packedLength(n));
    }
}
