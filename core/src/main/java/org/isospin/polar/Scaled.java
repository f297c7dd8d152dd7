package org.isospin.polar;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;

/** Inputs brought to a magnitude of 1 by a power of two, which changes no digit. */
final class Scaled {
    private Scaled() {}

    /**
     * {@return F64 if either type is, else F32}
     *
     * @param operand an input's type
     * @param out an output's type
     */
    static DType computeType(DType operand, DType out) {
        return operand == DType.F64 || out == DType.F64 ? DType.F64 : DType.F32;
    }

    /**
     * target ← source/unit with the power of two that brings the largest element to [1, 2); unit is 1 where that is zero or
     * not finite.
     *
     * @param stream where it runs
     * @param source any matrix
     * @param target of a type at least as wide
     * @param unit receives the power of two
     */
    static void copy(ComputeStream stream, Matrix source, Matrix target, Scalar unit) {
        Scalar inverse = stream.scalar();
        stream.reduce(Reduction.MAX_ABS, source, unit);
        stream.scalarOp(ScalarOp.POWER_OF_TWO, unit, unit, unit);
        stream.set(inverse, 1);
        stream.scalarOp(ScalarOp.DIVIDE, inverse, unit, inverse);
        stream.scale(inverse, source, target);
    }
}
