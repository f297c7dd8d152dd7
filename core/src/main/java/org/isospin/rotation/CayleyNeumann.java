package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Workspace;

/**
 * The Cayley transform with its inverse replaced by a truncated Neumann series: polynomials in X = cA, fast for small A
 * but orthogonal only up to the truncation.
 *
 * <ul>
 *   <li>{@link #product}: (I + X)(I + X + … + X^k) = I + 2X + … + 2X^k + X^(k+1), of OFT and POET (its kernel has k = 3).
 *       It is (I − X^(k+1)) times the Cayley transform, so ‖QᵀQ − I‖ ≤ ‖X‖^(k+1)(2 + ‖X‖^(k+1)).
 *   <li>{@link #series}: I + 2X + … + 2X^k, the truncation of the Cayley transform's own series; it is off by
 *       2X^(k+1)(I − X)⁻¹.
 * </ul>
 *
 * <p>Both are evaluated in halves, symmetric and skew ({@link SkewPolynomial}); Q(−A) is the transpose of Q(A) to the last
 * bit. Rounding errors are a few u of the value of the polynomial at ‖X‖. No waits. The arithmetic is F64 if A or the
 * output is F64, else F32, rounded once to the output's type. NaN and infinities propagate.
 */
public final class CayleyNeumann {
    private CayleyNeumann() {}

    /**
     * out ← (I + X)(I + X + … + X^order). Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs
     * @param a A, of order n
     * @param order k, 0 or more: the highest power in the truncated inverse
     * @param step which c
     * @param out n × n; may overlap A's memory
     * @throws IllegalArgumentException if order is negative, a shape does not fit or out is read-only
     */
    @SuppressWarnings("exports")
    public static void product(ComputeStream stream, SkewMatrix a, int order, CayleyStep step, Matrix out) {
        apply(stream, a, order, step, 1, out);
    }

    /**
     * out ← I + 2(X + … + X^order). Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs
     * @param a A, of order n
     * @param order k, 0 or more: the highest power
     * @param step which c
     * @param out n × n; may overlap A's memory
     * @throws IllegalArgumentException if order is negative, a shape does not fit or out is read-only
     */
    @SuppressWarnings("exports")
    public static void series(ComputeStream stream, SkewMatrix a, int order, CayleyStep step, Matrix out) {
        apply(stream, a, order, step, 0, out);
    }

    /** out ← I + 2X + … + 2X^order + last·X^(order+1). */
    private static void apply(ComputeStream stream, SkewMatrix a, int order, CayleyStep step, double last, Matrix out) {
        if (order < 0) {
            throw new IllegalArgumentException("cayleyNeumann: the order must be 0 or more, not " + order);
        }
        int n = a.order();
        Operands.requireOutput("cayleyNeumann", "out", out, n, n);
        DType compute = Results.computeType(a.dtype(), out.dtype());
        SkewPolynomial polynomial = polynomial(order, step.factor(), last);
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(compute, n, n);
            Matrix[] b = new Matrix[polynomial.powers()];
            for (int j = 0; j < b.length; j++) {
                b[j] = ws.matrix(compute, n, n);
            }
            Matrix d = ws.matrix(compute, n, n);
            Matrix k = ws.matrix(compute, n, n);
            stream.unpackSkew(a, x);
            polynomial.evaluate(stream, x, b, 0, d, k);
            Results.write(stream, 1, d, 1, k, 1, out, x);
        } finally {
            ws.release();
        }
    }

    /** X^(2j) = (−1)ʲc^(2j)·Bʲ and X^(2j+1) = (−1)ʲc^(2j+1)·A·Bʲ. */
    private static SkewPolynomial polynomial(int order, double factor, double last) {
        int degree = last == 0 ? order : order + 1;
        double[] even = new double[degree / 2];
        double[] odd = new double[Math.max(1, (degree + 1) / 2)];
        double power = 1;
        for (int j = 1; j <= degree; j++) {
            power *= factor;
            double sign = (j / 2) % 2 == 0 ? 1 : -1;
            double coefficient = sign * power * (j <= order ? 2 : last);
            if (j % 2 == 0) {
                even[j / 2 - 1] = coefficient;
            } else {
                odd[j / 2] = coefficient;
            }
        }
        return new SkewPolynomial(even, odd);
    }
}
