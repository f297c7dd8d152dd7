package org.isospin.backend;

import org.isospin.DType;
import org.isospin.Matrix;

/**
 * The thin singular value decomposition in F64 by QR and a kernel: a = q·r, rᵀ = x·diag(s)·yᵀ, hence u = q·y and v = x. For
 * the kernel's Jacobi rotations rᵀ is a better start than a (Drmač and Veselić 2008, without their pivoting).
 *
 * <p>y is always orthogonal; the columns of x that belong to zero singular values may be zero, and a QR of x leaves the
 * others in place but for signs and completes them. a is scaled by a power of two first, so no
 * magnitude overflows or vanishes.
 */
final class ThinSvd {
    private ThinSvd() {}

    static void factor(Factorizations stream, Matrix a, Matrix u, Matrix s, Matrix v, Scalar status) {
        Workspace ws = stream.workspace();
        int m = a.rows();
        int n = a.columns();
        ws.mark();
        try {
            Matrix w = ws.matrix(DType.F64, m, n);
            Matrix q = ws.matrix(DType.F64, m, n);
            Matrix r = ws.matrix(DType.F64, n, n);
            Matrix x = ws.matrix(DType.F64, n, n);
            Matrix y = ws.matrix(DType.F64, n, n);
            Matrix values = ws.matrix(DType.F64, 1, n);
            Matrix signs = ws.matrix(DType.F64, 1, n);
            Scalar unit = stream.scalar();
            stream.scaleToOne(a, w, unit);
            stream.qr(w, q, r);
            stream.jacobiSvd(r.transposed(), x, values, y, status);
            stream.gemm(Arithmetic.F64, 1, q, y, 0, w, w);
            stream.qr(x, y, r);
            stream.copyDiagonal(r, signs);
            stream.flipColumns(y, signs, y);
            stream.scale(unit, values, values);
            stream.copy(w, u);
            stream.copy(values, s);
            stream.copy(y, v);
        } finally {
            ws.release();
        }
    }

    static void spectrum(Factorizations stream, Matrix a, Matrix s, Scalar status) {
        Workspace ws = stream.workspace();
        Matrix tall = a.rows() >= a.columns() ? a : a.transposed();
        int m = tall.rows();
        int n = tall.columns();
        ws.mark();
        try {
            Matrix values = ws.matrix(DType.F64, 1, n);
            Scalar unit = stream.scalar();
            Matrix w = ws.matrix(DType.F64, m, n);
            stream.scaleToOne(tall, w, unit);
            if (isTall(m, n)) {
                Matrix r = ws.matrix(DType.F64, n, n);
                BlockedQr.triangle(stream, w, r);
                stream.singularValues(r.transposed(), values, status);
            } else {
                // A square matrix has its transpose's values, and the kernel works along columns.
                stream.singularValues(m == n ? w.transposed() : w, values, status);
            }
            stream.scale(unit, values, values);
            stream.copy(values, s);
        } finally {
            ws.release();
        }
    }

    /** Whether a QR pays before the bidiagonalisation: from 5/3 on it needs fewer operations, from 1.6 on less time. */
    private static boolean isTall(int m, int n) {
        return 10L * m >= 16L * n;
    }
}
