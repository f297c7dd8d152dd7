package org.isospin.optim;

/** How the length of an update follows the shape of its matrix. */
public enum ScaleRule {
    /** Not at all. */
    NONE,
    /** √max(1, outputs/inputs). */
    TALL,
    /** √(outputs/inputs): brings the root-mean-square operator norm to 1. */
    ASPECT,
    /** √max(outputs, inputs): brings the root mean square of the elements to 1, and with a factor of 0.2 to that of AdamW. */
    RMS;

    /** {@return the factor for a shape} */
    double factor(int outputs, int inputs) {
        return switch (this) {
            case NONE -> 1;
            case TALL -> Math.sqrt(Math.max(1, (double) outputs / inputs));
            case ASPECT -> Math.sqrt((double) outputs / inputs);
            case RMS -> Math.sqrt(Math.max(outputs, inputs));
        };
    }
}
