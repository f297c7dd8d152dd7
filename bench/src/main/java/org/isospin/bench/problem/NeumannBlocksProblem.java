package org.isospin.bench.problem;

import java.util.ArrayList;
import java.util.List;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.MatrixBatch;
import org.isospin.Order;
import org.isospin.SkewBatch;
import org.isospin.SkewMatrix;
import org.isospin.rotation.CayleyNeumann;
import org.isospin.rotation.CayleyNeumannDerivative;
import org.isospin.rotation.CayleyStep;

/**
 * (I + A)(I + A + A² + A³) of many blocks A with ‖A‖₂ about 0.25, and the cotangents M − Mᵀ of the blocks for given ones of the
 * products: a training step of POET, forward and backward.
 *
 * <p>All blocks have the same values and lie in memory of their own; the first and the last one are checked. The given cotangent is
 * G = gxᵀ + hyᵀ, so that its product with a derivative along E takes vectors alone: ⟨G, F′[E]⟩ = gᵀF′[E]x + hᵀF′[E]y, which must be
 * ½⟨M − Mᵀ, E⟩ for any skew E.
 */
final class NeumannBlocksProblem extends Problem {
    private static final int MOST_BLOCKS = 1024;
    private static final int ROWS = 1 << 16;

    private final int count;
    private final Matrix generators;
    private final Matrix cotangents;
    private final double[] a;
    private final List<Wide> left;
    private final List<Wide> right;
    private final Wide p;
    private final Wide q;

    NeumannBlocksProblem(Setting setting) {
        super(setting);
        int n = n();
        count = blocks(n);
        Matrix one = gaussian(1, SkewMatrix.packedLength(n), NeumannProblem.NORM / (2 * Math.sqrt(n)));
        generators = matrix(count, one.columns());
        left = List.of(Wide.gaussian(random(), n), Wide.gaussian(random(), n));
        right = List.of(Wide.gaussian(random(), n), Wide.gaussian(random(), n));
        p = Wide.gaussian(random(), n);
        q = Wide.gaussian(random(), n);
        Matrix given = matrix(n, n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int k = 0; k < left.size(); k++) {
                    sum += left.get(k).rounded()[i] * right.get(k).rounded()[j];
                }
                given.set(i, j, sum);
            }
        }
        cotangents = matrix(count * n, n);
        for (int i = 0; i < count; i++) {
            one.copyTo(generators.row(i));
            given.copyTo(cotangents.view(i * n, 0, n, n));
        }
        a = Wide.elements(SkewMatrix.wrap(n, one).toDense());
    }

    /** {@return how many blocks there are: 65,536 rows, but no more than 1024 blocks} */
    static int blocks(int n) {
        return Math.clamp(ROWS / n, 1, MOST_BLOCKS);
    }

    /** The dense generators of all blocks, then the cotangents of all. */
    @Override
    public List<Matrix> operands() {
        List<Matrix> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(SkewMatrix.wrap(n(), generators.row(i)).toDense());
        }
        for (int i = 0; i < count; i++) {
            all.add(cotangents.view(i * n(), 0, n(), n()));
        }
        return all;
    }

    @Override
    public Task isospin(Session session) {
        Isospin context = session.context();
        Matrix found = session.placement().place(matrix(count, generators.columns()));
        Matrix products = session.placement().place(matrix(count * n(), n()));
        SkewBatch in = SkewBatch.wrap(n(), session.placement().place(generators));
        SkewBatch gradients = SkewBatch.wrap(n(), found);
        MatrixBatch given = batch(session.placement().place(cotangents));
        MatrixBatch out = batch(products);
        Task task = Task.into(List.of(products, found), () -> {
            CayleyNeumann.productBatched(context, in, NeumannProblem.ORDER, CayleyStep.FULL, out);
            CayleyNeumannDerivative.productVjpBatched(
                    context, in, NeumannProblem.ORDER, CayleyStep.FULL, given, gradients);
        });
        return new Task() {
            @Override
            public void run() {
                task.run();
            }

            @Override
            public List<Matrix> results() {
                Matrix blocks = task.results().get(0);
                Matrix rows = task.results().get(1);
                int last = count - 1;
                return List.of(
                        blocks.view(0, 0, n(), n()),
                        blocks.view(last * n(), 0, n(), n()),
                        SkewMatrix.wrap(n(), rows.row(0)).toDense(),
                        SkewMatrix.wrap(n(), rows.row(last)).toDense());
            }

            @Override
            public void spoil() {
                task.spoil();
            }
        };
    }

    private MatrixBatch batch(Matrix stacked) {
        int n = n();
        return MatrixBatch.wrap(
                stacked.storage(), stacked.byteOffset(), dtype(), count, n, n, n, Order.ROW_MAJOR, (long) n * n);
    }

    @Override
    public List<Check> check(List<Matrix> results) {
        List<Check> checks = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            String block = i == 0 ? "first block: " : "last block: ";
            double[] product = Wide.elements(results.get(i));
            double error = overProbes(x -> x.times(product).distance(value(x)) / x.norm());
            checks.add(new Check(block + "Q·x against its definition", error, tolerance(16)));
            checks.add(new Check(
                    block + "⟨M − Mᵀ, E⟩ against ⟨G, F′[E]⟩",
                    gradientError(Wide.elements(results.get(i + 2))) / u(),
                    tolerance(16)));
        }
        return checks;
    }

    /** (I + A)(I + A + A² + A³)x. */
    private Wide value(Wide x) {
        Wide sum = x;
        for (int k = 0; k < NeumannProblem.ORDER; k++) {
            sum = x.plus(1, sum.times(a));
        }
        return sum.plus(1, sum.times(a));
    }

    /** The derivative of the same along E = pqᵀ − qpᵀ, on x. */
    private Wide derivative(Wide x) {
        Wide sum = x;
        Wide change = x.plus(-1, x);
        for (int k = 0; k < NeumannProblem.ORDER; k++) {
            change = change.times(a).plus(1, along(sum));
            sum = x.plus(1, sum.times(a));
        }
        return change.plus(1, change.times(a)).plus(1, along(sum));
    }

    private Wide along(Wide x) {
        double[] out = new double[n()];
        double first = dot(q, x);
        double second = dot(p, x);
        for (int i = 0; i < out.length; i++) {
            out[i] = p.rounded()[i] * first - q.rounded()[i] * second;
        }
        return Wide.of(out);
    }

    private static double dot(Wide a, Wide b) {
        double sum = 0;
        for (int i = 0; i < a.rounded().length; i++) {
            sum += a.rounded()[i] * b.rounded()[i];
        }
        return sum;
    }

    /** Relative to what such a sum is on average, ‖G‖_F·‖p‖·‖q‖/n. */
    private double gradientError(double[] gradient) {
        double expected = 0;
        double size = 0;
        for (int k = 0; k < left.size(); k++) {
            expected += dot(left.get(k), derivative(right.get(k)));
            size += left.get(k).norm() * right.get(k).norm();
        }
        // ½⟨D, pqᵀ − qpᵀ⟩ = pᵀDq for a skew D.
        double found = dot(p, q.times(gradient));
        return Math.abs(found - expected) / (size * p.norm() * q.norm() / n());
    }
}
