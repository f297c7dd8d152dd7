package org.isospin.bench.train;

/**
 * What all runs of a comparison have in common.
 *
 * @param shape the model
 * @param windows windows a step
 * @param steps how many steps
 * @param seed draws the weights and the windows
 */
record Settings(ModelShape shape, int windows, int steps, long seed) {
    /** {@return tokens a step} */
    int tokensPerStep() {
        return windows * shape.context();
    }

    Settings withSeed(long other) {
        return new Settings(shape, windows, steps, other);
    }
}
