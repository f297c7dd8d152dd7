package org.isospin.reparam;

/**
 * What rotates between two merges of POET, of the coordinates in the order that {@link Permutations} drew (arXiv 2506.08001,
 * section 3): products of such rotations, each of few parameters, reach every rotation.
 */
@FunctionalInterface
public interface Primitive {
    /**
     * {@return which of the permuted coordinates of a side rotate together}
     *
     * @param side which side
     * @param order n, its coordinates
     */
    BlockPartition partition(WeightSide side, int order);

    /**
     * {@return block-stochastic: random blocks of b that cover every coordinate, ½(m + n)(b − 1) parameters for a weight of
     * m × n; where b does not divide a side, its last block is smaller}
     *
     * @param blockSize b
     * @throws IllegalArgumentException if b is less than 1
     */
    static Primitive blockStochastic(int blockSize) {
        BlockPartition.covering(0, blockSize);
        return (side, order) -> BlockPartition.covering(order, blockSize);
    }

    /**
     * {@return fully stochastic: one dense rotation of a random share of a side's coordinates, the others stay}
     *
     * @param share of the coordinates, in (0, 1]; rounded to the nearest number of them, at least one
     * @throws IllegalArgumentException if it is not in (0, 1]
     */
    static Primitive fullyStochastic(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("the share of coordinates that rotate must be in (0, 1], not " + share);
        }
        return (side, order) ->
                BlockPartition.leading(order, Math.max(1, (int) Math.round(share * order)), Math.min(order, 1));
    }
}
