package org.isospin.reparam;

import java.util.ArrayList;
import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.backend.ComputeStream;
import org.jspecify.annotations.Nullable;

/**
 * What trains in a {@link PoetLayer}, or its gradients: the generators of both sides, and the bias if there is one. The memory is
 * the caller's to step, save and exchange.
 *
 * <p>Where the blocks of both sides have one order, their generators lie in one matrix, those of the outputs first: the {@code
 * oft_R} of POET-X's files.
 */
public final class PoetParameters {
    private final BlockGenerators output;
    private final BlockGenerators input;
    private final List<Matrix> generators;
    private final @Nullable Matrix bias;

    private PoetParameters(
            BlockGenerators output, BlockGenerators input, List<Matrix> generators, @Nullable Matrix bias) {
        this.output = output;
        this.input = input;
        this.generators = generators.stream().filter(m -> m.elements() > 0).toList();
        this.bias = bias;
    }

    static PoetParameters allocate(DType dtype, BlockPartition output, BlockPartition input, @Nullable Matrix bias) {
        Matrix outRest = BlockGenerators.restOf(dtype, output);
        Matrix inRest = BlockGenerators.restOf(dtype, input);
        if (output.blockSize() != input.blockSize()) {
            BlockGenerators out = BlockGenerators.allocate(dtype, output);
            BlockGenerators in = BlockGenerators.allocate(dtype, input);
            return new PoetParameters(
                    out,
                    in,
                    List.of(
                            out.blocks().packed(),
                            in.blocks().packed(),
                            out.rest().packed(),
                            in.rest().packed()),
                    bias);
        }
        int length = SkewMatrix.packedLength(output.blockSize());
        int first = output.count();
        int second = input.count();
        Matrix both = Matrix.allocate(dtype, first + second, length);
        return new PoetParameters(
                BlockGenerators.over(output, both.view(0, 0, first, length), outRest),
                BlockGenerators.over(input, both.view(first, 0, second, length), inRest),
                List.of(both, outRest, inRest),
                bias);
    }

    /** {@return zeros of the same shapes and types in new heap memory: for gradients} */
    public PoetParameters allocateLike() {
        Matrix like = bias;
        Matrix other = like == null ? null : Matrix.allocate(like.dtype(), 1, like.columns());
        return allocate(output.dtype(), output.partition(), input.partition(), other);
    }

    /** {@return the generators of the rotations of the outputs} */
    public BlockGenerators output() {
        return output;
    }

    /** {@return the generators of the rotations of the inputs} */
    public BlockGenerators input() {
        return input;
    }

    /** {@return the bias, 1 × m, or null if there is none} */
    public @Nullable Matrix bias() {
        return bias;
    }

    /**
     * {@return the matrices of generators, none of them empty: one or two for the blocks, one for the smaller block of each side
     * that has one. They are reset by each merge}
     */
    public List<Matrix> generators() {
        return generators;
    }

    /** {@return the matrices to register with an optimizer: {@link #generators}, then the bias if there is one} */
    public List<Matrix> matrices() {
        List<Matrix> all = new ArrayList<>(generators);
        if (bias != null) {
            all.add(bias);
        }
        return all;
    }

    /** {@return how many numbers train} */
    public long count() {
        return output.partition().parameters() + input.partition().parameters() + (bias == null ? 0 : bias.elements());
    }

    /** Sets the generators to zero. */
    void clear(ComputeStream stream) {
        output.clear(stream);
        input.clear(stream);
    }

    /** {@return partitions and type, never elements} */
    @Override
    public String toString() {
        return "outputs " + output + ", inputs " + input + (bias == null ? "" : ", bias");
    }
}
