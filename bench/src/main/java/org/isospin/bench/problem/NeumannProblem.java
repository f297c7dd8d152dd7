package org.isospin.bench.problem;

import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.rotation.CayleyStep;

/** (I + A)(I + A + A² + A³) with ‖A‖₂ about 0.25, the truncated Cayley transform of POET. */
final class NeumannProblem extends SkewProblem {
    static final double NORM = 0.25;
    static final int ORDER = 3;

    NeumannProblem(Setting setting) {
        super(setting, NORM);
        expect();
    }

    @Override
    void compute(Isospin context, SkewMatrix a, Matrix out) {
        context.cayleyNeumann(a, ORDER, CayleyStep.FULL, out);
    }

    @Override
    Wide after(Operator a, Wide x) {
        Wide sum = x;
        for (int k = 0; k < ORDER; k++) {
            sum = x.plus(1, a.apply(sum));
        }
        return sum.plus(1, a.apply(sum));
    }

    @Override
    boolean isRotation() {
        return false;
    }
}
