package org.isospin.bench.problem;

import java.util.ArrayList;
import java.util.List;
import org.isospin.Matrix;
import org.isospin.backend.Symmetry;

/** C = X·Xᵀ of a Gaussian matrix, both triangles; an error is n‖(C − XXᵀ)v‖/(‖X‖_F²‖v‖). */
final class GramProblem extends Problem {
    private final Matrix x;
    private final List<Wide> truth = new ArrayList<>();
    private final double scale;

    GramProblem(Setting setting) {
        super(setting);
        x = gaussian(n(), n(), 1);
        double[] elements = Wide.elements(x);
        scale = Math.pow(Wide.frobenius(elements), 2) / n();
        probes().forEach(v -> truth.add(v.timesTransposed(elements).times(elements)));
    }

    @Override
    public List<Matrix> operands() {
        return List.of(x);
    }

    @Override
    public Task isospin(Session session) {
        Matrix on = session.placement().place(x);
        Matrix c = session.placement().place(matrix(n(), n()));
        return Task.into(
                List.of(c),
                () -> session.context()
                        .run(stream -> stream.gemmt(
                                stream.arithmetic(dtype()), Symmetry.SYMMETRIC, 1, on, on.transposed(), 0, c, c)));
    }

    @Override
    public List<Check> check(List<Matrix> results) {
        double[] c = Wide.elements(results.getFirst());
        double error = overProbes(v -> v.times(c).distance(truth.get(probes().indexOf(v))) / (scale * v.norm()));
        return List.of(new Check("C·x against X·(Xᵀ·x)", error, tolerance(8)));
    }
}
