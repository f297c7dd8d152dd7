package org.isospin.bench.merge;

import java.lang.foreign.Arena;
import java.util.List;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.bench.merge.Treatment.Work;
import org.isospin.checkpoint.TensorView;
import org.isospin.merge.EuclideanMerge;
import org.jspecify.annotations.Nullable;

/** What a method makes of one tensor of every expert, or their weighted mean. */
final class MatrixMerge {
    /** A rotated result is taken to cost so many times its elements and its columns: a guess, which only the time left depends on. */
    private static final double ROTATIONS = 100;

    private final Method method;
    private final Method.Merge merge;
    private final double[] weights;

    /**
     * Makes a choice.
     *
     * @param method which
     * @param merge what it does
     * @param weights one of each expert
     */
    MatrixMerge(Method method, Method.Merge merge, double[] weights) {
        this.method = method;
        this.merge = merge;
        this.weights = weights.clone();
    }

    /** {@return the method's merge} */
    Work merged(List<TensorView> experts, @Nullable TensorView base) {
        Matrix like = experts.getFirst().flattened();
        double elements = like.elements();
        double cost = method.rotates()
                ? elements * like.columns() * ROTATIONS
                : elements * Math.min(like.rows(), like.columns());
        return new Work() {
            @Override
            public double cost() {
                return cost;
            }

            @Override
            public String apply(Isospin iso, Arena arena, Matrix out) {
                List<Matrix> all = matrices(experts);
                return merge.apply(iso, base == null ? mean(iso, arena, all) : base.matrix(), all, weights, out);
            }
        };
    }

    /** {@return the weighted mean} */
    Work averaged(List<TensorView> experts) {
        return averaged(experts, weights);
    }

    /** {@return the weighted mean} */
    static Work averaged(List<TensorView> experts, double[] weights) {
        double elements = experts.getFirst().flattened().elements();
        return new Work() {
            @Override
            public double cost() {
                return elements;
            }

            @Override
            public String apply(Isospin iso, Arena arena, Matrix out) {
                EuclideanMerge.mean(iso, matrices(experts), weights, out);
                return "";
            }
        };
    }

    private Matrix mean(Isospin iso, Arena arena, List<Matrix> experts) {
        Matrix like = experts.getFirst();
        Matrix mean = Matrix.allocate(arena, DType.F64, like.rows(), like.columns());
        EuclideanMerge.mean(iso, experts, weights, mean);
        return mean;
    }

    private static List<Matrix> matrices(List<TensorView> tensors) {
        return tensors.stream().map(TensorView::flattened).toList();
    }
}
