package org.isospin.optim;

import java.util.Map;

/** The numbers of {@link AdamW}. */
record AdamOptions(
        Schedule learningRate,
        double beta1,
        double beta2,
        MomentumCorrection correction,
        double epsilon,
        AdamEpsilon place,
        double weightDecay,
        DecayOrder order) {
    static final AdamOptions DEFAULT = new AdamOptions(
            Schedule.constant(1e-3),
            0.9,
            0.999,
            MomentumCorrection.BIAS,
            1e-8,
            AdamEpsilon.AFTER_BIAS_CORRECTION,
            0.01,
            DecayOrder.OLD_WEIGHT);

    AdamOptions {
        LearningRate.requireShare("beta1", beta1);
        LearningRate.requireShare("beta2", beta2);
        LearningRate.requireNotNegative("epsilon", epsilon);
        LearningRate.requireNotNegative("weight decay", weightDecay);
    }

    AdamOptions withLearningRate(Schedule rate) {
        return new AdamOptions(rate, beta1, beta2, correction, epsilon, place, weightDecay, order);
    }

    AdamOptions withBetas(double first, double second) {
        return new AdamOptions(learningRate, first, second, correction, epsilon, place, weightDecay, order);
    }

    AdamOptions withEpsilon(double value, AdamEpsilon where) {
        return new AdamOptions(learningRate, beta1, beta2, correction, value, where, weightDecay, order);
    }

    AdamOptions withCorrection(MomentumCorrection what) {
        return new AdamOptions(learningRate, beta1, beta2, what, epsilon, place, weightDecay, order);
    }

    AdamOptions withWeightDecay(double decay, DecayOrder when) {
        return new AdamOptions(learningRate, beta1, beta2, correction, epsilon, place, decay, when);
    }

    /** Adds the options by name. */
    void describe(String prefix, Map<String, String> options) {
        options.put(prefix + "learningRate", learningRate.toString());
        options.put(prefix + "beta1", Double.toString(beta1));
        options.put(prefix + "beta2", Double.toString(beta2));
        options.put(prefix + "epsilon", epsilon + " " + place);
        options.put(prefix + "weightDecay", Double.toString(weightDecay));
        // Named where they are not the default alone: files of older versions have neither.
        if (correction != DEFAULT.correction) {
            options.put(prefix + "correction", correction.toString());
        }
        if (order != DEFAULT.order) {
            options.put(prefix + "decayOrder", order.toString());
        }
    }
}
