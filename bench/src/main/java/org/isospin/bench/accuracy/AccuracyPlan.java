package org.isospin.bench.accuracy;

import java.util.List;
import org.isospin.DType;

/**
 * What to measure.
 *
 * @param sizes orders, ascending
 * @param dtypes F32, F64 or both
 * @param threads threads of one call
 * @param seed where random numbers start
 */
public record AccuracyPlan(List<Integer> sizes, List<DType> dtypes, int threads, long seed) {
    /** The largest order: the truth takes some dozens of products of 106 bits. */
    public static final int LARGEST = 1024;
}
