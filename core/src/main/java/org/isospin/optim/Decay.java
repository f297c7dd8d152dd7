package org.isospin.optim;

import org.isospin.Matrix;

/** Weight decay in each {@link DecayForm}. */
final class Decay {
    private Decay() {}

    /** {@return the gradient, with λW added where decay acts on it; scratch then} */
    static Matrix ofGradient(BlockStep step, DecayForm form, double decay) {
        if (form != DecayForm.GRADIENT || decay == 0) {
            return step.gradient();
        }
        Matrix sum = step.likeWeight();
        step.stream().combine(decay, step.weight(), 1, step.gradient(), 0, sum);
        return sum;
    }

    /** {@return what the weight is multiplied by} */
    static double ofWeight(DecayForm form, double decay, double rate) {
        return switch (form) {
            case DECOUPLED -> 1 - rate * decay;
            case INDEPENDENT -> 1 - decay;
            case GRADIENT -> 1;
        };
    }
}
