package org.isospin.optim;

import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Workspace;

/** The formula of {@link ObliqueSgd}. */
final class ObliqueRule extends UpdateRule {
    private static final String MOMENTUM = "momentum";

    private final Schedule learningRate;
    private final double momentum;
    private final double weightDecay;
    private final UnitVectors vectors;

    ObliqueRule(Schedule learningRate, double momentum, double weightDecay, UnitVectors vectors) {
        this.learningRate = learningRate;
        this.momentum = LearningRate.requireShare("momentum", momentum);
        this.weightDecay = LearningRate.requireNotNegative("weight decay", weightDecay);
        this.vectors = vectors;
    }

    @Override
    void declare(StateLayout layout) {
        layout.likeWeight(MOMENTUM);
    }

    @Override
    void update(BlockStep step) {
        ComputeStream stream = step.stream();
        double rate = LearningRate.at(learningRate, step.t());
        stream.combine(momentum, step.state(MOMENTUM), 1, step.gradient(), 0, step.next(MOMENTUM));
        Matrix direction = rows(step.next(MOMENTUM));
        Matrix weight = rows(step.weight());
        Matrix target = rows(step.newWeight());
        Workspace ws = step.workspace();
        ws.mark();
        try {
            Matrix products = ws.matrix(step.dtype(), weight.rows(), weight.columns());
            Matrix sums = ws.matrix(step.dtype(), weight.rows(), 1);
            stream.multiply(weight, direction, products);
            Lines.sum(stream, 1, products, sums);
            stream.scaleRows(sums, weight, products);
            stream.combine(1, direction, -1, products, 0, products);
            stream.combine(1 - rate * weightDecay, weight, -rate, products, 0, target);
            stream.multiply(target, target, products);
            Lines.sum(stream, 1, products, sums);
            Lines.spread(stream, sums, products);
            // The smallest number keeps a zero vector zero and moves no other.
            stream.divideByRoot(1, target, 1, products, Double.MIN_NORMAL, target);
        } finally {
            ws.release();
        }
    }

    private Matrix rows(Matrix m) {
        return vectors == UnitVectors.OUTPUTS ? m : m.transposed();
    }
}
