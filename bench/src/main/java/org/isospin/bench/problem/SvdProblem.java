package org.isospin.bench.problem;

import java.util.List;
import org.isospin.Matrix;
import org.isospin.decomposition.Decompositions;

/** A = U·diag(s)·Vᵀ with all vectors. */
final class SvdProblem extends SpectrumProblem {
    SvdProblem(Setting setting) {
        super(setting);
    }

    @Override
    public Task isospin(Session session) {
        Matrix on = session.placement().place(a);
        Matrix u = session.placement().place(matrix(n(), n()));
        Matrix s = session.placement().place(matrix(1, n()));
        Matrix v = session.placement().place(matrix(n(), n()));
        return Task.into(
                List.of(u, s, v), () -> session.context().run(stream -> Decompositions.svd(stream, on, u, s, v)));
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
