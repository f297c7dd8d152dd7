package org.isospin.optim;

import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Workspace;

/** The formula of {@link AdamW}. */
final class AdamRule extends UpdateRule {
    private static final String FIRST = "first_moment";
    private static final String SECOND = "second_moment";

    private final AdamOptions options;

    AdamRule(AdamOptions options) {
        this.options = options;
    }

    AdamOptions options() {
        return options;
    }

    @Override
    void declare(StateLayout layout) {
        layout.likeWeight(FIRST).likeWeight(SECOND);
    }

    @Override
    void update(BlockStep step) {
        ComputeStream stream = step.stream();
        double rate = LearningRate.at(options.learningRate(), step.t());
        boolean isCorrected = options.correction() == MomentumCorrection.BIAS;
        double correction1 = isCorrected ? BiasCorrection.of(options.beta1(), step.age()) : 1;
        double correction2 = isCorrected ? BiasCorrection.of(options.beta2(), step.age()) : 1;
        double kept = 1 - rate * options.weightDecay();
        double length = options.order() == DecayOrder.OLD_WEIGHT ? rate : rate * kept;
        Matrix first = step.next(FIRST);
        Matrix second = step.next(SECOND);
        Matrix gradient = step.gradient();
        Workspace ws = step.workspace();
        ws.mark();
        try {
            Matrix scratch = step.likeWeight();
            stream.combine(options.beta1(), step.state(FIRST), 1 - options.beta1(), gradient, 0, first);
            stream.multiply(gradient, gradient, scratch);
            stream.combine(options.beta2(), step.state(SECOND), 1 - options.beta2(), scratch, 0, second);
            if (options.place() == AdamEpsilon.AFTER_BIAS_CORRECTION) {
                stream.divideByRoot(1 / correction1, first, 1 / correction2, second, options.epsilon(), scratch);
            } else {
                double ratio = Math.sqrt(correction2) / correction1;
                stream.divideByRoot(ratio, first, 1, second, options.epsilon(), scratch);
            }
            stream.combine(kept, step.weight(), -length, scratch, 0, step.newWeight());
        } finally {
            ws.release();
        }
    }
}
