package org.isospin.bench.problem;

import java.util.ArrayList;
import java.util.List;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;

/**
 * A function Q of a Gaussian skew matrix A. Where Q = G·F⁻¹ for an F and a G that can be applied to vectors, an error is
 * ‖QFx − Gx‖/‖x‖: with ‖F⁻¹‖ ≤ 1, as all of these have it, no less than that of Q.
 */
abstract class SkewProblem extends Problem {
    private final SkewMatrix a;
    private final Matrix dense;
    private final List<Wide> given = new ArrayList<>();
    private final List<Wide> expected = new ArrayList<>();

    /** A that applies to vectors. */
    interface Operator {
        /** {@return A·x} */
        Wide apply(Wide x);
    }

    /**
     * Makes the operand and what is expected.
     *
     * @param setting order, type, seed
     * @param norm ‖A‖₂, about: the largest singular value of such a matrix tends to 2σ√n
     */
    SkewProblem(Setting setting, double norm) {
        super(setting);
        int packed = SkewMatrix.packedLength(n());
        a = SkewMatrix.wrap(n(), gaussian(1, packed, norm / (2 * Math.sqrt(n()))));
        dense = matrix(n(), n());
        a.toDense().copyTo(dense);
    }

    /** {@return A, packed} */
    final SkewMatrix operand() {
        return a;
    }

    /** Applies F and G to the probes. */
    final void expect() {
        double[] elements = Wide.elements(dense);
        for (Wide x : probes()) {
            given.add(before(v -> v.times(elements), x));
            expected.add(after(v -> v.times(elements), x));
        }
    }

    /** out ← Q. */
    abstract void compute(Isospin context, SkewMatrix a, Matrix out);

    /** {@return F·x} */
    Wide before(Operator a, Wide x) {
        return x;
    }

    /** {@return G·x} */
    abstract Wide after(Operator a, Wide x);

    /** {@return whether Q is orthogonal, and not just nearly} */
    boolean isRotation() {
        return true;
    }

    @Override
    public List<Matrix> operands() {
        return List.of(dense);
    }

    @Override
    public Task isospin(Session session) {
        SkewMatrix on = session.placement().place(a);
        Matrix out = session.placement().place(matrix(n(), n()));
        return Task.into(List.of(out), () -> compute(session.context(), on, out));
    }

    @Override
    public List<Check> check(List<Matrix> results) {
        double[] q = Wide.elements(results.getFirst());
        double error = overProbes(x -> {
            int i = probes().indexOf(x);
            return given.get(i).times(q).distance(expected.get(i)) / x.norm();
        });
        List<Check> checks = new ArrayList<>();
        checks.add(new Check("Q·x against its definition", error, tolerance(16)));
        if (isRotation()) {
            checks.add(orthogonality("‖QᵀQ − I‖", q));
        }
        return checks;
    }
}
