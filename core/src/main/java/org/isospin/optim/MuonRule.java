package org.isospin.optim;

import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Scalar;
import org.isospin.backend.Workspace;

/** The formula of {@link Muon}. */
final class MuonRule extends UpdateRule {
    private static final String MOMENTUM = "momentum";

    private final MuonOptions options;

    MuonRule(MuonOptions options) {
        this.options = options;
    }

    @Override
    void declare(StateLayout layout) {
        if (options.order() != MomentumOrder.NONE) {
            layout.likeWeight(MOMENTUM);
        }
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
            switch (options.order()) {
                case BEFORE -> {
                    gather(step, gradient, direction);
                    orthogonalize(stream, direction, update);
                }
                case AFTER -> {
                    orthogonalize(stream, gradient, direction);
                    gather(step, direction, update);
                }
                case NONE -> orthogonalize(stream, gradient, update);
            }
            double kept = Decay.ofWeight(options.decay(), options.weightDecay(), rate);
            double length = rate * options.scale(step.outputs(), step.inputs());
            stream.combine(kept, step.weight(), -length, update, 0, step.newWeight());
        } finally {
            ws.release();
        }
    }

    private void gather(BlockStep step, Matrix input, Matrix direction) {
        options.momentum()
                .update(step.stream(), step.age(), step.state(MOMENTUM), input, step.next(MOMENTUM), direction);
    }

    private void orthogonalize(ComputeStream stream, Matrix m, Matrix out) {
        options.msign().msign(stream, m, out);
        if (options.length() == UpdateLength.NUCLEAR_NORM) {
            Scalar length = stream.scalar();
            stream.dot(m, out, length);
            stream.scale(length, out, out);
        }
    }
}
