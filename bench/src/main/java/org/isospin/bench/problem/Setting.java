package org.isospin.bench.problem;

import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.isospin.DType;

/**
 * What distinguishes the problems of one operation.
 *
 * @param n rows and columns of every matrix
 * @param dtype the type of operands and results
 * @param seed where random numbers start
 * @param arena owns operands and results: off-heap, on 64-byte boundaries, so that native contestants share them
 */
public record Setting(int n, DType dtype, long seed, Arena arena) {
    /** {@return random numbers that depend on seed and order, not on the type: every type rounds the same operands} */
    RandomGenerator random() {
        return new SplittableRandom(31 * seed + n);
    }
}
