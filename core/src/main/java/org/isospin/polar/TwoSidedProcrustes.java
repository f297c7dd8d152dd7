package org.isospin.polar;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;

/**
 * Two-sided Procrustes problems (Schönemann 1968): orthogonal P that minimises ‖P·A·Pᵀ − B‖_F for symmetric A and B, and
 * orthogonal P and Q that minimise ‖P·A·Q − B‖_F for any.
 *
 * <p>With eigenvalues, or singular values, in the same order A = V·Λ·Vᵀ and B = W·M·Wᵀ, P = W·diag(±1)·Vᵀ with any signs, and the
 * residual is ‖Λ − M‖_F; with A = X·Σ·Yᵀ and B = U·T·Zᵀ, P = U·Xᵀ and Q = Y·Zᵀ. Where values repeat, there are more solutions, of
 * which one is given. The symmetric problem's signs are those that bring P nearest to the identity: column by column, with the
 * eigenvectors at hand.
 *
 * <p>Everything is computed in F64, whatever the types, and rounded once: ‖PᵀP − I‖_F/√n is about 0.6u of the
 * output's type, and the residual the least one but for a few n·2⁻⁵³(‖A‖ + ‖B‖) and that rounding. Operands may be of any magnitude.
 */
public final class TwoSidedProcrustes {
    private TwoSidedProcrustes() {}

    /**
     * How good a solution is.
     *
     * @param residual for outputs as stored
     * @param condition by how much the solution moves, relative to a relative change of A or B: the largest magnitude of an
     *     eigenvalue, or singular value, over the least difference of two neighbours, of A or of B, whichever is more;
     *     infinite where one repeats, and 1 if there is one alone. Of the symmetric problem up to 3√n times too large
     */
    public record Result(double residual, double condition) {}

    /**
     * out ← the P that minimises ‖P·A·Pᵀ − B‖_F. Of A and B the symmetric parts count. Waits ten times.
     *
     * @param iso where it runs
     * @param a A, n × n
     * @param b B, n × n
     * @param out P, n × n; may overlap inputs
     * @return how good it is
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or an input is not finite
     */
    public static Result symmetric(Isospin iso, Matrix a, Matrix b, Matrix out) {
        return iso.compute(stream -> symmetric(stream, a, b, out), a, b, out);
    }

    /**
     * p ← P and q ← Q that minimise ‖P·A·Q − B‖_F. Waits ten times.
     *
     * @param iso where it runs
     * @param a A, m × n
     * @param b B, m × n
     * @param p P, m × m; may overlap inputs
     * @param q Q, n × n; may overlap inputs
     * @return how good it is
     * @throws IllegalArgumentException if a shape does not fit, an output is read-only, or an input is not finite
     */
    public static Result general(Isospin iso, Matrix a, Matrix b, Matrix p, Matrix q) {
        return iso.compute(stream -> general(stream, a, b, p, q), a, b, p, q);
    }

    private static Result symmetric(ComputeStream stream, Matrix a, Matrix b, Matrix out) {
        String operation = "two-sided procrustes";
        Operands.requireSquare(operation, "a", a);
        Operands.requireSameShape(operation, a, b);
        int n = a.rows();
        Operands.requireOutput(operation, "out", out, n, n);
        if (n == 0) {
            return new Result(0, 1);
        }
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Scalar unitA = stream.scalar();
            Scalar unitB = stream.scalar();
            Matrix left = ws.matrix(DType.F64, n, n);
            Matrix right = ws.matrix(DType.F64, n, n);
            Matrix v = ws.matrix(DType.F64, n, n);
            Matrix w = ws.matrix(DType.F64, n, n);
            Matrix p = ws.matrix(DType.F64, n, n);
            Matrix signs = ws.matrix(DType.F64, 1, n);
            Matrix rounded = ws.matrix(out.dtype(), n, n);
            stream.scaleToOne(a, left, unitA);
            stream.scaleToOne(b, right, unitB);
            stream.symmetrize(Symmetry.SYMMETRIC, left, left);
            stream.symmetrize(Symmetry.SYMMETRIC, right, right);
            double condition = Math.max(eigenvectors(stream, a, left, v), eigenvectors(stream, b, right, w));
            stream.gemm(Arithmetic.F64, 1, v.transposed(), w, 0, p, p);
            stream.copyDiagonal(p, signs);
            stream.flipColumns(w, signs, w);
            stream.gemm(Arithmetic.F64, 1, w, v.transposed(), 0, p, p);
            OrthonormalPolish.apply(stream, p, w);
            stream.copy(w, rounded);
            stream.copy(rounded, p);
            double residual = residual(stream, p, left, unitA, p.transposed(), right, unitB);
            stream.copy(rounded, out);
            return new Result(residual, condition);
        } finally {
            ws.release();
        }
    }

    /**
     * v ← eigenvectors of a symmetric matrix, by descending eigenvalues: singular vectors of m + cI, positive definite with
     * c = 2‖m‖_∞. {@return (c + ‖m‖₂) over the least difference of eigenvalues}
     */
    private static double eigenvectors(ComputeStream stream, Matrix operand, Matrix m, Matrix v) {
        Workspace ws = stream.workspace();
        int n = m.rows();
        ws.mark();
        try {
            Matrix shifted = ws.matrix(DType.F64, n, n);
            Matrix x = ws.matrix(DType.F64, n, n);
            Matrix s = ws.matrix(DType.F64, 1, n);
            Scalar norm = stream.scalar();
            stream.reduce(Reduction.NORM_INF, m, norm);
            stream.combine(1, m, 0, m, 2 * stream.read(norm), shifted);
            return decompose(stream, operand, shifted, x, s, v);
        } finally {
            ws.release();
        }
    }

    /** m = x·diag(s)·yᵀ. {@return s₁ over the least difference of neighbours} */
    private static double decompose(ComputeStream stream, Matrix operand, Matrix m, Matrix x, Matrix s, Matrix y) {
        Workspace ws = stream.workspace();
        int n = s.columns();
        ws.mark();
        try {
            Scalar status = stream.scalar();
            stream.svd(m, x, s, y, status);
            if (stream.read(status) != 0) {
                throw new IllegalArgumentException("two-sided procrustes: " + operand
                        + " is not finite, or the singular value decomposition did not converge");
            }
            if (n == 1) {
                return 1;
            }
            Matrix gaps = ws.matrix(DType.F64, 1, n - 1);
            Matrix largest = ws.matrix(DType.F64, 1, n - 1);
            Matrix ones = ws.matrix(DType.F64, 1, n - 1);
            Scalar condition = stream.scalar();
            stream.fill(ones, 1);
            stream.gemm(Arithmetic.F64, 1, ws.view(s, 0, 0, 1, 1), ones, 0, largest, largest);
            stream.combine(1, ws.view(s, 0, 0, 1, n - 1), -1, ws.view(s, 0, 1, 1, n - 1), 0, gaps);
            stream.divide(largest, gaps, gaps);
            stream.reduce(Reduction.MAX_ABS, gaps, condition);
            double found = stream.read(condition);
            // 0/0 of a zero matrix.
            return Double.isNaN(found) ? Double.POSITIVE_INFINITY : found;
        } finally {
            ws.release();
        }
    }

    private static Result general(ComputeStream stream, Matrix a, Matrix b, Matrix p, Matrix q) {
        String operation = "two-sided procrustes";
        Operands.requireSameShape(operation, a, b);
        Operands.requireOutput(operation, "p", p, a.rows(), a.rows());
        Operands.requireOutput(operation, "q", q, a.columns(), a.columns());
        boolean isWide = a.rows() < a.columns();
        if (isWide) {
            // ‖PAQ − B‖ = ‖QᵀAᵀPᵀ − Bᵀ‖.
            return tall(stream, a.transposed(), b.transposed(), q.transposed(), p.transposed());
        }
        return tall(stream, a, b, p, q);
    }

    private static Result tall(ComputeStream stream, Matrix a, Matrix b, Matrix p, Matrix q) {
        int m = a.rows();
        int n = a.columns();
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Scalar unitA = stream.scalar();
            Scalar unitB = stream.scalar();
            Matrix left = ws.matrix(DType.F64, m, n);
            Matrix right = ws.matrix(DType.F64, m, n);
            Matrix x = ws.matrix(DType.F64, m, m);
            Matrix y = ws.matrix(DType.F64, n, n);
            Matrix u = ws.matrix(DType.F64, m, m);
            Matrix z = ws.matrix(DType.F64, n, n);
            Matrix first = ws.matrix(DType.F64, m, m);
            Matrix second = ws.matrix(DType.F64, n, n);
            Matrix roundedP = ws.matrix(p.dtype(), m, m);
            Matrix roundedQ = ws.matrix(q.dtype(), n, n);
            stream.scaleToOne(a, left, unitA);
            stream.scaleToOne(b, right, unitB);
            double condition = Math.max(complete(stream, a, left, x, y), complete(stream, b, right, u, z));
            stream.gemm(Arithmetic.F64, 1, u, x.transposed(), 0, first, first);
            stream.gemm(Arithmetic.F64, 1, y, z.transposed(), 0, second, second);
            OrthonormalPolish.apply(stream, first, x);
            OrthonormalPolish.apply(stream, second, y);
            stream.copy(x, roundedP);
            stream.copy(roundedP, first);
            stream.copy(y, roundedQ);
            stream.copy(roundedQ, second);
            double residual = residual(stream, first, left, unitA, second, right, unitB);
            stream.copy(roundedP, p);
            stream.copy(roundedQ, q);
            return new Result(residual, condition);
        } finally {
            ws.release();
        }
    }

    /** x ← left singular vectors of m, completed to a basis, y ← right ones. {@return the condition} */
    private static double complete(ComputeStream stream, Matrix operand, Matrix m, Matrix x, Matrix y) {
        Workspace ws = stream.workspace();
        int n = y.rows();
        if (n == 0) {
            stream.fill(x, 0);
            stream.addDiagonal(1, x);
            return 1;
        }
        ws.mark();
        try {
            Matrix padded = ws.matrix(DType.F64, x.rows(), x.rows());
            Matrix s = ws.matrix(DType.F64, 1, n);
            Matrix r = ws.matrix(DType.F64, x.rows(), x.rows());
            Matrix signs = ws.matrix(DType.F64, 1, x.rows());
            stream.fill(padded, 0);
            double condition = decompose(stream, operand, m, ws.view(padded, 0, 0, x.rows(), n), s, y);
            // Reflections leave orthonormal columns where they are, but for signs, and complete the basis.
            stream.qr(padded, x, r);
            stream.copyDiagonal(r, signs);
            stream.flipColumns(x, signs, x);
            return condition;
        } finally {
            ws.release();
        }
    }

    /** {@return ‖p·(unitA·a)·q − unitB·b‖_F} */
    private static double residual(
            ComputeStream stream, Matrix p, Matrix a, Scalar unitA, Matrix q, Matrix b, Scalar unitB) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix half = ws.matrix(DType.F64, a.rows(), a.columns());
            Matrix full = ws.matrix(DType.F64, a.rows(), a.columns());
            Scalar norm = stream.scalar();
            double sizeA = stream.read(unitA);
            double sizeB = stream.read(unitB);
            double common = Math.max(sizeA, sizeB);
            stream.gemm(Arithmetic.F64, 1, p, a, 0, half, half);
            stream.gemm(Arithmetic.F64, 1, half, q, 0, full, full);
            stream.combine(sizeA / common, full, -sizeB / common, b, 0, full);
            stream.reduce(Reduction.FROBENIUS, full, norm);
            return stream.read(norm) * common;
        } finally {
            ws.release();
        }
    }
}
