package org.isospin.bench.problem;

import java.util.List;
import org.isospin.Matrix;
import org.isospin.polar.Group;

/**
 * The R in O(n) that brings A = U·diag(d)·Vᵀ nearest to B = U·diag(d)·Wᵀ, which is V·Wᵀ; AᵀB has the condition κ.
 */
final class ProcrustesProblem extends Problem {
    private final RandomRotation v;
    private final RandomRotation w;
    private final Matrix a;
    private final Matrix b;
    private final double[] left;
    private final double[] right;

    ProcrustesProblem(Setting setting) {
        super(setting);
        RandomRotation u = new RandomRotation(n(), random());
        v = new RandomRotation(n(), random());
        w = new RandomRotation(n(), random());
        double[] d = SpectrumProblem.geometric(n(), Math.sqrt(SpectrumProblem.CONDITION));
        a = rounded(u.times(d, v));
        b = rounded(u.times(d, w));
        left = Wide.elements(a);
        right = Wide.elements(b);
    }

    @Override
    public List<Matrix> operands() {
        return List.of(a, b);
    }

    @Override
    public Task isospin(Session session) {
        Matrix source = session.placement().place(a);
        Matrix target = session.placement().place(b);
        Matrix out = session.placement().place(matrix(n(), n()));
        return Task.into(List.of(out), () -> session.context().procrustes(source, target, Group.ORTHOGONAL, out));
    }

    @Override
    public List<Check> check(List<Matrix> results) {
        double[] r = Wide.elements(results.getFirst());
        double condition = SpectrumProblem.CONDITION;
        double asymmetry = overProbes(x -> {
            Wide one = x.times(right).timesTransposed(left).timesTransposed(r);
            Wide other = x.times(r).times(left).timesTransposed(right);
            return one.distance(other) / x.norm();
        });
        double error = overProbes(x -> x.times(r).distance(Wide.of(v.apply(w.applyTransposed(x.rounded())))) / x.norm())
                / condition;
        return List.of(
                orthogonality("‖RᵀR − I‖", r),
                new Check("RᵀAᵀB symmetric", asymmetry, tolerance(16 * condition)),
                new Check("R against the known one, over κ", error, tolerance(16)));
    }
}
