package org.isospin.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Order;

/** A tensor of a checkpoint: its name, type and shape, and its bytes in place, without a copy. */
public final class TensorView {
    /** The most rows or columns of a matrix. */
    private static final long LIMIT = Integer.MAX_VALUE;

    private final String name;
    private final TensorType type;
    private final long[] shape;
    private final MemorySegment bytes;

    TensorView(String name, TensorType type, long[] shape, MemorySegment bytes) {
        this.name = name;
        this.type = type;
        this.shape = shape;
        this.bytes = bytes;
    }

    /** {@return the name} */
    public String name() {
        return name;
    }

    /**
     * {@return the same tensor under another name}
     *
     * @param other the name
     */
    public TensorView renamed(String other) {
        return new TensorView(other, type, shape, bytes);
    }

    /** {@return the element type} */
    public TensorType type() {
        return type;
    }

    /** {@return the size of each dimension, outermost first; empty for a scalar; a copy} */
    public long[] shape() {
        return shape.clone();
    }

    /** {@return the number of dimensions} */
    public int dimensions() {
        return shape.length;
    }

    /** {@return the elements in row-major order, little-endian, at any alignment, read-only} */
    public MemorySegment bytes() {
        return bytes;
    }

    /** {@return whether {@link #matrix} can view this tensor: F32, F64, BF16 or F16, of at most two dimensions} */
    public boolean isMatrix() {
        return type.dtypeOrNull() != null && shape.length <= 2 && rows() <= LIMIT && columns() <= LIMIT;
    }

    private long rows() {
        return shape.length < 2 ? 1 : shape[0];
    }

    private long columns() {
        return shape.length == 0 ? 1 : shape[shape.length - 1];
    }

    /**
     * Views the elements as a read-only matrix: a tensor of two dimensions as it is, one of n elements as 1 × n, a scalar
     * as 1 × 1.
     *
     * @return a view of {@link #bytes}
     * @throws IllegalArgumentException if {@link #isMatrix} is false
     */
    public Matrix matrix() {
        DType dtype = type.dtypeOrNull();
        if (dtype == null || !isMatrix()) {
            throw new IllegalArgumentException(
                    "a matrix has two dimensions or less of type F32, F64, BF16 or F16; tensor " + this + " has not");
        }
        return Matrix.wrap(bytes, 0, dtype, (int) rows(), (int) columns(), columns(), Order.ROW_MAJOR);
    }

    /** {@return whether {@link #flattened} can view this tensor: F32, F64, BF16 or F16, rows and columns within 2³¹ − 1} */
    public boolean isFlattenable() {
        return type.dtypeOrNull() != null && leading() <= LIMIT && columns() <= LIMIT;
    }

    private long leading() {
        long rows = 1;
        for (int i = 0; i < shape.length - 1; i++) {
            rows *= shape[i];
        }
        return rows;
    }

    /**
     * Views the elements as a read-only matrix: columns are the last dimension, rows run over all others. As {@link #matrix} for
     * two dimensions or less.
     *
     * @return a view of {@link #bytes}
     * @throws IllegalArgumentException if {@link #isFlattenable} is false
     */
    public Matrix flattened() {
        DType dtype = type.dtypeOrNull();
        if (dtype == null || !isFlattenable()) {
            throw new IllegalArgumentException(
                    "only F32, F64, BF16 and F16 of at most 2^31 - 1 rows and columns are flattened; tensor " + this
                            + " is not");
        }
        return Matrix.wrap(bytes, 0, dtype, (int) leading(), (int) columns(), columns(), Order.ROW_MAJOR);
    }

    /** {@return name, type and shape, never elements} */
    @Override
    public String toString() {
        return name + " " + type + " " + Arrays.toString(shape);
    }
}
