package org.isospin.optim;

import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.jspecify.annotations.Nullable;

/** The formula of {@link StiefelSgd}. */
final class StiefelSgdRule extends StiefelRule {
    private static final String MOMENTUM = "momentum";

    private final Momentum momentum;
    private final double dampening;
    private final MomentumStart start;

    StiefelSgdRule(StiefelOptions shared, Momentum momentum, double dampening, MomentumStart start) {
        super(shared, momentum.beta() == 0 ? null : MOMENTUM);
        this.momentum = momentum;
        this.dampening = LearningRate.requireShare("dampening", dampening);
        this.start = start;
        if (momentum.nesterov() == Nesterov.ON && (momentum.beta() == 0 || dampening != 0)) {
            throw new IllegalArgumentException("Nesterov needs momentum without dampening, not momentum "
                    + momentum.beta() + " with dampening " + dampening);
        }
    }

    @Override
    void declare(StateLayout layout) {
        if (momentum.beta() != 0) {
            layout.likeWeight(MOMENTUM);
        }
    }

    @Override
    void initialize(BlockStep step) {
        if (momentum.beta() != 0 && start == MomentumStart.GRADIENT) {
            step.stream().copy(step.gradient(), step.state(MOMENTUM));
        }
    }

    @Override
    @Nullable
    Matrix direct(BlockStep step, Matrix x, Matrix gradient, @Nullable Matrix old, Matrix direction) {
        ComputeStream stream = step.stream();
        if (old == null) {
            stream.copy(gradient, direction);
            return null;
        }
        if (dampening != 0) {
            stream.scale(1 - dampening, gradient, gradient);
        }
        Matrix moved = scratch(step);
        momentum.update(stream, step.age(), old, gradient, moved, direction);
        return moved;
    }
}
