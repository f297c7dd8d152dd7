package org.isospin.optim;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Workspace;

/** The formula of {@link SpectralSphereMuon}. */
final class SpectralSphereRule extends UpdateRule {
    private static final String MOMENTUM = "momentum";
    private static final String LEFT = "u";
    private static final String RIGHT = "v";
    private static final String RADIUS = "radius";

    /** Rounding errors of D + λuvᵀ are about u‖D‖_F: what is not several times as large is noise. */
    private static final double NOISE = 4;

    private final Schedule learningRate;
    private final Momentum momentum;
    private final SphereOptions sphere;

    SpectralSphereRule(Schedule learningRate, Momentum momentum, SphereOptions sphere) {
        this.learningRate = learningRate;
        this.momentum = momentum;
        this.sphere = sphere;
    }

    @Override
    void declare(StateLayout layout) {
        layout.likeWeight(MOMENTUM)
                .matrix(LEFT, layout.outputs(), 1)
                .matrix(RIGHT, layout.inputs(), 1)
                .add(new StateLayout.Entry(RADIUS, DType.F64, 1, 1, StateLayout.Change.NEVER));
    }

    @Override
    void initialize(BlockStep step) {
        ComputeStream stream = step.stream();
        Workspace ws = step.workspace();
        ws.mark();
        try {
            Matrix zero = ws.matrix(step.dtype(), step.inputs(), 1);
            Scalar norm = stream.scalar();
            stream.fill(zero, 0);
            LeadingPair.exact().find(stream, step.weight(), zero, step.state(LEFT), step.state(RIGHT), norm);
            Scalar radius = sphere.radius() == 0 ? norm : StreamScalars.of(stream, sphere.radius());
            StreamScalars.store(stream, radius, step.state(RADIUS));
        } finally {
            ws.release();
        }
    }

    @Override
    boolean leavesZero() {
        return sphere.radius() == 0;
    }

    @Override
    void update(BlockStep step) {
        ComputeStream stream = step.stream();
        double rate = LearningRate.at(learningRate, step.t());
        Workspace ws = step.workspace();
        ws.mark();
        try {
            Matrix direction = step.likeWeight();
            Matrix phi = step.likeWeight();
            Matrix moved = step.likeWeight();
            momentum.update(stream, step.age(), step.state(MOMENTUM), step.gradient(), step.next(MOMENTUM), direction);
            stream.scaleToOne(direction, direction, stream.scalar());
            Scalar isMoving = direct(
                    stream, direction, step.state(LEFT), step.state(RIGHT), sphere.iterations(), sphere.msign(), phi);
            stream.scalarOp(ScalarOp.MULTIPLY, isMoving, step.isMoving(), isMoving);
            Scalar radius = StreamScalars.of(step, RADIUS);
            stream.scale(radius, phi, phi);
            stream.combine(1, step.weight(), -rate, phi, 0, moved);
            Scalar norm = stream.scalar();
            Matrix u = ws.matrix(step.dtype(), step.outputs(), 1);
            Matrix v = ws.matrix(step.dtype(), step.inputs(), 1);
            sphere.pair().find(stream, moved, step.state(RIGHT), u, v, norm);
            Scalar divisor = StreamScalars.op(stream, ScalarOp.MAX, norm, StreamScalars.of(stream, Double.MIN_NORMAL));
            stream.scale(StreamScalars.op(stream, ScalarOp.DIVIDE, radius, divisor), moved, moved);
            // Finite if there is a move and its norm was found.
            Scalar guard = StreamScalars.op(stream, ScalarOp.DIVIDE, norm, isMoving);
            keepUnless(stream, guard, step.weight(), moved, step.newWeight());
            keepUnless(stream, guard, step.state(LEFT), u, step.next(LEFT));
            keepUnless(stream, guard, step.state(RIGHT), v, step.next(RIGHT));
        } finally {
            ws.release();
        }
    }

    private static void keepUnless(ComputeStream stream, Scalar guard, Matrix old, Matrix moved, Matrix target) {
        stream.copy(old, target);
        stream.copyIfFinite(guard, moved, target);
    }

    /**
     * phi ← msign(D + λuvᵀ) with ⟨uvᵀ, phi⟩ = 0.
     *
     * @param stream where it runs
     * @param d D, m × n, about 1
     * @param u m × 1, of length 1
     * @param v n × 1, of length 1
     * @param iterations how many matrix signs
     * @param msign how they are made
     * @param phi of D's shape and type
     * @return 1, or 0 where D + λuvᵀ is noise
     */
    static Scalar direct(
            ComputeStream stream, Matrix d, Matrix u, Matrix v, int iterations, MsignMethod msign, Matrix phi) {
        Workspace ws = stream.workspace();
        Arithmetic arithmetic = stream.arithmetic(d.dtype());
        Scalar size = stream.scalar();
        Scalar noise = stream.scalar();
        ws.mark();
        try {
            Matrix z = ws.matrix(d.dtype(), d.rows(), d.columns());
            Matrix scaled = ws.matrix(d.dtype(), d.rows(), 1);
            Scalar along = stream.scalar();
            Scalar lambda = stream.scalar();
            Scalar minus = StreamScalars.of(stream, -1);
            // ⟨uvᵀ, D⟩.
            stream.gemm(arithmetic, 1, d, v, 0, scaled, scaled);
            stream.dot(u, scaled, along);
            stream.scalarOp(ScalarOp.MULTIPLY, minus, along, lambda);
            for (int k = 1; k <= iterations; k++) {
                stream.scale(lambda, u, scaled);
                stream.gemm(arithmetic, 1, scaled, v.transposed(), 1, d, z);
                msign.msign(stream, z, phi);
                if (k < iterations) {
                    next(stream, z, phi, u, v, lambda);
                    stream.scalarOp(ScalarOp.SUBTRACT, lambda, along, lambda);
                }
                stream.progress().at("tangent", k, iterations);
            }
            stream.reduce(Reduction.FROBENIUS, d, noise);
            stream.scalarOp(
                    ScalarOp.MULTIPLY,
                    noise,
                    StreamScalars.of(stream, NOISE * d.dtype().unitRoundoff()),
                    noise);
            stream.reduce(Reduction.FROBENIUS, z, size);
        } finally {
            ws.release();
        }
        return StreamScalars.isGreater(stream, size, noise);
    }

    /** lambda ← uᵀΦQv − uᵀΦv·tr(Q)/p, Q = ZᵀΦ, p the shorter side. */
    private static void next(ComputeStream stream, Matrix z, Matrix phi, Matrix u, Matrix v, Scalar lambda) {
        Workspace ws = stream.workspace();
        Arithmetic arithmetic = stream.arithmetic(z.dtype());
        ws.mark();
        try {
            Matrix image = ws.matrix(z.dtype(), z.rows(), 1);
            Matrix back = ws.matrix(z.dtype(), z.columns(), 1);
            Matrix left = ws.matrix(z.dtype(), z.columns(), 1);
            Scalar tangency = stream.scalar();
            Scalar trace = stream.scalar();
            stream.gemm(arithmetic, 1, phi, v, 0, image, image);
            stream.gemm(arithmetic, 1, z.transposed(), image, 0, back, back);
            stream.gemm(arithmetic, 1, phi.transposed(), u, 0, left, left);
            stream.dot(left, back, lambda);
            stream.dot(u, image, tangency);
            stream.dot(z, phi, trace);
            stream.scalarOp(ScalarOp.MULTIPLY, tangency, trace, tangency);
            Scalar share = StreamScalars.of(stream, 1.0 / Math.min(z.rows(), z.columns()));
            stream.scalarOp(ScalarOp.MULTIPLY, tangency, share, tangency);
            stream.scalarOp(ScalarOp.SUBTRACT, lambda, tangency, lambda);
        } finally {
            ws.release();
        }
    }

    /** out ← Φ without a step. */
    static void direction(ComputeStream stream, Matrix w, Matrix g, int iterations, MsignMethod msign, Matrix out) {
        DType type = Operands.computeType(Operands.computeType(w.dtype(), g.dtype()), out.dtype());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix d = ws.matrix(type, g.rows(), g.columns());
            Matrix u = ws.matrix(type, g.rows(), 1);
            Matrix v = ws.matrix(type, g.columns(), 1);
            Matrix phi = ws.matrix(type, g.rows(), g.columns());
            stream.scaleToOne(g, d, stream.scalar());
            stream.fill(v, 0);
            LeadingPair.exact().find(stream, w, v, u, v, stream.scalar());
            stream.scale(direct(stream, d, u, v, iterations, msign, phi), phi, out);
        } finally {
            ws.release();
        }
    }
}
