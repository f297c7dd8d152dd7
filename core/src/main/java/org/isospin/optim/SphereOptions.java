package org.isospin.optim;

import java.util.Map;

/**
 * What {@link SpectralSphereMuon} does besides its momentum.
 *
 * @param radius of the sphere; 0 for ‖W‖₂ before the first step
 * @param pair how norms are found
 * @param iterations of λ
 * @param msign how matrix signs are made
 */
record SphereOptions(double radius, LeadingPair pair, int iterations, MsignMethod msign) {
    SphereOptions {
        LearningRate.requireNotNegative("radius", radius);
        if (iterations < 1) {
            throw new IllegalArgumentException("iterations must be positive, not " + iterations);
        }
    }

    void describe(Map<String, String> options) {
        options.put("radius", Double.toString(radius));
        options.put("pair", pair.toString());
        options.put("iterations", Integer.toString(iterations));
        options.put("msign", msign.describe());
    }
}
