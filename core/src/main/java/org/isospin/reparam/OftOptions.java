package org.isospin.reparam;

import org.isospin.optim.Orientation;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.GeneratorMap;

/**
 * What an {@link OftLayer} is made of.
 *
 * @param blockSize b, the coordinates that a block turns; if one factor does not divide into them, its last block is smaller
 * @param factors m: 1 for OFT, more for BOFT's butterfly of so many block-diagonal factors
 * @param map how generators become rotations
 * @param sharing whether the blocks of a factor have generators of their own
 * @param scale what makes steps independent of the block size
 * @param epsilon COFT's ε: no generator's Frobenius norm is more than ε/√r, of r generators; infinite for no bound
 * @param dropout which blocks a step leaves out
 * @param form what is turned
 * @param outputScale whether every output has a factor that trains
 * @param base what the frozen matrix is kept as
 * @param orientation how the caller's weights lie
 */
public record OftOptions(
        int blockSize,
        int factors,
        GeneratorMap map,
        Sharing sharing,
        GeneratorScale scale,
        double epsilon,
        BlockDropout dropout,
        Form form,
        OutputScale outputScale,
        BaseStorage base,
        Orientation orientation) {
    /** Whether blocks have generators of their own. */
    public enum Sharing {
        /** Each block has one. */
        SEPARATE,
        /** All blocks of a factor have the same. */
        SHARED
    }

    /** What is turned in forward and backward; the function is the same. */
    public enum Form {
        /** The inputs, W₀(Rᵀx): 2b flops for each input of each token and factor (OFTv2). */
        INPUT_CENTRIC,
        /** The weight, (W₀Rᵀ)x: 2b flops for each of its elements and factors, however many tokens there are (OFT, BOFT). */
        WEIGHT_CENTRIC
    }

    /** Whether outputs have factors of their own. */
    public enum OutputScale {
        /** No. */
        NONE,
        /** Yes, that train, at first 1: rescaled OFT's D, {@code boft_s} of PEFT. */
        TRAINED
    }

    /** What OFTv2 does by default in PEFT: blocks of 32, five terms of the Neumann series, inputs turned; rows as outputs. */
    public static final OftOptions DEFAULT = new OftOptions(
            32,
            1,
            GeneratorMap.cayleyNeumann(3, CayleyStep.FULL),
            Sharing.SEPARATE,
            GeneratorScale.NONE,
            Double.POSITIVE_INFINITY,
            BlockDropout.NONE,
            Form.INPUT_CENTRIC,
            OutputScale.NONE,
            new BaseStorage.Plain(),
            Orientation.OUT_IN);

    /** What BOFT does by default in PEFT: one factor of blocks of 4, the exact transform, outputs scaled, the weight turned. */
    public static final OftOptions BUTTERFLY = DEFAULT.withBlocks(4, 1)
            .withMap(GeneratorMap.cayley(CayleyStep.NEGATIVE_FULL))
            .withForm(Form.WEIGHT_CENTRIC)
            .withOutputScale(OutputScale.TRAINED);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if b or m is less than 1, or ε is not positive
     */
    public OftOptions {
        if (blockSize < 1 || factors < 1 || !(epsilon > 0)) {
            throw new IllegalArgumentException(
                    "OFT needs blocks of 1 or more, 1 or more factors and an epsilon > 0, not blocks of " + blockSize
                            + ", " + factors + " factors and " + epsilon);
        }
    }

    /**
     * {@return the blocks of n inputs}
     *
     * @throws IllegalArgumentException if they share generators and do not divide the inputs
     */
    BlockPartition partition(int inputs) {
        int b = Math.max(1, Math.min(blockSize, inputs));
        BlockPartition partition = BlockPartition.covering(inputs, b);
        if (sharing == Sharing.SHARED && partition.rest() > 0) {
            throw new IllegalArgumentException("oft: blocks that share a generator must be alike, and blocks of " + b
                    + " do not divide " + inputs + " inputs");
        }
        return partition;
    }

    /** {@return the blocks that have generators of their own} */
    BlockPartition generators(BlockPartition partition) {
        int b = partition.blockSize();
        return sharing == Sharing.SHARED ? BlockPartition.covering(b, b) : partition;
    }

    /**
     * {@return these options with other blocks}
     *
     * @param size b
     * @param count m, how many factors
     */
    public OftOptions withBlocks(int size, int count) {
        return new OftOptions(size, count, map, sharing, scale, epsilon, dropout, form, outputScale, base, orientation);
    }

    /**
     * {@return these options with another map}
     *
     * @param other how generators become rotations
     */
    public OftOptions withMap(GeneratorMap other) {
        return new OftOptions(
                blockSize, factors, other, sharing, scale, epsilon, dropout, form, outputScale, base, orientation);
    }

    /**
     * {@return these options with another sharing}
     *
     * @param other whether blocks have generators of their own
     */
    public OftOptions withSharing(Sharing other) {
        return new OftOptions(
                blockSize, factors, map, other, scale, epsilon, dropout, form, outputScale, base, orientation);
    }

    /**
     * {@return these options with another scale}
     *
     * @param other what a trained number is multiplied by
     */
    public OftOptions withScale(GeneratorScale other) {
        return new OftOptions(
                blockSize, factors, map, sharing, other, epsilon, dropout, form, outputScale, base, orientation);
    }

    /**
     * {@return these options with another bound}
     *
     * @param other COFT's ε
     */
    public OftOptions withEpsilon(double other) {
        return new OftOptions(
                blockSize, factors, map, sharing, scale, other, dropout, form, outputScale, base, orientation);
    }

    /**
     * {@return these options with another dropout}
     *
     * @param other which blocks a step leaves out
     */
    public OftOptions withDropout(BlockDropout other) {
        return new OftOptions(
                blockSize, factors, map, sharing, scale, epsilon, other, form, outputScale, base, orientation);
    }

    /**
     * {@return these options with another form}
     *
     * @param other what is turned
     */
    public OftOptions withForm(Form other) {
        return new OftOptions(
                blockSize, factors, map, sharing, scale, epsilon, dropout, other, outputScale, base, orientation);
    }

    /**
     * {@return these options with another scale of the outputs}
     *
     * @param other whether outputs have factors
     */
    public OftOptions withOutputScale(OutputScale other) {
        return new OftOptions(
                blockSize, factors, map, sharing, scale, epsilon, dropout, form, other, base, orientation);
    }

    /**
     * {@return these options with another base}
     *
     * @param other what the frozen matrix is kept as
     */
    public OftOptions withBase(BaseStorage other) {
        return new OftOptions(
                blockSize, factors, map, sharing, scale, epsilon, dropout, form, outputScale, other, orientation);
    }

    /**
     * {@return these options with another orientation}
     *
     * @param other how the caller's weights lie
     */
    public OftOptions withOrientation(Orientation other) {
        return new OftOptions(
                blockSize, factors, map, sharing, scale, epsilon, dropout, form, outputScale, base, other);
    }
}
