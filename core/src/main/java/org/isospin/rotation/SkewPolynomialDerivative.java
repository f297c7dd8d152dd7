package org.isospin.rotation;

import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;
import org.jspecify.annotations.Nullable;

/**
 * Derivatives of a polynomial in a skew matrix A in its two halves, D = d(B) with d(B) = Σ dⱼBʲ (j ≥ 1) and K = A·s(B) with
 * s(B) = Σ sⱼBʲ (j ≥ 0), B = AᵀA ({@link SkewPolynomial}).
 *
 * <p>With L_p(B, E) the derivative of p at B along a symmetric E, itself symmetric and its own adjoint:
 *
 * <ul>
 *   <li>along V, dB = −(VA + AV), dD = L_d(B, dB) and dK = V·s(B) + A·L_s(B, dB), symmetric and skew;
 *   <li>the cotangent of A is the skew part of 2A·(L_d(B, S) − ½L_s(B, AT + TA)) + T·s(B), with S and T the symmetric and the
 *       skew part of the result's cotangent.
 * </ul>
 *
 * <p>L is found by Horner's rule for value and slope together. Where only a sum of products is symmetric or skew, one triangle
 * of each of them is enough, so a step takes three half products: a polynomial of degree 2r, r ≥ 2, takes 3r − 1½ products for
 * either derivative, where the recursion in powers of A takes 4r − 2.
 */
final class SkewPolynomialDerivative {
    /** Coefficients of B, B², …. */
    private final double[] even;

    /** Coefficients of A, AB, AB², …. */
    private final double[] odd;

    /**
     * Derives a polynomial.
     *
     * @param even coefficients of B, B², …; not copied
     * @param odd coefficients of A, AB, AB², …, at least one; not copied
     */
    SkewPolynomialDerivative(double[] even, double[] odd) {
        this.even = even;
        this.odd = odd;
    }

    /**
     * Finds the cotangent of A.
     *
     * @param stream where it runs
     * @param a A, dense
     * @param g the result's cotangent; scratch afterwards
     * @param m receives a matrix whose skew part, ½(M − Mᵀ), is the packed cotangent, the difference of both triangles of the
     *     unconstrained gradient; no operand
     */
    void vjp(ComputeStream stream, Matrix a, Matrix g, Matrix m) {
        Workspace ws = stream.workspace();
        Arithmetic arithmetic = stream.arithmetic(a.dtype());
        int n = a.rows();
        ws.mark();
        try {
            Matrix t = ws.matrix(a.dtype(), n, n);
            stream.symmetrize(Symmetry.SKEW, g, t);
            stream.scale(2 * odd[0], t, m);
            if (even.length > 0) {
                Matrix b = ws.matrix(a.dtype(), n, n);
                Matrix sum = ws.matrix(a.dtype(), n, n);
                stream.gemmt(arithmetic, Symmetry.SYMMETRIC, 1, a.transposed(), a, 0, b, b);
                stream.symmetrize(Symmetry.SYMMETRIC, g, g);
                slope(stream, even, 0, b, g, null, sum);
                stream.scale(4, sum, sum);
                if (odd.length > 1) {
                    Matrix value = ws.matrix(a.dtype(), n, n);
                    Matrix slope = ws.matrix(a.dtype(), n, n);
                    anticommutator(stream, -2, a, t, g);
                    slope(stream, odd, 1, b, g, value, slope);
                    stream.combine(1, sum, 1, slope, 0, sum);
                    stream.gemm(arithmetic, 2, t, value, 1, m, m);
                }
                stream.gemm(arithmetic, 1, a, sum, 1, m, m);
            }
        } finally {
            ws.release();
        }
    }

    /**
     * Finds the derivative along V.
     *
     * @param stream where it runs
     * @param a A, dense
     * @param v V, dense and skew
     * @param out receives dD + dK; no operand
     */
    void jvp(ComputeStream stream, Matrix a, Matrix v, Matrix out) {
        Workspace ws = stream.workspace();
        Arithmetic arithmetic = stream.arithmetic(a.dtype());
        int n = a.rows();
        ws.mark();
        try {
            if (even.length == 0) {
                stream.scale(odd[0], v, out);
                return;
            }
            Matrix b = ws.matrix(a.dtype(), n, n);
            Matrix change = ws.matrix(a.dtype(), n, n);
            Matrix symmetric = ws.matrix(a.dtype(), n, n);
            stream.gemmt(arithmetic, Symmetry.SYMMETRIC, 1, a.transposed(), a, 0, b, b);
            anticommutator(stream, -1, v, a, change);
            slope(stream, even, 0, b, change, null, symmetric);
            Matrix skew = v;
            if (odd.length > 1) {
                Matrix value = ws.matrix(a.dtype(), n, n);
                Matrix slope = ws.matrix(a.dtype(), n, n);
                skew = ws.matrix(a.dtype(), n, n);
                slope(stream, odd, 1, b, change, value, slope);
                stream.gemmt(arithmetic, Symmetry.SKEW, 1, v, value, odd[0], v, skew);
                stream.gemmt(arithmetic, Symmetry.SKEW, 1, a, slope, 1, skew, skew);
            }
            stream.combine(1, symmetric, odd.length > 1 ? 1 : odd[0], skew, 0, out);
        } finally {
            ws.release();
        }
    }

    /** out ← α(xy + yx) for skew x and y: symmetric. */
    private static void anticommutator(ComputeStream stream, double alpha, Matrix x, Matrix y, Matrix out) {
        Arithmetic arithmetic = stream.arithmetic(x.dtype());
        stream.gemmt(arithmetic, Symmetry.SYMMETRIC, alpha, x, y, 0, out, out);
        stream.gemmt(arithmetic, Symmetry.SYMMETRIC, alpha, y, x, 1, out, out);
    }

    /**
     * Differentiates p(B) = Σ pⱼBʲ, j = 1, …, along E: with Wᵣ = 0, tᵣ = 0, Wᵢ = B(pᵢ₊₁I + Wᵢ₊₁) and
     * tᵢ = E(pᵢ₊₁I + Wᵢ₊₁) + Btᵢ₊₁ the results are W₀ and t₀.
     *
     * @param c holds pⱼ at from + j − 1
     * @param value receives p(B), unless null
     * @param slope receives L_p(B, E)
     */
    private static void slope(
            ComputeStream stream, double[] c, int from, Matrix b, Matrix e, @Nullable Matrix value, Matrix slope) {
        Workspace ws = stream.workspace();
        Arithmetic arithmetic = stream.arithmetic(b.dtype());
        int steps = c.length - from - 1;
        ws.mark();
        try {
            Matrix w = ws.matrix(b.dtype(), b.rows(), b.rows());
            Matrix nextW = ws.matrix(b.dtype(), b.rows(), b.rows());
            Matrix spare = ws.matrix(b.dtype(), b.rows(), b.rows());
            Matrix t = steps % 2 == 0 ? slope : spare;
            Matrix nextT = steps % 2 == 0 ? spare : slope;
            stream.scale(c[from + steps], b, w);
            stream.scale(c[from + steps], e, t);
            for (int i = steps - 1; i >= 0; i--) {
                stream.gemmt(arithmetic, Symmetry.SYMMETRIC, 1, e, w, c[from + i], e, nextT);
                stream.gemmt(arithmetic, Symmetry.SYMMETRIC, 1, b, t, 1, nextT, nextT);
                Matrix swap = t;
                t = nextT;
                nextT = swap;
                if (i > 0 || value != null) {
                    stream.gemmt(arithmetic, Symmetry.SYMMETRIC, 1, b, w, c[from + i], b, nextW);
                    swap = w;
                    w = nextW;
                    nextW = swap;
                }
            }
            if (value != null) {
                stream.copy(w, value);
            }
        } finally {
            ws.release();
        }
    }
}
