package org.isospin.optim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Workspace;

/** A registered parameter: its blocks with their state, its report, and the course of a step. */
final class ParameterSlot {
    private final AbstractOptimizer owner;
    private final ParameterSpec spec;
    private final UpdateRule rule;
    private final RoundedWeight rounded;
    private final List<BlockStep> blocks = new ArrayList<>();
    private final Matrix report;
    private final Matrix reportOnHost = Matrix.allocate(DType.F64, 1, StepReport.SIZE);
    private final StepReport reused = new StepReport();
    private final AtomicBoolean isBusy = new AtomicBoolean();
    private boolean isStarted;
    private long origin;

    ParameterSlot(AbstractOptimizer owner, ParameterSpec spec, UpdateRule rule, StateMemory memory) {
        this.owner = owner;
        this.spec = spec;
        this.rule = rule;
        this.report = memory.allocate(DType.F64, 1, StepReport.SIZE);
        this.rounded = new RoundedWeight(spec, memory);
        for (BlockSplit.Block block : spec.split().blocks(spec.outputs())) {
            blocks.add(new BlockStep(spec, block, blocks.size(), rule, memory));
        }
    }

    AbstractOptimizer owner() {
        return owner;
    }

    ParameterSpec spec() {
        return spec;
    }

    /** {@return the matrices of the state by BLOCK/NAME, not copies} */
    SequencedMap<String, Matrix> state() {
        SequencedMap<String, Matrix> all = new LinkedHashMap<>();
        for (BlockStep block : blocks) {
            block.addState(all);
        }
        rounded.addState(all);
        return all;
    }

    /** {@return a matrix of the state by BLOCK/NAME, not copied} */
    Matrix state(String name) {
        Matrix found = state().get(name);
        if (found == null) {
            throw new IllegalArgumentException(spec.name() + " has no state " + name + ", only " + state().keySet());
        }
        return found;
    }

    /** {@return the numbers of a {@link StepReport}} */
    Matrix numbers() {
        return report;
    }

    StepReport report() {
        report.copyTo(reportOnHost);
        reused.fill(reportOnHost);
        return reused;
    }

    /** {@return whether the state was filled from the weight} */
    boolean isStarted() {
        return isStarted && rounded.isFilled();
    }

    /** The state was filled, or is to be filled from the weight. */
    void setStarted(boolean isNow) {
        isStarted = isNow;
        rounded.setFilled(isNow);
    }

    /** {@return the step after which the state began, 0 if it never was cleared} */
    long origin() {
        return origin;
    }

    void setOrigin(long step) {
        origin = step;
    }

    /** Clears the state as if the next step, after step t, were the first. */
    void restart(ComputeStream stream, long t) {
        for (int i = 0; i < blocks.size(); i++) {
            blocks.get(i).clear(stream);
        }
        rounded.clear(stream);
        setStarted(false);
        setOrigin(t);
    }

    /** Replaces a matrix of the state; what rounding keeps is then still filled from the weight, unless it is that. */
    void setState(String name, Matrix values) {
        Matrix target = state(name);
        values.copyTo(target);
        isStarted = true;
        if (rounded.keeps(target)) {
            rounded.setFilled(true);
        }
    }

    long stateBytes() {
        long bytes = report.elements() * report.dtype().bytes() + rounded.stateBytes();
        for (BlockStep block : blocks) {
            bytes += block.stateBytes();
        }
        return bytes;
    }

    /** Keeps other threads away until {@link #leave}. */
    void enter() {
        if (!isBusy.compareAndSet(false, true)) {
            throw new IllegalStateException("parameter " + spec.name() + " is stepped by another thread right now");
        }
    }

    void leave() {
        isBusy.set(false);
    }

    /** {@return the parameters, all entered} */
    static List<ParameterSlot> enterAll(List<ParameterId> ids) {
        List<ParameterSlot> entered = new ArrayList<>();
        boolean isDone = false;
        try {
            for (ParameterId id : ids) {
                id.slot().enter();
                entered.add(id.slot());
            }
            isDone = true;
            return entered;
        } finally {
            if (!isDone) {
                entered.forEach(ParameterSlot::leave);
            }
        }
    }

    /** Computes the step aside, then stores it if the gradient is finite. */
    void step(ComputeStream stream, long t, Matrix weight, Matrix gradient) {
        Workspace ws = stream.workspace();
        DType compute = spec.dtype().computeType();
        Matrix w = spec.orientation().outIn(weight);
        Matrix g = spec.orientation().outIn(gradient);
        ws.mark();
        try {
            Scalar guard = stream.scalar();
            stream.reduce(Reduction.MAX_ABS, g, guard);
            Matrix finite = ws.matrix(compute, g.rows(), g.columns());
            stream.fill(finite, 0);
            stream.copyIfFinite(guard, g, finite);
            Matrix old = rounded.unrounded(stream, w);
            Matrix updated = ws.matrix(compute, w.rows(), w.columns());
            Matrix numbers = ws.matrix(DType.F64, 1, StepReport.SIZE);
            stream.fill(numbers, 0);
            stream.copy(cell(stream, report, StepReport.SKIPPED), cell(stream, numbers, StepReport.SKIPPED));
            for (int i = 0; i < blocks.size(); i++) {
                blocks.get(i).begin(stream, t, origin, old, finite, updated, numbers);
            }
            for (int i = 0; i < blocks.size() && !isStarted; i++) {
                rule.initialize(blocks.get(i));
            }
            for (int i = 0; i < blocks.size(); i++) {
                rule.update(blocks.get(i));
                blocks.get(i).scatter(updated);
            }
            measure(stream, old, updated, finite, numbers);
            rounded.store(stream, guard, t, old, updated, w);
            for (int i = 0; i < blocks.size(); i++) {
                blocks.get(i).commit(guard);
            }
            count(stream, guard, numbers);
            isStarted = true;
        } finally {
            for (int i = 0; i < blocks.size(); i++) {
                blocks.get(i).end();
            }
            ws.release();
        }
    }

    /** The gradient's scratch takes the difference: the rule has read it. */
    private static void measure(ComputeStream stream, Matrix old, Matrix updated, Matrix scratch, Matrix numbers) {
        Scalar norm = stream.scalar();
        stream.combine(1, updated, -1, old, 0, scratch);
        stream.reduce(Reduction.FROBENIUS, scratch, norm);
        raise(stream, numbers, StepReport.UPDATE_NORM, norm);
    }

    /** Stores the numbers if the guard is finite, else counts a skipped step. */
    private void count(ComputeStream stream, Scalar guard, Matrix numbers) {
        Workspace ws = stream.workspace();
        Matrix skipped = ws.matrix(DType.F64, 1, StepReport.SIZE);
        stream.copy(report, skipped);
        stream.addDiagonal(1, cell(stream, skipped, StepReport.SKIPPED));
        stream.copyIfFinite(guard, numbers, skipped);
        stream.copy(skipped, report);
    }

    /** A cell of the report, of 1 × 1, becomes the larger of itself and a number. */
    static void raise(ComputeStream stream, Matrix numbers, int cell, Scalar value) {
        Matrix target = cell(stream, numbers, cell);
        Scalar larger = stream.scalar();
        stream.reduce(Reduction.TRACE, target, larger);
        stream.scalarOp(ScalarOp.MAX, larger, value, larger);
        StreamScalars.store(stream, larger, target);
    }

    private static Matrix cell(ComputeStream stream, Matrix numbers, int cell) {
        return stream.workspace().view(numbers, 0, cell, 1, 1);
    }
}
