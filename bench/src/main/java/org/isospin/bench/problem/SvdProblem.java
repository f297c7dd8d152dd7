package org.isospin.bench.problem;

import java.util.List;
import org.isospin.Matrix;
import org.isospin.decomposition.Svd;

/** A = U·diag(s)·Vᵀ with all vectors. */
final class SvdProblem extends SpectrumProblem {
    SvdProblem(Setting setting) {
        super(setting);
    }

    @Override
    public Task isospin(Session session) {
        return Task.fresh(() -> {
            Svd svd = session.context().svd(a);
            return List.of(svd.u(), svd.s(), svd.v());
        });
    }

    @Override
    public List<Check> check(List<Matrix> results) {
        double[] u = Wide.elements(results.getFirst());
        double[] v = Wide.elements(results.getLast());
        double[] scaled = Wide.elements(results.getFirst());
        Matrix s = results.get(1);
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= s.get(0, i % n());
        }
        double error = overProbes(x -> x.timesTransposed(v).times(scaled).distance(x.times(elements())) / x.norm());
        return List.of(
                new Check("A·x against U·(s·Vᵀx)", error, tolerance(16)),
                orthogonality("‖UᵀU − I‖", u),
                orthogonality("‖VᵀV − I‖", v),
                SingularValuesProblem.values(s, sigma, u(), linearTolerance(4)));
    }
}
