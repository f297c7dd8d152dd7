package org.isospin.reparam;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;

/** Projection of generators onto a ball, which bounds their rotations (COFT, arXiv 2306.07280). */
final class GeneratorBall {
    private GeneratorBall() {}

    /**
     * Shrinks packed elements to a norm of at most the radius where they are longer. What is shorter stays bit for bit; the radius is
     * less by as much as rounding may add, so that a second projection finds them inside.
     */
    static void project(ComputeStream stream, Matrix packed, double radius) {
        // The norm is off by half a u of F64 for each square, each element by u of its type.
        double margin = 2 * packed.dtype().unitRoundoff() + (packed.elements() + 8) * DType.F64.unitRoundoff();
        Scalar factor = stream.scalar();
        Scalar shrink = stream.scalar();
        Scalar constant = stream.scalar();
        stream.reduce(Reduction.FROBENIUS, packed, factor);
        stream.set(constant, radius);
        stream.scalarOp(ScalarOp.DIVIDE, constant, factor, factor);
        stream.set(constant, 1);
        stream.scalarOp(ScalarOp.MIN, factor, constant, factor);
        // 2·2^⌊log₂ f⌋ − 1 is 1 for f = 1, and 0 or less for every smaller one.
        stream.scalarOp(ScalarOp.POWER_OF_TWO, factor, factor, shrink);
        stream.scalarOp(ScalarOp.ADD, shrink, shrink, shrink);
        stream.scalarOp(ScalarOp.SUBTRACT, shrink, constant, shrink);
        stream.set(constant, 1 - margin);
        stream.scalarOp(ScalarOp.MAX, shrink, constant, shrink);
        stream.scalarOp(ScalarOp.MULTIPLY, factor, shrink, factor);
        stream.scale(factor, packed, packed);
    }
}
