package org.isospin.bench.calls;

import java.util.List;
import org.isospin.DType;

/**
 * What to measure.
 *
 * @param sizes orders of matrices, ascending
 * @param dtypes types
 * @param seed where random numbers start
 * @param cellSeconds how long one call is timed, about
 * @param linkOrder the order of the F32 matrix that is sent to the device and back: 16384 is 1 GiB
 * @param firstOrder the order of the product that a fresh process computes first
 */
public record CallPlan(
        List<Integer> sizes, List<DType> dtypes, long seed, double cellSeconds, int linkOrder, int firstOrder) {}
