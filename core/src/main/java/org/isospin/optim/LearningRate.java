package org.isospin.optim;

/** Checks of the numbers that all optimizers take. */
final class LearningRate {
    private LearningRate() {}

    /** {@return the learning rate of a step, finite and not negative} */
    static double at(Schedule schedule, long t) {
        double rate = schedule.at(t);
        if (!(rate >= 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "the learning rate must be finite and not negative; " + schedule + " is " + rate + " at step " + t);
        }
        return rate;
    }

    /** {@return a number in [0, 1)} */
    static double requireShare(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(name + " must be in [0, 1), not " + value);
        }
        return value;
    }

    /** {@return a number that is finite and not negative} */
    static double requireNotNegative(String name, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " must be finite and not negative, not " + value);
        }
        return value;
    }
}
