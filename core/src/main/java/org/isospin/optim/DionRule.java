package org.isospin.optim;

import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Workspace;

/** The formula of {@link Dion}. */
final class DionRule extends UpdateRule {
    private static final String MOMENTUM = "momentum";
    private static final String BASIS = "basis";

    /** Separates the seeds of steps: 2⁶⁴ divided by the golden ratio. */
    private static final long STRIDE = 0x9E3779B97F4A7C15L;

    private final DionOptions options;

    DionRule(DionOptions options) {
        this.options = options;
    }

    private boolean isTransposed(int outputs, int inputs) {
        return options.side() == DionSide.SMALLER && outputs < inputs;
    }

    @Override
    void declare(StateLayout layout) {
        int outputs = layout.outputs();
        int inputs = layout.inputs();
        int length = isTransposed(outputs, inputs) ? outputs : inputs;
        layout.likeWeight(MOMENTUM).matrix(BASIS, length, options.rank(outputs, inputs));
    }

    @Override
    void initialize(BlockStep step) {
        step.stream().gaussian(seed(step, 0), step.state(BASIS));
    }

    private long seed(BlockStep step, long t) {
        return options.seed() + STRIDE * t + step.spec().name().hashCode() + ((long) step.index() << Integer.SIZE);
    }

    @Override
    void update(BlockStep step) {
        ComputeStream stream = step.stream();
        double rate = LearningRate.at(options.learningRate(), step.t());
        boolean isTransposed = isTransposed(step.outputs(), step.inputs());
        Matrix momentum = step.next(MOMENTUM);
        stream.combine(1, step.state(MOMENTUM), 1, step.gradient(), 0, momentum);
        Matrix b = isTransposed ? momentum.transposed() : momentum;
        Matrix old = step.state(BASIS);
        Matrix basis = step.next(BASIS);
        Arithmetic arithmetic = stream.arithmetic(step.dtype());
        Workspace ws = step.workspace();
        int rank = old.columns();
        ws.mark();
        try {
            Matrix product = ws.matrix(step.dtype(), b.rows(), rank);
            Matrix p = ws.matrix(step.dtype(), b.rows(), rank);
            Matrix r = ws.matrix(step.dtype(), b.columns(), rank);
            Scalar presence = presence(stream, momentum);
            stream.copy(old, r);
            for (int i = 0; i < options.powerIterations(); i++) {
                stream.gemm(arithmetic, 1, b, r, 0, product, product);
                DionOrthonormalizer.apply(stream, options.basis(), seed(step, step.t()) + i, product, p);
                stream.gemm(arithmetic, 1, b.transposed(), p, 0, r, r);
            }
            // Error feedback: what the low-rank step used decays, the rest stays.
            stream.gemm(arithmetic, -(1 - options.momentum()), p, r.transposed(), 1, b, b);
            normalizeColumns(stream, r);
            // A zero momentum has no directions: the basis stays, and the step is zero.
            stream.copy(old, basis);
            stream.copyIfFinite(presence, r, basis);
            stream.fill(product, 0);
            stream.copyIfFinite(presence, p, product);
            Matrix update = step.newWeight();
            Matrix target = isTransposed ? update.transposed() : update;
            stream.gemm(arithmetic, 1, product, basis.transposed(), 0, target, target);
            double length = rate * Math.sqrt((double) step.outputs() / step.inputs());
            double kept = 1 - rate * options.weightDecay();
            stream.combine(kept, step.weight(), -length, update, 0, update);
        } finally {
            ws.release();
        }
    }

    /** {@return a number that is infinite if a matrix is zero, else finite} */
    private static Scalar presence(ComputeStream stream, Matrix m) {
        Scalar presence = stream.scalar();
        Scalar largest = stream.scalar();
        stream.reduce(Reduction.MAX_ABS, m, largest);
        stream.set(presence, Double.MIN_VALUE);
        stream.scalarOp(ScalarOp.DIVIDE, presence, largest, presence);
        // 0/0 is NaN and the smallest number by 0 is infinite: both are not finite.
        return presence;
    }

    /** Divides every column by its norm + ε. */
    private void normalizeColumns(ComputeStream stream, Matrix r) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix squares = ws.matrix(r.dtype(), r.rows(), r.columns());
            Matrix sums = ws.matrix(r.dtype(), r.columns(), 1);
            stream.multiply(r, r, squares);
            Lines.sum(stream, 1, squares.transposed(), sums);
            Lines.spread(stream, sums, squares.transposed());
            stream.divideByRoot(1, r, 1, squares, options.epsilon(), r);
        } finally {
            ws.release();
        }
    }
}
