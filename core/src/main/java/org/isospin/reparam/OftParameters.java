package org.isospin.reparam;

import java.util.ArrayList;
import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.backend.ComputeStream;
import org.jspecify.annotations.Nullable;

/**
 * What trains in an {@link OftLayer}, or its gradients: generators, the outputs' factors and the bias, the last two if there are
 * any. The memory is the caller's to step, save and exchange.
 *
 * <p>The generators of blocks of one order lie in one matrix, factor by factor: {@code oft_R} of PEFT's files.
 */
public final class OftParameters {
    private final List<BlockGenerators> factors;
    private final List<Matrix> generators;
    private final @Nullable Matrix outputScale;
    private final @Nullable Matrix bias;

    private OftParameters(
            List<BlockGenerators> factors,
            List<Matrix> generators,
            @Nullable Matrix outputScale,
            @Nullable Matrix bias) {
        this.factors = List.copyOf(factors);
        this.generators = generators.stream().filter(m -> m.elements() > 0).toList();
        this.outputScale = outputScale;
        this.bias = bias;
    }

    /**
     * {@return the parameters of no rotation in new heap memory, without a bias: generators of 0, factors of outputs of 1}
     *
     * @param options of the adapter
     * @param dtype element type
     * @param outputs m
     * @param inputs n
     * @throws IllegalArgumentException if the blocks do not fit the inputs
     */
    public static OftParameters allocate(OftOptions options, DType dtype, int outputs, int inputs) {
        return allocate(options, dtype, outputs, options.partition(inputs), null);
    }

    static OftParameters allocate(
            OftOptions options, DType dtype, int outputs, BlockPartition partition, @Nullable Matrix bias) {
        Matrix scale = null;
        if (options.outputScale() == OftOptions.OutputScale.TRAINED) {
            scale = Matrix.allocate(dtype, 1, outputs);
            for (int i = 0; i < outputs; i++) {
                scale.set(0, i, 1);
            }
        }
        return allocate(dtype, options.generators(partition), options.factors(), scale, bias);
    }

    private static OftParameters allocate(
            DType dtype, BlockPartition partition, int count, @Nullable Matrix outputScale, @Nullable Matrix bias) {
        int length = SkewMatrix.packedLength(partition.blockSize());
        int rows = partition.count();
        Matrix all = Matrix.allocate(dtype, Math.multiplyExact(count, rows), length);
        Matrix rest = BlockGenerators.restOf(dtype, partition);
        List<BlockGenerators> factors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            factors.add(BlockGenerators.over(partition, all.view(i * rows, 0, rows, length), rest));
        }
        return new OftParameters(factors, List.of(all, rest), outputScale, bias);
    }

    /** {@return zeros of the same shapes and types in new heap memory: for gradients} */
    public OftParameters allocateLike() {
        BlockGenerators first = factors.getFirst();
        return allocate(first.dtype(), first.partition(), factors.size(), like(outputScale), like(bias));
    }

    private static @Nullable Matrix like(@Nullable Matrix m) {
        return m == null ? null : Matrix.allocate(m.dtype(), m.rows(), m.columns());
    }

    /** {@return the generators of each factor, the first to act on R·x first; of one block where blocks share theirs} */
    public List<BlockGenerators> factors() {
        return factors;
    }

    /** {@return the factors of the outputs, 1 × m, or null if there are none} */
    public @Nullable Matrix outputScale() {
        return outputScale;
    }

    /** {@return the bias, 1 × m, or null if there is none} */
    public @Nullable Matrix bias() {
        return bias;
    }

    /** {@return the matrices of generators, none of them empty: one for the blocks, one for a smaller block} */
    public List<Matrix> generators() {
        return generators;
    }

    /** {@return the matrices to register with an optimizer: {@link #generators}, the outputs' factors, the bias} */
    public List<Matrix> matrices() {
        List<Matrix> all = new ArrayList<>(generators);
        if (outputScale != null) {
            all.add(outputScale);
        }
        if (bias != null) {
            all.add(bias);
        }
        return all;
    }

    /** {@return how many numbers train} */
    public long count() {
        return matrices().stream().mapToLong(Matrix::elements).sum();
    }

    /** {@return whether gradients of the other would fit} */
    boolean isLike(OftParameters other) {
        return factors.size() == other.factors.size()
                && factors.getFirst()
                        .partition()
                        .equals(other.factors.getFirst().partition())
                && (outputScale == null) == (other.outputScale == null)
                && (bias == null) == (other.bias == null);
    }

    /** Requires generators and factors of outputs for a weight of so many outputs, whose inputs lie in blocks. */
    void requireFit(String operation, OftOptions options, int outputs, BlockPartition partition) {
        boolean isScaled = options.outputScale() == OftOptions.OutputScale.TRAINED;
        BlockPartition wanted = options.generators(partition);
        boolean fits = factors.size() == options.factors()
                && factors.getFirst().partition().equals(wanted)
                && isScaled == (outputScale != null)
                && (outputScale == null || outputScale.columns() == outputs);
        if (!fits) {
            throw new IllegalArgumentException(operation + ": a weight of " + outputs + " outputs needs "
                    + options.factors() + " factors of generators of " + wanted
                    + (isScaled ? " and as many factors of outputs" : "") + ", not " + this);
        }
    }

    /** Sets generators to zero, factors of outputs to one: no rotation. */
    void clear(ComputeStream stream) {
        factors.forEach(f -> f.clear(stream));
        if (outputScale != null) {
            stream.fill(outputScale, 1);
        }
    }

    /** {@return how many factors, of which partition, and type, never elements} */
    @Override
    public String toString() {
        return factors.size() + " factors of " + factors.getFirst() + (outputScale == null ? "" : ", scaled outputs")
                + (bias == null ? "" : ", bias");
    }
}
