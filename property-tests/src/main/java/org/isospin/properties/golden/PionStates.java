package org.isospin.properties.golden;

import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.optim.Optimizer;
import org.isospin.optim.ParameterId;

/** The states of Pion as its references store them: dense, and the inputs' generator WᵀG − GᵀW, of which ours is the negative. */
final class PionStates {
    private PionStates() {}

    /** {@return the moment of the inputs' or outputs' generator, dense} */
    static Matrix generator(Optimizer pion, ParameterId id, String block, String side) {
        double sign = side.equals("in") ? -1 : 1;
        return dense(pion.state(id, block + "/generator_" + side), sign, -sign);
    }

    /** {@return the second moment of the inputs' or outputs' generator, dense} */
    static Matrix square(Optimizer pion, ParameterId id, String block, String side) {
        return dense(pion.state(id, block + "/square_" + side), 1, 1);
    }

    private static Matrix dense(Matrix packed, double above, double below) {
        int n = (int) Math.round((1 + Math.sqrt(1 + 8.0 * packed.columns())) / 2);
        Matrix dense = SkewMatrix.wrap(n, packed).toDense();
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                double element = dense.get(i, j);
                dense.set(i, j, above * element);
                dense.set(j, i, below * element);
            }
        }
        return dense;
    }
}
