package org.isospin.bench.timing;

import java.util.List;
import org.isospin.DType;
import org.isospin.Precision;
import org.isospin.bench.problem.Operation;

/**
 * What to do.
 *
 * @param operations which, in order
 * @param sizes orders, ascending
 * @param dtypes types
 * @param precision how factors of products may be rounded
 * @param blocks how many blocks a device computes at once at most, where an operation is of batches too
 * @param threads threads of one call
 * @param seed where random numbers start
 * @param seconds how long it may all take, about
 * @param cellSeconds the longest that one operation at one size and type is timed
 */
record Plan(
        List<Operation> operations,
        List<Integer> sizes,
        List<DType> dtypes,
        Precision precision,
        int blocks,
        int threads,
        long seed,
        double seconds,
        double cellSeconds) {
    private static final int FEW_BLOCKS = 4;

    /** With factors as they are, and batches of a few blocks. */
    Plan(
            List<Operation> operations,
            List<Integer> sizes,
            List<DType> dtypes,
            int threads,
            long seed,
            double seconds,
            double cellSeconds) {
        this(operations, sizes, dtypes, Precision.STANDARD, FEW_BLOCKS, threads, seed, seconds, cellSeconds);
    }

    /** The steps of a run, each with the weight of its share of time: large matrices need more. */
    record Step(Operation operation, DType dtype, int n) {
        double weight() {
            return Math.pow(n, 0.75);
        }
    }

    List<Step> steps() {
        return operations.stream()
                .flatMap(o -> dtypes.stream().flatMap(t -> sizes.stream().map(n -> new Step(o, t, n))))
                .toList();
    }
}
