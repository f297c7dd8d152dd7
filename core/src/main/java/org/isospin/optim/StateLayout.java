package org.isospin.optim;

import java.util.ArrayList;
import java.util.List;
import org.isospin.DType;

/** What an {@link UpdateRule} keeps between steps of one block, in the order of declaration. */
final class StateLayout {
    /** Whether a step changes a matrix of the state. */
    enum Change {
        /** Each step writes {@link BlockStep#next}. */
        EVERY_STEP,
        /** Only {@link UpdateRule#initialize} writes it. */
        NEVER
    }

    /** A matrix of the state. */
    record Entry(String name, DType dtype, int rows, int columns, Change change) {}

    private final List<Entry> entries = new ArrayList<>();
    private final DType dtype;
    private final int outputs;
    private final int inputs;

    /**
     * Makes an empty layout.
     *
     * @param dtype the compute type
     * @param outputs rows of the block
     * @param inputs columns of the block
     */
    StateLayout(DType dtype, int outputs, int inputs) {
        this.dtype = dtype;
        this.outputs = outputs;
        this.inputs = inputs;
    }

    /** {@return the rows of the block} */
    int outputs() {
        return outputs;
    }

    /** {@return the columns of the block} */
    int inputs() {
        return inputs;
    }

    /** A matrix of the block's shape in the compute type that every step changes. */
    StateLayout likeWeight(String name) {
        return matrix(name, outputs, inputs);
    }

    /** A matrix of the compute type that every step changes. */
    StateLayout matrix(String name, int rows, int columns) {
        return add(new Entry(name, dtype, rows, columns, Change.EVERY_STEP));
    }

    /** A matrix of the compute type that {@link UpdateRule#initialize} fills and no step changes. */
    StateLayout constant(String name, int rows, int columns) {
        return add(new Entry(name, dtype, rows, columns, Change.NEVER));
    }

    /** A matrix of any type. */
    StateLayout add(Entry entry) {
        entries.add(entry);
        return this;
    }

    List<Entry> entries() {
        return List.copyOf(entries);
    }
}
