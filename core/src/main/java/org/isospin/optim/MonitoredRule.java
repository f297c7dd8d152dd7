package org.isospin.optim;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Workspace;

/** A rule whose new weights are measured against the first weight's singular values, and given them back. */
final class MonitoredRule extends UpdateRule {
    private static final String SPECTRUM = "initial_spectrum";
    private static final String DRIFT = "drift";

    private final UpdateRule rule;
    private final SpectrumOptions options;

    MonitoredRule(UpdateRule rule, SpectrumOptions options) {
        this.rule = rule;
        this.options = options;
    }

    @Override
    void declare(StateLayout layout) {
        rule.declare(layout);
        int size = Math.min(layout.outputs(), layout.inputs());
        layout.add(new StateLayout.Entry(SPECTRUM, DType.F64, 1, size, StateLayout.Change.NEVER));
        layout.add(new StateLayout.Entry(DRIFT, DType.F64, 1, 1, StateLayout.Change.EVERY_STEP));
    }

    @Override
    boolean leavesZero() {
        return rule.leavesZero();
    }

    @Override
    void initialize(BlockStep step) {
        rule.initialize(step);
        ComputeStream stream = step.stream();
        Scalar status = stream.scalar();
        stream.spectrum(step.weight(), step.state(SPECTRUM), status);
        stream.scale(oneIfConverged(stream, status), step.state(SPECTRUM), step.state(SPECTRUM));
    }

    @Override
    void update(BlockStep step) {
        rule.update(step);
        ComputeStream stream = step.stream();
        Matrix drift = step.next(DRIFT);
        Scalar latest = stream.scalar();
        Workspace ws = step.workspace();
        ws.mark();
        try {
            if (options.isMeasuring(step.t())) {
                Matrix values = ws.matrix(DType.F64, 1, step.state(SPECTRUM).columns());
                Scalar status = stream.scalar();
                if (options.isResetting(step.t())) {
                    reset(step, values, status);
                } else {
                    stream.spectrum(step.newWeight(), values, status);
                }
                stream.fill(drift, 1);
                Scalar measured = drift(step, values);
                Scalar known = StreamScalars.op(stream, ScalarOp.MULTIPLY, measured, oneIfConverged(stream, status));
                stream.scale(known, drift, drift);
            } else {
                stream.copy(step.state(DRIFT), drift);
            }
            stream.reduce(Reduction.TRACE, drift, latest);
            step.reportDrift(latest);
        } finally {
            ws.release();
        }
    }

    /** {@return max|σᵢ − σᵢ₀|/σᵢ₀, where 0/0 is 0} */
    private static Scalar drift(BlockStep step, Matrix values) {
        ComputeStream stream = step.stream();
        Matrix first = step.state(SPECTRUM);
        Matrix inverse = step.workspace().matrix(DType.F64, 1, first.columns());
        Scalar largest = stream.scalar();
        stream.fill(inverse, 1);
        stream.divide(inverse, first, inverse);
        stream.combine(1, values, -1, first, 0, values);
        // A weight of zero gives zero even where the other factor is infinite.
        stream.scaleRows(values.transposed(), inverse.transposed(), inverse.transposed());
        stream.reduce(Reduction.MAX_ABS, inverse, largest);
        return largest;
    }

    /** newWeight ← U·Σ₀·Vᵀ; values receives the singular values that it had. */
    private static void reset(BlockStep step, Matrix values, Scalar status) {
        ComputeStream stream = step.stream();
        Workspace ws = step.workspace();
        Matrix w = step.newWeight();
        Matrix tall = w.rows() >= w.columns() ? w : w.transposed();
        int p = tall.columns();
        ws.mark();
        try {
            Matrix u = ws.matrix(DType.F64, tall.rows(), p);
            Matrix v = ws.matrix(DType.F64, p, p);
            Matrix repaired = ws.matrix(w.dtype(), tall.rows(), p);
            stream.svd(tall, u, values, v, status);
            stream.scaleRows(step.state(SPECTRUM).transposed(), v.transposed(), v.transposed());
            stream.gemm(Arithmetic.F64, 1, u, v.transposed(), 0, repaired, repaired);
            Scalar size = stream.scalar();
            stream.reduce(Reduction.MAX_ABS, repaired, size);
            Scalar guard = StreamScalars.op(stream, ScalarOp.MULTIPLY, size, oneIfConverged(stream, status));
            stream.copyIfFinite(guard, repaired, tall);
        } finally {
            ws.release();
        }
    }

    /** {@return 1 for a status of 0, NaN for one of 1} */
    private static Scalar oneIfConverged(ComputeStream stream, Scalar status) {
        Scalar rest = StreamScalars.op(stream, ScalarOp.SUBTRACT, StreamScalars.of(stream, 1), status);
        return StreamScalars.op(stream, ScalarOp.DIVIDE, rest, rest);
    }
}
