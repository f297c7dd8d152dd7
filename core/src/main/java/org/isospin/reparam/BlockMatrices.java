package org.isospin.reparam;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.MatrixBatch;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Indices;
import org.isospin.backend.Workspace;

/**
 * A matrix for each block of a {@link BlockPartition}: what rotations differ from the identity by, R − I, or a cotangent of
 * that. Blocks of one order are stacked, so that they multiply as a batch; the smaller one lies apart.
 */
final class BlockMatrices {
    private final BlockPartition partition;
    private final Matrix stack;
    private final Matrix rest;

    private BlockMatrices(BlockPartition partition, Matrix stack, Matrix rest) {
        this.partition = partition;
        this.stack = stack;
        this.rest = rest;
    }

    /** {@return blocks of their own memory} */
    static BlockMatrices allocate(DType dtype, BlockPartition partition) {
        int b = partition.blockSize();
        return new BlockMatrices(
                partition,
                Matrix.allocate(dtype, partition.covered(), b),
                Matrix.allocate(dtype, partition.rest(), partition.rest()));
    }

    /** {@return scratch, between mark and release} */
    static BlockMatrices scratch(Workspace ws, DType dtype, BlockPartition partition) {
        int b = partition.blockSize();
        return new BlockMatrices(
                partition,
                ws.matrix(dtype, partition.covered(), b),
                ws.matrix(dtype, partition.rest(), partition.rest()));
    }

    BlockPartition partition() {
        return partition;
    }

    DType dtype() {
        return stack.dtype();
    }

    /** {@return a block; the smaller one has number {@code count}} */
    Matrix get(Workspace ws, int block) {
        int b = partition.blockSize();
        return block < partition.count() ? ws.view(stack, block * b, 0, b, b) : rest;
    }

    /** {@return the smaller block} */
    Matrix rest() {
        return rest;
    }

    /** {@return the blocks of one order} */
    MatrixBatch batch(Workspace ws) {
        return ws.batch(stack, partition.blockSize());
    }

    /** Row i of all blocks ← row rows(i) of the one block of another: the same block many times. */
    void repeat(ComputeStream stream, BlockMatrices one, int[] rows) {
        Indices indices = stream.indices(rows.length);
        stream.set(indices, rows);
        stream.gatherRows(one.stack, indices, stack);
    }

    /** Copies every block, rounding to the target's type. */
    void copyTo(ComputeStream stream, BlockMatrices target) {
        stream.copy(stack, target.stack);
        stream.copy(rest, target.rest);
    }
}
