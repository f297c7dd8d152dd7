package org.isospin.simd;

/** The range of k that is packed at a time, cut into blocks of about equal length, as deep as panels are. */
final class Depths {
    private static final int MULTIPLE = 8;

    private int first;
    private int total;
    private int blocks;
    private int block;

    /** Cuts k = first, …, first + total − 1; an empty range is one empty block. */
    void set(int first, int total, int deepest) {
        this.first = first;
        this.total = total;
        this.blocks = Math.max(1, Math.ceilDiv(total, deepest));
        this.block = Math.max(MULTIPLE, Math.ceilDiv(Math.ceilDiv(total, blocks), MULTIPLE) * MULTIPLE);
    }

    /** {@return the number of blocks} */
    int blocks() {
        return blocks;
    }

    /** {@return the space of a block in a panel} */
    int block() {
        return block;
    }

    /** {@return the first k of a block} */
    int start(int index) {
        return first + index * block;
    }

    /** {@return how many k a block has; the last one may have less} */
    int length(int index) {
        return Math.min(block, total - index * block);
    }

    /** {@return whether sums begin with this block} */
    boolean isFirst(int index) {
        return first == 0 && index == 0;
    }
}
