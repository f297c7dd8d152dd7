package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;

/**
 * One Newton–Schulz step in residual form for Q = I + M: Q ← Q − ½QE with E = QᵀQ − I = M + Mᵀ + MᵀM.
 *
 * <p>E is formed from M, so the identity's cancellation costs nothing, and to more than M's precision: Q ends at the
 * roundoff of its own storage, ‖QᵀQ − I‖_F/√n of about 0.7u. A defect d = ‖E‖ becomes ¾d² beyond that. In exact arithmetic
 * QE = (QQᵀ − I)Q; taking the mean of the two makes the step of Mᵀ the transpose of the step of M to the last bit.
 */
final class ResidualPolish {
    /** Adding it rounds to multiples of 2⁻²⁵: its own last place. Products of two of those have 50 places at most. */
    private static final double GRID_MAKER = 0x1.8p27;

    private ResidualPolish() {}

    /**
     * Polishes from the right: 1½ square products, 2½ in F64.
     *
     * @param stream where it runs
     * @param m M, input and output
     */
    static void right(ComputeStream stream, Matrix m) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix defect = ws.matrix(m.dtype(), m.rows(), m.rows());
            Matrix step = ws.matrix(m.dtype(), m.rows(), m.rows());
            defect(stream, m, defect);
            stream.gemm(stream.arithmetic(m.dtype()), 1, m, defect, 1, defect, step);
            stream.combine(1, m, 0.5, step, 0, m);
        } finally {
            ws.release();
        }
    }

    /**
     * Polishes from both sides: 3 square products, 5 in F64, and the result of Mᵀ is the transpose of that of M.
     *
     * @param stream where it runs
     * @param m M, input and output
     */
    static void both(ComputeStream stream, Matrix m) {
        Workspace ws = stream.workspace();
        Arithmetic arithmetic = stream.arithmetic(m.dtype());
        ws.mark();
        try {
            Matrix defect = ws.matrix(m.dtype(), m.rows(), m.rows());
            Matrix right = ws.matrix(m.dtype(), m.rows(), m.rows());
            Matrix left = ws.matrix(m.dtype(), m.rows(), m.rows());
            defect(stream, m, defect);
            stream.gemm(arithmetic, 1, m, defect, 1, defect, right);
            defect(stream, m.transposed(), defect);
            stream.gemm(arithmetic, 1, defect, m, 1, defect, left);
            stream.combine(0.25, right, 0.25, left, 0, left);
            stream.combine(1, m, 1, left, 0, m);
        } finally {
            ws.release();
        }
    }

    /** defect ← −(m + mᵀ + mᵀm). */
    private static void defect(ComputeStream stream, Matrix m, Matrix defect) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            if (m.dtype() == DType.F64) {
                splitDefect(stream, m, defect);
                return;
            }
            Matrix sum = ws.matrix(DType.F64, m.rows(), m.rows());
            stream.copy(m, sum);
            stream.symmetrize(Symmetry.SYMMETRIC, sum, sum);
            stream.gemmt(Arithmetic.F32_ACCUMULATE_F64, Symmetry.SYMMETRIC, -1, m.transposed(), m, -2, sum, sum);
            stream.copy(sum, defect);
        } finally {
            ws.release();
        }
    }

    /**
     * The defect of F64 data beyond F64, after Ozaki: m = h + l with h on a grid so coarse that h + hᵀ + hᵀh is exact, for
     * columns of norm up to 2, and l so small that F64 is enough for the rest, p + pᵀ with p = l + (h + l/2)ᵀl.
     */
    private static void splitDefect(ComputeStream stream, Matrix m, Matrix defect) {
        Workspace ws = stream.workspace();
        int n = m.rows();
        Matrix high = ws.matrix(DType.F64, n, n);
        Matrix low = ws.matrix(DType.F64, n, n);
        Matrix spare = ws.matrix(DType.F64, n, n);
        Matrix rest = ws.matrix(DType.F64, n, n);
        stream.fill(spare, GRID_MAKER);
        stream.combine(1, m, 1, spare, 0, high);
        stream.combine(1, high, -1, spare, 0, high);
        stream.combine(1, m, -1, high, 0, low);
        stream.combine(1, high, 0.5, low, 0, spare);
        stream.gemm(Arithmetic.F64, 1, spare.transposed(), low, 1, low, rest);
        stream.symmetrize(Symmetry.SYMMETRIC, rest, rest);
        stream.symmetrize(Symmetry.SYMMETRIC, high, defect);
        stream.gemmt(Arithmetic.F64, Symmetry.SYMMETRIC, -1, high.transposed(), high, -2, defect, defect);
        stream.combine(1, defect, -2, rest, 0, defect);
    }
}
