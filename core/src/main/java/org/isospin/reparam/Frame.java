package org.isospin.reparam;

import java.util.Arrays;

/**
 * Permutations of both sides of a weight of m × n, with their inverses. The base of a POET layer is kept as the blocks see it,
 * B(π_out(i), π_in(j)) = W(i, j), so that nothing but activations is gathered in a step.
 */
final class Frame {
    private final int[] out;
    private final int[] outInverse;
    private final int[] in;
    private final int[] inInverse;

    /** Checks and keeps permutations. */
    private Frame(int[] out, int[] in) {
        this.out = out;
        this.in = in;
        this.outInverse = inverse(out);
        this.inInverse = inverse(in);
    }

    /** {@return the frame after a number of merges} */
    static Frame draw(Permutations permutations, int merges, int rows, int columns) {
        return new Frame(
                require(permutations.draw(WeightSide.OUTPUT, merges, rows), rows),
                require(permutations.draw(WeightSide.INPUT, merges, columns), columns));
    }

    private static int[] require(int[] permutation, int order) {
        boolean[] isTaken = new boolean[order];
        if (permutation.length != order) {
            throw new IllegalArgumentException(
                    "a permutation of " + order + " coordinates has as many entries, not " + permutation.length);
        }
        for (int i = 0; i < order; i++) {
            int at = permutation[i];
            if (at < 0 || at >= order || isTaken[at]) {
                throw new IllegalArgumentException("entry " + i + " of a permutation of " + order + " coordinates is "
                        + at + ", which must be among 0 … " + (order - 1) + " and only once");
            }
            isTaken[at] = true;
        }
        return permutation.clone();
    }

    private static int[] inverse(int[] permutation) {
        int[] inverse = new int[permutation.length];
        for (int i = 0; i < inverse.length; i++) {
            inverse[permutation[i]] = i;
        }
        return inverse;
    }

    /** {@return π_out: rows of the base, in the order of the weight's} */
    int[] out() {
        return out;
    }

    /** {@return rows of the weight, in the order of the base's} */
    int[] outInverse() {
        return outInverse;
    }

    /** {@return π_in: columns of the base, in the order of the weight's} */
    int[] in() {
        return in;
    }

    /** {@return columns of the weight, in the order of the base's} */
    int[] inInverse() {
        return inInverse;
    }

    /** {@return rows of this frame's base, in the order of another's} */
    int[] outTo(Frame other) {
        return composed(out, other.outInverse);
    }

    /** {@return columns of this frame's base, in the order of another's} */
    int[] inTo(Frame other) {
        return composed(in, other.inInverse);
    }

    private static int[] composed(int[] first, int[] second) {
        int[] composed = new int[first.length];
        Arrays.setAll(composed, i -> first[second[i]]);
        return composed;
    }
}
