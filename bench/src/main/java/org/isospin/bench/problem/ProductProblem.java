package org.isospin.bench.problem;

import java.util.ArrayList;
import java.util.List;
import org.isospin.Matrix;

/** C = A·B of Gaussian matrices; an error is n‖(C − AB)x‖/(‖A‖_F‖B‖_F‖x‖). */
final class ProductProblem extends Problem {
    private final Matrix a;
    private final Matrix b;
    private final List<Wide> truth = new ArrayList<>();
    private final double scale;

    ProductProblem(Setting setting) {
        super(setting);
        a = gaussian(n(), n(), 1);
        b = gaussian(n(), n(), 1);
        double[] left = Wide.elements(a);
        double[] right = Wide.elements(b);
        scale = Wide.frobenius(left) * Wide.frobenius(right) / n();
        probes().forEach(x -> truth.add(x.times(right).times(left)));
    }

    @Override
    public List<Matrix> operands() {
        return List.of(a, b);
    }

    @Override
    public Task isospin(Session session) {
        Matrix left = session.placement().place(a);
        Matrix right = session.placement().place(b);
        Matrix c = session.placement().place(matrix(n(), n()));
        return Task.into(List.of(c), () -> session.context().multiply(left, right, c));
    }

    @Override
    public List<Check> check(List<Matrix> results) {
        double[] c = Wide.elements(results.getFirst());
        double error = overProbes(x -> x.times(c).distance(truth.get(probes().indexOf(x))) / (scale * x.norm()));
        return List.of(new Check("C·x against A·(B·x)", error, tolerance(8)));
    }
}
