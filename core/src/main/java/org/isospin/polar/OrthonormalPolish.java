package org.isospin.polar;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Workspace;
import org.isospin.measure.Orthogonality;

/**
 * One Newton–Schulz step in residual form, U ← X − ½XE with E = XᵀX − I, which leaves X's singular vectors alone and turns
 * a defect d = ‖E‖ into ¾d².
 *
 * <p>E is formed to more than the precision of X, so U ends at the roundoff of its own storage, ‖UᵀU − I‖_F/√n of about
 * 0.6u for any shape; without that it would be (1 + √n/4)u.
 */
final class OrthonormalPolish {
    private OrthonormalPolish() {}

    /**
     * u ← the polished x: 1½ products with n columns, 2½ in F64.
     *
     * @param stream where it runs
     * @param x m × n, m ≥ n, columns nearly orthonormal
     * @param u m × n of the same type, output; no operand
     */
    static void apply(ComputeStream stream, Matrix x, Matrix u) {
        Workspace ws = stream.workspace();
        int n = x.columns();
        ws.mark();
        try {
            Matrix defect = ws.matrix(DType.F64, n, n);
            Orthogonality.defect(stream, x, defect);
            Matrix rounded = defect;
            if (x.dtype() != DType.F64) {
                rounded = ws.matrix(x.dtype(), n, n);
                stream.copy(defect, rounded);
            }
            stream.gemm(stream.arithmetic(x.dtype()), -0.5, x, rounded, 1, x, u);
        } finally {
            ws.release();
        }
    }
}
