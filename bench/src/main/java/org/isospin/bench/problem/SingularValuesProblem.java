package org.isospin.bench.problem;

import java.util.List;
import org.isospin.Matrix;

/** The singular values, against the known ones: rounding A moves each by no more than about u. */
final class SingularValuesProblem extends SpectrumProblem {
    SingularValuesProblem(Setting setting) {
        super(setting);
    }

    @Override
    public Task isospin(Session session) {
        Matrix on = session.placement().place(a);
        Matrix out = session.placement().place(matrix(1, n()));
        return Task.into(List.of(out), () -> session.context().singularValues(on, out));
    }

    @Override
    public List<Check> check(List<Matrix> results) {
        return List.of(values(results.getFirst(), sigma, u(), linearTolerance(4)));
    }

    static Check values(Matrix computed, double[] sigma, double u, double tolerance) {
        double error = 0;
        for (int i = 0; i < sigma.length; i++) {
            error = Math.max(error, Math.abs(computed.get(0, i) - sigma[i]) / u);
        }
        return new Check("singular values against the known ones, over the largest", error, tolerance);
    }
}
