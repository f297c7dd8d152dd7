package org.isospin.optim;

import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Workspace;

/** The formula of {@link NorMuon}. */
final class NorMuonRule extends UpdateRule {
    private static final String MOMENTUM = "momentum";
    private static final String SECOND = "second_moment";

    /** What the reference adds to the root of the second moment, and to the norm that it divides by. */
    private static final double EPSILON = 1e-10;

    private final MuonOptions options;
    private final double beta2;

    NorMuonRule(MuonOptions options, double beta2) {
        this.options = options;
        this.beta2 = beta2;
    }

    @Override
    void declare(StateLayout layout) {
        layout.likeWeight(MOMENTUM).matrix(SECOND, layout.outputs(), 1);
    }

    @Override
    void update(BlockStep step) {
        ComputeStream stream = step.stream();
        double rate = LearningRate.at(options.learningRate(), step.t());
        Workspace ws = step.workspace();
        ws.mark();
        try {
            Matrix gradient = Decay.ofGradient(step, options.decay(), options.weightDecay());
            Matrix direction = step.likeWeight();
            Matrix update = step.likeWeight();
            options.momentum()
                    .update(stream, step.age(), step.state(MOMENTUM), gradient, step.next(MOMENTUM), direction);
            options.msign().msign(stream, direction, update);
            normalizeRows(step, update, direction);
            double kept = Decay.ofWeight(options.decay(), options.weightDecay(), rate);
            double length = rate * options.scale(step.outputs(), step.inputs());
            stream.combine(kept, step.weight(), -length, update, 0, step.newWeight());
        } finally {
            ws.release();
        }
    }

    /** Divides every row of the update by the root of its second moment, then brings it back to its norm. */
    private void normalizeRows(BlockStep step, Matrix update, Matrix scratch) {
        ComputeStream stream = step.stream();
        Matrix second = step.next(SECOND);
        Scalar before = stream.scalar();
        Scalar after = stream.scalar();
        Scalar epsilon = stream.scalar();
        Matrix means = step.workspace().matrix(step.dtype(), step.outputs(), 1);
        stream.reduce(Reduction.FROBENIUS, update, before);
        stream.multiply(update, update, scratch);
        Lines.sum(stream, 1.0 / step.inputs(), scratch, means);
        stream.combine(beta2, step.state(SECOND), 1 - beta2, means, 0, second);
        Lines.spread(stream, second, scratch);
        stream.divideByRoot(1, update, 1, scratch, EPSILON, update);
        stream.reduce(Reduction.FROBENIUS, update, after);
        stream.set(epsilon, EPSILON);
        stream.scalarOp(ScalarOp.ADD, after, epsilon, after);
        stream.scalarOp(ScalarOp.DIVIDE, before, after, after);
        stream.scale(after, update, update);
    }
}
