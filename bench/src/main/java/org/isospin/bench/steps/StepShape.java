package org.isospin.bench.steps;

/**
 * The shape of a weight.
 *
 * @param outputs m
 * @param inputs n
 */
public record StepShape(int outputs, int inputs) {
    /** {@return the smaller dimension} */
    double least() {
        return Math.min(outputs, inputs);
    }

    /** {@return the larger dimension} */
    double most() {
        return Math.max(outputs, inputs);
    }

    /** {@return m×n} */
    @Override
    public String toString() {
        return outputs + "×" + inputs;
    }
}
