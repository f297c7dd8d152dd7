package org.isospin.polar;

import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Triangle;
import org.isospin.backend.Workspace;

/**
 * A = Q·R by Householder reflections, with the signs of R's diagonal taken out, which makes Q unique and a smooth function of
 * A where A has full rank; and its derivative (Walter and Lehmann 2010): with C = QᵀdA·R⁻¹ and L the part of C below its
 * diagonal,
 *
 * <p>dQ = dA·R⁻¹ + Q(L − Lᵀ − C), and its adjoint, with M = −GᵀQ, L that part of M and D its diagonal,
 * (G + Q(L + D + Lᵀ))R⁻ᵀ.
 *
 * <p>All operands are scratch of one compute type.
 */
final class PositiveQr {
    private PositiveQr() {}

    /**
     * Factors.
     *
     * @param stream where it runs; never waits
     * @param a m × n, m ≥ n; read only
     * @param q m × n, output
     * @param r n × n, output
     */
    static void factor(ComputeStream stream, Matrix a, Matrix q, Matrix r) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix signs = ws.matrix(a.dtype(), 1, a.columns());
            stream.qr(a, q, r);
            stream.copyDiagonal(r, signs);
            stream.flipColumns(q, signs, q);
            stream.flipColumns(r.transposed(), signs, r.transposed());
        } finally {
            ws.release();
        }
    }

    /**
     * direction ← dQ for a direction dA.
     *
     * @param stream where it runs
     * @param q Q
     * @param r R
     * @param direction input and output
     */
    static void push(ComputeStream stream, Matrix q, Matrix r, Matrix direction) {
        Workspace ws = stream.workspace();
        Arithmetic arithmetic = stream.arithmetic(q.dtype());
        int n = q.columns();
        ws.mark();
        try {
            Matrix c = ws.matrix(q.dtype(), n, n);
            Matrix below = ws.matrix(q.dtype(), n, n);
            stream.solveTriangular(Triangle.LOWER, r.transposed(), direction.transposed());
            stream.gemm(arithmetic, 1, q.transposed(), direction, 0, c, c);
            below(stream, c, below);
            stream.combine(1, below, -1, c, 0, c);
            stream.combine(1, c, -1, below.transposed(), 0, c);
            stream.gemm(arithmetic, 1, q, c, 1, direction, direction);
        } finally {
            ws.release();
        }
    }

    /**
     * cotangent ← the gradient for A of a cotangent G of Q.
     *
     * @param stream where it runs
     * @param q Q
     * @param r R
     * @param cotangent input and output
     */
    static void pull(ComputeStream stream, Matrix q, Matrix r, Matrix cotangent) {
        Workspace ws = stream.workspace();
        Arithmetic arithmetic = stream.arithmetic(q.dtype());
        int n = q.columns();
        ws.mark();
        try {
            Matrix m = ws.matrix(q.dtype(), n, n);
            Matrix below = ws.matrix(q.dtype(), n, n);
            stream.gemm(arithmetic, -1, cotangent.transposed(), q, 0, m, m);
            below(stream, m, below);
            stream.copyTriangle(Triangle.LOWER, m, m);
            stream.combine(1, m, 1, below.transposed(), 0, m);
            stream.gemm(arithmetic, 1, q, m, 1, cotangent, cotangent);
            stream.solveTriangular(Triangle.UPPER, r, cotangent.transposed());
        } finally {
            ws.release();
        }
    }

    /** target ← the part of m below its diagonal. */
    private static void below(ComputeStream stream, Matrix m, Matrix target) {
        stream.copyTriangle(Triangle.UNIT_LOWER, m, target);
        stream.addDiagonal(-1, target);
    }

    /**
     * m ← m/unit.
     *
     * @param stream where it runs
     * @param m input and output
     * @param unit a power of two
     */
    static void divide(ComputeStream stream, Matrix m, Scalar unit) {
        Scalar inverse = stream.scalar();
        stream.set(inverse, 1);
        stream.scalarOp(ScalarOp.DIVIDE, inverse, unit, inverse);
        stream.scale(inverse, m, m);
    }
}
