package org.isospin.reparam;

import java.util.SplittableRandom;

/**
 * Multiplicative dropout of rotations: of one factor, drawn at random, so many blocks are the identity for a step (BOFT, Liu and
 * others 2024, in the form of PEFT). A function of its arguments alone, the same on every machine.
 *
 * @param share of a factor's blocks, in [0, 1]; rounded down to a number of them
 * @param seed any number; layers should differ
 */
public record BlockDropout(double share, long seed) {
    /** No block is ever dropped. */
    public static final BlockDropout NONE = new BlockDropout(0, 0);

    /**
     * Checks the share.
     *
     * @throws IllegalArgumentException if it is not in [0, 1]
     */
    public BlockDropout {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("the share of blocks that are dropped must be in [0, 1], not " + share);
        }
    }

    /** {@return the factor of a step} */
    int factor(long step, int factors) {
        return random(step).nextInt(factors);
    }

    /** {@return which of the factor's blocks are the identity in a step: a sample without repetition} */
    int[] blocks(long step, int factors, int count) {
        SplittableRandom random = random(step);
        random.nextInt(factors);
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return java.util.Arrays.copyOf(order, (int) (share * count));
    }

    /** {@return a stream for a step: what is split off are streams that do not overlap} */
    private SplittableRandom random(long step) {
        return new SplittableRandom(seed + 0x9e3779b97f4a7c15L * step).split();
    }
}
