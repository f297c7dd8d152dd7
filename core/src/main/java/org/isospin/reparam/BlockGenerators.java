package org.isospin.reparam;

import java.util.Arrays;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.SkewBatch;
import org.isospin.SkewMatrix;
import org.isospin.backend.ComputeStream;

/**
 * The generators of the blocks of a {@link BlockPartition}, or their gradients: views of memory that the caller may step, save and
 * exchange. Immutable but for the elements.
 */
public final class BlockGenerators {
    private final BlockPartition partition;
    private final SkewBatch blocks;
    private final SkewBatch rest;
    private final SkewMatrix[] each;

    private BlockGenerators(BlockPartition partition, SkewBatch blocks, SkewBatch rest) {
        this.partition = partition;
        this.blocks = blocks;
        this.rest = rest;
        this.each = new SkewMatrix[partition.count() + rest.count()];
        Arrays.setAll(each, i -> i < partition.count() ? blocks.get(i) : rest.get(0));
    }

    /**
     * {@return zero generators in new heap memory}
     *
     * @param dtype element type
     * @param partition the blocks
     */
    public static BlockGenerators allocate(DType dtype, BlockPartition partition) {
        int length = SkewMatrix.packedLength(partition.blockSize());
        return over(partition, Matrix.allocate(dtype, partition.count(), length), restOf(dtype, partition));
    }

    static Matrix restOf(DType dtype, BlockPartition partition) {
        return Matrix.allocate(dtype, partition.rest() > 0 ? 1 : 0, SkewMatrix.packedLength(partition.rest()));
    }

    /**
     * {@return a view of memory}
     *
     * @param partition the blocks
     * @param blocks row-major, a row of b(b − 1)/2 elements, the strict upper triangle row by row, for each block of order b
     * @param rest one such row for the smaller block, 0 rows if there is none
     * @throws IllegalArgumentException if a shape does not fit
     */
    public static BlockGenerators over(BlockPartition partition, Matrix blocks, Matrix rest) {
        SkewBatch full = SkewBatch.wrap(partition.blockSize(), blocks);
        SkewBatch last = SkewBatch.wrap(partition.rest(), rest);
        if (full.count() != partition.count() || last.count() != (partition.rest() > 0 ? 1 : 0)) {
            throw new IllegalArgumentException("the generators of " + partition + " have " + partition.count()
                    + " rows of blocks and " + (partition.rest() > 0 ? 1 : 0) + " of the rest, not " + blocks + " and "
                    + rest);
        }
        return new BlockGenerators(partition, full, last);
    }

    /** {@return which coordinates rotate together} */
    public BlockPartition partition() {
        return partition;
    }

    /** {@return the generators of the blocks of one order} */
    public SkewBatch blocks() {
        return blocks;
    }

    /** {@return that of the last, smaller block; empty if there is none} */
    public SkewBatch rest() {
        return rest;
    }

    /** {@return the element type} */
    public DType dtype() {
        return blocks.dtype();
    }

    /** {@return how many blocks there are, the smaller one included} */
    int count() {
        return each.length;
    }

    /** {@return the generator of a block, made once} */
    SkewMatrix get(int block) {
        return each[block];
    }

    /** Sets every generator to zero. */
    void clear(ComputeStream stream) {
        stream.fill(blocks.packed(), 0);
        stream.fill(rest.packed(), 0);
    }

    /** {@return partition and type, never elements} */
    @Override
    public String toString() {
        return dtype() + " generators of " + partition;
    }
}
