package org.isospin.rotation;

import java.util.Arrays;

/**
 * Which coordinates the factors of a butterfly couple (BOFT, Liu and others 2024, with the permutations of PEFT): factor i
 * couples each half-block p of b/2 coordinates with half-block p XOR 2ⁱ, by a permutation within segments of b·2ⁱ coordinates
 * that takes the half-blocks of even number first.
 *
 * <p>One factor is block-diagonal as it stands. The factors' product fills b·2ᵐ⁻¹/n of its elements, all of them for m =
 * log₂(2n/b). Immutable.
 */
public final class ButterflyPattern {
    private final int order;
    private final int blockSize;
    private final int[][] permutations;
    private final int[][] inverses;

    private ButterflyPattern(int order, int blockSize, int factors) {
        this.order = order;
        this.blockSize = blockSize;
        this.permutations = new int[factors][];
        this.inverses = new int[factors][];
        for (int i = 0; i < factors; i++) {
            permutations[i] = permutation(order, blockSize, i);
            inverses[i] = inverse(permutations[i]);
        }
    }

    /**
     * {@return the pattern}
     *
     * @param order n, coordinates; a multiple of b·2ᵐ⁻¹
     * @param blockSize b, coordinates that a block mixes; even if there is more than one factor
     * @param factors m, at least 1
     * @throws IllegalArgumentException if the numbers do not fit
     */
    public static ButterflyPattern of(int order, int blockSize, int factors) {
        if (order < 0 || blockSize < 1 || factors < 1) {
            throw new IllegalArgumentException(
                    "a butterfly needs an order >= 0, blocks of 1 or more and 1 or more factors," + " not order "
                            + order + ", blocks of " + blockSize + " and " + factors + " factors");
        }
        if (factors > 1 && blockSize % 2 != 0) {
            throw new IllegalArgumentException("a butterfly of " + factors
                    + " factors couples half-blocks: the block size must be even, not " + blockSize);
        }
        long segment = factors > Integer.SIZE ? Long.MAX_VALUE : (long) blockSize << (factors - 1);
        if (order % segment != 0) {
            throw new IllegalArgumentException("a butterfly of " + factors + " factors with blocks of " + blockSize
                    + " needs an order that is a multiple of " + blockSize + " * 2^" + (factors - 1) + ", not "
                    + order);
        }
        return new ButterflyPattern(order, blockSize, factors);
    }

    private static int[] permutation(int order, int blockSize, int factor) {
        int[] out = new int[order];
        int half = blockSize / 2;
        int segment = blockSize << factor;
        if (factor == 0) {
            Arrays.setAll(out, i -> i);
            return out;
        }
        int halves = segment / half;
        for (int i = 0; i < order; i++) {
            int position = i % segment / half;
            int from = position < halves / 2 ? 2 * position : 2 * (position - halves / 2) + 1;
            out[i] = i - i % segment + from * half + i % half;
        }
        return out;
    }

    private static int[] inverse(int[] permutation) {
        int[] out = new int[permutation.length];
        for (int i = 0; i < out.length; i++) {
            out[permutation[i]] = i;
        }
        return out;
    }

    /** {@return n, the number of coordinates} */
    public int order() {
        return order;
    }

    /** {@return b, the order of a block} */
    public int blockSize() {
        return blockSize;
    }

    /** {@return m, the number of factors} */
    public int factors() {
        return permutations.length;
    }

    /** {@return the rows of all blocks stacked: m·n} */
    public int stackedRows() {
        return Math.multiplyExact(order, factors());
    }

    /**
     * {@return the permutation π of a factor PDPᵀ, D block-diagonal: (Px)ᵢ = x_π(i), so that row i of P has its one in column
     * π(i)}
     *
     * @param factor from 0, the first to act
     */
    public int[] permutation(int factor) {
        return permutations[factor].clone();
    }

    int[] gathered(int factor) {
        return permutations[factor];
    }

    int[] scattered(int factor) {
        return inverses[factor];
    }

    /** {@return order, block size and factors} */
    @Override
    public String toString() {
        return "butterfly of order " + order + ", " + factors() + " factors with blocks of " + blockSize;
    }
}
