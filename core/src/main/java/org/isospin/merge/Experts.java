package org.isospin.merge;

import java.util.List;
import java.util.stream.Stream;
import org.isospin.Matrix;
import org.isospin.Operand;
import org.isospin.backend.Operands;

/** Checks of what is merged. */
final class Experts {
    private Experts() {}

    /** Requires one weight of each expert, 0 or more, not all 0, and at least one expert. */
    static void requireWeights(String operation, double[] weights, int count) {
        if (count == 0 || weights.length != count) {
            throw new IllegalArgumentException(
                    operation + ": " + count + " experts need as many weights, 1 or more, not " + weights.length);
        }
        double sum = 0;
        for (double w : weights) {
            if (!(w >= 0)) {
                throw new IllegalArgumentException(operation + ": a weight is " + w);
            }
            sum += w;
        }
        if (!(sum > 0 && sum < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(operation + ": the sum of the weights is " + sum);
        }
    }

    /** {@return what a call reads or writes, in one array} */
    static Operand[] operands(List<Matrix> experts, Operand... others) {
        return Stream.concat(experts.stream(), Stream.of(others)).toArray(Operand[]::new);
    }

    /** {@return weights over their sum} */
    static double[] shares(double[] weights) {
        double sum = 0;
        for (double w : weights) {
            sum += w;
        }
        double[] shares = new double[weights.length];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = weights[i] / sum;
        }
        return shares;
    }

    /** Requires matrices of one shape. */
    static void requireShapes(String operation, List<Matrix> experts, Matrix like) {
        for (Matrix expert : experts) {
            Operands.requireSameShape(operation, expert, like);
        }
    }

    /** Requires a norm or a largest element to be finite. */
    static void requireFinite(String operation, double size, int expert) {
        if (!Double.isFinite(size)) {
            throw new IllegalArgumentException(
                    operation + ": expert " + expert + ", or what it is compared with, is not finite");
        }
    }
}
