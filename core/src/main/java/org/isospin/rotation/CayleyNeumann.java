package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.MatrixBatch;
import org.isospin.SkewBatch;
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
 * <p>{@link CayleyTruncation} has the exact error and defect of both at a given ‖X‖, and the least order for a tolerance.
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
        requireOrder("cayleyNeumann", order);
        int n = a.order();
        Operands.requireOutput("cayleyNeumann", "out", out, n, n);
        SkewPolynomial polynomial = polynomial(order, step, last);
        apply(stream, polynomial, a, 1, out);
    }

    /** {@return 2X + … + 2X^order + last·X^(order+1)} */
    static SkewPolynomial polynomial(int order, CayleyStep step, double last) {
        return new SkewPolynomial(even(order, step.factor(), last), odd(order, step.factor(), last));
    }

    /** out ← the polynomial of A, plus shift·I. */
    static void apply(ComputeStream stream, SkewPolynomial polynomial, SkewMatrix a, double shift, Matrix out) {
        apply(stream, polynomial, a, shift, out, new Matrix[polynomial.powers()]);
    }

    /** out ← the polynomial of A, plus shift·I; b takes as many matrices as the polynomial has powers. */
    static void apply(
            ComputeStream stream, SkewPolynomial polynomial, SkewMatrix a, double shift, Matrix out, Matrix[] b) {
        int n = a.order();
        DType compute = Operands.computeType(a.dtype(), out.dtype());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(compute, n, n);
            for (int j = 0; j < b.length; j++) {
                b[j] = ws.matrix(compute, n, n);
            }
            Matrix d = ws.matrix(compute, n, n);
            Matrix k = ws.matrix(compute, n, n);
            stream.unpackSkew(a, x);
            polynomial.evaluate(stream, x, b, 0, d, k);
            Results.write(stream, 1, d, 1, k, shift, out, x);
        } finally {
            ws.release();
        }
    }

    /**
     * out[i] ← the product of A[i] for blocks of any order; each has the bits of the single form.
     *
     * @param iso what computes; never waits
     * @param a the blocks A[i], of order n
     * @param order k, 0 or more
     * @param step which c
     * @param out as many matrices of n × n; must not overlap A's memory
     * @throws IllegalArgumentException if order is negative, a shape does not fit or out is read-only
     */
    public static void productBatched(Isospin iso, SkewBatch a, int order, CayleyStep step, MatrixBatch out) {
        iso.run(stream -> batched(stream, a, order, step, 1, out), a, out);
    }

    /**
     * out[i] ← the series of A[i] for blocks of any order; each has the bits of the single form.
     *
     * @param iso what computes; never waits
     * @param a the blocks A[i], of order n
     * @param order k, 0 or more
     * @param step which c
     * @param out as many matrices of n × n; must not overlap A's memory
     * @throws IllegalArgumentException if order is negative, a shape does not fit or out is read-only
     */
    public static void seriesBatched(Isospin iso, SkewBatch a, int order, CayleyStep step, MatrixBatch out) {
        iso.run(stream -> batched(stream, a, order, step, 0, out), a, out);
    }

    private static void batched(
            ComputeStream stream, SkewBatch a, int order, CayleyStep step, double last, MatrixBatch out) {
        String operation = "cayleyNeumann batched";
        requireOrder(operation, order);
        Batches.requireOutput(operation, "out", out, a.count(), a.order());
        SkewPolynomial polynomial = polynomial(order, step, last);
        Batches.forEach(stream, operation, a.count(), i -> apply(stream, polynomial, a.get(i), 1, out.get(i)));
    }

    static void requireOrder(String operation, int order) {
        if (order < 0) {
            throw new IllegalArgumentException(operation + ": the order must be 0 or more, not " + order);
        }
    }

    /**
     * {@return the coefficients of Bʲ at j − 1, with X^(2j) = (−1)ʲc^(2j)·Bʲ}
     *
     * @param order k
     * @param factor c
     * @param last the coefficient of X^(k+1)
     */
    static double[] even(int order, double factor, double last) {
        double[] even = new double[degree(order, last) / 2];
        for (int j = 1; j <= even.length; j++) {
            even[j - 1] = coefficient(2 * j, order, factor, last);
        }
        return even;
    }

    /**
     * {@return the coefficients of A·Bʲ at j, with X^(2j+1) = (−1)ʲc^(2j+1)·A·Bʲ}
     *
     * @param order k
     * @param factor c
     * @param last the coefficient of X^(k+1)
     */
    static double[] odd(int order, double factor, double last) {
        int degree = degree(order, last);
        double[] odd = new double[Math.max(1, (degree + 1) / 2)];
        for (int j = 0; 2 * j + 1 <= degree; j++) {
            odd[j] = coefficient(2 * j + 1, order, factor, last);
        }
        return odd;
    }

    private static int degree(int order, double last) {
        return last == 0 ? order : order + 1;
    }

    private static double coefficient(int power, int order, double factor, double last) {
        double sign = (power / 2) % 2 == 0 ? 1 : -1;
        return sign * Math.pow(factor, power) * (power <= order ? 2 : last);
    }
}
