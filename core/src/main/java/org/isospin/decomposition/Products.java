package org.isospin.decomposition;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.MatrixBatch;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Workspace;

/**
 * The product of two matrices. Each element is one chain of fused multiply-adds in ascending k, rounded once to the
 * output's type, so |error| ≤ γ_k·(|a|·|b|) with γ_k = ku/(1 − ku) and u of the type that is summed in.
 *
 * <p>The arithmetic is F64 if an operand is F64, else F32 (F64 sums under {@link org.isospin.Precision#F64_SUMS}).
 * Under {@link org.isospin.Precision#TF32} and {@link org.isospin.Precision#BF16} a device rounds F32 operands first: 2u of that type
 * more.
 */
public final class Products {
    private Products() {}

    /**
     * out ← a·b. Never waits; NaN and infinities propagate. Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs
     * @param a m × k
     * @param b k × n
     * @param out m × n, of any type; may overlap the operands
     * @throws IllegalArgumentException if a shape does not fit or out is read-only
     */
    @SuppressWarnings("exports")
    public static void multiply(ComputeStream stream, Matrix a, Matrix b, Matrix out) {
        Operands.requireShape("multiply", "b", b, a.columns(), b.columns());
        Operands.requireOutput("multiply", "out", out, a.rows(), b.columns());
        boolean isWide = a.dtype() == DType.F64 || b.dtype() == DType.F64;
        Arithmetic arithmetic = isWide ? Arithmetic.F64 : stream.roundingArithmetic(DType.F32);
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix left = isWide ? widened(stream, a) : a;
            Matrix right = isWide ? widened(stream, b) : b;
            boolean isScratch = out.overlaps(a) || out.overlaps(b);
            Matrix c = isScratch ? ws.matrix(out.dtype(), out.rows(), out.columns()) : out;
            stream.gemm(arithmetic, 1, left, right, 0, c, c);
            if (isScratch) {
                stream.copy(c, out);
            }
        } finally {
            ws.release();
        }
    }

    /**
     * outᵢ ← α·aᵢ·bᵢ for every matrix of a batch, each with the bits that it would have alone. Never waits; NaN and
     * infinities propagate.
     *
     * @param iso where it runs
     * @param alpha α
     * @param a matrices of m × k
     * @param b as many matrices of k × n, F64 if a is and only then
     * @param out as many matrices of m × n, of any type; must not overlap the operands
     * @throws IllegalArgumentException if a count or shape does not fit, or out is read-only
     */
    public static void multiplyBatched(Isospin iso, double alpha, MatrixBatch a, MatrixBatch b, MatrixBatch out) {
        if (a.count() != b.count() || a.count() != out.count()) {
            throw new IllegalArgumentException("multiplyBatched: there are " + a.count() + " matrices a, " + b.count()
                    + " matrices b and " + out.count() + " outputs");
        }
        if (a.count() == 0) {
            return;
        }
        Operands.requireShape("multiplyBatched", "b", b.first(), a.columns(), b.columns());
        Operands.requireOutput("multiplyBatched", "out", out.first(), a.rows(), b.columns());
        boolean isWide = a.dtype() == DType.F64;
        if (isWide != (b.dtype() == DType.F64)) {
            throw new IllegalArgumentException(
                    "multiplyBatched: a and b must both be F64 or neither, not " + a.dtype() + " and " + b.dtype());
        }
        iso.run(
                stream -> stream.gemmBatched(
                        isWide ? Arithmetic.F64 : stream.roundingArithmetic(DType.F32), alpha, a, b, 0, out),
                a,
                b,
                out);
    }

    private static Matrix widened(ComputeStream stream, Matrix m) {
        if (m.dtype() == DType.F64) {
            return m;
        }
        Matrix wide = stream.workspace().matrix(DType.F64, m.rows(), m.columns());
        stream.copy(m, wide);
        return wide;
    }
}
