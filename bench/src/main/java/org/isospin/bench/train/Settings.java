package org.isospin.bench.train;

import org.jspecify.annotations.Nullable;

/**
 * What all runs of a comparison have in common.
 *
 * @param shape the model
 * @param windows windows a step
 * @param steps how many steps
 * @param seed draws the weights and the windows
 * @param start the model to start from, or null for a random one
 */
record Settings(
        ModelShape shape,
        int windows,
        int steps,
        long seed,
        @Nullable ModelFile start) {
    /** Starts from a random model. */
    Settings(ModelShape shape, int windows, int steps, long seed) {
        this(shape, windows, steps, seed, null);
    }

    /** {@return tokens a step} */
    int tokensPerStep() {
        return windows * shape.context();
    }

    Settings withSeed(long other) {
        return new Settings(shape, windows, steps, other, start);
    }

    /** {@return what must be the same for a run to be continued} */
    String identity() {
        String random =
                "Settings[shape=" + shape + ", windows=" + windows + ", steps=" + steps + ", seed=" + seed + "]";
        return start == null ? random : random + " from " + Long.toHexString(start.checksum());
    }
}
