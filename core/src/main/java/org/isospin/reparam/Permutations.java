package org.isospin.reparam;

import java.util.SplittableRandom;

/**
 * Which coordinates come together in blocks: a permutation for each side of a weight, drawn anew after each merge. A function of
 * its arguments alone, so that a resumed run draws the same.
 */
@FunctionalInterface
public interface Permutations {
    /**
     * {@return each of 0 … n − 1 once: coordinate i of the weight is coordinate π(i) of the blocks}
     *
     * @param side which side
     * @param merges how many merges came before
     * @param order n
     */
    int[] draw(WeightSide side, int merges, int order);

    /**
     * {@return uniformly distributed permutations, the same on every machine}
     *
     * @param seed any number; layers should differ
     */
    static Permutations seeded(long seed) {
        // Seeds that differ by multiples of this number are places in one stream; what is split off is another stream.
        return (side, merges, order) -> {
            long place = 2L * merges + side.ordinal();
            return shuffled(new SplittableRandom(seed + 0x9e3779b97f4a7c15L * place).split(), order);
        };
    }

    /** {@return coordinates as they are, so that blocks never mix} */
    static Permutations none() {
        return (side, merges, order) -> {
            int[] identity = new int[order];
            java.util.Arrays.setAll(identity, i -> i);
            return identity;
        };
    }

    /** Fisher and Yates's shuffle. */
    private static int[] shuffled(SplittableRandom random, int order) {
        int[] permutation = new int[order];
        for (int i = 0; i < order; i++) {
            int j = random.nextInt(i + 1);
            permutation[i] = permutation[j];
            permutation[j] = i;
        }
        return permutation;
    }
}
