package org.isospin.bench.steps;

import java.util.List;

/**
 * What to measure.
 *
 * @param shapes shapes of weights
 * @param threads threads of one call
 * @param seed where random numbers start
 * @param cellSeconds how long one optimizer is timed at one shape, about
 */
public record StepPlan(List<StepShape> shapes, int threads, long seed, double cellSeconds) {}
