package org.isospin.optim;

/** What the moving average of t numbers is divided by when it starts at zero. */
final class BiasCorrection {
    private BiasCorrection() {}

    /** {@return 1 − βᵗ, the same on every machine} */
    static double of(double beta, long t) {
        return 1 - StrictMath.pow(beta, (double) t);
    }
}
