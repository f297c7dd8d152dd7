package org.isospin.optim;

import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Workspace;

/** The formula of {@link PionMsign}. */
final class PionMsignRule extends UpdateRule {
    private static final String MOMENTUM = "momentum";

    private final PionMsignOptions options;

    PionMsignRule(PionMsignOptions options) {
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
        double angle = options.factor() * LearningRate.at(options.learningRate(), step.t());
        double[] series = series(angle);
        ComputeStream stream = step.stream();
        Workspace ws = step.workspace();
        ws.mark();
        try {
            Matrix direction = step.likeWeight();
            options.momentum()
                    .update(stream, step.age(), step.state(MOMENTUM), step.gradient(), step.next(MOMENTUM), direction);
            boolean turnsOut = options.sides().rotatesOut(step.t());
            Matrix w = step.weight();
            if (options.sides().rotatesIn(step.t())) {
                SkewSign in = SkewSign.plain(step, Side.IN, direction, options.msign());
                SkewSign out = turnsOut ? SkewSign.plain(step, Side.OUT, direction, options.msign()) : null;
                Matrix turned = out == null ? step.newWeight() : step.likeWeight();
                in.turn(stream, series, w, turned);
                if (out != null) {
                    out.turn(stream, series, turned, step.newWeight());
                }
            } else {
                SkewSign.plain(step, Side.OUT, direction, options.msign()).turn(stream, series, w, step.newWeight());
            }
            step.reportLargestAngle(StreamScalars.of(stream, angle));
        } finally {
            ws.release();
        }
    }

    /** {@return the coefficients of exp(−angle·O) − I, one more than are wanted for degree 1} */
    private double[] series(double angle) {
        double[] coefficients = new double[Math.max(2, options.degree())];
        double term = 1;
        for (int j = 0; j < options.degree(); j++) {
            term *= -angle / (j + 1);
            coefficients[j] = term;
        }
        return coefficients;
    }
}
