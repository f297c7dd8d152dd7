package org.isospin.optim;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Workspace;
import org.isospin.measure.Orthogonality;
import org.isospin.polar.Polar;
import org.isospin.rotation.Stiefel;
import org.isospin.rotation.StiefelMetric;
import org.jspecify.annotations.Nullable;

/** The course of a step of {@link StiefelSgd} and {@link StiefelAdam}. */
abstract class StiefelRule extends UpdateRule {
    private final StiefelOptions shared;
    private final @Nullable String momentum;

    /**
     * Makes a rule.
     *
     * @param shared options
     * @param momentum the name of the state that moves along with the weight, null if there is none
     */
    StiefelRule(StiefelOptions shared, @Nullable String momentum) {
        this.shared = shared;
        this.momentum = momentum;
    }

    /**
     * direction ← what the step is against.
     *
     * @param step the step
     * @param x X, m × n, m ≥ n
     * @param gradient the Riemannian gradient, m × n; may be overwritten
     * @param old the momentum, if there is one
     * @param direction m × n
     * @return the new momentum, not yet at the new point; scratch, or null
     */
    abstract @Nullable Matrix direct(BlockStep step, Matrix x, Matrix gradient, @Nullable Matrix old, Matrix direction);

    /** {@return the metric of gradients} */
    final StiefelMetric metric() {
        return shared.geometry().metric();
    }

    /** {@return a view with at least as many rows as columns} */
    static Matrix tall(Matrix m) {
        return m.rows() < m.columns() ? m.transposed() : m;
    }

    @Override
    final void update(BlockStep step) {
        ComputeStream stream = step.stream();
        double rate = LearningRate.at(shared.learningRate(), step.t());
        Workspace ws = step.workspace();
        ws.mark();
        try {
            Matrix x = tall(step.weight());
            Matrix old = momentum == null ? null : tall(step.state(momentum));
            if (shared.isStabilized(step.t())) {
                x = scratch(step);
                Polar.polar(stream, tall(step.weight()), x);
                old = old == null ? null : projected(step, x, old);
            }
            Matrix gradient = scratch(step);
            Matrix direction = scratch(step);
            Stiefel.gradient(stream, x, tall(step.gradient()), metric(), gradient);
            Matrix moved = direct(step, x, gradient, old, direction);
            Scalar isMoving = isNonZero(stream, direction);
            stream.scale(-rate, direction, direction);
            Matrix point = scratch(step);
            if (moved == null || momentum == null) {
                shared.geometry().move(stream, x, direction, point);
            } else {
                shared.geometry().move(stream, x, direction, moved, point, tall(step.next(momentum)));
            }
            Matrix target = tall(step.newWeight());
            stream.copy(x, target);
            StreamScalars.copyWhere(stream, isMoving, point, target);
            report(step, direction, target);
        } finally {
            ws.release();
        }
    }

    /** {@return scratch of m × n} */
    static Matrix scratch(BlockStep step) {
        return tall(step.likeWeight());
    }

    private static Matrix projected(BlockStep step, Matrix x, Matrix vector) {
        Matrix tangent = scratch(step);
        Stiefel.gradient(step.stream(), x, vector, StiefelMetric.EUCLIDEAN, tangent);
        return tangent;
    }

    private static Scalar isNonZero(ComputeStream stream, Matrix m) {
        Scalar size = stream.scalar();
        stream.reduce(Reduction.MAX_ABS, m, size);
        return StreamScalars.isGreater(stream, size, StreamScalars.of(stream, 0));
    }

    private static void report(BlockStep step, Matrix tangent, Matrix x) {
        ComputeStream stream = step.stream();
        step.reportLargestAngle(norm2Bound(stream, tangent));
        reportDefect(step, x);
    }

    /** {@return √(‖U‖₁‖U‖∞) or ‖U‖_F, the lesser: at least ‖U‖₂} */
    private static Scalar norm2Bound(ComputeStream stream, Matrix u) {
        Scalar frobenius = stream.scalar();
        Scalar columns = stream.scalar();
        Scalar rows = stream.scalar();
        stream.reduce(Reduction.FROBENIUS, u, frobenius);
        stream.reduce(Reduction.NORM_1, u, columns);
        stream.reduce(Reduction.NORM_INF, u, rows);
        Scalar product = StreamScalars.op(stream, ScalarOp.MULTIPLY, columns, rows);
        stream.scalarOp(ScalarOp.SQRT, product, product, product);
        return StreamScalars.op(stream, ScalarOp.MIN, frobenius, product);
    }

    /** Reports ½‖XᵀX − I‖ as the drift, in a norm that is at least the 2-norm: singular values were 1. */
    static void reportDefect(BlockStep step, Matrix x) {
        ComputeStream stream = step.stream();
        Matrix defect = step.workspace().matrix(DType.F64, x.columns(), x.columns());
        Scalar frobenius = stream.scalar();
        Scalar rows = stream.scalar();
        Orthogonality.defect(stream, x, defect);
        stream.reduce(Reduction.FROBENIUS, defect, frobenius);
        stream.reduce(Reduction.NORM_INF, defect, rows);
        Scalar least = StreamScalars.op(stream, ScalarOp.MIN, frobenius, rows);
        step.reportDrift(StreamScalars.op(stream, ScalarOp.MULTIPLY, least, StreamScalars.of(stream, 0.5)));
    }
}
