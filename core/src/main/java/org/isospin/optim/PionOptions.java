package org.isospin.optim;

import java.util.Map;

/** The options of {@link Pion}. */
record PionOptions(
        Schedule learningRate,
        double beta1,
        double beta2,
        double epsilon,
        PionMomentum momentum,
        RotationSides sides,
        PionScaling scaling,
        double rms,
        RotationMap map,
        PionComposition composition,
        boolean keepsNorm,
        boolean hasSecondMoment,
        boolean isReference) {
    static final PionOptions DEFAULT = new PionOptions(
            Schedule.constant(1e-3),
            0.95,
            0.999,
            1e-8,
            PionMomentum.LIE,
            RotationSides.BOTH,
            PionScaling.RMS,
            0.2,
            RotationMap.cayley(),
            PionComposition.PRODUCT,
            false,
            false,
            false);

    static final PionOptions MEGATRON = new PionOptions(
            Schedule.constant(1e-4),
            0.9,
            0.999,
            1e-8,
            PionMomentum.LIE,
            RotationSides.BOTH,
            PionScaling.RMS,
            0.2,
            RotationMap.truncatedExp(2),
            PionComposition.PRODUCT,
            false,
            false,
            true);

    PionOptions {
        LearningRate.requireShare("beta1", beta1);
        LearningRate.requireShare("beta2", beta2);
        LearningRate.requireNotNegative("epsilon", epsilon);
        LearningRate.requireNotNegative("rms", rms);
    }

    /** Adds the options by name. */
    void describe(Map<String, String> options) {
        options.put("learningRate", learningRate.toString());
        options.put("beta1", Double.toString(beta1));
        options.put("momentum", momentum.toString());
        options.put("secondMoment", hasSecondMoment ? beta2 + ", " + epsilon : "none");
        options.put("sides", sides.toString());
        options.put("scaling", scaling == PionScaling.RMS ? scaling + " " + rms : scaling.toString());
        options.put("map", map.toString());
        options.put("composition", composition.toString());
        options.put("norm", keepsNorm ? "kept" : "free");
        options.put("safeguards", isReference ? "none, as the reference" : "zero gradients, vanishing generators");
    }
}
