package org.isospin.optim;

import java.util.Map;
import org.isospin.polar.MsignNormalization;
import org.isospin.polar.MsignSchedule;

/** The options of {@link LieOrtho}. */
record LieOrthoOptions(
        Schedule learningRate,
        Momentum momentum,
        RotationSides sides,
        MsignSchedule schedule,
        AngleLaw angle,
        double sideExponent,
        double decorrelation,
        RotationMap map) {
    LieOrthoOptions {
        if (schedule.normalization() == MsignNormalization.ROW_SCALING) {
            throw new IllegalArgumentException(
                    "schedule " + schedule.name() + " scales rows, which leaves nothing skew");
        }
        if (!Double.isFinite(sideExponent)) {
            throw new IllegalArgumentException("the exponent of the sides must be finite, not " + sideExponent);
        }
        if (!(decorrelation >= 0 && decorrelation <= 1)) {
            throw new IllegalArgumentException("decorrelation must be in [0, 1], not " + decorrelation);
        }
    }

    /** {@return (d/√(mn))^γ for a side of d} */
    double sideFactor(int order, int outputs, int inputs) {
        return Math.pow(order / Math.sqrt((double) outputs * inputs), sideExponent);
    }

    void describe(Map<String, String> options) {
        options.put("learningRate", learningRate.toString());
        momentum.describe(options);
        options.put("sides", sides.toString());
        options.put("msign", schedule.toString());
        options.put("angle", angle.toString());
        options.put("sideExponent", Double.toString(sideExponent));
        options.put("decorrelation", Double.toString(decorrelation));
        options.put("map", map.toString());
    }
}
