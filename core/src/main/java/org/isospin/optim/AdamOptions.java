package org.isospin.optim;

import java.util.Map;

/** The numbers of {@link AdamW}. */
record AdamOptions(
        Schedule learningRate, double beta1, double beta2, double epsilon, AdamEpsilon place, double weightDecay) {
    static final AdamOptions DEFAULT =
            new AdamOptions(Schedule.constant(1e-3), 0.9, 0.999, 1e-8, AdamEpsilon.AFTER_BIAS_CORRECTION, 0.01);

    AdamOptions {
        LearningRate.requireShare("beta1", beta1);
        LearningRate.requireShare("beta2", beta2);
        LearningRate.requireNotNegative("epsilon", epsilon);
        LearningRate.requireNotNegative("weight decay", weightDecay);
    }

    AdamOptions withLearningRate(Schedule rate) {
        return new AdamOptions(rate, beta1, beta2, epsilon, place, weightDecay);
    }

    AdamOptions withBetas(double first, double second) {
        return new AdamOptions(learningRate, first, second, epsilon, place, weightDecay);
    }

    AdamOptions withEpsilon(double value, AdamEpsilon where) {
        return new AdamOptions(learningRate, beta1, beta2, value, where, weightDecay);
    }

    AdamOptions withWeightDecay(double decay) {
        return new AdamOptions(learningRate, beta1, beta2, epsilon, place, decay);
    }

    /** Adds the options by name. */
    void describe(String prefix, Map<String, String> options) {
        options.put(prefix + "learningRate", learningRate.toString());
        options.put(prefix + "beta1", Double.toString(beta1));
        options.put(prefix + "beta2", Double.toString(beta2));
        options.put(prefix + "epsilon", epsilon + " " + place);
        options.put(prefix + "weightDecay", Double.toString(weightDecay));
    }
}
