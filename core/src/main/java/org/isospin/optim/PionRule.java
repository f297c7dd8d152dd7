package org.isospin.optim;

import org.isospin.DType;
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
    private static final String INITIAL_NORM = "initial_norm";

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
        if (options.keepsNorm()) {
            layout.add(new StateLayout.Entry(INITIAL_NORM, DType.F64, 1, 1, StateLayout.Change.NEVER));
        }
    }

    @Override
    void initialize(BlockStep step) {
        if (options.keepsNorm()) {
            ComputeStream stream = step.stream();
            Scalar norm = stream.scalar();
            stream.reduce(Reduction.FROBENIUS, step.weight(), norm);
            StreamScalars.store(stream, norm, step.state(INITIAL_NORM));
        }
    }

    private boolean isTransported() {
        return options.momentum() == PionMomentum.TRANSPORTED;
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
            Matrix direction = isTransported() ? averaged(step) : step.gradient();
            Scalar noise = noise(step, direction);
            // The reference goes on turning where the gradient is exactly zero.
            Scalar isMoving = options.isReference() ? null : step.isMoving();
            // A transported momentum is not kept by sides: only the moments of Lie space advance where nothing turns.
            SkewMatrix inGenerator =
                    turnsIn || !isTransported() ? generator(step, Side.IN, direction, noise, isMoving) : null;
            SkewMatrix outGenerator =
                    turnsOut || !isTransported() ? generator(step, Side.OUT, direction, noise, isMoving) : null;
            Side first = first(step, turnsIn, turnsOut);
            Turn in = turnsIn && inGenerator != null ? turn(step, Side.IN, inGenerator, first) : null;
            Turn out = turnsOut && outGenerator != null ? turn(step, Side.OUT, outGenerator, first) : null;
            scale(step, rate, first, in, out);
            if (first == Side.IN) {
                turn(step, in, out);
            } else {
                turn(step, out, in);
            }
            keepAngles(step, turnsIn, turnsOut);
            if (options.keepsNorm()) {
                keepNorm(step);
            }
            if (isTransported()) {
                transport(step, in, out);
            }
        } finally {
            ws.release();
        }
    }

    private boolean isSum() {
        return options.composition() == PionComposition.SUM;
    }

    /** {@return whether a side's product with W is part of its turn} */
    private boolean isApplied(Side side, Side first) {
        return side == first || isSum();
    }

    /** Scales the new weight to the norm of the first one; by exactly 1 where nothing moved. */
    private static void keepNorm(BlockStep step) {
        ComputeStream stream = step.stream();
        Workspace ws = step.workspace();
        ws.mark();
        try {
            Matrix difference = step.likeWeight();
            stream.combine(1, step.newWeight(), -1, step.weight(), 0, difference);
            Scalar hasMoved = stream.scalar();
            stream.reduce(Reduction.MAX_ABS, difference, hasMoved);
            hasMoved = StreamScalars.isGreater(stream, hasMoved, StreamScalars.of(stream, 0));
            Scalar norm = stream.scalar();
            stream.reduce(Reduction.FROBENIUS, step.newWeight(), norm);
            Scalar initial = stream.scalar();
            stream.reduce(Reduction.TRACE, step.state(INITIAL_NORM), initial);
            Scalar one = StreamScalars.of(stream, 1);
            Scalar factor = StreamScalars.quotient(stream, initial, norm);
            stream.scalarOp(ScalarOp.SUBTRACT, factor, one, factor);
            stream.scalarOp(ScalarOp.MULTIPLY, factor, hasMoved, factor);
            stream.scalarOp(ScalarOp.ADD, factor, one, factor);
            stream.scale(factor, step.newWeight(), step.newWeight());
        } finally {
            ws.release();
        }
    }

    /** {@return the side turned first, where its product with W is the first of its map: the larger one, as it saves more} */
    private static Side first(BlockStep step, boolean turnsIn, boolean turnsOut) {
        if (turnsIn && turnsOut) {
            return step.outputs() > step.inputs() ? Side.OUT : Side.IN;
        }
        return turnsIn ? Side.IN : Side.OUT;
    }

    private void turn(BlockStep step, @Nullable Turn first, @Nullable Turn second) {
        if (first == null) {
            return;
        }
        Matrix turned = second == null ? step.newWeight() : step.likeWeight();
        apply(step.stream(), first, first.product, step.weight(), turned);
        if (second != null && isSum()) {
            apply(step.stream(), second, second.product, step.weight(), step.newWeight());
            step.stream().combine(1, turned, -1, step.weight(), 0, turned);
            step.stream().combine(1, step.newWeight(), 1, turned, 0, step.newWeight());
        } else if (second != null) {
            // Its product with W is of no use once the other side was turned.
            apply(step.stream(), second, null, turned, step.newWeight());
        }
    }

    private static void keepAngles(BlockStep step, boolean turnsIn, boolean turnsOut) {
        if (!turnsIn) {
            LargestAngle.keep(step, Side.IN);
        }
        if (!turnsOut) {
            LargestAngle.keep(step, Side.OUT);
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
            StreamScalars.store(stream, size, latest);
            stream.combine(options.beta1(), step.state(GRADIENT_NORM), 1 - options.beta1(), latest, 0, next);
            stream.reduce(Reduction.FROBENIUS, next, size);
        }
        return StreamScalars.roundoff(stream, NOISE, size, step.weight());
    }

    /** Advances the moments of a side; {@return its A, before it is scaled} */
    private SkewMatrix generator(
            BlockStep step, Side side, Matrix direction, @Nullable Scalar noise, @Nullable Scalar isMoving) {
        ComputeStream stream = step.stream();
        SkewMatrix packed = Side.generator(stream, side.view(direction), side.view(step.weight()));
        Matrix a = packed.packed();
        Scalar size = stream.scalar();
        Matrix source = a;
        double factor = -2;
        if (isTransported()) {
            stream.reduce(Reduction.FROBENIUS, a, size);
            // Of half the generator.
            stream.scalarOp(ScalarOp.ADD, size, size, size);
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
                stream.divideByRoot(1, average, 1, square, options.epsilon(), a);
            } else {
                source = average;
            }
            factor = -1;
        }
        Scalar gate = StreamScalars.of(stream, factor);
        if (noise != null) {
            stream.scalarOp(ScalarOp.MULTIPLY, gate, StreamScalars.isGreater(stream, size, noise), gate);
        }
        if (isMoving != null) {
            stream.scalarOp(ScalarOp.MULTIPLY, gate, isMoving, gate);
        }
        stream.scale(gate, source, a);
        return packed;
    }

    private Turn turn(BlockStep step, Side side, SkewMatrix packed, Side first) {
        ComputeStream stream = step.stream();
        int n = packed.order();
        Matrix a = step.workspace().matrix(step.dtype(), n, n);
        stream.unpackSkew(packed, a);
        Matrix product = null;
        if (options.scaling() == PionScaling.RMS
                || (isApplied(side, first) && options.map().startsWithProduct())) {
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
    private void scale(BlockStep step, double rate, Side first, @Nullable Turn in, @Nullable Turn out) {
        ComputeStream stream = step.stream();
        if (options.scaling() == PionScaling.RMS) {
            Scalar alpha = alpha(step, rate, in, out);
            scale(step, alpha, first, in);
            scale(step, alpha, first, out);
            return;
        }
        Scalar length = StreamScalars.of(stream, options.scaling() == PionScaling.REFERENCE_NONE ? 1 : rate);
        for (Turn turn : new Turn[] {in, out}) {
            if (turn != null) {
                boolean isSpectral = options.scaling() == PionScaling.SPECTRAL;
                scale(step, isSpectral ? StreamScalars.quotient(stream, length, turn.angle) : length, first, turn);
            }
        }
    }

    private void scale(BlockStep step, Scalar alpha, Side first, @Nullable Turn turn) {
        if (turn == null) {
            return;
        }
        ComputeStream stream = step.stream();
        if (options.map().takesPacked()) {
            Matrix packed = turn.packed.packed();
            stream.scale(alpha, packed, packed);
        } else {
            stream.scale(alpha, turn.a, turn.a);
        }
        if (turn.product != null && isApplied(turn.side, first) && options.map().startsWithProduct()) {
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
            if (in != null && in.product != null && out != null && out.product != null) {
                stream.combine(1, in.product, 1, out.product, 0, sum);
            } else {
                Turn only = in != null ? in : out;
                sum = only != null && only.product != null ? only.product : sum;
            }
            // Summed in the order of the side's rows, so that the sides are each other's transpose to the last bit.
            stream.reduce(Reduction.FROBENIUS, out == null ? Side.IN.view(sum) : sum, norm);
        } finally {
            ws.release();
        }
        double elements = Math.sqrt((double) step.outputs() * step.inputs());
        Scalar target = StreamScalars.of(stream, rate * options.rms() * elements);
        if (!options.isReference()) {
            return StreamScalars.quotient(stream, target, norm);
        }
        Scalar divisor = StreamScalars.op(stream, ScalarOp.ADD, norm, StreamScalars.of(stream, SCALE_EPSILON));
        return StreamScalars.op(stream, ScalarOp.DIVIDE, target, divisor);
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
