package org.isospin.bench.problem;

import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;

/** exp(A) with ‖A‖₂ about 2. */
final class ExpProblem extends SkewProblem {
    static final double NORM = 2;

    /** Steps of norm about 1, whose series cancel nothing. */
    private static final int STEPS = 2;

    /** Terms below this part of the sum change nothing. */
    private static final double NEGLIGIBLE = 1e-22;

    ExpProblem(Setting setting) {
        super(setting, NORM);
        expect();
    }

    @Override
    void compute(Isospin context, SkewMatrix a, Matrix out) {
        context.exp(a, out);
    }

    /** The series of exp(A/2)·(exp(A/2)·x). */
    @Override
    Wide after(Operator a, Wide x) {
        Wide sum = x;
        for (int step = 0; step < STEPS; step++) {
            Wide term = sum;
            double limit = NEGLIGIBLE * sum.norm();
            for (int k = 1; term.norm() > limit; k++) {
                term = a.apply(term).over(STEPS * k);
                sum = sum.plus(1, term);
            }
        }
        return sum;
    }
}
