package org.isospin.optim;

import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Workspace;
import org.isospin.decomposition.Decompositions;
import org.isospin.rotation.StiefelRetraction;

/** The formula of {@link Iso}. */
final class IsoRule extends UpdateRule {
    private static final String LEFT = "u";
    private static final String RIGHT = "v";
    private static final String SIGMA = "sigma";
    private static final String MOMENTUM_LEFT = "momentum_u";
    private static final String MOMENTUM_RIGHT = "momentum_v";

    private final Schedule learningRate;
    private final double momentum;
    private final StiefelRetraction retraction;

    IsoRule(Schedule learningRate, double momentum, StiefelRetraction retraction) {
        this.learningRate = learningRate;
        this.momentum = LearningRate.requireShare("momentum", momentum);
        this.retraction = retraction;
    }

    @Override
    void declare(StateLayout layout) {
        int outputs = layout.outputs();
        int inputs = layout.inputs();
        int rank = Math.min(outputs, inputs);
        layout.matrix(LEFT, outputs, rank)
                .matrix(RIGHT, inputs, rank)
                .constant(SIGMA, 1, rank)
                .matrix(MOMENTUM_LEFT, outputs, rank)
                .matrix(MOMENTUM_RIGHT, inputs, rank);
    }

    @Override
    void initialize(BlockStep step) {
        Decompositions.svd(step.stream(), step.weight(), step.state(LEFT), step.state(SIGMA), step.state(RIGHT));
    }

    @Override
    boolean leavesZero() {
        return true;
    }

    @Override
    void update(BlockStep step) {
        ComputeStream stream = step.stream();
        double rate = LearningRate.at(learningRate, step.t());
        Matrix gradient = step.gradient();
        Matrix u = step.state(LEFT);
        Matrix v = step.state(RIGHT);
        turn(step, rate, gradient, v, u, step.state(MOMENTUM_LEFT), step.next(MOMENTUM_LEFT), step.next(LEFT));
        turn(
                step,
                rate,
                gradient.transposed(),
                u,
                v,
                step.state(MOMENTUM_RIGHT),
                step.next(MOMENTUM_RIGHT),
                step.next(RIGHT));
        Workspace ws = step.workspace();
        ws.mark();
        try {
            Matrix scaled = ws.matrix(step.dtype(), u.rows(), u.columns());
            scaleColumns(step, step.next(LEFT), scaled);
            stream.gemm(
                    stream.arithmetic(step.dtype()),
                    1,
                    scaled,
                    step.next(RIGHT).transposed(),
                    0,
                    step.newWeight(),
                    step.newWeight());
        } finally {
            ws.release();
        }
    }

    /** newMomentum ← μM + gradient·other·Σ, and newFactor ← the retraction of −η times it. */
    private void turn(
            BlockStep step,
            double rate,
            Matrix gradient,
            Matrix other,
            Matrix factor,
            Matrix old,
            Matrix newMomentum,
            Matrix newFactor) {
        ComputeStream stream = step.stream();
        Arithmetic arithmetic = stream.arithmetic(step.dtype());
        Workspace ws = step.workspace();
        int n = factor.columns();
        ws.mark();
        try {
            Matrix direction = ws.matrix(step.dtype(), factor.rows(), n);
            Matrix cross = ws.matrix(step.dtype(), n, n);
            stream.gemm(arithmetic, 1, gradient, other, 0, direction, direction);
            scaleColumns(step, direction, direction);
            stream.combine(momentum, old, 1, direction, 0, newMomentum);
            stream.scale(-rate, newMomentum, direction);
            if (retraction == StiefelRetraction.CAYLEY) {
                // (DXᵀ − XDᵀ)X, the tangent that the skew matrix of a direction D moves X along.
                stream.gemm(arithmetic, 1, direction.transposed(), factor, 0, cross, cross);
                stream.gemm(arithmetic, -1, factor, cross, 1, direction, direction);
            }
            retraction.retract(stream, factor, direction, newFactor);
        } finally {
            ws.release();
        }
    }

    private static void scaleColumns(BlockStep step, Matrix m, Matrix out) {
        step.stream().scaleRows(step.state(SIGMA).transposed(), m.transposed(), out.transposed());
    }
}
