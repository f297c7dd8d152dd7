package org.isospin.optim;

import java.util.List;
import java.util.Map;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.Workspace;
import org.jspecify.annotations.Nullable;

/**
 * One step of one block, as an {@link UpdateRule} sees it: everything in the compute type, outputs as rows. Belongs to a
 * parameter and is filled anew by each step.
 */
final class BlockStep {
    private final ParameterSpec spec;
    private final BlockSplit.Block block;
    private final int index;
    private final int outputs;
    private final List<StateLayout.Entry> entries;
    private final Matrix[] state;
    private final Matrix[] next;

    private @Nullable ComputeStream stream;
    private @Nullable Matrix weight;
    private @Nullable Matrix gradient;
    private @Nullable Matrix newWeight;
    private @Nullable Matrix report;
    private long t;
    private long origin;

    BlockStep(ParameterSpec spec, BlockSplit.Block block, int index, UpdateRule rule, StateMemory memory) {
        this.spec = spec;
        this.block = block;
        this.index = index;
        this.outputs = block.outputs();
        StateLayout layout = new StateLayout(spec.dtype().computeType(), block.outputs(), spec.inputs());
        rule.declare(layout);
        this.entries = layout.entries();
        this.state = new Matrix[entries.size()];
        this.next = new Matrix[entries.size()];
        for (int i = 0; i < state.length; i++) {
            StateLayout.Entry entry = entries.get(i);
            state[i] = memory.allocate(entry.dtype(), entry.rows(), entry.columns());
            next[i] = state[i];
        }
    }

    // ---------------------------------------------------------------------------------------- for the rule

    /** {@return where it runs} */
    ComputeStream stream() {
        return present(stream);
    }

    /** {@return scratch, between mark and release} */
    Workspace workspace() {
        return stream().workspace();
    }

    /** {@return the step's number, from 1} */
    long t() {
        return t;
    }

    /** {@return how many steps the state has seen with this one, from 1: what corrections of averages go by} */
    long age() {
        return t - origin;
    }

    /** {@return the parameter} */
    ParameterSpec spec() {
        return spec;
    }

    /** {@return which of the parameter's blocks this is, from 0} */
    int index() {
        return index;
    }

    /** {@return F64 or F32: the type of weight, gradient and new weight} */
    DType dtype() {
        return spec.dtype().computeType();
    }

    /** {@return the rows of the block} */
    int outputs() {
        return outputs;
    }

    /** {@return the columns of the block} */
    int inputs() {
        return spec.inputs();
    }

    /** {@return W, outputs × inputs; not to be written} */
    Matrix weight() {
        return present(weight);
    }

    /** {@return G, outputs × inputs, finite; not to be written} */
    Matrix gradient() {
        return present(gradient);
    }

    /** {@return where the new weight goes, outputs × inputs, overlapping nothing} */
    Matrix newWeight() {
        return present(newWeight);
    }

    /** {@return scratch of the block's shape and type} */
    Matrix likeWeight() {
        return workspace().matrix(dtype(), outputs(), inputs());
    }

    /** {@return 1, or 0 where the gradient is exactly zero} */
    Scalar isMoving() {
        Scalar size = stream().scalar();
        stream().reduce(Reduction.MAX_ABS, gradient(), size);
        return StreamScalars.isGreater(stream(), size, StreamScalars.of(stream(), 0));
    }

    /** {@return a matrix of the state as the last step left it; not to be written but by {@link UpdateRule#initialize}} */
    Matrix state(String name) {
        return state[find(name)];
    }

    /** {@return where a matrix of the state goes, overlapping nothing; it must be written by each step} */
    Matrix next(String name) {
        return next[find(name)];
    }

    /** Reports the largest angle of the step in radians; the largest of all blocks is kept. */
    void reportLargestAngle(Scalar angle) {
        ParameterSlot.raise(stream(), present(report), StepReport.LARGEST_ANGLE, angle);
    }

    /** Reports the drift of the spectrum; the largest of all blocks is kept. */
    void reportDrift(Scalar drift) {
        ParameterSlot.raise(stream(), present(report), StepReport.DRIFT, drift);
    }

    private int find(String name) {
        for (int i = 0; i < state.length; i++) {
            if (entries.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new IllegalArgumentException("no state is named " + name + " among " + entries);
    }

    private static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("outside a step");
        }
        return value;
    }

    // ---------------------------------------------------------------------------------------- for the base

    /** Adds the matrices of the state by BLOCK/NAME. */
    void addState(Map<String, Matrix> all) {
        for (int i = 0; i < state.length; i++) {
            all.put(block.name() + "/" + entries.get(i).name(), state[i]);
        }
    }

    long stateBytes() {
        long bytes = 0;
        for (Matrix m : state) {
            bytes += m.elements() * m.dtype().bytes();
        }
        return bytes;
    }

    /** Takes scratch for the results; whole matrices are given, of which this block's outputs are viewed or gathered. */
    void begin(
            ComputeStream stream,
            long t,
            long origin,
            Matrix wholeWeight,
            Matrix wholeGradient,
            Matrix wholeNew,
            Matrix report) {
        this.stream = stream;
        this.t = t;
        this.origin = origin;
        this.report = report;
        this.weight = gather(stream, wholeWeight);
        this.gradient = gather(stream, wholeGradient);
        boolean isView = block.ranges().size() == 1;
        this.newWeight = isView ? rows(stream, wholeNew, 0) : stream.workspace().matrix(dtype(), outputs(), inputs());
        for (int i = 0; i < next.length; i++) {
            StateLayout.Entry entry = entries.get(i);
            next[i] = entry.change() == StateLayout.Change.NEVER
                    ? state[i]
                    : stream.workspace().matrix(entry.dtype(), entry.rows(), entry.columns());
        }
    }

    private Matrix rows(ComputeStream stream, Matrix whole, int range) {
        BlockSplit.Range r = block.ranges().get(range);
        boolean isAll = r.first() == 0 && r.count() == whole.rows();
        return isAll ? whole : stream.workspace().view(whole, r.first(), 0, r.count(), whole.columns());
    }

    private Matrix gather(ComputeStream stream, Matrix whole) {
        if (block.ranges().size() == 1) {
            return rows(stream, whole, 0);
        }
        Matrix all = stream.workspace().matrix(whole.dtype(), outputs(), inputs());
        int at = 0;
        for (int i = 0; i < block.ranges().size(); i++) {
            int count = block.ranges().get(i).count();
            stream.copy(rows(stream, whole, i), stream.workspace().view(all, at, 0, count, inputs()));
            at += count;
        }
        return all;
    }

    /** Brings the new weight to the whole one where it was not computed there. */
    void scatter(Matrix wholeNew) {
        if (block.ranges().size() == 1) {
            return;
        }
        int at = 0;
        for (int i = 0; i < block.ranges().size(); i++) {
            int count = block.ranges().get(i).count();
            stream().copy(workspace().view(newWeight(), at, 0, count, inputs()), rows(stream(), wholeNew, i));
            at += count;
        }
    }

    /** Sets the state to zero. */
    void clear(ComputeStream stream) {
        for (Matrix m : state) {
            stream.fill(m, 0);
        }
    }

    /** Stores the new state, if the guard is finite. */
    void commit(Scalar guard) {
        for (int i = 0; i < next.length; i++) {
            if (entries.get(i).change() == StateLayout.Change.EVERY_STEP) {
                stream().copyIfFinite(guard, next[i], state[i]);
            }
        }
    }

    /** Forgets what belongs to the stream. */
    void end() {
        stream = null;
        weight = null;
        gradient = null;
        newWeight = null;
        report = null;
    }
}
