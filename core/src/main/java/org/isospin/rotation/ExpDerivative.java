package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Workspace;

/**
 * The derivative of exp at a skew-symmetric A, L(A, E) = ∫₀¹ exp(sA)·E·exp((1 − s)A) ds, in a direction (jvp) and against
 * a cotangent (vjp).
 *
 * <p>L is that of a Taylor polynomial at 2⁻ˢA, in symmetric and skew halves ({@link SkewPolynomialDerivative}), of a degree
 * d such that what is cut off, at most ‖2⁻ˢA‖^d/d!·‖E‖, is below u/4; then M ← 2M + M², L ← 2L + LM + ML with
 * M = exp(·) − I undo the s halvings (Al-Mohy and Higham 2009). The steps of L commute, so a cotangent takes those of −A first
 * and then the polynomial's. A minimax polynomial would not do: its derivative oscillates by more than its error.
 *
 * <p>Accuracy: ‖error‖_F is at most about (4 + 2‖A‖)u‖E‖_F, and u‖E‖_F for F32 with s &gt; 0, where the arithmetic is F64.
 * The scale of E or G does not matter: it is taken out by a power of two. A is limited as in {@link Exp}. NaN and
 * infinities in either operand propagate. Waits once.
 *
 * <p>The arithmetic is F64 if an operand is F64, else F32, rounded once to the output's type.
 */
public final class ExpDerivative {
    /** Half products of a squaring of M with its derivative. */
    private static final int SQUARING = 6;

    private static final int[] DEGREES = {3, 5, 7, 9, 13, 17, 21};

    private static final Step[] F32 = steps(DType.F32);
    private static final Step[] F64 = steps(DType.F64);

    /** A Taylor polynomial, and the norm up to which its derivative is exact to u/4. */
    private record Step(double theta, int degree, SkewPolynomial polynomial) {
        int squarings(double norm) {
            return norm > theta ? Math.getExponent(norm / theta) + 1 : 0;
        }

        int products(double norm) {
            return 3 * degree + polynomial.products() + SQUARING * squarings(norm);
        }

        SkewPolynomialDerivative derivative() {
            return new SkewPolynomialDerivative(polynomial.even(), polynomial.odd());
        }
    }

    private ExpDerivative() {}

    private static Step[] steps(DType dtype) {
        Step[] steps = new Step[DEGREES.length];
        for (int i = 0; i < steps.length; i++) {
            int degree = DEGREES[i];
            double power = dtype.unitRoundoff() / 4;
            for (int j = 2; j <= degree; j++) {
                power *= j;
            }
            steps[i] = new Step(Math.pow(power, 1.0 / degree), degree, TruncatedExp.polynomial(degree));
        }
        return steps;
    }

    /**
     * out ← L(A, E), the derivative of exp at A in the direction E.
     *
     * @param iso what computes
     * @param a A, of order n
     * @param direction E, of order n
     * @param out n × n; may overlap the operands
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or ‖A‖ is too large for {@link Exp}
     */
    public static void jvp(Isospin iso, SkewMatrix a, SkewMatrix direction, Matrix out) {
        iso.run(stream -> jvp(stream, a, direction, out), a, direction, out);
    }

    /**
     * out ← the gradient in A of ⟨G, exp(A)⟩, packed: element i &lt; j is what the change of both aᵢⱼ and aⱼᵢ = −aᵢⱼ makes.
     *
     * @param iso what computes
     * @param a A, of order n
     * @param cotangent G, n × n
     * @param out of order n; may overlap the operands
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or ‖A‖ is too large for {@link Exp}
     */
    public static void vjp(Isospin iso, SkewMatrix a, Matrix cotangent, SkewMatrix out) {
        iso.run(stream -> vjp(stream, a, cotangent, out), a, cotangent, out);
    }

    /** Stream-level form of {@link #jvp(Isospin, SkewMatrix, SkewMatrix, Matrix)}. */
    static void jvp(ComputeStream stream, SkewMatrix a, SkewMatrix direction, Matrix out) {
        String operation = "exp jvp";
        int n = a.order();
        SkewOperands.requireOrder(operation, "direction", direction, n);
        Operands.requireOutput(operation, "out", out, n, n);
        DType compute = Operands.computeType(a.dtype(), Operands.computeType(direction.dtype(), out.dtype()));
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            double norm = norm(stream, operation, a, compute);
            Step step = step(compute, norm);
            DType type = type(compute, norm);
            Matrix x = reduced(stream, a, type, step.squarings(norm));
            Matrix v = TruncatedExp.unpacked(stream, direction, type);
            Matrix l = ws.matrix(type, n, n);
            Scalar unit = scaled(stream, v, step.squarings(norm));
            step.derivative().jvp(stream, x, v, l);
            square(stream, operation, step, step.squarings(norm), x, l);
            stream.scale(unit, l, l);
            stream.copy(l, out);
        } finally {
            ws.release();
        }
    }

    /** Stream-level form of {@link #vjp(Isospin, SkewMatrix, Matrix, SkewMatrix)}. */
    static void vjp(ComputeStream stream, SkewMatrix a, Matrix cotangent, SkewMatrix out) {
        String operation = "exp vjp";
        int n = a.order();
        Operands.requireShape(operation, "cotangent", cotangent, n, n);
        SkewOperands.requireOutput(operation, "out", out, n);
        DType compute = Operands.computeType(a.dtype(), Operands.computeType(cotangent.dtype(), out.dtype()));
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            double norm = norm(stream, operation, a, compute);
            Step step = step(compute, norm);
            DType type = type(compute, norm);
            Matrix x = reduced(stream, a, type, step.squarings(norm));
            Matrix g = ws.matrix(type, n, n);
            Matrix m = ws.matrix(type, n, n);
            stream.copy(cotangent, g);
            Scalar unit = scaled(stream, g, step.squarings(norm));
            square(stream, operation, step, step.squarings(norm), x.transposed(), g);
            step.derivative().vjp(stream, x, g, m);
            stream.scale(unit, m, m);
            stream.packSkew(m, out);
        } finally {
            ws.release();
        }
    }

    /** {@return the bound of ‖A‖₂, read once} */
    private static double norm(ComputeStream stream, String operation, SkewMatrix a, DType compute) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = TruncatedExp.unpacked(stream, a, compute);
            Matrix[] b = TruncatedExp.powers(stream, 2, x);
            SkewPolynomial.power(stream, x, b, 0);
            SkewPolynomial.power(stream, x, b, 1);
            return Exp.norm(stream, operation, x, b[0], b[1]);
        } finally {
            ws.release();
        }
    }

    /** {@return F64 where there are squarings, which lose digits} */
    private static DType type(DType compute, double norm) {
        return choose(compute == DType.F64 ? F64 : F32, norm).squarings(norm) > 0 ? DType.F64 : compute;
    }

    private static Step step(DType compute, double norm) {
        return choose(type(compute, norm) == DType.F64 ? F64 : F32, norm);
    }

    private static Step choose(Step[] steps, double norm) {
        Step best = steps[steps.length - 1];
        for (int i = steps.length - 2; i >= 0; i--) {
            if (steps[i].products(norm) < best.products(norm)) {
                best = steps[i];
            }
        }
        return best;
    }

    /** {@return scratch with 2⁻ˢA} */
    private static Matrix reduced(ComputeStream stream, SkewMatrix a, DType type, int squarings) {
        Matrix x = TruncatedExp.unpacked(stream, a, type);
        stream.scale(Math.scalb(1.0, -squarings), x, x);
        return x;
    }

    /** m ← 2⁻ˢm/unit, the largest element of m/unit in [1, 2). {@return the power of two that unit is} */
    private static Scalar scaled(ComputeStream stream, Matrix m, int squarings) {
        Scalar unit = stream.scalar();
        Scalar inverse = stream.scalar();
        stream.reduce(Reduction.MAX_ABS, m, unit);
        stream.scalarOp(ScalarOp.POWER_OF_TWO, unit, unit, unit);
        stream.set(inverse, Math.scalb(1.0, -squarings));
        stream.scalarOp(ScalarOp.DIVIDE, inverse, unit, inverse);
        stream.scale(inverse, m, m);
        return unit;
    }

    /** l ← 2l + lm + ml, m ← 2m + m², s times, beginning with m = exp(x) − I. */
    private static void square(ComputeStream stream, String operation, Step step, int squarings, Matrix x, Matrix l) {
        if (squarings == 0) {
            return;
        }
        Workspace ws = stream.workspace();
        Arithmetic arithmetic = stream.arithmetic(x.dtype());
        int n = x.rows();
        ws.mark();
        try {
            Matrix square = ws.matrix(x.dtype(), n, n);
            Matrix next = ws.matrix(x.dtype(), n, n);
            SkewPolynomial polynomial = step.polynomial();
            polynomial.evaluate(stream, x, TruncatedExp.powers(stream, polynomial.powers(), x), 0, square, next);
            stream.combine(1, square, 1, next, 0, square);
            for (int i = 0; i < squarings; i++) {
                stream.progress().at(operation, i, squarings);
                stream.gemm(arithmetic, 1, l, square, 2, l, next);
                stream.gemm(arithmetic, 1, square, l, 1, next, next);
                stream.copy(next, l);
                stream.gemm(arithmetic, 1, square, square, 2, square, next);
                Matrix swap = square;
                square = next;
                next = swap;
            }
        } finally {
            ws.release();
        }
    }
}
