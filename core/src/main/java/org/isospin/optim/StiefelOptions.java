package org.isospin.optim;

import java.util.Map;

/**
 * What the Riemannian optimizers of the Stiefel manifold share.
 *
 * @param learningRate η
 * @param geometry what gradients are, and how points move
 * @param period steps between projections, 0 for none
 */
record StiefelOptions(Schedule learningRate, StiefelGeometry geometry, int period) {
    StiefelOptions {
        if (period < 0) {
            throw new IllegalArgumentException("steps between stabilizations must not be negative, not " + period);
        }
    }

    /** {@return whether the weight is projected before a step} */
    boolean isStabilized(long t) {
        return period > 0 && (t - 1) % period == 0;
    }

    void describe(Map<String, String> options) {
        options.put("learningRate", learningRate.toString());
        options.put("geometry", geometry.toString());
        options.put("stabilize", Integer.toString(period));
    }
}
