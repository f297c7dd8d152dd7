package org.isospin.peft;

import java.util.Objects;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.checkpoint.CheckpointFormatException;
import org.isospin.checkpoint.TensorView;
import org.isospin.reparam.OftOptions;
import org.isospin.reparam.OftParameters;
import org.jspecify.annotations.Nullable;

/**
 * A module of an {@link Adapter}: the rotation of one weight's inputs, and for BOFT the factors of its outputs. The shapes of the
 * tensors tell blocks and factors; that they are those of the configuration has been checked.
 */
public final class AdapterModule {
    private final String name;
    private final OftOptions options;
    private final int blocks;
    private final TensorView rotation;
    private final @Nullable TensorView scale;

    private AdapterModule(
            String name, OftOptions options, int blocks, TensorView rotation, @Nullable TensorView scale) {
        this.name = name;
        this.options = options;
        this.blocks = blocks;
        this.rotation = rotation;
        this.scale = scale;
    }

    static AdapterModule oft(String origin, AdapterConfig config, String name, TensorView tensor)
            throws CheckpointFormatException {
        if (!tensor.isMatrix() || tensor.dimensions() != 2) {
            throw broken(origin, tensor, "the generators of OFT have a row of b(b - 1)/2 floats for each block");
        }
        Matrix packed = tensor.matrix();
        int b = (int) Math.round((1 + Math.sqrt(1 + 8.0 * packed.columns())) / 2);
        if (packed.rows() < 1 || (long) b * (b - 1) / 2 != packed.columns()) {
            throw broken(origin, tensor, "no block has b(b - 1)/2 = " + packed.columns() + " numbers");
        }
        OftOptions options = config.blocks(b);
        if (options.sharing() == OftOptions.Sharing.SHARED) {
            if (packed.rows() != 1) {
                throw broken(origin, tensor, "blocks that share a generator (block_share) have one row");
            }
        } else {
            long inputs = (long) packed.rows() * b;
            int wanted = inputs > Integer.MAX_VALUE ? 0 : ConfigRules.blockSize(config, (int) inputs);
            if (b != wanted && config.isEmpty("rank_pattern")) {
                throw broken(
                        origin,
                        tensor,
                        "blocks of " + b + ", but " + AdapterConfig.FILE + " means " + wanted + " for " + inputs
                                + " inputs");
            }
        }
        return new AdapterModule(name, options, packed.rows(), tensor, null);
    }

    static AdapterModule boft(
            String origin, AdapterConfig config, String name, TensorView tensor, @Nullable TensorView scale)
            throws CheckpointFormatException {
        long[] shape = tensor.shape();
        if (!tensor.isFlattenable() || shape.length != 4 || shape[2] != shape[3] || shape[2] < 1 || shape[1] < 1) {
            throw broken(origin, tensor, "the generators of BOFT are floats of factors x blocks x b x b");
        }
        if (scale == null) {
            throw broken(origin, tensor, "there is no " + Adapter.BOFT_SCALE + " beside it");
        }
        if (!scale.isMatrix() || scale.dimensions() != 2 || scale.shape()[1] != 1) {
            throw broken(origin, scale, "the factors of a linear layer are outputs x 1");
        }
        int factors = config.integer("boft_n_butterfly_factor", 1);
        // Without its CUDA extension PEFT trains one factor, whatever the configuration says.
        if (shape[0] != factors && shape[0] != 1) {
            throw broken(origin, tensor, AdapterConfig.FILE + " has boft_n_butterfly_factor " + factors);
        }
        long inputs = shape[1] * shape[2];
        int wanted = inputs > Integer.MAX_VALUE ? 0 : ConfigRules.blockSize(config, (int) inputs);
        if (shape[2] != wanted) {
            throw broken(
                    origin, tensor, AdapterConfig.FILE + " means blocks of " + wanted + " for " + inputs + " inputs");
        }
        OftOptions options = AdapterConfig.butterfly(wanted, (int) shape[0]);
        return new AdapterModule(name, options, (int) shape[1], tensor, scale);
    }

    private static CheckpointFormatException broken(String origin, TensorView tensor, String rule) {
        return new CheckpointFormatException(
                origin,
                tensor.name(),
                rule + "; it is " + tensor.type() + " " + java.util.Arrays.toString(tensor.shape()));
    }

    /** {@return the module's name in the base, whose tensor is NAME.weight} */
    public String name() {
        return name;
    }

    /** {@return what its layer is made of} */
    public OftOptions options() {
        return options;
    }

    /** {@return the type that the file has} */
    public DType dtype() {
        return Objects.requireNonNull(rotation.type().dtypeOrNull());
    }

    /** {@return how many inputs its weight must have; 0 if any multiple of the block size will do, as with shared generators} */
    public int inputs() {
        return options.sharing() == OftOptions.Sharing.SHARED ? 0 : Math.multiplyExact(blocks, options.blockSize());
    }

    /** {@return how many outputs its weight must have; 0 if any number will do, as with OFT} */
    public int outputs() {
        return scale == null ? 0 : (int) scale.shape()[0];
    }

    /** {@return the tensor of its generators, as the file has it} */
    public TensorView tensor() {
        return rotation;
    }

    /** {@return generators and factors in new heap memory, F64, exactly the file's but for BOFT's ½(A − Aᵀ), which is rounded once} */
    public OftParameters parameters() {
        int inputs = inputs() == 0 ? options.blockSize() : inputs();
        OftParameters parameters = OftParameters.allocate(options, DType.F64, outputs(), inputs);
        for (Matrix generators : parameters.generators()) {
            if (scale == null) {
                rotation.matrix().copyTo(generators);
            } else {
                skewParts(rotation.flattened(), options.blockSize(), generators);
            }
        }
        Matrix factors = parameters.outputScale();
        if (factors != null && scale != null) {
            scale.matrix().copyTo(factors.transposed());
        }
        return parameters;
    }

    private static void skewParts(Matrix a, int b, Matrix generators) {
        for (int block = 0; block < generators.rows(); block++) {
            int at = 0;
            for (int i = 0; i < b; i++) {
                for (int j = i + 1; j < b; j++) {
                    generators.set(block, at++, (a.get(block * b + i, j) - a.get(block * b + j, i)) / 2);
                }
            }
        }
    }

    /** {@return name, type and shape, never elements} */
    @Override
    public String toString() {
        return name + ": " + rotation;
    }
}
