package org.isospin.optim;

import java.util.Map;

/** The options of {@link PionMsign}. */
record PionMsignOptions(
        Schedule learningRate, double factor, Momentum momentum, RotationSides sides, int degree, MsignMethod msign) {
    PionMsignOptions {
        LearningRate.requireNotNegative("lambda", factor);
        if (degree < 1) {
            throw new IllegalArgumentException("the degree must be 1 or more, not " + degree);
        }
    }

    void describe(Map<String, String> options) {
        options.put("learningRate", factor + " x " + learningRate);
        momentum.describe(options);
        options.put("sides", sides.toString());
        options.put("degree", Integer.toString(degree));
        options.put("msign", msign.describe());
    }
}
