package org.isospin.bench.problem;

import java.util.List;
import org.isospin.Matrix;
import org.isospin.decomposition.Decompositions;

/** A = Q·R of a Gaussian matrix; an error is √n‖QRx − Ax‖/(‖A‖_F‖x‖). */
final class QrProblem extends Problem {
    private final Matrix a;
    private final double[] elements;

    QrProblem(Setting setting) {
        super(setting);
        a = gaussian(n(), n(), 1);
        elements = Wide.elements(a);
    }

    @Override
    public List<Matrix> operands() {
        return List.of(a);
    }

    @Override
    public Task isospin(Session session) {
        Matrix on = session.placement().place(a);
        Matrix q = session.placement().place(matrix(n(), n()));
        Matrix r = session.placement().place(matrix(n(), n()));
        return Task.into(List.of(q, r), () -> session.context().run(stream -> Decompositions.qr(stream, on, q, r)));
    }

    @Override
    public List<Check> check(List<Matrix> results) {
        double[] q = Wide.elements(results.getFirst());
        double[] r = Wide.elements(results.getLast());
        double below = 0;
        for (int i = 0; i < n(); i++) {
            for (int j = 0; j < i; j++) {
                below = Math.max(below, Math.abs(r[i * n() + j]));
            }
        }
        double scale = Wide.frobenius(elements) / Math.sqrt(n());
        double error = overProbes(x -> x.times(r).times(q).distance(x.times(elements)) / (scale * x.norm()));
        return List.of(
                new Check("Q·(R·x) against A·x", error, tolerance(16)),
                orthogonality("‖QᵀQ − I‖", q),
                new Check("R zero below its diagonal", below / u(), 0));
    }
}
