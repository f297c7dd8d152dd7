package org.isospin.bench.problem;

import java.util.List;
import org.isospin.Matrix;

/** A random orthogonal matrix. */
final class HaarProblem extends Problem {
    private final long seed;

    HaarProblem(Setting setting) {
        super(setting);
        seed = setting.seed();
    }

    @Override
    public List<Matrix> operands() {
        return List.of();
    }

    @Override
    public Task isospin(Session session) {
        Matrix out = session.placement().place(matrix(n(), n()));
        return Task.into(List.of(out), () -> session.context().haarOrthogonal(seed, out));
    }

    @Override
    public List<Check> check(List<Matrix> results) {
        return List.of(orthogonality("‖QᵀQ − I‖", Wide.elements(results.getFirst())));
    }
}
