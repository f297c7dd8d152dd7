package org.isospin.optim;

import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Workspace;
import org.jspecify.annotations.Nullable;

/** The formula of {@link Pion}. */
final class PionRule extends UpdateRule {
    private static final String MOMENTUM = "momentum";
    private static final String SQUARE = "square";
    private static final String GENERATOR = "generator";
    private static final String GRADIENT_NORM = "gradient_norm";

    /** What the reference adds to the norm that α divides by. */
    private static final double SCALE_EPSILON = 1e-12;

    /** Rounding errors of a generator are about u‖W‖_F‖G‖_F: what is not several times as large is noise. */
    private static final double NOISE = 8;

    private final PionOptions options;

    PionRule(PionOptions options) {
        this.options = options;
    }

    /**
     * What turns a side in this step.
     *
     * @param a A, dense
     * @param packed A, packed
     * @param product A·V; null where nobody needs it
     * @param angle about ‖A‖₂
     */
    private record Turn(
            Side side,
            Matrix a,
            SkewMatrix packed,
            @Nullable Matrix product,
            Scalar angle) {}

    @Override
    void declare(StateLayout layout) {
        if (isTransported()) {
            layout.likeWeight(MOMENTUM);
            if (options.hasSecondMoment()) {
                layout.likeWeight(SQUARE);
            }
        } else {
            for (Side side : Side.values()) {
                int length = SkewMatrix.packedLength(side == Side.OUT ? layout.outputs() : layout.inputs());
                layout.matrix(side.named(GENERATOR), 1, length);
                if (options.hasSecondMoment()) {
                    layout.matrix(side.named(SQUARE), 1, length);
                }
            }
            if (!options.isReference()) {
                layout.matrix(GRADIENT_NORM, 1, 1);
            }
        }
        LargestAngle.declare(layout);
    }

    private boolean isTransported() {
        return options.momentum() == PionMomentum.TRANSPORTED;
    }

    @Override
    void update(BlockStep step) {
        double rate = LearningRate.at(options.learningRate(), step.t());
        ComputeStream stream = step.stream();
        boolean turnsIn = options.sides().rotatesIn(step.t());
        boolean turnsOut = options.sides().rotatesOut(step.t());
        Workspace ws = step.workspace();
        ws.mark();
        try {
            Matrix direction = isTransported() ? averaged(step) : step.gradient();
            Scalar noise = noise(step, direction);
            // The reference goes on turning where the gradient is exactly zero.
            Scalar isMoving = options.isReference() ? null : step.isMoving();
            // A transported momentum is not kept by sides: only the moments of Lie space advance where nothing turns.
            SkewMatrix inGenerator =
                    turnsIn || !isTransported() ? generator(step, Side.IN, direction, noise, isMoving) : null;
            SkewMatrix outGenerator =
                    turnsOut || !isTransported() ? generator(step, Side.OUT, direction, noise, isMoving) : null;
            Turn in = turnsIn && inGenerator != null ? turn(step, Side.IN, inGenerator, true) : null;
            Turn out = turnsOut && outGenerator != null ? turn(step, Side.OUT, outGenerator, !turnsIn) : null;
            scale(step, rate, in, out);
            Matrix w = step.weight();
            if (in != null) {
                Matrix turned = out == null ? step.newWeight() : step.likeWeight();
                apply(stream, in, in.product, w, turned);
                w = turned;
            } else {
                LargestAngle.keep(step, Side.IN);
            }
            if (out != null) {
                // Its product with W is of no use once the other side was turned.
                apply(stream, out, in == null ? out.product : null, w, step.newWeight());
            } else {
                LargestAngle.keep(step, Side.OUT);
            }
            if (isTransported()) {
                transport(step, in, out);
            }
        } finally {
            ws.release();
        }
    }

    /** M ← β₁M + (1 − β₁)G; {@return M, or M/(√V + ε) with V of M's squares, as the reference has it} */
    private Matrix averaged(BlockStep step) {
        ComputeStream stream = step.stream();
        Matrix momentum = step.likeWeight();
        stream.combine(options.beta1(), step.state(MOMENTUM), 1 - options.beta1(), step.gradient(), 0, momentum);
        // Kept until it is transported.
        stream.copy(momentum, step.next(MOMENTUM));
        if (options.hasSecondMoment()) {
            Matrix square = step.likeWeight();
            Matrix next = step.next(SQUARE);
            stream.multiply(momentum, momentum, square);
            stream.combine(options.beta2(), step.state(SQUARE), 1 - options.beta2(), square, 0, next);
            stream.divideByRoot(1, momentum, 1, next, options.epsilon(), momentum);
        }
        return momentum;
    }

    /** {@return below what norm a generator is rounding errors; null for the reference, which does not look} */
    private @Nullable Scalar noise(BlockStep step, Matrix direction) {
        if (options.isReference()) {
            return null;
        }
        ComputeStream stream = step.stream();
        Scalar size = stream.scalar();
        stream.reduce(Reduction.FROBENIUS, direction, size);
        if (!isTransported()) {
            // Generators are averaged, and their rounding errors with them.
            Matrix next = step.next(GRADIENT_NORM);
            Matrix latest = step.workspace().matrix(step.dtype(), 1, 1);
            stream.fill(latest, 1);
            stream.scale(size, latest, latest);
            stream.combine(options.beta1(), step.state(GRADIENT_NORM), 1 - options.beta1(), latest, 0, next);
            stream.reduce(Reduction.FROBENIUS, next, size);
        }
        Scalar weight = stream.scalar();
        stream.reduce(Reduction.FROBENIUS, step.weight(), weight);
        Scalar product = StreamScalars.op(stream, ScalarOp.MULTIPLY, size, weight);
        return StreamScalars.op(
                stream,
                ScalarOp.MULTIPLY,
                product,
                StreamScalars.of(stream, NOISE * step.dtype().unitRoundoff()));
    }

    /** Advances the moments of a side; {@return its A, before it is scaled} */
    private SkewMatrix generator(
            BlockStep step, Side side, Matrix direction, @Nullable Scalar noise, @Nullable Scalar isMoving) {
        ComputeStream stream = step.stream();
        SkewMatrix packed = Side.generator(stream, side.view(direction), side.view(step.weight()));
        Matrix a = packed.packed();
        Scalar size = stream.scalar();
        if (isTransported()) {
            stream.scale(-2, a, a);
            stream.reduce(Reduction.FROBENIUS, a, size);
        } else {
            Matrix average = step.next(side.named(GENERATOR));
            double share = 1 - options.beta1();
            stream.combine(options.beta1(), step.state(side.named(GENERATOR)), 2 * share, a, 0, average);
            stream.reduce(Reduction.FROBENIUS, average, size);
            if (options.hasSecondMoment()) {
                Matrix square = step.next(side.named(SQUARE));
                stream.multiply(a, a, a);
                double part = 4 * (1 - options.beta2());
                stream.combine(options.beta2(), step.state(side.named(SQUARE)), part, a, 0, square);
                stream.divideByRoot(-1, average, 1, square, options.epsilon(), a);
            } else {
                stream.scale(-1, average, a);
            }
        }
        if (noise != null) {
            stream.scale(StreamScalars.isGreater(stream, size, noise), a, a);
        }
        if (isMoving != null) {
            stream.scale(isMoving, a, a);
        }
        return packed;
    }

    private Turn turn(BlockStep step, Side side, SkewMatrix packed, boolean isFirst) {
        ComputeStream stream = step.stream();
        int n = packed.order();
        Matrix a = step.workspace().matrix(step.dtype(), n, n);
        stream.unpackSkew(packed, a);
        Matrix product = null;
        if (options.scaling() == PionScaling.RMS || (isFirst && options.map().startsWithProduct())) {
            product = step.likeWeight();
            stream.gemm(
                    stream.arithmetic(step.dtype()),
                    1,
                    a,
                    side.view(step.weight()),
                    0,
                    side.view(product),
                    side.view(product));
        }
        return new Turn(side, a, packed, product, LargestAngle.estimate(step, side, a));
    }

    /** Brings the generators, and their products, to the length of the step. */
    private void scale(BlockStep step, double rate, @Nullable Turn in, @Nullable Turn out) {
        ComputeStream stream = step.stream();
        if (options.scaling() == PionScaling.RMS) {
            Scalar alpha = alpha(step, rate, in, out);
            scale(step, alpha, in);
            scale(step, alpha, out);
            return;
        }
        Scalar length = StreamScalars.of(stream, options.scaling() == PionScaling.REFERENCE_NONE ? 1 : rate);
        for (Turn turn : new Turn[] {in, out}) {
            if (turn != null) {
                boolean isSpectral = options.scaling() == PionScaling.SPECTRAL;
                scale(step, isSpectral ? quotient(stream, length, turn.angle) : length, turn);
            }
        }
    }

    private static void scale(BlockStep step, Scalar alpha, @Nullable Turn turn) {
        if (turn == null) {
            return;
        }
        ComputeStream stream = step.stream();
        stream.scale(alpha, turn.a, turn.a);
        Matrix packed = turn.packed.packed();
        stream.scale(alpha, packed, packed);
        if (turn.product != null) {
            stream.scale(alpha, turn.product, turn.product);
        }
        step.reportLargestAngle(StreamScalars.op(stream, ScalarOp.MULTIPLY, alpha, turn.angle));
    }

    /** {@return ηc√(mn)/(‖A_out·W + W·A_in‖_F + ε) over the sides that are turned; ε is the reference's alone} */
    private Scalar alpha(BlockStep step, double rate, @Nullable Turn in, @Nullable Turn out) {
        ComputeStream stream = step.stream();
        Scalar norm = stream.scalar();
        Workspace ws = step.workspace();
        ws.mark();
        try {
            Matrix sum = step.likeWeight();
            boolean isFirst = true;
            for (Turn turn : new Turn[] {in, out}) {
                if (turn != null && turn.product != null) {
                    stream.combine(1, turn.product, isFirst ? 0 : 1, isFirst ? turn.product : sum, 0, sum);
                    isFirst = false;
                }
            }
            // Summed in the order of the side's rows, so that the sides are each other's transpose to the last bit.
            stream.reduce(Reduction.FROBENIUS, out == null ? Side.IN.view(sum) : sum, norm);
        } finally {
            ws.release();
        }
        double elements = Math.sqrt((double) step.outputs() * step.inputs());
        Scalar target = StreamScalars.of(stream, rate * options.rms() * elements);
        if (!options.isReference()) {
            return quotient(stream, target, norm);
        }
        Scalar divisor = StreamScalars.op(stream, ScalarOp.ADD, norm, StreamScalars.of(stream, SCALE_EPSILON));
        return StreamScalars.op(stream, ScalarOp.DIVIDE, target, divisor);
    }

    /** {@return a/b, 0 where b is 0} */
    private static Scalar quotient(ComputeStream stream, Scalar a, Scalar b) {
        Scalar isPositive = StreamScalars.isGreater(stream, b, StreamScalars.of(stream, 0));
        Scalar divisor = StreamScalars.op(stream, ScalarOp.MAX, b, StreamScalars.of(stream, Double.MIN_NORMAL));
        Scalar share = StreamScalars.op(stream, ScalarOp.MULTIPLY, a, isPositive);
        return StreamScalars.op(stream, ScalarOp.DIVIDE, share, divisor);
    }

    private void apply(ComputeStream stream, Turn turn, @Nullable Matrix product, Matrix w, Matrix out) {
        Matrix v = turn.side.view(w);
        Matrix target = turn.side.view(out);
        if (product != null && options.map().startsWithProduct()) {
            options.map().applyAfterProduct(stream, turn.a, turn.side.view(product), v, target);
        } else {
            options.map().apply(stream, turn.a, turn.packed, v, target);
        }
    }

    /** Turns the momentum as the weight was turned. */
    private void transport(BlockStep step, @Nullable Turn in, @Nullable Turn out) {
        ComputeStream stream = step.stream();
        Matrix momentum = step.next(MOMENTUM);
        for (Turn turn : new Turn[] {in, out}) {
            if (turn != null) {
                Matrix turned = step.likeWeight();
                apply(stream, turn, null, momentum, turned);
                stream.copy(turned, momentum);
            }
        }
    }
}
