package org.isospin.bench.train;

import java.util.List;

/**
 * What became of a run.
 *
 * @param recipe the optimizer
 * @param rate its peak learning rate
 * @param seed of weights and windows
 * @param curve the loss along the way
 * @param heldOut the mean loss on what was held out, in nats a token; NaN if the run broke off
 * @param matrices the hidden matrices, before and after
 * @param steps steps done: fewer than asked for if the loss was no longer finite
 * @param secondsPerStep median time of a step
 * @param optimizerShare the part of it that the optimizers took
 * @param tokensPerSecond of the median step
 * @param drift the largest relative change of a singular value of a hidden matrix, measured in F64
 * @param largestAngle the largest that an optimizer reported, in radians
 * @param stateBytes of the hidden matrices' optimizer
 */
record RunResult(
        Recipe recipe,
        double rate,
        long seed,
        List<Point> curve,
        double heldOut,
        List<Spectra> matrices,
        int steps,
        double secondsPerStep,
        double optimizerShare,
        double tokensPerSecond,
        double drift,
        double largestAngle,
        long stateBytes) {
    /**
     * Where a run was.
     *
     * @param step after how many steps
     * @param loss the mean loss of the steps since the last point
     */
    record Point(int step, double loss) {}

    /**
     * A matrix before and after.
     *
     * @param name its name
     * @param before its singular values at first, descending
     * @param after its singular values in the end
     */
    record Spectra(String name, List<Double> before, List<Double> after) {
        double drift() {
            double drift = 0;
            for (int i = 0; i < before.size(); i++) {
                drift = Math.max(drift, Math.abs(after.get(i) / before.get(i) - 1));
            }
            return drift;
        }

        static double frobenius(List<Double> values) {
            double sum = 0;
            for (double v : values) {
                sum += v * v;
            }
            return Math.sqrt(sum);
        }
    }

    boolean isFinite() {
        return Double.isFinite(heldOut);
    }
}
