package org.isospin.bench.problem;

import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;

/** (I + A)(I − A)⁻¹ with ‖A‖₂ about 0.9: F = I − A, G = I + A. */
final class CayleyProblem extends SkewProblem {
    static final double NORM = 0.9;

    CayleyProblem(Setting setting) {
        super(setting, NORM);
        expect();
    }

    @Override
    void compute(Isospin context, SkewMatrix a, Matrix out) {
        context.cayley(a, out);
    }

    @Override
    Wide before(Operator a, Wide x) {
        return x.plus(-1, a.apply(x));
    }

    @Override
    Wide after(Operator a, Wide x) {
        return x.plus(1, a.apply(x));
    }
}
