package org.isospin.bench.problem;

import java.util.List;
import org.isospin.Matrix;

/** The orthogonal polar factor: orthogonal, symmetric against A, and the known one to within κ times the roundoff. */
final class PolarProblem extends SpectrumProblem {
    PolarProblem(Setting setting) {
        super(setting);
    }

    @Override
    public Task isospin(Session session) {
        Matrix on = session.placement().place(a);
        Matrix out = session.placement().place(matrix(n(), n()));
        return Task.into(List.of(out), () -> session.context().polar(on, out));
    }

    @Override
    public List<Check> check(List<Matrix> results) {
        double[] q = Wide.elements(results.getFirst());
        double error = overProbes(x -> x.times(q).distance(polar(x)) / x.norm()) / CONDITION;
        return List.of(
                orthogonality("‖QᵀQ − I‖", q),
                symmetry(q),
                new Check("Q against the known factor, over κ", error, tolerance(16)));
    }
}
