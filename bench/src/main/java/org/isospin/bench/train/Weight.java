package org.isospin.bench.train;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.optim.Role;

/**
 * A weight and its gradient.
 *
 * @param name tells it from others, and optimizers keep their state under it
 * @param role what it is for, which decides who optimizes it
 * @param value rows are outputs, columns inputs
 * @param gradient of the loss, of the same shape
 */
record Weight(String name, Role role, Matrix value, Matrix gradient) {
    /** What the names of generators have between that of their matrix and a number. */
    static final String GENERATORS = ".generators.";

    /** {@return a weight of independent normal numbers} */
    static Weight gaussian(String name, Role role, int rows, int columns, double deviation, RandomGenerator random) {
        Weight weight = zero(name, role, rows, columns);
        float[] values = Floats.of(weight.value);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return weight;
    }

    /** {@return generators of rotations, and their gradients, of the matrix of a name} */
    static List<Weight> generators(String name, List<Matrix> values, List<Matrix> gradients) {
        return IntStream.range(0, values.size())
                .mapToObj(i -> new Weight(name + GENERATORS + i, Role.HIDDEN, values.get(i), gradients.get(i)))
                .toList();
    }

    /** {@return a weight of ones} */
    static Weight ones(String name, int columns) {
        Weight weight = zero(name, Role.NORM, 1, columns);
        java.util.Arrays.fill(Floats.of(weight.value), 1);
        return weight;
    }

    private static Weight zero(String name, Role role, int rows, int columns) {
        return new Weight(
                name, role, Matrix.allocate(DType.F32, rows, columns), Matrix.allocate(DType.F32, rows, columns));
    }
}
