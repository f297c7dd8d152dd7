package org.isospin.reparam;

import org.isospin.optim.Orientation;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.GeneratorMap;

/**
 * What a {@link PoetLayer} is made of.
 *
 * @param primitive which coordinates rotate together
 * @param map how generators become rotations
 * @param permutations which coordinates the blocks take
 * @param memory what stays between forward and backward
 * @param base what the frozen matrix is kept as
 * @param orientation how the caller's weights lie
 */
public record PoetOptions(
        Primitive primitive,
        GeneratorMap map,
        Permutations permutations,
        Memory memory,
        BaseStorage base,
        Orientation orientation) {
    /** What stays between forward and backward besides the caller's x. */
    public enum Memory {
        /** The rotations, and what that of the outputs takes, p × m: POET-X's fast variant. */
        KEEP,
        /** Nothing; backward computes the rotations and one product anew: POET-X's mem variant. */
        RECOMPUTE
    }

    /** What POET-X does by default: blocks of 256, Cayley–Neumann of order 3, seed 0, activations kept, rows as outputs. */
    public static final PoetOptions DEFAULT = new PoetOptions(
            Primitive.blockStochastic(256),
            GeneratorMap.cayleyNeumann(3, CayleyStep.FULL),
            Permutations.seeded(0),
            Memory.KEEP,
            new BaseStorage.Plain(),
            Orientation.OUT_IN);

    /**
     * {@return these options with another primitive}
     *
     * @param other which coordinates rotate together
     */
    public PoetOptions withPrimitive(Primitive other) {
        return new PoetOptions(other, map, permutations, memory, base, orientation);
    }

    /**
     * {@return these options with another map}
     *
     * @param other how generators become rotations
     */
    public PoetOptions withMap(GeneratorMap other) {
        return new PoetOptions(primitive, other, permutations, memory, base, orientation);
    }

    /**
     * {@return these options with other permutations}
     *
     * @param other which coordinates the blocks take
     */
    public PoetOptions withPermutations(Permutations other) {
        return new PoetOptions(primitive, map, other, memory, base, orientation);
    }

    /**
     * {@return these options with another use of memory}
     *
     * @param other what stays between forward and backward
     */
    public PoetOptions withMemory(Memory other) {
        return new PoetOptions(primitive, map, permutations, other, base, orientation);
    }

    /**
     * {@return these options with another orientation}
     *
     * @param other how the caller's weights lie
     */
    public PoetOptions withOrientation(Orientation other) {
        return new PoetOptions(primitive, map, permutations, memory, base, other);
    }

    /**
     * {@return these options with another base}
     *
     * @param other what the frozen matrix is kept as
     */
    public PoetOptions withBase(BaseStorage other) {
        return new PoetOptions(primitive, map, permutations, memory, other, orientation);
    }
}
