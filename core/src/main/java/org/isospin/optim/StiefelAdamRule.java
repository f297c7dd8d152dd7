package org.isospin.optim;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.rotation.Stiefel;
import org.jspecify.annotations.Nullable;

/** The formula of {@link StiefelAdam}. */
final class StiefelAdamRule extends StiefelRule {
    private static final String FIRST = "first_moment";
    private static final String SECOND = "second_moment";
    private static final String LARGEST = "largest_second_moment";

    private final AdamOptions adam;
    private final AmsGrad amsGrad;

    StiefelAdamRule(StiefelOptions shared, AdamOptions adam, AmsGrad amsGrad) {
        super(shared, FIRST);
        this.adam = adam;
        this.amsGrad = amsGrad;
    }

    @Override
    void declare(StateLayout layout) {
        layout.likeWeight(FIRST).add(new StateLayout.Entry(SECOND, DType.F64, 1, 1, StateLayout.Change.EVERY_STEP));
        if (amsGrad == AmsGrad.ON) {
            layout.add(new StateLayout.Entry(LARGEST, DType.F64, 1, 1, StateLayout.Change.EVERY_STEP));
        }
    }

    @Override
    @Nullable
    Matrix direct(BlockStep step, Matrix x, Matrix gradient, @Nullable Matrix old, Matrix direction) {
        ComputeStream stream = step.stream();
        Matrix moved = scratch(step);
        Matrix mean = old == null ? tall(step.state(FIRST)) : old;
        stream.combine(adam.beta1(), mean, 1 - adam.beta1(), gradient, 0, moved);
        Scalar square = stream.scalar();
        Stiefel.inner(stream, x, gradient, gradient, metric(), square);
        Scalar second = average(stream, StreamScalars.of(step, SECOND), square);
        StreamScalars.store(stream, second, step.next(SECOND));
        if (amsGrad == AmsGrad.ON) {
            second = StreamScalars.op(stream, ScalarOp.MAX, second, StreamScalars.of(step, LARGEST));
            StreamScalars.store(stream, second, step.next(LARGEST));
        }
        stream.scale(factor(stream, step.age(), second), moved, direction);
        return moved;
    }

    private Scalar average(ComputeStream stream, Scalar old, Scalar square) {
        Scalar kept = StreamScalars.op(stream, ScalarOp.MULTIPLY, old, StreamScalars.of(stream, adam.beta2()));
        Scalar added = StreamScalars.op(stream, ScalarOp.MULTIPLY, square, StreamScalars.of(stream, 1 - adam.beta2()));
        return StreamScalars.op(stream, ScalarOp.ADD, kept, added);
    }

    /** {@return 1/(c₁(√(v/c₂) + ε)), or nearly nothing's inverse where that is 0} */
    private Scalar factor(ComputeStream stream, long t, Scalar second) {
        double correction1 = BiasCorrection.of(adam.beta1(), t);
        double correction2 = BiasCorrection.of(adam.beta2(), t);
        Scalar size = StreamScalars.op(stream, ScalarOp.DIVIDE, second, StreamScalars.of(stream, correction2));
        stream.scalarOp(ScalarOp.SQRT, size, size, size);
        size = StreamScalars.op(stream, ScalarOp.ADD, size, StreamScalars.of(stream, adam.epsilon()));
        size = StreamScalars.op(stream, ScalarOp.MAX, size, StreamScalars.of(stream, Double.MIN_NORMAL));
        return StreamScalars.op(stream, ScalarOp.DIVIDE, StreamScalars.of(stream, 1 / correction1), size);
    }
}
