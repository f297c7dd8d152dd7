package org.isospin.optim;

import java.util.Map;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;

/**
 * The momentum of a sequence of matrices, and the direction that a step takes from it.
 *
 * @param form average or sum
 * @param nesterov whether the direction looks ahead
 * @param correction what becomes of the first steps
 * @param beta β
 */
record Momentum(MomentumForm form, Nesterov nesterov, MomentumCorrection correction, double beta) {
    Momentum {
        LearningRate.requireShare("momentum", beta);
    }

    /**
     * newMomentum ← βM + (1 − β)G, or βM + G; direction ← what the step is taken along.
     *
     * @param stream where it runs
     * @param t how many gradients there were, with this one
     * @param momentum M
     * @param gradient G
     * @param newMomentum overlaps neither
     * @param direction overlaps none of them
     */
    void update(ComputeStream stream, long t, Matrix momentum, Matrix gradient, Matrix newMomentum, Matrix direction) {
        double weight = form == MomentumForm.AVERAGE ? 1 - beta : 1;
        stream.combine(beta, momentum, weight, gradient, 0, newMomentum);
        boolean isCorrected = correction == MomentumCorrection.BIAS;
        double now = isCorrected ? BiasCorrection.of(beta, t) : 1;
        if (nesterov == Nesterov.OFF) {
            stream.scale(1 / now, newMomentum, direction);
        } else {
            double ahead = isCorrected ? BiasCorrection.of(beta, t + 1) : 1;
            stream.combine(beta / ahead, newMomentum, weight / now, gradient, 0, direction);
        }
    }

    void describe(Map<String, String> options) {
        options.put("momentum", beta + " " + form + " " + nesterov + " " + correction);
    }
}
