package org.isospin.measure;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Workspace;

/**
 * The derivative of ‖E‖_F, E = QᵀQ − I (QQᵀ − I for a wide Q), as {@link Orthogonality} measures it: 2Q·E/‖E‖_F, what OPT's
 * regulariser of orthogonality adds to a gradient. Not that of the square: its norm is 2σ₁ at most, however small E is, so that it
 * does not settle; where E is exactly 0 it is taken to be 0.
 *
 * <p>Everything is computed in F64, whatever the types, and rounded once: E/‖E‖_F is known as well as E is, to 2⁻⁷⁵/‖E‖_F for an F64
 * Q of nearly orthonormal columns. NaN and infinities propagate. No waits.
 */
public final class OrthogonalityDerivative {
    private OrthogonalityDerivative() {}

    /**
     * outGradient ← cotangent·∂‖E‖_F/∂Q.
     *
     * @param iso where it runs
     * @param q Q, m × n, of any type
     * @param cotangent what the norm's own gradient is: a loss's weight, 0.1 in OPT
     * @param outGradient m × n; may overlap Q's memory
     * @throws IllegalArgumentException if a shape does not fit, or outGradient is read-only
     */
    public static void vjp(Isospin iso, Matrix q, double cotangent, Matrix outGradient) {
        iso.run(stream -> vjp(stream, q, cotangent, outGradient), q, outGradient);
    }

    static void vjp(ComputeStream stream, Matrix q, double cotangent, Matrix outGradient) {
        Operands.requireOutput("orthogonality", "outGradient", outGradient, q.rows(), q.columns());
        boolean isWide = q.rows() < q.columns();
        Matrix tall = isWide ? q.transposed() : q;
        int n = tall.columns();
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix defect = ws.matrix(DType.F64, n, n);
            Matrix x = ws.matrix(DType.F64, tall.rows(), n);
            Matrix gradient = ws.matrix(DType.F64, tall.rows(), n);
            Scalar norm = stream.scalar();
            Scalar least = stream.scalar();
            Orthogonality.defect(stream, q, defect);
            stream.reduce(Reduction.FROBENIUS, defect, norm);
            stream.set(least, Double.MIN_NORMAL);
            stream.scalarOp(ScalarOp.MAX, norm, least, norm);
            stream.set(least, 1);
            stream.scalarOp(ScalarOp.DIVIDE, least, norm, norm);
            stream.scale(norm, defect, defect);
            stream.copy(tall, x);
            stream.gemm(Arithmetic.F64, 2 * cotangent, x, defect, 0, gradient, gradient);
            stream.copy(gradient, isWide ? outGradient.transposed() : outGradient);
        } finally {
            ws.release();
        }
    }
}
