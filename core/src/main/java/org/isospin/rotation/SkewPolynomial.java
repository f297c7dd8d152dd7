package org.isospin.rotation;

import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;

/**
 * A polynomial in a skew matrix A without its constant term, as a symmetric and a skew half: with B = AᵀA = −A²,
 * D = Σ dⱼBʲ (j ≥ 1) is symmetric and K = A·Σ sⱼBʲ (j ≥ 0) skew.
 *
 * <p>All factors commute, so every product is known to be symmetric or skew and only one triangle of it is computed. The
 * powers B…B^q are shared by both halves and the rest is Horner's rule in B^q (Paterson and Stockmeyer 1973); q minimises
 * the number of products. The identity is left out, for the caller to add last: D and K then keep their relative
 * accuracy however small A is, and the polynomial of −A is the transpose to the last bit.
 */
final class SkewPolynomial {
    /** Coefficients of B, B², …. */
    private final double[] even;

    /** Coefficients of A, AB, AB², …. */
    private final double[] odd;

    /** q. */
    private final int powers;

    /** Half products beyond B itself. */
    private final int products;

    /**
     * Makes a polynomial.
     *
     * @param even coefficients of B, B², …; not copied
     * @param odd coefficients of A, AB, AB², …, at least one; not copied
     */
    SkewPolynomial(double[] even, double[] odd) {
        this.even = even;
        this.odd = odd;
        int degree = Math.max(even.length, odd.length - 1);
        int best = Math.min(degree, 1);
        for (int q = 2; q <= degree; q++) {
            if (products(q) < products(best)) {
                best = q;
            }
        }
        this.powers = best;
        this.products = products(best);
    }

    private int products(int q) {
        return q == 0 ? 0 : q - 1 + products(even.length, q) + products(odd.length - 1, q) + (odd.length > 1 ? 1 : 0);
    }

    private static int products(int degree, int q) {
        return Math.max(0, (degree + q - 1) / q - 1);
    }

    /** {@return the coefficients of B, B², …; not a copy} */
    double[] even() {
        return even;
    }

    /** {@return the coefficients of A, AB, AB², …; not a copy} */
    double[] odd() {
        return odd;
    }

    /** {@return q, how many powers of B an evaluation needs} */
    int powers() {
        return powers;
    }

    /** {@return the half products of an evaluation, B itself not counted} */
    int products() {
        return products;
    }

    /**
     * Evaluates both halves.
     *
     * @param stream where it runs
     * @param a A, dense
     * @param b the powers of B: element j is scratch for B^(j+1), q elements or more
     * @param known how many of them are computed already
     * @param d receives D; no operand
     * @param k receives K; no operand
     */
    void evaluate(ComputeStream stream, Matrix a, Matrix[] b, int known, Matrix d, Matrix k) {
        Workspace ws = stream.workspace();
        Arithmetic arithmetic = stream.arithmetic(a.dtype());
        for (int j = known; j < powers; j++) {
            power(stream, a, b, j);
        }
        ws.mark();
        try {
            Matrix spare = ws.matrix(a.dtype(), a.rows(), a.rows());
            if (even.length == 0) {
                stream.fill(d, 0);
            } else {
                horner(stream, even, 0, b, d, spare);
            }
            if (odd.length == 1) {
                stream.scale(odd[0], a, k);
            } else {
                Matrix s = ws.matrix(a.dtype(), a.rows(), a.rows());
                horner(stream, odd, 1, b, s, spare);
                stream.gemmt(arithmetic, Symmetry.SKEW, 1, a, s, odd[0], a, k);
            }
        } finally {
            ws.release();
        }
    }

    /**
     * out ← D + K.
     *
     * @param stream where it runs
     * @param a A, dense
     * @param b scratch for the powers of B, q elements or more
     * @param out of A's type; no operand
     */
    void evaluate(ComputeStream stream, Matrix a, Matrix[] b, Matrix out) {
        if (even.length == 1 && odd.length == 1) {
            power(stream, a, b, 0);
            stream.combine(even[0], b[0], odd[0], a, 0, out);
            return;
        }
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix k = ws.matrix(a.dtype(), a.rows(), a.rows());
            evaluate(stream, a, b, 0, out, k);
            stream.combine(1, out, 1, k, 0, out);
        } finally {
            ws.release();
        }
    }

    /** b[j] ← B^(j+1) from two powers of about half its degree, which keeps rounding errors from piling up. */
    static void power(ComputeStream stream, Matrix a, Matrix[] b, int j) {
        int half = (j + 1) / 2;
        Matrix left = j == 0 ? a.transposed() : b[half - 1];
        Matrix right = j == 0 ? a : b[j - half];
        stream.gemmt(stream.arithmetic(a.dtype()), Symmetry.SYMMETRIC, 1, left, right, 0, b[j], b[j]);
    }

    /** out ← Σ c[from+j−1]·Bʲ for j = 1, …; the last step is a sum with +0, so no element is −0 unless it underflowed. */
    private void horner(ComputeStream stream, double[] c, int from, Matrix[] b, Matrix out, Matrix spare) {
        Arithmetic arithmetic = stream.arithmetic(out.dtype());
        int degree = c.length - from;
        int block = (degree + powers - 1) / powers - 1;
        Matrix sum = block % 2 == 0 ? out : spare;
        Matrix other = block % 2 == 0 ? spare : out;
        combine(stream, c, from + block * powers, degree - block * powers, b, sum);
        while (block-- > 0) {
            combine(stream, c, from + block * powers, powers, b, other);
            stream.gemmt(arithmetic, Symmetry.SYMMETRIC, 1, b[powers - 1], sum, 1, other, other);
            Matrix swap = sum;
            sum = other;
            other = swap;
        }
    }

    /** out ← Σ c[first+j]·B^(j+1) for j < count, the largest power first. */
    private static void combine(ComputeStream stream, double[] c, int first, int count, Matrix[] b, Matrix out) {
        int j = count - 1;
        if (j == 0) {
            stream.combine(c[first], b[0], 0, b[0], 0, out);
            return;
        }
        stream.combine(c[first + j - 1], b[j - 1], c[first + j], b[j], 0, out);
        for (j -= 2; j >= 0; j--) {
            stream.combine(c[first + j], b[j], 1, out, 0, out);
        }
    }
}
