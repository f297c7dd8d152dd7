package org.isospin.optim;

import java.util.Arrays;
import org.isospin.DType;

/**
 * What an optimizer has to know of a parameter before its first step; immutable.
 *
 * <p>A parameter is stepped as a matrix: a vector as one row, a tensor of more dimensions as the matrix that its elements make
 * when all dimensions but that of the outputs are one.
 */
public final class ParameterSpec {
    private final String name;
    private final DType dtype;
    private final long[] shape;
    private final int rows;
    private final int columns;
    private final Orientation orientation;
    private final Role role;
    private final BlockSplit split;
    private final WeightRounding rounding;

    private ParameterSpec(
            String name,
            DType dtype,
            long[] shape,
            int rows,
            int columns,
            Orientation orientation,
            Role role,
            BlockSplit split,
            WeightRounding rounding) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a parameter needs a name");
        }
        if (rows < 0 || columns < 0) {
            throw new IllegalArgumentException(name + ": negative shape " + Arrays.toString(shape));
        }
        this.name = name;
        this.dtype = dtype;
        this.shape = shape;
        this.rows = rows;
        this.columns = columns;
        this.orientation = orientation;
        this.role = role;
        this.split = split;
        this.rounding = rounding;
    }

    /**
     * {@return a weight matrix between hidden layers}
     *
     * @param name its name, unique in an optimizer
     * @param dtype its element type
     * @param rows rows in memory
     * @param columns columns in memory
     * @param orientation what rows and columns are
     */
    public static ParameterSpec matrix(String name, DType dtype, int rows, int columns, Orientation orientation) {
        return new ParameterSpec(
                name,
                dtype,
                new long[] {rows, columns},
                rows,
                columns,
                orientation,
                Role.HIDDEN,
                BlockSplit.whole(),
                WeightRounding.nearest());
    }

    /**
     * {@return a vector, stepped as a 1 × length matrix}
     *
     * @param name its name, unique in an optimizer
     * @param dtype its element type
     * @param length how many elements
     * @param role what it is for
     */
    public static ParameterSpec vector(String name, DType dtype, int length, Role role) {
        return new ParameterSpec(
                name,
                dtype,
                new long[] {length},
                1,
                length,
                Orientation.OUT_IN,
                role,
                BlockSplit.whole(),
                WeightRounding.nearest());
    }

    /**
     * {@return a tensor, stepped as a matrix: OUT_IN has the outputs first, as a convolution of (out, in, kh, kw), and is
     * out × in·kh·kw; IN_OUT has them last, as (kh, kw, in, out), and is kh·kw·in × out}
     *
     * @param name its name, unique in an optimizer
     * @param dtype its element type
     * @param orientation whether the outputs are the first dimension or the last
     * @param shape the size of each dimension, outermost first; two or more
     * @throws IllegalArgumentException if there are fewer than two dimensions, or a matrix cannot be that large
     */
    public static ParameterSpec tensor(String name, DType dtype, Orientation orientation, long... shape) {
        if (shape.length < 2) {
            throw new IllegalArgumentException(
                    name + ": a tensor needs two dimensions or more, not " + Arrays.toString(shape));
        }
        int outputs = orientation == Orientation.OUT_IN ? 0 : shape.length - 1;
        long inputs = 1;
        for (int i = 0; i < shape.length; i++) {
            inputs = i == outputs ? inputs : Math.multiplyExact(inputs, shape[i]);
        }
        if (inputs > Integer.MAX_VALUE || shape[outputs] > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    name + ": " + Arrays.toString(shape) + " is larger than a matrix can be");
        }
        int out = (int) shape[outputs];
        int rows = orientation == Orientation.OUT_IN ? out : (int) inputs;
        int columns = orientation == Orientation.OUT_IN ? (int) inputs : out;
        return new ParameterSpec(
                name,
                dtype,
                shape.clone(),
                rows,
                columns,
                orientation,
                Role.HIDDEN,
                BlockSplit.whole(),
                WeightRounding.nearest());
    }

    /**
     * {@return this parameter in another role}
     *
     * @param role what it is for
     */
    public ParameterSpec withRole(Role role) {
        return new ParameterSpec(name, dtype, shape, rows, columns, orientation, role, split, rounding);
    }

    /**
     * {@return this parameter, its matrix read another way}
     *
     * @param orientation what rows and columns are
     * @throws IllegalArgumentException if its blocks do not fit the outputs then
     */
    public ParameterSpec withOrientation(Orientation orientation) {
        return new ParameterSpec(name, dtype, shape, rows, columns, orientation, role, split, rounding)
                .withSplit(split);
    }

    /**
     * {@return this parameter, its outputs in blocks}
     *
     * @param split the blocks
     * @throws IllegalArgumentException if they do not fit the outputs
     */
    public ParameterSpec withSplit(BlockSplit split) {
        ParameterSpec spec = new ParameterSpec(name, dtype, shape, rows, columns, orientation, role, split, rounding);
        split.blocks(spec.outputs());
        return spec;
    }

    /**
     * {@return this parameter, its new weights rounded another way}
     *
     * @param how not {@link WeightRounding#nearest} only where elements have 16 bits
     * @throws IllegalArgumentException if elements are F32 or F64 and anything is to be kept of their rounding
     */
    public ParameterSpec withRounding(WeightRounding how) {
        if (how.kind() != WeightRounding.Kind.NEAREST && dtype.computeType() == dtype) {
            throw new IllegalArgumentException(name + ": " + how + " rounding is for BF16 and F16 weights; " + dtype
                    + " weights are what steps compute and take nearest rounding alone");
        }
        return new ParameterSpec(name, dtype, shape, rows, columns, orientation, role, split, how);
    }

    /** {@return the name} */
    public String name() {
        return name;
    }

    /** {@return the element type} */
    public DType dtype() {
        return dtype;
    }

    /** {@return the size of each dimension, outermost first; a copy} */
    public long[] shape() {
        return shape.clone();
    }

    /** {@return whether it has two dimensions or more} */
    public boolean isMatrix() {
        return shape.length > 1;
    }

    /** {@return the rows of the matrix that it is stepped as} */
    public int rows() {
        return rows;
    }

    /** {@return the columns of the matrix that it is stepped as} */
    public int columns() {
        return columns;
    }

    /** {@return how many outputs it has; 1 for a vector} */
    public int outputs() {
        return orientation == Orientation.OUT_IN ? rows : columns;
    }

    /** {@return how many inputs it has; the length of a vector} */
    public int inputs() {
        return orientation == Orientation.OUT_IN ? columns : rows;
    }

    /** {@return what rows and columns are} */
    public Orientation orientation() {
        return orientation;
    }

    /** {@return what it is for} */
    public Role role() {
        return role;
    }

    /** {@return the blocks of its outputs} */
    public BlockSplit split() {
        return split;
    }

    /** {@return how a new weight becomes one of the element type} */
    public WeightRounding rounding() {
        return rounding;
    }

    /** {@return everything but the name, which state files compare} */
    String describe() {
        String text = dtype + " " + Arrays.toString(shape) + " " + orientation + " " + role + " " + split;
        return rounding.kind() == WeightRounding.Kind.NEAREST ? text : text + " " + rounding + " rounding";
    }

    /** {@return name, type, shape and the rest} */
    @Override
    public String toString() {
        return name + " " + describe();
    }
}
