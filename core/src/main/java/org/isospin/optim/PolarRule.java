package org.isospin.optim;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.Workspace;
import org.isospin.decomposition.Decompositions;

/** The formula of {@link PolarGradient}. */
final class PolarRule extends UpdateRule {
    private static final String MOMENTUM = "momentum";

    private final Schedule learningRate;
    private final Momentum momentum;
    private final double weightDecay;
    private final double exponent;
    private final RowCentering centering;

    PolarRule(Schedule learningRate, Momentum momentum, double weightDecay, double exponent, RowCentering centering) {
        this.learningRate = learningRate;
        this.momentum = momentum;
        this.weightDecay = LearningRate.requireNotNegative("weight decay", weightDecay);
        this.exponent = exponent;
        this.centering = centering;
    }

    @Override
    void declare(StateLayout layout) {
        layout.likeWeight(MOMENTUM);
    }

    @Override
    void update(BlockStep step) {
        ComputeStream stream = step.stream();
        double rate = LearningRate.at(learningRate, step.t());
        Workspace ws = step.workspace();
        ws.mark();
        try {
            Matrix direction = step.likeWeight();
            momentum.update(stream, step.age(), step.state(MOMENTUM), step.gradient(), step.next(MOMENTUM), direction);
            orthogonalize(stream, direction, exponent, centering, direction);
            stream.combine(1 - rate * weightDecay, step.weight(), -rate, direction, 0, step.newWeight());
        } finally {
            ws.release();
        }
    }

    /** out ← ‖a‖_*^exponent · u·vᵀ over the directions of a that are not noise; out may overlap a. */
    static void orthogonalize(ComputeStream stream, Matrix a, double exponent, RowCentering centering, Matrix out) {
        boolean isF64 = a.dtype() == DType.F64 || out.dtype() == DType.F64;
        DType type = isF64 ? DType.F64 : DType.F32;
        int p = Math.min(a.rows(), a.columns());
        if (p == 0) {
            return;
        }
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(type, a.rows(), a.columns());
            Matrix u = ws.matrix(type, a.rows(), p);
            Matrix v = ws.matrix(type, a.columns(), p);
            Matrix s = ws.matrix(DType.F64, 1, p);
            stream.copy(a, x);
            center(stream, centering, x);
            Decompositions.svd(stream, x, u, s, v);
            int rank = rank(stream, type, s);
            Scalar nuclear = stream.scalar();
            Matrix ones = ws.matrix(DType.F64, 1, p);
            stream.fill(ones, 1);
            stream.dot(s, ones, nuclear);
            double length = Math.pow(stream.read(nuclear), exponent);
            Matrix left = ws.view(u, 0, 0, u.rows(), rank);
            Matrix right = ws.view(v, 0, 0, v.rows(), rank);
            stream.gemm(stream.arithmetic(type), length, left, right.transposed(), 0, x, x);
            center(stream, centering, x);
            stream.copy(x, out);
        } finally {
            ws.release();
        }
    }

    /** {@return how many singular values are above the noise of their squares} */
    private static int rank(ComputeStream stream, DType type, Matrix s) {
        double largest = value(stream, s, 0);
        double least = largest * Math.sqrt(2 * s.columns() * type.unitRoundoff());
        int rank = s.columns();
        while (rank > 0 && !(value(stream, s, rank - 1) > least)) {
            rank--;
        }
        return rank;
    }

    private static double value(ComputeStream stream, Matrix s, int index) {
        Scalar value = stream.scalar();
        stream.reduce(Reduction.TRACE, stream.workspace().view(s, 0, index, 1, 1), value);
        return stream.read(value);
    }

    private static void center(ComputeStream stream, RowCentering centering, Matrix x) {
        if (centering == RowCentering.OFF) {
            return;
        }
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix means = ws.matrix(x.dtype(), x.columns(), 1);
            Matrix spread = ws.matrix(x.dtype(), x.rows(), x.columns());
            Lines.sum(stream, 1.0 / x.rows(), x.transposed(), means);
            Lines.spread(stream, means, spread.transposed());
            stream.combine(1, x, -1, spread, 0, x);
        } finally {
            ws.release();
        }
    }
}
