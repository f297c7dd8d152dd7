package org.isospin.bench.problem;

import java.util.ArrayList;
import java.util.List;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterId;
import org.isospin.optim.ParameterSpec;
import org.isospin.optim.Pion;
import org.isospin.optim.RotationMap;

/**
 * A first step of Pion (Shi et al. 2026, arXiv 2605.12492): W ← Q(αA_out)·W·Q(αA_in), Q(X) = I + X + X²/2, of the weight W and the
 * gradient G that are the operands of {@link ProcrustesProblem}; A_in = GᵀW − WᵀG, A_out = WGᵀ − GWᵀ,
 * α = ηc√(mn)/‖W·A_in + A_out·W‖_F. The norm is of products in F64, all else is applied to vectors.
 */
final class PionProblem extends Problem {
    /** η, and c, the root mean square of an element's move in units of it. */
    static final double RATE = 1e-3;

    static final double RMS = 0.2;
    private static final double BETA = 0.9;
    private static final int DEGREE = 2;

    private final Matrix w;
    private final Matrix g;
    private final List<Wide> truth = new ArrayList<>();
    private final double scale;

    PionProblem(Setting setting) {
        super(setting);
        List<Matrix> operands = new ProcrustesProblem(setting).operands();
        w = operands.get(0);
        g = operands.get(1);
        double[] weight = Wide.elements(w);
        double[] gradient = Wide.elements(g);
        scale = Wide.frobenius(weight) / Math.sqrt(n());
        double norm = norm();
        double alpha = norm == 0 ? 0 : RATE * RMS * n() / norm;
        probes().forEach(x -> truth.add(step(weight, gradient, alpha, x)));
    }

    /** {@return ‖W·A_in + A_out·W‖_F} */
    private double norm() {
        try (Isospin iso = Isospin.cpu()) {
            Matrix a = wide(w);
            Matrix b = wide(g);
            Matrix product = Matrix.allocate(DType.F64, n(), n());
            Matrix sum = Matrix.allocate(DType.F64, n(), n());
            iso.multiply(a.transposed(), b, product);
            Matrix inner = difference(product);
            iso.multiply(a, inner, sum);
            iso.multiply(b, a.transposed(), product);
            Matrix outer = difference(product);
            iso.run(stream -> stream.gemm(Arithmetic.F64, 1, outer, a, 1, sum, sum));
            return Wide.frobenius(Wide.elements(sum));
        }
    }

    private static Matrix wide(Matrix m) {
        return Matrix.wrap(Wide.elements(m), m.rows(), m.columns());
    }

    /** {@return mᵀ − m} */
    private static Matrix difference(Matrix m) {
        int n = m.rows();
        Matrix out = Matrix.allocate(DType.F64, n, n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                out.set(i, j, i == j ? 0 : m.get(j, i) - m.get(i, j));
            }
        }
        return out;
    }

    private static Wide step(double[] w, double[] g, double alpha, Wide x) {
        Wide turned =
                rotated(v -> v.times(w).timesTransposed(g).plus(-1, v.times(g).timesTransposed(w)), alpha, x);
        return rotated(
                v -> v.timesTransposed(g).times(w).plus(-1, v.timesTransposed(w).times(g)), alpha, turned.times(w));
    }

    /** A generator that applies to vectors. */
    private interface Generator {
        Wide apply(Wide x);
    }

    /** {@return x + αAx + α²A²x/2} */
    private static Wide rotated(Generator a, double alpha, Wide x) {
        if (alpha == 0) {
            return x;
        }
        Wide first = a.apply(x).over(1 / alpha);
        Wide second = a.apply(first).over(1 / alpha);
        return x.plus(1, first).plus(0.5, second);
    }

    @Override
    public List<Matrix> operands() {
        return List.of(w, g);
    }

    @Override
    public Task isospin(Session session) {
        Matrix before = session.placement().place(w);
        Matrix gradient = session.placement().place(g);
        Matrix start = matrix(n(), n());
        w.copyTo(start);
        Matrix weight = session.placement().place(start);
        Pion pion = Pion.builder()
                .learningRate(RATE)
                .beta(BETA)
                .rms(RMS)
                .map(RotationMap.truncatedExp(DEGREE))
                .build(session.context());
        ParameterId id = pion.register(ParameterSpec.matrix("weight", dtype(), n(), n(), Orientation.OUT_IN), weight);
        return Task.into(List.of(weight), () -> {
            // The same first step again and again.
            session.context().run(stream -> stream.copy(before, weight), before, weight);
            pion.restart(0, id);
            pion.step(1, id, weight, gradient);
        });
    }

    @Override
    public List<Check> check(List<Matrix> results) {
        double[] next = Wide.elements(results.getFirst());
        double error = overProbes(x -> x.times(next).distance(truth.get(probes().indexOf(x))) / (scale * x.norm()));
        return List.of(new Check("W·x against the step's definition", error, tolerance(16)));
    }
}
