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
        Workspace ws = step.workspace();
        ws.mark();
        try {
            Matrix direction = step.likeWeight();
            options.momentum()
                    .update(stream, step.t(), step.state(MOMENTUM), step.gradient(), step.next(MOMENTUM), direction);
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

    private static void report(BlockStep step, double angle, SkewSign sign) {
        ComputeStream stream = step.stream();
        step.reportLargestAngle(
                StreamScalars.op(stream, ScalarOp.MULTIPLY, sign.isTurning(), StreamScalars.of(stream, angle)));
    }
}
