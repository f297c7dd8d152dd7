package org.isospin.bench.problem;

import java.util.ArrayList;
import java.util.List;
import org.isospin.Matrix;
import org.isospin.merge.OrthoMerge;
import org.isospin.merge.OrthoMergeOptions;
import org.isospin.merge.TaskArithmetic;

/**
 * OrthoMerge of two experts Wᵢ = W₀Rᵢ of a base W₀ = U·diag(d)·Vᵀ, whose W₀ᵀWᵢ have the condition κ. Generators of the Rᵢ are known,
 * A₁ and A₂, so that what is to come out is W = W₀·cayley(A) with A = c(A₁ + A₂)/2 and the correction
 * c = (‖A₁‖_F + ‖A₂‖_F)/‖A₁ + A₂‖_F: W(I − A) = W₀(I + A). The mean of what rotations leave, which is nothing, is added.
 */
final class OrthoMergeProblem extends Problem {
    private static final int EXPERTS = 2;

    private static final double LARGEST_ANGLE = 1;

    private final Matrix base;
    private final List<Matrix> experts = new ArrayList<>();
    private final double[] elements;
    private final double[] generator;

    OrthoMergeProblem(Setting setting) {
        super(setting);
        int n = n();
        RandomRotation u = new RandomRotation(n, random());
        RandomRotation v = new RandomRotation(n, random());
        base = rounded(u.times(SpectrumProblem.geometric(n, Math.sqrt(SpectrumProblem.CONDITION)), v));
        elements = Wide.elements(base);
        generator = new double[n * n];
        double norms = 0;
        for (int i = 0; i < EXPERTS; i++) {
            Turns turns = new Turns(n);
            experts.add(rounded(turns.ofRows(elements)));
            norms += turns.addGenerator(generator);
        }
        double sum = Wide.frobenius(generator);
        for (int k = 0; k < generator.length; k++) {
            generator[k] *= sum == 0 ? 0 : norms / sum / EXPERTS;
        }
    }

    /** A rotation H·D·Hᵀ by known angles in the planes that H makes of pairs of axes. */
    private final class Turns {
        private final int n;
        private final RandomRotation h;
        private final double[] angles;

        Turns(int n) {
            this.n = n;
            this.h = new RandomRotation(n, random());
            this.angles = random().doubles(n / 2, -LARGEST_ANGLE, LARGEST_ANGLE).toArray();
        }

        /** {@return W·H·D·Hᵀ for a W given by rows} */
        double[][] ofRows(double[] w) {
            double[][] columns = new double[n][n];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    columns[j][i] = w[i * n + j];
                }
            }
            h.applyTransposedTo(columns);
            for (int k = 0; k < n / 2; k++) {
                mix(columns[2 * k], columns[2 * k + 1], Math.cos(angles[k]), Math.sin(angles[k]));
            }
            h.applyTo(columns);
            return transposed(columns);
        }

        /** sum ← sum + A, whose Cayley transform is the rotation. {@return ‖A‖_F} */
        double addGenerator(double[] sum) {
            double[][] a = new double[n][n];
            double square = 0;
            for (int k = 0; k < n / 2; k++) {
                double t = Math.tan(angles[k] / 2);
                a[2 * k][2 * k + 1] = -t;
                a[2 * k + 1][2 * k] = t;
                square += 2 * t * t;
            }
            // H·S·Hᵀ = H·(H·Sᵀ)ᵀ, and Sᵀ = −S.
            h.applyTo(a);
            double[][] turned = transposed(a);
            h.applyTo(turned);
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    sum[i * n + j] += turned[j][i];
                }
            }
            return Math.sqrt(square);
        }
    }

    private static double[][] transposed(double[][] rows) {
        double[][] columns = new double[rows.length][rows.length];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows.length; j++) {
                columns[j][i] = rows[i][j];
            }
        }
        return columns;
    }

    /** Rows of Dᵀ·M for the rotation by an angle. */
    private static void mix(double[] a, double[] b, double cosine, double sine) {
        for (int j = 0; j < a.length; j++) {
            double x = a[j];
            double y = b[j];
            a[j] = cosine * x + sine * y;
            b[j] = cosine * y - sine * x;
        }
    }

    @Override
    public List<Matrix> operands() {
        List<Matrix> all = new ArrayList<>(List.of(base));
        all.addAll(experts);
        return all;
    }

    @Override
    public Task isospin(Session session) {
        Matrix on = session.placement().place(base);
        List<Matrix> from = experts.stream().map(session.placement()::place).toList();
        Matrix out = session.placement().place(matrix(n(), n()));
        double[] weights = {1, 1};
        TaskArithmetic mean = new TaskArithmetic(1.0 / EXPERTS);
        return Task.into(
                List.of(out),
                () -> OrthoMerge.merge(session.context(), on, from, weights, OrthoMergeOptions.DEFAULT, mean, out));
    }

    @Override
    public List<Check> check(List<Matrix> results) {
        double[] w = Wide.elements(results.getFirst());
        double error = overProbes(x -> {
            Wide turned = x.times(generator);
            return x.plus(-1, turned).times(w).distance(x.plus(1, turned).times(elements)) / x.norm();
        });
        return List.of(new Check("W against the known one", error, tolerance(16 * SpectrumProblem.CONDITION)));
    }
}
