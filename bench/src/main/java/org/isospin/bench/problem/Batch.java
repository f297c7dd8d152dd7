package org.isospin.bench.problem;

/**
 * A computation of many equal blocks at once.
 *
 * @param count how many
 * @param task computes all of them; its results are single blocks, each of which the problem checks
 */
public record Batch(int count, Task task) {}
