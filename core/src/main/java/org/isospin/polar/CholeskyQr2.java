package org.isospin.polar;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Triangle;
import org.isospin.backend.Workspace;

/**
 * Q of A = Q·R by CholeskyQR2 (Yamamoto and others 2015): X ← XL⁻ᵀ with LLᵀ = XᵀX, twice. R's diagonal is positive by
 * construction.
 *
 * <p>Everything is done in F64. The first pass leaves a defect of about κ(A)²u, so that it has to be below 1: κ(A) up to
 * 10⁷, for F32 data as for F64. That is not estimated but seen: the Gram matrix of the second pass tells the defect of the
 * first. If that is ½ or less, and no Cholesky factorization failed, the second pass ends at roundoff.
 */
final class CholeskyQr2 {
    /** Defect of the first pass up to which κ² of what the second one sees is 3 at most. */
    private static final double SAFE = 0.5;

    private CholeskyQr2() {}

    /**
     * {@return whether q ← Q succeeded; if not, q is unspecified. Waits once.}
     *
     * @param stream where it runs
     * @param a m × n, m ≥ n, elements of a magnitude of 1
     * @param q m × n, output
     */
    static boolean factor(ComputeStream stream, Matrix a, Matrix q) {
        Workspace ws = stream.workspace();
        int n = a.columns();
        ws.mark();
        try {
            Matrix x = ws.matrix(DType.F64, a.rows(), n);
            Matrix gram = ws.matrix(DType.F64, n, n);
            Matrix defect = ws.matrix(DType.F64, n, n);
            Scalar status = stream.scalar();
            Scalar size = stream.scalar();
            stream.copy(a, x);
            gram(stream, x, gram);
            pass(stream, gram, x, status);
            gram(stream, x, gram);
            stream.combine(1, gram, 0, gram, -1, defect);
            stream.reduce(Reduction.FROBENIUS, defect, size);
            pass(stream, gram, x, status);
            // One number tells both: a failed factorization is 1 or more.
            stream.scalarOp(ScalarOp.ADD, size, status, size);
            boolean isSafe = stream.read(size) <= SAFE;
            if (isSafe) {
                Matrix polished = ws.matrix(DType.F64, a.rows(), n);
                OrthonormalPolish.apply(stream, x, polished);
                stream.copy(polished, q);
            }
            return isSafe;
        } finally {
            ws.release();
        }
    }

    private static void gram(ComputeStream stream, Matrix x, Matrix gram) {
        stream.gemmt(Arithmetic.F64, Symmetry.SYMMETRIC, 1, x.transposed(), x, 0, gram, gram);
    }

    /** x ← x·L⁻ᵀ; gram becomes L. */
    private static void pass(ComputeStream stream, Matrix gram, Matrix x, Scalar status) {
        stream.cholesky(gram, status);
        stream.solveTriangular(Triangle.LOWER, gram, x.transposed());
    }
}
