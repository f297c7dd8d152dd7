package org.isospin.reparam;

import java.util.ArrayList;
import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.jspecify.annotations.Nullable;

/** What trains in a {@link PsoftLayer}, or its gradients, in memory that is the caller's to step, save and exchange. */
public final class PsoftParameters {
    private final BlockGenerators generators;
    private final @Nullable Matrix before;
    private final @Nullable Matrix after;

    private PsoftParameters(BlockGenerators generators, @Nullable Matrix before, @Nullable Matrix after) {
        this.generators = generators;
        this.before = before;
        this.after = after;
    }

    static PsoftParameters allocate(DType dtype, int rank, PsoftOptions.Magnitudes magnitudes) {
        return new PsoftParameters(
                BlockGenerators.allocate(dtype, BlockPartition.covering(rank, rank)),
                magnitudes.isBefore() ? Matrix.allocate(dtype, 1, rank) : null,
                magnitudes.isAfter() ? Matrix.allocate(dtype, 1, rank) : null);
    }

    /** {@return zeros of the same shapes and types in new heap memory: for gradients} */
    public PsoftParameters allocateLike() {
        return new PsoftParameters(
                BlockGenerators.allocate(generators.dtype(), generators.partition()), like(before), like(after));
    }

    private static @Nullable Matrix like(@Nullable Matrix m) {
        return m == null ? null : Matrix.allocate(m.dtype(), m.rows(), m.columns());
    }

    /** {@return the packed upper triangle of the generator, 1 × r(r − 1)/2} */
    public Matrix generator() {
        return generators.blocks().packed();
    }

    /** {@return the factors of what is turned, 1 × r, or null if there are none} */
    public @Nullable Matrix before() {
        return before;
    }

    /** {@return the factors of what was turned, 1 × r, or null if there are none} */
    public @Nullable Matrix after() {
        return after;
    }

    /** {@return the matrices to register with an optimizer, none of them empty: {@link #generator}, {@link #before}, {@link #after}} */
    public List<Matrix> matrices() {
        List<Matrix> all = new ArrayList<>();
        for (Matrix m : new @Nullable Matrix[] {generator(), before, after}) {
            if (m != null && m.elements() > 0) {
                all.add(m);
            }
        }
        return all;
    }

    /** {@return how many numbers train} */
    public long count() {
        return matrices().stream().mapToLong(Matrix::elements).sum();
    }

    BlockGenerators generators() {
        return generators;
    }

    /** {@return whether gradients of the other would fit} */
    boolean isLike(PsoftParameters other) {
        return generators.partition().equals(other.generators.partition())
                && (before == null) == (other.before == null)
                && (after == null) == (other.after == null);
    }

    /** No rotation, factors of 1. */
    void clear(ComputeStream stream) {
        generators.clear(stream);
        if (before != null) {
            stream.fill(before, 1);
        }
        if (after != null) {
            stream.fill(after, 1);
        }
    }

    /** {@return order, type and which factors there are, never elements} */
    @Override
    public String toString() {
        return generators + (before == null ? "" : ", factors before") + (after == null ? "" : ", factors after");
    }
}
