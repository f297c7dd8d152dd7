package org.isospin.reparam;

import org.isospin.SkewMatrix;

/**
 * Which of n consecutive coordinates rotate together: {@code count} blocks of {@code blockSize}, then one block of
 * {@code rest}, 0 for none; coordinates after those stay as they are.
 *
 * @param order n
 * @param blockSize b, the order of a block
 * @param count how many blocks of that order there are
 * @param rest the order of the last, smaller block
 */
public record BlockPartition(int order, int blockSize, int count, int rest) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if a number is negative, b is 0, the last block is not smaller than the others, or there
     *     are more coordinates in blocks than there are
     */
    public BlockPartition {
        if (order < 0 || blockSize < 1 || count < 0 || rest < 0 || (rest > 0 && rest >= blockSize)) {
            throw new IllegalArgumentException("a partition of " + order + " coordinates cannot have " + count
                    + " blocks of " + blockSize + " and one of " + rest
                    + ": the last one must be smaller, and nothing negative");
        }
        if ((long) count * blockSize + rest > order) {
            throw new IllegalArgumentException(count + " blocks of " + blockSize + " and one of " + rest
                    + " are more than the " + order + " coordinates there are");
        }
    }

    /**
     * {@return blocks that cover every coordinate: as many of b as fit, and one of n mod b where b does not divide n}
     *
     * @param order n
     * @param blockSize b; where it is larger than n, there is one block of n
     * @throws IllegalArgumentException if n is negative or b less than 1
     */
    public static BlockPartition covering(int order, int blockSize) {
        if (blockSize < 1) {
            throw new IllegalArgumentException("a block has 1 coordinate or more, not " + blockSize);
        }
        return new BlockPartition(order, blockSize, order / blockSize, order % blockSize);
    }

    /**
     * {@return the first coordinates in blocks, the others as they are}
     *
     * @param order n
     * @param blockSize b
     * @param count how many blocks
     * @throws IllegalArgumentException if they do not fit
     */
    public static BlockPartition leading(int order, int blockSize, int count) {
        return new BlockPartition(order, blockSize, count, 0);
    }

    /** {@return how many coordinates the blocks of one order have together} */
    public int covered() {
        return count * blockSize;
    }

    /** {@return how many coordinates rotate} */
    public int rotated() {
        return covered() + rest;
    }

    /** {@return the free numbers of all blocks' generators: b(b − 1)/2 of each} */
    public long parameters() {
        return (long) count * SkewMatrix.packedLength(blockSize) + SkewMatrix.packedLength(rest);
    }
}
