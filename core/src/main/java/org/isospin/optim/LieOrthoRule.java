package org.isospin.optim;

import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Workspace;
import org.isospin.polar.Msign;

/** The formula of {@link LieOrtho}. */
final class LieOrthoRule extends UpdateRule {
    private static final String GENERATOR = "generator";
    private static final String GRADIENT_NORM = "gradient_norm";

    /** Rounding errors of a generator are about u‖W‖_F‖G‖_F: what is not several times as large is noise. */
    private static final double NOISE = 8;

    private final LieOrthoOptions options;

    LieOrthoRule(LieOrthoOptions options) {
        this.options = options;
    }

    @Override
    void declare(StateLayout layout) {
        layout.matrix(Side.IN.named(GENERATOR), 1, SkewMatrix.packedLength(layout.inputs()))
                .matrix(Side.OUT.named(GENERATOR), 1, SkewMatrix.packedLength(layout.outputs()))
                .matrix(GRADIENT_NORM, 1, 1);
    }

    @Override
    boolean leavesZero() {
        return true;
    }

    @Override
    void update(BlockStep step) {
        double rate = LearningRate.at(options.learningRate(), step.t());
        boolean turnsIn = options.sides().rotatesIn(step.t());
        boolean turnsOut = options.sides().rotatesOut(step.t());
        Workspace ws = step.workspace();
        ws.mark();
        try {
            SkewMatrix[] signs = signs(step, turnsIn, turnsOut);
            Scalar angle = options.angle().angle(step, rate);
            Matrix w = step.weight();
            if (turnsIn) {
                Matrix turned = turnsOut ? step.likeWeight() : step.newWeight();
                turn(step, Side.IN, signs[0], angle, w, turned);
                w = turned;
            }
            if (turnsOut) {
                turn(step, Side.OUT, signs[1], angle, w, step.newWeight());
            }
        } finally {
            ws.release();
        }
    }

    /** Advances both moments; {@return X of the inputs and of the outputs, of use where they turn} */
    private SkewMatrix[] signs(BlockStep step, boolean turnsIn, boolean turnsOut) {
        ComputeStream stream = step.stream();
        Scalar noise = noise(step);
        Scalar isMoving = step.isMoving();
        SkewMatrix in = direction(step, Side.IN, noise, isMoving);
        SkewMatrix out = direction(step, Side.OUT, noise, isMoving);
        boolean isCoupled = options.decorrelation() > 0;
        if (turnsIn || isCoupled) {
            Msign.skew(stream, in, options.schedule(), in);
        }
        if (turnsOut || isCoupled) {
            Msign.skew(stream, out, options.schedule(), out);
        }
        if (!isCoupled) {
            return new SkewMatrix[] {in, out};
        }
        // Each from what the other was, so that no side comes first.
        SkewMatrix newIn = turnsIn ? decorrelated(step, Side.IN, in, out) : in;
        return new SkewMatrix[] {newIn, turnsOut ? decorrelated(step, Side.OUT, out, in) : out};
    }

    /** {@return below what norm a direction is rounding errors: they are averaged as gradients are} */
    private Scalar noise(BlockStep step) {
        ComputeStream stream = step.stream();
        Scalar size = stream.scalar();
        stream.reduce(Reduction.FROBENIUS, step.gradient(), size);
        Matrix latest = step.workspace().matrix(step.dtype(), 1, 1);
        Matrix direction = step.workspace().matrix(step.dtype(), 1, 1);
        StreamScalars.store(stream, size, latest);
        advance(step, GRADIENT_NORM, latest, direction);
        stream.reduce(Reduction.FROBENIUS, direction, size);
        return StreamScalars.roundoff(stream, NOISE, size, step.weight());
    }

    private void advance(BlockStep step, String name, Matrix latest, Matrix direction) {
        options.momentum().update(step.stream(), step.age(), step.state(name), latest, step.next(name), direction);
    }

    /** Advances the momentum of a side; {@return the direction, 0 where it is to stand still} */
    private SkewMatrix direction(BlockStep step, Side side, Scalar noise, Scalar isMoving) {
        ComputeStream stream = step.stream();
        int n = side.order(step);
        Matrix packed = step.workspace().matrix(step.dtype(), 1, SkewMatrix.packedLength(n));
        Matrix generator = Side.generator(stream, side.view(step.gradient()), side.view(step.weight()))
                .packed();
        stream.scale(2, generator, generator);
        advance(step, side.named(GENERATOR), generator, packed);
        Scalar isTurning = stream.scalar();
        stream.reduce(Reduction.FROBENIUS, packed, isTurning);
        Scalar isLarge = StreamScalars.isGreater(stream, isTurning, noise);
        stream.scalarOp(ScalarOp.MULTIPLY, isLarge, isMoving, isTurning);
        stream.scale(isTurning, packed, packed);
        return SkewMatrix.wrap(n, packed);
    }

    /**
     * {@return X − λ⟨S, X⟩/⟨S, S⟩·S with S = V·Y·Vᵀ for the other side's Y: without the share that moves W as the other does, as
     * ⟨XV, VYᵀ⟩ = −⟨X, S⟩}
     */
    private SkewMatrix decorrelated(BlockStep step, Side side, SkewMatrix x, SkewMatrix y) {
        ComputeStream stream = step.stream();
        Workspace ws = step.workspace();
        int n = x.order();
        Matrix result = ws.matrix(step.dtype(), 1, SkewMatrix.packedLength(n));
        ws.mark();
        try {
            Arithmetic arithmetic = stream.arithmetic(step.dtype());
            Matrix scaled = step.likeWeight();
            // A power of two keeps the squares of S in range.
            stream.scaleToOne(step.weight(), scaled, stream.scalar());
            Matrix v = side.view(scaled);
            Matrix other = ws.matrix(step.dtype(), y.order(), y.order());
            stream.unpackSkew(y, other);
            Matrix product = ws.matrix(step.dtype(), n, y.order());
            stream.gemm(arithmetic, 1, v, other, 0, product, product);
            Matrix whole = ws.matrix(step.dtype(), n, n);
            stream.gemm(arithmetic, 1, product, v.transposed(), 0, whole, whole);
            stream.packSkew(whole, SkewMatrix.wrap(n, result));
            Scalar common = stream.scalar();
            Scalar square = stream.scalar();
            stream.dot(result, x.packed(), common);
            stream.dot(result, result, square);
            Scalar share = StreamScalars.quotient(stream, common, square);
            stream.scale(share, result, result);
            stream.combine(1, x.packed(), -options.decorrelation(), result, 0, result);
        } finally {
            ws.release();
        }
        return SkewMatrix.wrap(n, result);
    }

    /** out ← w turned on a side by −2θ·f·X. */
    private void turn(BlockStep step, Side side, SkewMatrix x, Scalar angle, Matrix w, Matrix out) {
        ComputeStream stream = step.stream();
        Workspace ws = step.workspace();
        int n = x.order();
        ws.mark();
        try {
            double factor = 2 * options.sideFactor(n, step.outputs(), step.inputs());
            Scalar length = StreamScalars.op(stream, ScalarOp.MULTIPLY, angle, StreamScalars.of(stream, factor));
            report(step, x, length);
            Matrix packed = x.packed();
            stream.scale(length, packed, packed);
            stream.scale(-1, packed, packed);
            Matrix a = ws.matrix(step.dtype(), n, n);
            stream.unpackSkew(x, a);
            options.map().apply(stream, a, x, side.view(w), side.view(out));
        } finally {
            ws.release();
        }
    }

    private static void report(BlockStep step, SkewMatrix x, Scalar length) {
        ComputeStream stream = step.stream();
        Scalar size = stream.scalar();
        stream.reduce(Reduction.MAX_ABS, x.packed(), size);
        Scalar isTurning = StreamScalars.isGreater(stream, size, StreamScalars.of(stream, 0));
        step.reportLargestAngle(StreamScalars.op(stream, ScalarOp.MULTIPLY, isTurning, length));
    }
}
