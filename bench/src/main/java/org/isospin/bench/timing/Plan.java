package org.isospin.bench.timing;

import java.util.List;
import org.isospin.DType;
import org.isospin.bench.problem.Operation;

/**
 * What to do.
 *
 * @param operations which, in order
 * @param sizes orders, ascending
 * @param dtypes types
 * @param threads threads of one call
 * @param seed where random numbers start
 * @param seconds how long it may all take, about
 * @param cellSeconds the longest that one operation at one size and type is timed
 */
record Plan(
        List<Operation> operations,
        List<Integer> sizes,
        List<DType> dtypes,
        int threads,
        long seed,
        double seconds,
        double cellSeconds) {
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
