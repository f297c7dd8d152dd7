package org.isospin.bench.train;

/**
 * How large a transformer is.
 *
 * @param layers blocks of attention and perceptron
 * @param width d, the numbers that stand for a token
 * @param heads attention heads, a divisor of d
 * @param hidden the perceptron's inner width
 * @param context tokens that a prediction may look back at
 * @param vocabulary different tokens
 * @param normalization what keeps activations at one scale
 */
record ModelShape(
        int layers, int width, int heads, int hidden, int context, int vocabulary, Normalization normalization) {
    /** What keeps activations at one scale. */
    enum Normalization {
        /** Root mean squares are divided out, before each part of a block and before the head. */
        RMS,
        /** Nothing does. */
        NONE
    }

    ModelShape {
        if (width % heads != 0) {
            throw new IllegalArgumentException(heads + " heads do not divide a width of " + width);
        }
    }

    /**
     * {@return what the deviation of a matrix is multiplied by that adds to the residual stream: 1, or 1/√(2·layers) where no norm
     * takes out again what the stream grows by}
     */
    double branchScale() {
        return normalization == Normalization.NONE ? 1 / Math.sqrt(2.0 * layers) : 1;
    }

    /** {@return the width of a head} */
    int headWidth() {
        return width / heads;
    }
}
