package org.isospin.polar;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;

/**
 * One step of iterative refinement of a square polar factor in F64: Q ← Q(I + Ω), where HΩ + ΩH = S, S = QᵀA − AᵀQ summed to more
 * than F64.
 *
 * <p>A backward stable Q has ‖S‖ of a few u‖A‖, by which it is off by κu: where σᵢ + σⱼ is small. There Ω = 2p(H + pI)⁻¹S(H + pI)⁻¹
 * solves the equation, up to factors (σᵢ − p)(σⱼ − p)/(σᵢ + p)(σⱼ + p), with p near the smallest singular value: one step of the
 * alternating direction iteration. It takes the error to a seventh or less for singular values that fall geometrically.
 */
final class PolarRefinement {
    /** Condition up to which errors hardly exceed those of rounding Q. */
    static final double WELL_CONDITIONED = 100;

    /** Condition up to which Ω is so small that a polish removes the defect it leaves, of ‖Ω‖². */
    private static final double SMALL_STEP = 0x1p30;

    /** Adding it rounds to multiples of 2⁻²⁵: its own last place. Products of two of those have 50 places at most. */
    private static final double GRID_MAKER = 0x1.8p27;

    private PolarRefinement() {}

    /**
     * {@return whether refinement pays}
     *
     * @param condition κ
     */
    static boolean isFor(double condition) {
        return condition > WELL_CONDITIONED && condition <= SMALL_STEP;
    }

    /**
     * q ← the refined q, polished. About eleven products and an inverse; never waits.
     *
     * @param stream where it runs
     * @param a n × n, F64
     * @param bound ‖a‖₂ or a little more
     * @param least σₙ or a little less
     * @param q n × n, F64, orthogonal to roundoff, input and output
     */
    static void apply(ComputeStream stream, Matrix a, Scalar bound, Scalar least, Matrix q) {
        Workspace ws = stream.workspace();
        int n = a.rows();
        ws.mark();
        try {
            Matrix scaled = ws.matrix(DType.F64, n, n);
            Matrix s = ws.matrix(DType.F64, n, n);
            Matrix h = ws.matrix(DType.F64, n, n);
            Matrix w = ws.matrix(DType.F64, n, n);
            Scalar one = stream.scalar();
            Scalar two = stream.scalar();
            Scalar unit = stream.scalar();
            Scalar shift = stream.scalar();
            stream.set(one, 1);
            stream.set(two, 2);
            // Columns of norm 1 at most.
            stream.scalarOp(ScalarOp.POWER_OF_TWO, bound, bound, unit);
            stream.scalarOp(ScalarOp.MULTIPLY, unit, two, unit);
            stream.scalarOp(ScalarOp.DIVIDE, one, unit, shift);
            stream.scale(shift, a, scaled);
            residual(stream, scaled, q, s);
            stream.gemm(Arithmetic.F64, 1, q.transposed(), scaled, 0, h, h);
            stream.symmetrize(Symmetry.SYMMETRIC, h, h);
            // (H/p + I)⁻¹ with p = 2σₙ, and 2/p times its products with S.
            stream.scalarOp(ScalarOp.DIVIDE, unit, least, shift);
            stream.scalarOp(ScalarOp.DIVIDE, shift, two, shift);
            stream.scale(shift, h, h);
            stream.addDiagonal(1, h);
            stream.inverse(h, w, stream.scalar());
            stream.gemm(Arithmetic.F64, 1, w, s, 0, h, h);
            stream.gemm(Arithmetic.F64, 2, h, w, 0, s, s);
            stream.scale(shift, s, s);
            stream.symmetrize(Symmetry.SKEW, s, s);
            stream.gemm(Arithmetic.F64, 1, q, s, 1, q, h);
            OrthonormalPolish.apply(stream, h, q);
        } finally {
            ws.release();
        }
    }

    /**
     * s ← qᵀa − aᵀq beyond F64, after Ozaki: with q = g + l and a = b + m, g and b on a grid so coarse that gᵀb is exact, and l and m
     * so small that F64 is enough for gᵀm + lᵀa.
     */
    private static void residual(ComputeStream stream, Matrix a, Matrix q, Matrix s) {
        Workspace ws = stream.workspace();
        int n = a.rows();
        ws.mark();
        try {
            Matrix high = ws.matrix(DType.F64, n, n);
            Matrix low = ws.matrix(DType.F64, n, n);
            Matrix coarse = ws.matrix(DType.F64, n, n);
            Matrix rest = ws.matrix(DType.F64, n, n);
            split(stream, q, high, low);
            stream.gemm(Arithmetic.F64, 1, low.transposed(), a, 0, rest, rest);
            split(stream, a, coarse, low);
            stream.gemm(Arithmetic.F64, 1, high.transposed(), low, 1, rest, rest);
            stream.gemm(Arithmetic.F64, 1, high.transposed(), coarse, 0, s, s);
            stream.symmetrize(Symmetry.SKEW, s, s);
            stream.symmetrize(Symmetry.SKEW, rest, rest);
            stream.combine(2, s, 2, rest, 0, s);
        } finally {
            ws.release();
        }
    }

    private static void split(ComputeStream stream, Matrix m, Matrix high, Matrix low) {
        stream.fill(low, GRID_MAKER);
        stream.combine(1, m, 1, low, 0, high);
        stream.combine(1, high, -1, low, 0, high);
        stream.combine(1, m, -1, high, 0, low);
    }
}
