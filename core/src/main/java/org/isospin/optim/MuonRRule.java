package org.isospin.optim;

import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Workspace;

/** The formula of {@link MuonR}. */
final class MuonRRule extends UpdateRule {
    private static final String MOMENTUM = "momentum";

    private final MuonROptions options;

    MuonRRule(MuonROptions options) {
        this.options = options;
    }

    @Override
    void declare(StateLayout layout) {
        layout.likeWeight(MOMENTUM);
    }

    @Override
    void update(BlockStep step) {
        // η = tan θ; 1 − cos θ without the cancellation.
        double rate = LearningRate.at(options.learningRate(), step.t());
        double secant = Math.hypot(1, rate);
        double sine = rate / secant;
        double[] rotation = {-sine, sine * rate / (1 + secant)};
        ComputeStream stream = step.stream();
        Workspace ws = step.workspace();
        ws.mark();
        try {
            Matrix direction = like(step);
            options.momentum()
                    .update(stream, step.t(), step.state(MOMENTUM), step.gradient(), step.next(MOMENTUM), direction);
            scaleToOne(stream, direction);
            Scalar isMoving = isMoving(step);
            SkewSign in = options.sides().rotatesIn(step.t())
                    ? SkewSign.guarded(step, Side.IN, direction, options.msign(), isMoving)
                    : null;
            SkewSign out = options.sides().rotatesOut(step.t())
                    ? SkewSign.guarded(step, Side.OUT, direction, options.msign(), isMoving)
                    : null;
            Matrix w = step.weight();
            if (in != null) {
                Matrix turned = out == null ? step.newWeight() : like(step);
                in.turn(stream, rotation, w, turned);
                w = turned;
                report(step, Math.atan(rate), in);
            }
            if (out != null) {
                out.turn(stream, rotation, w, step.newWeight());
                report(step, Math.atan(rate), out);
            }
        } finally {
            ws.release();
        }
    }

    private static Matrix like(BlockStep step) {
        return step.workspace().matrix(step.dtype(), step.outputs(), step.inputs());
    }

    /** Divides by the power of two that leaves products with the weight at its magnitude. */
    private static void scaleToOne(ComputeStream stream, Matrix direction) {
        Scalar unit = stream.scalar();
        stream.reduce(Reduction.MAX_ABS, direction, unit);
        stream.scalarOp(ScalarOp.POWER_OF_TWO, unit, unit, unit);
        Scalar inverse = StreamScalars.op(stream, ScalarOp.DIVIDE, StreamScalars.of(stream, 1), unit);
        stream.scale(inverse, direction, direction);
    }

    /** {@return 1, or 0 where the gradient is exactly zero} */
    private static Scalar isMoving(BlockStep step) {
        Scalar size = step.stream().scalar();
        step.stream().reduce(Reduction.MAX_ABS, step.gradient(), size);
        return StreamScalars.isGreater(step.stream(), size, StreamScalars.of(step.stream(), 0));
    }

    private static void report(BlockStep step, double angle, SkewSign sign) {
        ComputeStream stream = step.stream();
        step.reportLargestAngle(
                StreamScalars.op(stream, ScalarOp.MULTIPLY, sign.isTurning(), StreamScalars.of(stream, angle)));
    }
}
