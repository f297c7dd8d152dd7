package org.isospin.optim;

import java.util.Map;

/** The options of {@link MuonR}. */
record MuonROptions(Schedule learningRate, Momentum momentum, RotationSides sides, MsignMethod msign) {
    void describe(Map<String, String> options) {
        options.put("learningRate", learningRate.toString());
        momentum.describe(options);
        options.put("sides", sides.toString());
        options.put("msign", msign.describe());
    }
}
