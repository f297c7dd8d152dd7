package org.isospin.bench.problem;

import java.util.List;
import org.isospin.Matrix;

/** A⁻¹; an error is ‖A·A⁻¹x − x‖/‖x‖, over κ. */
final class InverseProblem extends SpectrumProblem {
    InverseProblem(Setting setting) {
        super(setting);
    }

    @Override
    public Task isospin(Session session) {
        Matrix on = session.placement().place(a);
        Matrix out = session.placement().place(matrix(n(), n()));
        return Task.into(List.of(out), () -> session.context().inverse(on, out));
    }

    @Override
    public List<Check> check(List<Matrix> results) {
        double[] inverse = Wide.elements(results.getFirst());
        double error = overProbes(x -> x.times(inverse).times(elements()).distance(x) / x.norm()) / CONDITION;
        return List.of(new Check("‖A·A⁻¹ − I‖, over κ", error, tolerance(16)));
    }
}
