package org.isospin.optim;

import java.util.Map;

/** The options of {@link Muon}. */
record MuonOptions(
        Schedule learningRate,
        Momentum momentum,
        MomentumOrder order,
        MsignMethod msign,
        ScaleRule rule,
        double factor,
        UpdateLength length,
        double weightDecay,
        DecayForm decay) {
    MuonOptions {
        LearningRate.requireNotNegative("weight decay", weightDecay);
        LearningRate.requireNotNegative("scale", factor);
    }

    /** {@return the factor of the learning rate for a shape} */
    double scale(int outputs, int inputs) {
        return factor * rule.factor(outputs, inputs);
    }

    void describe(Map<String, String> options) {
        options.put("learningRate", learningRate.toString());
        momentum.describe(options);
        options.put("order", order.toString());
        options.put("msign", msign.describe());
        options.put("scale", factor + " " + rule);
        options.put("length", length.toString());
        options.put("weightDecay", weightDecay + " " + decay);
    }
}
