package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Workspace;

/**
 * The Taylor polynomial of exp of a skew-symmetric matrix, E_k(A) = Σ A^j/j! for j = 0, …, k, and its action on a matrix W
 * from the left, the right or both sides: the update of Pion (k = 2).
 *
 * <p>E_k(A) is not orthogonal: a plane of angle θ is scaled by the square root of 1 + θ² (k = 1), 1 + θ⁴/4 (k = 2),
 * 1 − θ⁴/12 + θ⁶/36 (k = 3), 1 − θ⁶/72 + θ⁸/576 (k = 4).
 *
 * <p>The matrix is evaluated in halves, symmetric and skew ({@link SkewPolynomial}), and E_k(−A) is the transpose of
 * E_k(A) to the last bit. An action is W + Z with Z = (E_k(A) − I)W: the identity is never part of a product, so what W
 * moves by keeps its relative accuracy however small A is. Z comes by Horner's rule, Z ← (AW + AZ)/j for j = k, …, 1, in k
 * products with A, or from the matrix where that takes fewer operations; shapes and k alone decide.
 *
 * <p>Rounding errors, ‖·‖_F, are a few u of ‖W‖_F·cosh ‖A‖, those of Z a few u of ‖W‖_F·sinh ‖A‖. No waits. The
 * arithmetic is F64 if an operand is F64, else F32, rounded once to the output's type. Nothing is scaled: powers of A
 * underflow to zero, harmlessly, or overflow to infinities; NaN and infinities in A (for k ≥ 1) and in W propagate.
 */
public final class TruncatedExp {
    /** The polynomials of the degrees that are in use. */
    private static final SkewPolynomial[] KNOWN = known(32);

    private TruncatedExp() {}

    /**
     * out ← E_k(A).
     *
     * @param iso what computes
     * @param a A, of order n
     * @param degree k, 0 or more
     * @param out n × n; may overlap A's memory
     * @throws IllegalArgumentException if the degree is negative, a shape does not fit or out is read-only
     */
    public static void exp(Isospin iso, SkewMatrix a, int degree, Matrix out) {
        iso.run(stream -> exp(stream, a, degree, out), a, out);
    }

    /**
     * out ← E_k(A)·W.
     *
     * @param iso what computes
     * @param a A, of order m
     * @param degree k, 0 or more
     * @param w W, m × n
     * @param out m × n; may overlap the operands
     * @throws IllegalArgumentException if the degree is negative, a shape does not fit or out is read-only
     */
    public static void left(Isospin iso, SkewMatrix a, int degree, Matrix w, Matrix out) {
        iso.run(stream -> left(stream, a, degree, w, out), a, w, out);
    }

    /**
     * out ← W·E_k(A).
     *
     * @param iso what computes
     * @param a A, of order n
     * @param degree k, 0 or more
     * @param w W, m × n
     * @param out m × n; may overlap the operands
     * @throws IllegalArgumentException if the degree is negative, a shape does not fit or out is read-only
     */
    public static void right(Isospin iso, SkewMatrix a, int degree, Matrix w, Matrix out) {
        iso.run(stream -> right(stream, a, degree, w, out), a, w, out);
    }

    /**
     * out ← E_k(L)·(W·E_k(R)), the right factor first.
     *
     * @param iso what computes
     * @param left L, of order m
     * @param right R, of order n
     * @param degree k, 0 or more
     * @param w W, m × n
     * @param out m × n; may overlap the operands
     * @throws IllegalArgumentException if the degree is negative, a shape does not fit or out is read-only
     */
    public static void both(Isospin iso, SkewMatrix left, SkewMatrix right, int degree, Matrix w, Matrix out) {
        iso.run(stream -> both(stream, left, right, degree, w, out), left, right, w, out);
    }

    /** Stream-level form of {@link #exp(Isospin, SkewMatrix, int, Matrix)}. */
    static void exp(ComputeStream stream, SkewMatrix a, int degree, Matrix out) {
        requireDegree(degree);
        int n = a.order();
        Operands.requireOutput("truncatedExp", "out", out, n, n);
        DType compute = Operands.computeType(a.dtype(), out.dtype());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(compute, n, n);
            Matrix d = ws.matrix(compute, n, n);
            Matrix k = ws.matrix(compute, n, n);
            stream.unpackSkew(a, x);
            halves(stream, polynomial(degree), x, d, k);
            Results.write(stream, 1, d, 1, k, 1, out, x);
        } finally {
            ws.release();
        }
    }

    /** Stream-level form of {@link #left(Isospin, SkewMatrix, int, Matrix, Matrix)}. */
    static void left(ComputeStream stream, SkewMatrix a, int degree, Matrix w, Matrix out) {
        requireDegree(degree);
        Operands.requireShape("truncatedExp", "w", w, a.order(), w.columns());
        Operands.requireOutput("truncatedExp", "out", out, w.rows(), w.columns());
        DType compute = Operands.computeType(a.dtype(), Operands.computeType(w.dtype(), out.dtype()));
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = unpacked(stream, a, compute);
            Matrix v = ws.matrix(compute, w.rows(), w.columns());
            Matrix z = ws.matrix(compute, w.rows(), w.columns());
            stream.copy(w, v);
            delta(stream, x, degree, v, z);
            Results.write(stream, 1, v, 1, z, 0, out, z);
        } finally {
            ws.release();
        }
    }

    /** Stream-level form of {@link #right(Isospin, SkewMatrix, int, Matrix, Matrix)}. */
    static void right(ComputeStream stream, SkewMatrix a, int degree, Matrix w, Matrix out) {
        requireDegree(degree);
        Operands.requireShape("truncatedExp", "w", w, w.rows(), a.order());
        Operands.requireOutput("truncatedExp", "out", out, w.rows(), w.columns());
        DType compute = Operands.computeType(a.dtype(), Operands.computeType(w.dtype(), out.dtype()));
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = unpacked(stream, a, compute);
            Matrix v = ws.matrix(compute, w.rows(), w.columns());
            Matrix z = ws.matrix(compute, w.rows(), w.columns());
            stream.copy(w, v);
            // W·E(A) is the transpose of E(Aᵀ)·Wᵀ.
            delta(stream, x.transposed(), degree, v.transposed(), z.transposed());
            Results.write(stream, 1, v, 1, z, 0, out, z);
        } finally {
            ws.release();
        }
    }

    /** Stream-level form of {@link #both(Isospin, SkewMatrix, SkewMatrix, int, Matrix, Matrix)}. */
    static void both(ComputeStream stream, SkewMatrix left, SkewMatrix right, int degree, Matrix w, Matrix out) {
        requireDegree(degree);
        Operands.requireShape("truncatedExp", "w", w, left.order(), right.order());
        Operands.requireOutput("truncatedExp", "out", out, w.rows(), w.columns());
        DType compute = Operands.computeType(
                Operands.computeType(left.dtype(), right.dtype()), Operands.computeType(w.dtype(), out.dtype()));
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix v = ws.matrix(compute, w.rows(), w.columns());
            right(stream, right, degree, w, v);
            left(stream, left, degree, v, out);
        } finally {
            ws.release();
        }
    }

    static void requireDegree(int degree) {
        if (degree < 0) {
            throw new IllegalArgumentException("truncatedExp: the degree must be 0 or more, not " + degree);
        }
    }

    /** {@return scratch with the elements of A} */
    static Matrix unpacked(ComputeStream stream, SkewMatrix a, DType dtype) {
        Matrix x = stream.workspace().matrix(dtype, a.order(), a.order());
        stream.unpackSkew(a, x);
        return x;
    }

    /**
     * z ← (E_k(X) − I)·w. Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs
     * @param x X, skew, n × n
     * @param degree k
     * @param w n × m of X's type
     * @param z n × m of X's type, output; no operand
     */
    @SuppressWarnings("exports")
    public static void delta(ComputeStream stream, Matrix x, int degree, Matrix w, Matrix z) {
        if (degree == 0) {
            stream.fill(z, 0);
            return;
        }
        SkewPolynomial polynomial = polynomial(degree);
        // In units of n²: a product with W is 2m, a half product n.
        long halves = polynomial.powers() == 0 ? 0 : 1L + polynomial.products();
        if (degree > 1 && halves * x.rows() < 2L * (degree - 1) * w.columns()) {
            formed(stream, polynomial, x, w, z);
        } else {
            horner(stream, x, degree, w, z);
        }
    }

    private static void formed(ComputeStream stream, SkewPolynomial polynomial, Matrix x, Matrix w, Matrix z) {
        Workspace ws = stream.workspace();
        int n = x.rows();
        ws.mark();
        try {
            Matrix d = ws.matrix(x.dtype(), n, n);
            polynomial.evaluate(stream, x, powers(stream, polynomial.powers(), x), d);
            stream.gemm(stream.arithmetic(x.dtype()), 1, d, w, 0, z, z);
        } finally {
            ws.release();
        }
    }

    private static void horner(ComputeStream stream, Matrix x, int degree, Matrix w, Matrix z) {
        Workspace ws = stream.workspace();
        Arithmetic arithmetic = stream.arithmetic(x.dtype());
        if (degree == 1) {
            stream.gemm(arithmetic, 1, x, w, 0, z, z);
            return;
        }
        ws.mark();
        try {
            // The last step must end in z.
            Matrix image = ws.matrix(x.dtype(), w.rows(), w.columns());
            Matrix spare = ws.matrix(x.dtype(), w.rows(), w.columns());
            Matrix sum = degree % 2 == 0 ? spare : z;
            Matrix next = degree % 2 == 0 ? z : spare;
            stream.gemm(arithmetic, 1, x, w, 0, image, image);
            stream.scale(1.0 / degree, image, sum);
            for (int j = degree - 1; j >= 1; j--) {
                stream.gemm(arithmetic, 1.0 / j, x, sum, 1.0 / j, image, next);
                Matrix swap = sum;
                sum = next;
                next = swap;
            }
        } finally {
            ws.release();
        }
    }

    private static void halves(ComputeStream stream, SkewPolynomial polynomial, Matrix x, Matrix d, Matrix k) {
        polynomial.evaluate(stream, x, powers(stream, polynomial.powers(), x), 0, d, k);
    }

    /** {@return scratch for powers of B} */
    static Matrix[] powers(ComputeStream stream, int count, Matrix x) {
        Matrix[] b = new Matrix[count];
        for (int j = 0; j < count; j++) {
            b[j] = stream.workspace().matrix(x.dtype(), x.rows(), x.rows());
        }
        return b;
    }

    /**
     * {@return E_k without its constant term: A^(2j) = (−1)ʲBʲ and A^(2j+1) = (−1)ʲABʲ}
     *
     * @param degree k
     */
    static SkewPolynomial polynomial(int degree) {
        return degree < KNOWN.length ? KNOWN[degree] : made(degree);
    }

    private static SkewPolynomial[] known(int count) {
        SkewPolynomial[] known = new SkewPolynomial[count];
        for (int degree = 0; degree < count; degree++) {
            known[degree] = made(degree);
        }
        return known;
    }

    private static SkewPolynomial made(int degree) {
        double[] even = new double[degree / 2];
        double[] odd = new double[Math.max(1, (degree + 1) / 2)];
        double coefficient = 1;
        for (int j = 1; j <= degree; j++) {
            coefficient /= j;
            double signed = (j / 2) % 2 == 0 ? coefficient : -coefficient;
            if (j % 2 == 0) {
                even[j / 2 - 1] = signed;
            } else {
                odd[j / 2] = signed;
            }
        }
        return new SkewPolynomial(even, odd);
    }
}
