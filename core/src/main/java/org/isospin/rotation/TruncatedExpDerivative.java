package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Workspace;

/**
 * Derivatives of the {@link TruncatedExp Taylor polynomial} E_k(A) of a skew-symmetric A and of its action on a matrix W, in
 * directions (jvp) and against cotangents (vjp).
 *
 * <p>With L(A, E) the Fréchet derivative of the polynomial in the direction E, evaluated in symmetric and skew halves
 * ({@link SkewPolynomialDerivative}), and E_k(A)ᵀ = E_k(−A):
 *
 * <ul>
 *   <li>E_k(A): L(A, Ȧ); the gradient is the skew part of L(−A, G);
 *   <li>E_k(A)·W: L(A, Ȧ)·W + E_k(A)·Ẇ; the gradients are the skew part of L(−A, GWᵀ), and E_k(−A)·G;
 *   <li>W·E_k(A): W·L(A, Ȧ) + Ẇ·E_k(A); the gradients are the skew part of L(−A, WᵀG), and G·E_k(−A);
 *   <li>both sides: the right factor first, by the chain rule.
 * </ul>
 *
 * <p>Skew gradients are packed: element i &lt; j is what the change of both aᵢⱼ and aⱼᵢ = −aᵢⱼ makes. Rounding errors are a few
 * u of the size of the operands times cosh ‖A‖. No waits. The arithmetic is F64 if an operand is F64, else F32, rounded
 * once to the output's type. Outputs may overlap inputs, not each other. Nothing is scaled; NaN and infinities propagate.
 */
public final class TruncatedExpDerivative {
    private static final String JVP = "truncatedExp jvp";
    private static final String VJP = "truncatedExp vjp";

    private TruncatedExpDerivative() {}

    /**
     * out ← L(A, E), the derivative of E_k at A in the direction E.
     *
     * @param iso what computes
     * @param a A, of order n
     * @param degree k, 0 or more
     * @param direction E, of order n
     * @param out n × n
     * @throws IllegalArgumentException if the degree is negative, a shape does not fit or out is read-only
     */
    public static void jvp(Isospin iso, SkewMatrix a, int degree, SkewMatrix direction, Matrix out) {
        int n = a.order();
        TruncatedExp.requireDegree(degree);
        SkewOperands.requireOrder(JVP, "direction", direction, n);
        Operands.requireOutput(JVP, "out", out, n, n);
        DType compute = widest(a.dtype(), direction.dtype(), out.dtype());
        iso.run(
                stream -> {
                    Matrix x = TruncatedExp.unpacked(stream, a, compute);
                    Matrix v = TruncatedExp.unpacked(stream, direction, compute);
                    Matrix l = stream.workspace().matrix(compute, n, n);
                    derivative(degree).jvp(stream, x, v, l);
                    stream.copy(l, out);
                },
                a,
                direction,
                out);
    }

    /**
     * out ← the gradient in A of ⟨G, E_k(A)⟩.
     *
     * @param iso what computes
     * @param a A, of order n
     * @param degree k, 0 or more
     * @param cotangent G, n × n
     * @param out of order n
     * @throws IllegalArgumentException if the degree is negative, a shape does not fit or out is read-only
     */
    public static void vjp(Isospin iso, SkewMatrix a, int degree, Matrix cotangent, SkewMatrix out) {
        int n = a.order();
        TruncatedExp.requireDegree(degree);
        Operands.requireShape(VJP, "cotangent", cotangent, n, n);
        SkewOperands.requireOutput(VJP, "out", out, n);
        DType compute = widest(a.dtype(), cotangent.dtype(), out.dtype());
        iso.run(
                stream -> {
                    Matrix x = TruncatedExp.unpacked(stream, a, compute);
                    Matrix m = stream.workspace().matrix(compute, n, n);
                    derivative(degree).vjp(stream, x, copied(stream, cotangent, compute), m);
                    stream.packSkew(m, out);
                },
                a,
                cotangent,
                out);
    }

    /**
     * out ← the derivative of E_k(A)·W.
     *
     * @param iso what computes
     * @param a A, of order m
     * @param degree k, 0 or more
     * @param w W, m × n
     * @param da the direction of A, of order m
     * @param dw the direction of W, m × n
     * @param out m × n
     * @throws IllegalArgumentException if the degree is negative, a shape does not fit or out is read-only
     */
    public static void leftJvp(Isospin iso, SkewMatrix a, int degree, Matrix w, SkewMatrix da, Matrix dw, Matrix out) {
        iso.run(stream -> jvp(stream, Side.LEFT, a, degree, w, da, dw, out), a, w, da, dw, out);
    }

    /**
     * aGradient, wGradient ← the gradients of ⟨G, E_k(A)·W⟩.
     *
     * @param iso what computes
     * @param a A, of order m
     * @param degree k, 0 or more
     * @param w W, m × n
     * @param cotangent G, m × n
     * @param aGradient of order m
     * @param wGradient m × n
     * @throws IllegalArgumentException if the degree is negative, a shape does not fit or an output is read-only
     */
    public static void leftVjp(
            Isospin iso, SkewMatrix a, int degree, Matrix w, Matrix cotangent, SkewMatrix aGradient, Matrix wGradient) {
        iso.run(
                stream -> vjp(stream, Side.LEFT, a, degree, w, cotangent, aGradient, wGradient),
                a,
                w,
                cotangent,
                aGradient,
                wGradient);
    }

    /**
     * out ← the derivative of W·E_k(A).
     *
     * @param iso what computes
     * @param a A, of order n
     * @param degree k, 0 or more
     * @param w W, m × n
     * @param da the direction of A, of order n
     * @param dw the direction of W, m × n
     * @param out m × n
     * @throws IllegalArgumentException if the degree is negative, a shape does not fit or out is read-only
     */
    public static void rightJvp(Isospin iso, SkewMatrix a, int degree, Matrix w, SkewMatrix da, Matrix dw, Matrix out) {
        iso.run(stream -> jvp(stream, Side.RIGHT, a, degree, w, da, dw, out), a, w, da, dw, out);
    }

    /**
     * aGradient, wGradient ← the gradients of ⟨G, W·E_k(A)⟩.
     *
     * @param iso what computes
     * @param a A, of order n
     * @param degree k, 0 or more
     * @param w W, m × n
     * @param cotangent G, m × n
     * @param aGradient of order n
     * @param wGradient m × n
     * @throws IllegalArgumentException if the degree is negative, a shape does not fit or an output is read-only
     */
    public static void rightVjp(
            Isospin iso, SkewMatrix a, int degree, Matrix w, Matrix cotangent, SkewMatrix aGradient, Matrix wGradient) {
        iso.run(
                stream -> vjp(stream, Side.RIGHT, a, degree, w, cotangent, aGradient, wGradient),
                a,
                w,
                cotangent,
                aGradient,
                wGradient);
    }

    /**
     * out ← the derivative of E_k(L)·W·E_k(R).
     *
     * @param iso what computes
     * @param left L, of order m
     * @param right R, of order n
     * @param degree k, 0 or more
     * @param w W, m × n
     * @param dLeft the direction of L, of order m
     * @param dRight the direction of R, of order n
     * @param dw the direction of W, m × n
     * @param out m × n
     * @throws IllegalArgumentException if the degree is negative, a shape does not fit or out is read-only
     */
    public static void bothJvp(
            Isospin iso,
            SkewMatrix left,
            SkewMatrix right,
            int degree,
            Matrix w,
            SkewMatrix dLeft,
            SkewMatrix dRight,
            Matrix dw,
            Matrix out) {
        DType compute = widest(
                widest(left.dtype(), right.dtype(), dLeft.dtype()),
                widest(w.dtype(), dw.dtype(), out.dtype()),
                dRight.dtype());
        iso.run(
                stream -> {
                    Matrix v = stream.workspace().matrix(compute, w.rows(), w.columns());
                    Matrix dv = stream.workspace().matrix(compute, w.rows(), w.columns());
                    TruncatedExp.right(stream, right, degree, w, v);
                    jvp(stream, Side.RIGHT, right, degree, w, dRight, dw, dv);
                    jvp(stream, Side.LEFT, left, degree, v, dLeft, dv, out);
                },
                left,
                right,
                w,
                dLeft,
                dRight,
                dw,
                out);
    }

    /**
     * leftGradient, rightGradient, wGradient ← the gradients of ⟨G, E_k(L)·W·E_k(R)⟩.
     *
     * @param iso what computes
     * @param left L, of order m
     * @param right R, of order n
     * @param degree k, 0 or more
     * @param w W, m × n
     * @param cotangent G, m × n
     * @param leftGradient of order m
     * @param rightGradient of order n
     * @param wGradient m × n
     * @throws IllegalArgumentException if the degree is negative, a shape does not fit or an output is read-only
     */
    public static void bothVjp(
            Isospin iso,
            SkewMatrix left,
            SkewMatrix right,
            int degree,
            Matrix w,
            Matrix cotangent,
            SkewMatrix leftGradient,
            SkewMatrix rightGradient,
            Matrix wGradient) {
        SkewOperands.requireOutput(VJP, "leftGradient", leftGradient, left.order());
        DType compute = widest(
                widest(left.dtype(), right.dtype(), leftGradient.dtype()),
                widest(w.dtype(), cotangent.dtype(), wGradient.dtype()),
                rightGradient.dtype());
        iso.run(
                stream -> {
                    Workspace ws = stream.workspace();
                    Matrix v = ws.matrix(compute, w.rows(), w.columns());
                    Matrix dv = ws.matrix(compute, w.rows(), w.columns());
                    // The gradient of L waits in scratch: its memory may be that of R, W or G.
                    Matrix waiting = ws.matrix(compute, 1, SkewMatrix.packedLength(left.order()));
                    TruncatedExp.right(stream, right, degree, w, v);
                    vjp(stream, Side.LEFT, left, degree, v, cotangent, SkewMatrix.wrap(left.order(), waiting), dv);
                    vjp(stream, Side.RIGHT, right, degree, w, dv, rightGradient, wGradient);
                    stream.copy(waiting, leftGradient.packed());
                },
                left,
                right,
                w,
                cotangent,
                leftGradient,
                rightGradient,
                wGradient);
    }

    /** The side of W that a factor stands on. */
    private enum Side {
        LEFT,
        RIGHT;

        int order(Matrix w) {
            return this == LEFT ? w.rows() : w.columns();
        }

        /** out ← out + factor·w or w·factor. */
        void add(ComputeStream stream, Matrix factor, Matrix w, Matrix out) {
            Matrix first = this == LEFT ? factor : w;
            Matrix second = this == LEFT ? w : factor;
            stream.gemm(stream.arithmetic(w.dtype()), 1, first, second, 1, out, out);
        }

        /** out ← (E_k(x) − I)·w or w·(E_k(x) − I). */
        void act(ComputeStream stream, Matrix x, int degree, Matrix w, Matrix out) {
            if (this == LEFT) {
                TruncatedExp.delta(stream, x, degree, w, out);
            } else {
                TruncatedExp.delta(stream, x.transposed(), degree, w.transposed(), out.transposed());
            }
        }
    }

    private static SkewPolynomialDerivative derivative(int degree) {
        SkewPolynomial polynomial = TruncatedExp.polynomial(degree);
        return new SkewPolynomialDerivative(polynomial.even(), polynomial.odd());
    }

    private static void jvp(
            ComputeStream stream, Side side, SkewMatrix a, int degree, Matrix w, SkewMatrix da, Matrix dw, Matrix out) {
        TruncatedExp.requireDegree(degree);
        requireFactor(JVP, side, a, w);
        SkewOperands.requireOrder(JVP, "direction", da, a.order());
        Operands.requireShape(JVP, "dw", dw, w.rows(), w.columns());
        Operands.requireOutput(JVP, "out", out, w.rows(), w.columns());
        DType compute = widest(widest(a.dtype(), w.dtype(), out.dtype()), da.dtype(), dw.dtype());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = TruncatedExp.unpacked(stream, a, compute);
            Matrix e = TruncatedExp.unpacked(stream, da, compute);
            Matrix l = ws.matrix(compute, a.order(), a.order());
            Matrix v = copied(stream, dw, compute);
            Matrix sum = ws.matrix(compute, w.rows(), w.columns());
            derivative(degree).jvp(stream, x, e, l);
            side.act(stream, x, degree, v, sum);
            side.add(stream, l, copied(stream, w, compute), sum);
            Results.write(stream, 1, v, 1, sum, 0, out, sum);
        } finally {
            ws.release();
        }
    }

    private static void vjp(
            ComputeStream stream,
            Side side,
            SkewMatrix a,
            int degree,
            Matrix w,
            Matrix cotangent,
            SkewMatrix aGradient,
            Matrix wGradient) {
        TruncatedExp.requireDegree(degree);
        requireFactor(VJP, side, a, w);
        Operands.requireShape(VJP, "cotangent", cotangent, w.rows(), w.columns());
        SkewOperands.requireOutput(VJP, "aGradient", aGradient, a.order());
        Operands.requireOutput(VJP, "wGradient", wGradient, w.rows(), w.columns());
        DType compute = widest(widest(a.dtype(), w.dtype(), cotangent.dtype()), aGradient.dtype(), wGradient.dtype());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix v = copied(stream, w, compute);
            Matrix g = copied(stream, cotangent, compute);
            Matrix e = ws.matrix(compute, a.order(), a.order());
            Matrix outer = side == Side.LEFT ? g : v.transposed();
            Matrix inner = side == Side.LEFT ? v.transposed() : g;
            stream.gemm(stream.arithmetic(compute), 1, outer, inner, 0, e, e);
            Matrix x = TruncatedExp.unpacked(stream, a, compute);
            Matrix m = ws.matrix(compute, a.order(), a.order());
            derivative(degree).vjp(stream, x, e, m);
            side.act(stream, x.transposed(), degree, g, v);
            Results.write(stream, 1, g, 1, v, 0, wGradient, v);
            stream.packSkew(m, aGradient);
        } finally {
            ws.release();
        }
    }

    private static void requireFactor(String operation, Side side, SkewMatrix a, Matrix w) {
        if (a.order() != side.order(w)) {
            throw new IllegalArgumentException(
                    operation + ": a must be of order " + side.order(w) + " for w, " + w + ", not " + a);
        }
    }

    private static Matrix copied(ComputeStream stream, Matrix m, DType dtype) {
        Matrix out = stream.workspace().matrix(dtype, m.rows(), m.columns());
        stream.copy(m, out);
        return out;
    }

    private static DType widest(DType first, DType second, DType third) {
        return Operands.computeType(first, Operands.computeType(second, third));
    }
}
