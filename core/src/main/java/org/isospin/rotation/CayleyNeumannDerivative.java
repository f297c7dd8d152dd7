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
 * Derivatives of the truncated Cayley transforms of {@link CayleyNeumann}, of the product of any order k and of the series.
 *
 * <p>For Q = Σ pⱼXʲ with X = cA, dQ = Σ pⱼ Σ Xⁱ·dX·Xʲ⁻¹⁻ⁱ, and the cotangent of A is c·Σ pⱼ Σ (Xᵀ)ⁱG(Xᵀ)ʲ⁻¹⁻ⁱ, packed as the
 * difference of both triangles, Mᵢⱼ − Mⱼᵢ for i &lt; j. Both are evaluated in symmetric and skew halves
 * ({@link SkewPolynomialDerivative}): for POET's k = 3 that takes 4½ products.
 *
 * <p>Errors, ‖·‖_F relative to ‖G‖_F or ‖dA‖_F, are a few u of the derivative of Σ pⱼxʲ at ‖X‖. Nothing is scaled: where
 * powers of A underflow they do not matter, and where they overflow the result is not finite. NaN and infinities propagate.
 *
 * <p>No waits. The arithmetic is F64 if an operand or the output is F64, else F32, rounded once to the output's type. Outputs
 * may overlap inputs.
 */
public final class CayleyNeumannDerivative {
    private CayleyNeumannDerivative() {}

    /**
     * out ← the cotangent of A for the product (I + X)(I + X + … + X^order).
     *
     * @param iso what computes
     * @param a A, of order n
     * @param order k, 0 or more
     * @param step which c
     * @param cotangent G, n × n, the cotangent of the product
     * @param out of order n: Mᵢⱼ − Mⱼᵢ
     * @throws IllegalArgumentException if order is negative, a shape does not fit or out is read-only
     */
    public static void productVjp(
            Isospin iso, SkewMatrix a, int order, CayleyStep step, Matrix cotangent, SkewMatrix out) {
        iso.run(stream -> vjp(stream, a, order, step, 1, cotangent, out), a, cotangent, out);
    }

    /**
     * out ← the cotangent of A for the series I + 2(X + … + X^order).
     *
     * @param iso what computes
     * @param a A, of order n
     * @param order k, 0 or more
     * @param step which c
     * @param cotangent G, n × n, the cotangent of the series
     * @param out of order n: Mᵢⱼ − Mⱼᵢ
     * @throws IllegalArgumentException if order is negative, a shape does not fit or out is read-only
     */
    public static void seriesVjp(
            Isospin iso, SkewMatrix a, int order, CayleyStep step, Matrix cotangent, SkewMatrix out) {
        iso.run(stream -> vjp(stream, a, order, step, 0, cotangent, out), a, cotangent, out);
    }

    /**
     * out ← the derivative of the product (I + X)(I + X + … + X^order) along dA.
     *
     * @param iso what computes
     * @param a A, of order n
     * @param order k, 0 or more
     * @param step which c
     * @param tangent dA, of order n
     * @param out n × n
     * @throws IllegalArgumentException if order is negative, a shape does not fit or out is read-only
     */
    public static void productJvp(
            Isospin iso, SkewMatrix a, int order, CayleyStep step, SkewMatrix tangent, Matrix out) {
        iso.run(stream -> jvp(stream, a, order, step, 1, tangent, out), a, tangent, out);
    }

    /**
     * out ← the derivative of the series I + 2(X + … + X^order) along dA.
     *
     * @param iso what computes
     * @param a A, of order n
     * @param order k, 0 or more
     * @param step which c
     * @param tangent dA, of order n
     * @param out n × n
     * @throws IllegalArgumentException if order is negative, a shape does not fit or out is read-only
     */
    public static void seriesJvp(
            Isospin iso, SkewMatrix a, int order, CayleyStep step, SkewMatrix tangent, Matrix out) {
        iso.run(stream -> jvp(stream, a, order, step, 0, tangent, out), a, tangent, out);
    }

    /**
     * out[i] ← the cotangent of A[i] for the product, of blocks of any order; each has the bits of the single form.
     *
     * @param iso what computes
     * @param a the blocks A[i], of order n
     * @param order k, 0 or more
     * @param step which c
     * @param cotangent as many matrices G[i], n × n
     * @param out as many of order n; must not overlap the inputs' memory, but may be A itself
     * @throws IllegalArgumentException if order is negative, a shape does not fit or out is read-only
     */
    public static void productVjpBatched(
            Isospin iso, SkewBatch a, int order, CayleyStep step, MatrixBatch cotangent, SkewBatch out) {
        iso.run(stream -> vjpBatched(stream, a, order, step, 1, cotangent, out), a, cotangent, out);
    }

    /**
     * out[i] ← the cotangent of A[i] for the series, of blocks of any order; each has the bits of the single form.
     *
     * @param iso what computes
     * @param a the blocks A[i], of order n
     * @param order k, 0 or more
     * @param step which c
     * @param cotangent as many matrices G[i], n × n
     * @param out as many of order n; must not overlap the inputs' memory, but may be A itself
     * @throws IllegalArgumentException if order is negative, a shape does not fit or out is read-only
     */
    public static void seriesVjpBatched(
            Isospin iso, SkewBatch a, int order, CayleyStep step, MatrixBatch cotangent, SkewBatch out) {
        iso.run(stream -> vjpBatched(stream, a, order, step, 0, cotangent, out), a, cotangent, out);
    }

    private static void vjpBatched(
            ComputeStream stream,
            SkewBatch a,
            int order,
            CayleyStep step,
            double last,
            MatrixBatch cotangent,
            SkewBatch out) {
        String operation = "cayleyNeumann vjp batched";
        int n = a.order();
        SkewPolynomialDerivative derivative = derivative(operation, order, step, last);
        Batches.requireShape(operation, "cotangent", cotangent, a.count(), n);
        Batches.requireOutput(operation, "out", out, a.count(), n);
        DType compute = Operands.computeType(Operands.computeType(a.dtype(), cotangent.dtype()), out.dtype());
        Batches.forEach(
                stream,
                operation,
                a.count(),
                i -> vjp(stream, derivative, compute, a.get(i), cotangent.get(i), out.get(i)));
    }

    /** out ← the cotangent of A for I + 2X + … + 2X^order + last·X^(order+1). */
    private static void vjp(
            ComputeStream stream,
            SkewMatrix a,
            int order,
            CayleyStep step,
            double last,
            Matrix cotangent,
            SkewMatrix out) {
        String operation = "cayleyNeumann vjp";
        int n = a.order();
        SkewPolynomialDerivative derivative = derivative(operation, order, step, last);
        Operands.requireShape(operation, "cotangent", cotangent, n, n);
        SkewOperands.requireOutput(operation, "out", out, n);
        DType compute = Operands.computeType(Operands.computeType(a.dtype(), cotangent.dtype()), out.dtype());
        vjp(stream, derivative, compute, a, cotangent, out);
    }

    static void vjp(
            ComputeStream stream,
            SkewPolynomialDerivative derivative,
            DType compute,
            SkewMatrix a,
            Matrix cotangent,
            SkewMatrix out) {
        int n = a.order();
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(compute, n, n);
            Matrix g = ws.matrix(compute, n, n);
            Matrix m = ws.matrix(compute, n, n);
            stream.unpackSkew(a, x);
            stream.copy(cotangent, g);
            derivative.vjp(stream, x, g, m);
            stream.packSkew(m, out);
        } finally {
            ws.release();
        }
    }

    private static void jvp(
            ComputeStream stream,
            SkewMatrix a,
            int order,
            CayleyStep step,
            double last,
            SkewMatrix tangent,
            Matrix out) {
        String operation = "cayleyNeumann jvp";
        int n = a.order();
        SkewPolynomialDerivative derivative = derivative(operation, order, step, last);
        SkewOperands.requireOrder(operation, "tangent", tangent, n);
        Operands.requireOutput(operation, "out", out, n, n);
        DType compute = Operands.computeType(Operands.computeType(a.dtype(), tangent.dtype()), out.dtype());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(compute, n, n);
            Matrix v = ws.matrix(compute, n, n);
            Matrix m = ws.matrix(compute, n, n);
            stream.unpackSkew(a, x);
            stream.unpackSkew(tangent, v);
            derivative.jvp(stream, x, v, m);
            stream.copy(m, out);
        } finally {
            ws.release();
        }
    }

    static SkewPolynomialDerivative derivative(String operation, int order, CayleyStep step, double last) {
        CayleyNeumann.requireOrder(operation, order);
        double factor = step.factor();
        return new SkewPolynomialDerivative(
                CayleyNeumann.even(order, factor, last), CayleyNeumann.odd(order, factor, last));
    }
}
