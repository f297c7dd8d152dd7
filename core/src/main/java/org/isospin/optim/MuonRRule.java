package org.isospin.optim;

import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
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
    boolean leavesZero() {
        return true;
    }

    @Override
    void update(BlockStep step) {
        // η = tan θ; 1 − cos θ without the cancellation.
        double rate = LearningRate.at(options.learningRate(), step.t());
        double secant = Math.hypot(1, rate);
        double sine = rate / secant;
        double[] rotation = {-sine, sine * rate / (1 + secant)};
        ComputeStream stream = step.stream();
        update(step, (sign, w, out) -> sign.turn(stream, rotation, w, out), StreamScalars.of(stream, Math.atan(rate)));
    }

    /**
     * A step with another learning rate than the options have.
     *
     * @param step the step
     * @param tangent η, computed by the stream; its square is finite
     */
    void update(BlockStep step, Scalar tangent) {
        ComputeStream stream = step.stream();
        Scalar one = StreamScalars.of(stream, 1);
        Scalar secant = StreamScalars.op(stream, ScalarOp.MULTIPLY, tangent, tangent);
        stream.scalarOp(ScalarOp.ADD, secant, one, secant);
        stream.scalarOp(ScalarOp.SQRT, secant, secant, secant);
        Scalar sine = StreamScalars.op(stream, ScalarOp.DIVIDE, tangent, secant);
        // (1 − cos θ)/sin²θ = 1/(1 + cos θ).
        Scalar curvature = StreamScalars.op(stream, ScalarOp.ADD, secant, one);
        stream.scalarOp(ScalarOp.DIVIDE, secant, curvature, curvature);
        update(
                step,
                (sign, w, out) -> sign.turn(stream, sine, curvature, w, out),
                StreamScalars.arctan(stream, tangent));
    }

    /** How a sign turns a weight. */
    @FunctionalInterface
    private interface Turn {
        void apply(SkewSign sign, Matrix w, Matrix out);
    }

    private void update(BlockStep step, Turn turn, Scalar angle) {
        ComputeStream stream = step.stream();
        Workspace ws = step.workspace();
        ws.mark();
        try {
            Matrix direction = step.likeWeight();
            options.momentum()
                    .update(stream, step.age(), step.state(MOMENTUM), step.gradient(), step.next(MOMENTUM), direction);
            // A power of two leaves products with the weight at its magnitude.
            stream.scaleToOne(direction, direction, stream.scalar());
            Scalar isMoving = step.isMoving();
            SkewSign in = options.sides().rotatesIn(step.t())
                    ? SkewSign.guarded(step, Side.IN, direction, options.msign(), isMoving)
                    : null;
            SkewSign out = options.sides().rotatesOut(step.t())
                    ? SkewSign.guarded(step, Side.OUT, direction, options.msign(), isMoving)
                    : null;
            Matrix w = step.weight();
            if (in != null) {
                Matrix turned = out == null ? step.newWeight() : step.likeWeight();
                turn.apply(in, w, turned);
                w = turned;
                report(step, angle, in);
            }
            if (out != null) {
                turn.apply(out, w, step.newWeight());
                report(step, angle, out);
            }
        } finally {
            ws.release();
        }
    }

    private static void report(BlockStep step, Scalar angle, SkewSign sign) {
        step.reportLargestAngle(StreamScalars.op(step.stream(), ScalarOp.MULTIPLY, sign.isTurning(), angle));
    }
}
