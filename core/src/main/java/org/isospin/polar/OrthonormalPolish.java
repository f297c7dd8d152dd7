package org.isospin.polar;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;

/**
 * One Newton–Schulz step in residual form, U ← X + ½XE with E = I − XᵀX, which leaves X's singular vectors alone and turns
 * a defect d = ‖E‖ into ¾d².
 *
 * <p>E is formed to more than the precision of X, so U ends at the roundoff of its own storage, ‖UᵀU − I‖_F/√n of about
 * 0.6u for any shape; without that it would be (1 + √n/4)u.
 */
final class OrthonormalPolish {
    /** Adding it rounds to multiples of 2⁻²⁵: its own last place. Products of two of those have 50 places at most. */
    private static final double GRID_MAKER = 0x1.8p27;

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
            Matrix defect = ws.matrix(x.dtype(), n, n);
            if (x.dtype() == DType.F64) {
                splitDefect(stream, x, defect);
            } else {
                Matrix sum = ws.matrix(DType.F64, n, n);
                stream.gemmt(Arithmetic.F32_ACCUMULATE_F64, Symmetry.SYMMETRIC, -1, x.transposed(), x, 0, sum, sum);
                stream.addDiagonal(1, sum);
                stream.copy(sum, defect);
            }
            stream.gemm(stream.arithmetic(x.dtype()), 0.5, x, defect, 1, x, u);
        } finally {
            ws.release();
        }
    }

    /**
     * The defect of F64 data beyond F64, after Ozaki: x = h + l with h on a grid so coarse that I − hᵀh is exact for columns
     * of norm up to 2, and l so small that F64 is enough for the rest, p + pᵀ with p = (h + l/2)ᵀl.
     */
    private static void splitDefect(ComputeStream stream, Matrix x, Matrix defect) {
        Workspace ws = stream.workspace();
        int m = x.rows();
        int n = x.columns();
        Matrix high = ws.matrix(DType.F64, m, n);
        Matrix low = ws.matrix(DType.F64, m, n);
        Matrix spare = ws.matrix(DType.F64, m, n);
        Matrix rest = ws.matrix(DType.F64, n, n);
        stream.fill(spare, GRID_MAKER);
        stream.combine(1, x, 1, spare, 0, high);
        stream.combine(1, high, -1, spare, 0, high);
        stream.combine(1, x, -1, high, 0, low);
        stream.combine(1, high, 0.5, low, 0, spare);
        stream.gemm(Arithmetic.F64, 1, spare.transposed(), low, 0, rest, rest);
        stream.symmetrize(Symmetry.SYMMETRIC, rest, rest);
        stream.gemmt(Arithmetic.F64, Symmetry.SYMMETRIC, -1, high.transposed(), high, 0, defect, defect);
        stream.addDiagonal(1, defect);
        stream.combine(1, defect, -2, rest, 0, defect);
    }
}
