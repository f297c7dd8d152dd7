package org.isospin.bench.drift;

import org.isospin.bench.steps.StepShape;

/**
 * What to measure.
 *
 * @param shape of the weight
 * @param steps steps of each optimizer
 * @param seed where random numbers start
 */
public record DriftPlan(StepShape shape, int steps, long seed) {
    /** What the goals are set for: inputs about 8/3 of the outputs, as in a gated perceptron. */
    public static final StepShape SHAPE = new StepShape(512, 1376);

    /** As many steps as the goals are set for. */
    public static final int STEPS = 1000;

    /** An eighth of it. */
    public static final StepShape QUICK_SHAPE = new StepShape(64, 172);

    /** Enough to see whether anything is wrong. */
    public static final int QUICK_STEPS = 200;

    /** η of every optimizer. */
    static final double RATE = 1e-3;

    /** The weight's standard deviation at the start. */
    static final double DEVIATION = 0.02;
}
