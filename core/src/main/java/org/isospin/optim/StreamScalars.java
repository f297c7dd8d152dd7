package org.isospin.optim;

import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;

/** Numbers that a stream computes without anyone waiting for them. */
final class StreamScalars {
    private static final int HALVINGS = 4;
    private static final int TERMS = 5;

    private StreamScalars() {}

    /** {@return a new scalar of a value} */
    static Scalar of(ComputeStream stream, double value) {
        Scalar scalar = stream.scalar();
        stream.set(scalar, value);
        return scalar;
    }

    /** {@return a new scalar, a op b} */
    static Scalar op(ComputeStream stream, ScalarOp op, Scalar a, Scalar b) {
        Scalar scalar = stream.scalar();
        stream.scalarOp(op, a, b, scalar);
        return scalar;
    }

    /** {@return 1 where a is greater than b, else 0; neither may be NaN} */
    static Scalar isGreater(ComputeStream stream, Scalar a, Scalar b) {
        Scalar difference = op(stream, ScalarOp.SUBTRACT, a, b);
        Scalar positive = op(stream, ScalarOp.MAX, difference, of(stream, 0));
        // x/max(x, tiny) is 1 for every positive x that is not smaller than tiny.
        Scalar divisor = op(stream, ScalarOp.MAX, positive, of(stream, Double.MIN_NORMAL));
        return op(stream, ScalarOp.DIVIDE, positive, divisor);
    }

    /** {@return a/b, 0 where b is 0; b is not negative} */
    static Scalar quotient(ComputeStream stream, Scalar a, Scalar b) {
        Scalar isPositive = isGreater(stream, b, of(stream, 0));
        Scalar divisor = op(stream, ScalarOp.MAX, b, of(stream, Double.MIN_NORMAL));
        Scalar share = op(stream, ScalarOp.MULTIPLY, a, isPositive);
        return op(stream, ScalarOp.DIVIDE, share, divisor);
    }

    /** {@return a new scalar, times·u·size·‖w‖_F: some times the rounding errors of a product with w, of something of that size} */
    static Scalar roundoff(ComputeStream stream, double times, Scalar size, Matrix w) {
        Scalar norm = stream.scalar();
        stream.reduce(Reduction.FROBENIUS, w, norm);
        Scalar product = op(stream, ScalarOp.MULTIPLY, size, norm);
        return op(
                stream, ScalarOp.MULTIPLY, product, of(stream, times * w.dtype().unitRoundoff()));
    }

    /** {@return a new scalar with the element of a state of 1 × 1} */
    static Scalar of(BlockStep step, String state) {
        Scalar scalar = step.stream().scalar();
        step.stream().reduce(Reduction.TRACE, step.state(state), scalar);
        return scalar;
    }

    /** target ← the scalar; target is 1 × 1. */
    static void store(ComputeStream stream, Scalar scalar, Matrix target) {
        stream.fill(target, 1);
        stream.scale(scalar, target, target);
    }

    /** target ← source where a scalar is 1; where it is 0, target stays as it is. */
    static void copyWhere(ComputeStream stream, Scalar condition, Matrix source, Matrix target) {
        stream.copyIfFinite(op(stream, ScalarOp.DIVIDE, of(stream, 1), condition), source, target);
    }

    /**
     * {@return arctan x to a relative 10⁻¹¹: four halvings of the angle, then the series}
     *
     * @param stream where it runs
     * @param x not negative, with a finite square
     */
    static Scalar arctan(ComputeStream stream, Scalar x) {
        Scalar one = of(stream, 1);
        Scalar tangent = op(stream, ScalarOp.ADD, x, of(stream, 0));
        Scalar square = stream.scalar();
        for (int i = 0; i < HALVINGS; i++) {
            // tan ½θ = tan θ/(1 + √(1 + tan²θ)).
            stream.scalarOp(ScalarOp.MULTIPLY, tangent, tangent, square);
            stream.scalarOp(ScalarOp.ADD, square, one, square);
            stream.scalarOp(ScalarOp.SQRT, square, square, square);
            stream.scalarOp(ScalarOp.ADD, square, one, square);
            stream.scalarOp(ScalarOp.DIVIDE, tangent, square, tangent);
        }
        stream.scalarOp(ScalarOp.MULTIPLY, tangent, tangent, square);
        Scalar sum = stream.scalar();
        Scalar coefficient = stream.scalar();
        for (int j = TERMS - 1; j >= 0; j--) {
            stream.set(coefficient, (j % 2 == 0 ? 1.0 : -1.0) / (2 * j + 1));
            stream.scalarOp(ScalarOp.MULTIPLY, sum, square, sum);
            stream.scalarOp(ScalarOp.ADD, sum, coefficient, sum);
        }
        stream.scalarOp(ScalarOp.MULTIPLY, sum, tangent, sum);
        stream.scalarOp(ScalarOp.MULTIPLY, sum, of(stream, 1 << HALVINGS), sum);
        return sum;
    }
}
