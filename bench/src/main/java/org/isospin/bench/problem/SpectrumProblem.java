package org.isospin.bench.problem;

import java.util.List;
import org.isospin.Matrix;

/**
 * An operation on A = U·diag(σ)·Vᵀ with dense random rotations U and V and singular values in geometric progression from 1
 * to 1/κ: what is to come out is known but for the rounding of A.
 */
abstract class SpectrumProblem extends Problem {
    /** κ. */
    static final double CONDITION = 10;

    final RandomRotation left;
    final RandomRotation right;
    final double[] sigma;
    final Matrix a;
    private final double[] elements;

    SpectrumProblem(Setting setting) {
        super(setting);
        left = new RandomRotation(n(), random());
        right = new RandomRotation(n(), random());
        sigma = geometric(n(), CONDITION);
        a = rounded(left.times(sigma, right));
        elements = Wide.elements(a);
    }

    static double[] geometric(int n, double condition) {
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = Math.pow(condition, -(double) i / Math.max(1, n - 1));
        }
        return values;
    }

    /** {@return A, as it was rounded} */
    final double[] elements() {
        return elements;
    }

    /** {@return U·Vᵀ·x, the polar factor of A on a vector} */
    final Wide polar(Wide x) {
        return Wide.of(left.apply(right.applyTransposed(x.rounded())));
    }

    /** {@return ‖QᵀA − AᵀQ‖_F/√n in u: zero for every odd function Q of A} */
    final Check symmetry(double[] q) {
        double error = overProbes(x -> {
            Wide one = x.times(elements).timesTransposed(q);
            Wide other = x.times(q).timesTransposed(elements);
            return one.distance(other) / x.norm();
        });
        return new Check("QᵀA symmetric", error, tolerance(16 * CONDITION));
    }

    @Override
    public List<Matrix> operands() {
        return List.of(a);
    }
}
