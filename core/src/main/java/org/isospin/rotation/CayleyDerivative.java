package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.MatrixBatch;
import org.isospin.SkewBatch;
import org.isospin.SkewMatrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Scalar;
import org.isospin.backend.Workspace;

/**
 * Derivatives of the Cayley transform and of its inverse.
 *
 * <p>With X = cA and R = (I − X)⁻¹, Q = 2R − I, so dQ = 2c·R·dA·R and the cotangent of A is the skew part of 2c·RᵀGRᵀ, packed
 * as the difference of both triangles, Mᵢⱼ − Mⱼᵢ for i &lt; j. The inverse, A = skew((1/c)(I − 2P)) with P = (I + Q)⁻¹, has
 * dA = skew((2/c)·P·dQ·P) and the cotangent (1/c)·PᵀGPᵀ of Q, G the dense skew matrix of the packed cotangent of A.
 *
 * <p>Each takes an inverse and two products. R is formed without the identity up to ‖X‖ = 1, and by LU with pivoting beyond
 * ({@link Resolvent}). Errors, ‖·‖_F relative to ‖G‖_F or ‖dA‖_F times 2c, are a few u up to ‖X‖ = 1 and a few ‖X‖u beyond;
 * of the inverse, whose condition is κ = ½(1 + ‖X‖²), a few κu/c. Nothing is scaled: the results are linear in the cotangent
 * or tangent, and bounded by 2c times it. NaN and infinities give NaN.
 *
 * <p>Every call waits once. The arithmetic is F64 if an operand or the output is F64, else F32, rounded once to the output's
 * type. Outputs may overlap inputs.
 */
public final class CayleyDerivative {
    private CayleyDerivative() {}

    /**
     * out ← the cotangent of A.
     *
     * @param iso what computes
     * @param a A, of order n
     * @param step which c
     * @param cotangent G, n × n, the cotangent of Q
     * @param out of order n: Mᵢⱼ − Mⱼᵢ
     * @throws IllegalArgumentException if a shape does not fit or out is read-only
     */
    public static void vjp(Isospin iso, SkewMatrix a, CayleyStep step, Matrix cotangent, SkewMatrix out) {
        iso.run(stream -> vjp(stream, a, step, cotangent, out), a, cotangent, out);
    }

    static void vjp(ComputeStream stream, SkewMatrix a, CayleyStep step, Matrix cotangent, SkewMatrix out) {
        String operation = "cayley vjp";
        int n = a.order();
        Operands.requireShape(operation, "cotangent", cotangent, n, n);
        SkewOperands.requireOutput(operation, "out", out, n);
        DType compute = Operands.computeType(Operands.computeType(a.dtype(), cotangent.dtype()), out.dtype());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(compute, n, n);
            Scalar norm = stream.scalar();
            Cayley.load(stream, a, step, x);
            Resolvent.norm(stream, x, norm);
            vjp(stream, x, stream.read(norm), step, cotangent, out);
        } finally {
            ws.release();
        }
    }

    /**
     * out ← the cotangent of A.
     *
     * @param x X; scratch afterwards
     * @param norm about ‖X‖₂
     */
    static void vjp(ComputeStream stream, Matrix x, double norm, CayleyStep step, Matrix cotangent, SkewMatrix out) {
        Workspace ws = stream.workspace();
        int n = x.rows();
        ws.mark();
        try {
            Matrix g = ws.matrix(x.dtype(), n, n);
            Matrix spare = ws.matrix(x.dtype(), n, n);
            boolean isWhole = Resolvent.solve(stream, x, norm, spare);
            Matrix r = isWhole ? spare : x;
            Matrix m = isWhole ? x : spare;
            stream.copy(cotangent, g);
            // packSkew halves the difference of the triangles.
            sandwich(stream, 4 * step.factor(), r.transposed(), isWhole ? 0 : 1, g, m);
            stream.packSkew(g, out);
        } finally {
            ws.release();
        }
    }

    /**
     * out[i] ← the cotangent of A[i] for blocks of any order; each has the bits of the single form.
     *
     * @param iso what computes; waits for the norms of all blocks, once, then reads those that are there already
     * @param a the blocks A[i], of order n
     * @param step which c
     * @param cotangent as many matrices G[i], n × n
     * @param out as many of order n; must not overlap the inputs' memory, but may be A itself
     * @throws IllegalArgumentException if a shape does not fit or out is read-only
     */
    public static void vjpBatched(Isospin iso, SkewBatch a, CayleyStep step, MatrixBatch cotangent, SkewBatch out) {
        iso.run(stream -> vjpBatched(stream, a, step, cotangent, out), a, cotangent, out);
    }

    static void vjpBatched(ComputeStream stream, SkewBatch a, CayleyStep step, MatrixBatch cotangent, SkewBatch out) {
        String operation = "cayley vjp batched";
        int n = a.order();
        Batches.requireShape(operation, "cotangent", cotangent, a.count(), n);
        Batches.requireOutput(operation, "out", out, a.count(), n);
        DType compute = Operands.computeType(Operands.computeType(a.dtype(), cotangent.dtype()), out.dtype());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(compute, n, n);
            double[] norms = Cayley.norms(stream, a, step, x);
            Batches.forEach(stream, operation, a.count(), i -> {
                Cayley.load(stream, a.get(i), step, x);
                vjp(stream, x, norms[i], step, cotangent.get(i), out.get(i));
            });
        } finally {
            ws.release();
        }
    }

    /**
     * out ← dQ for a tangent dA.
     *
     * @param iso what computes
     * @param a A, of order n
     * @param step which c
     * @param tangent dA, of order n
     * @param out n × n
     * @throws IllegalArgumentException if a shape does not fit or out is read-only
     */
    public static void jvp(Isospin iso, SkewMatrix a, CayleyStep step, SkewMatrix tangent, Matrix out) {
        iso.run(stream -> jvp(stream, a, step, tangent, out), a, tangent, out);
    }

    static void jvp(ComputeStream stream, SkewMatrix a, CayleyStep step, SkewMatrix tangent, Matrix out) {
        String operation = "cayley jvp";
        int n = a.order();
        SkewOperands.requireOrder(operation, "tangent", tangent, n);
        Operands.requireOutput(operation, "out", out, n, n);
        DType compute = Operands.computeType(Operands.computeType(a.dtype(), tangent.dtype()), out.dtype());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(compute, n, n);
            Matrix v = ws.matrix(compute, n, n);
            Matrix spare = ws.matrix(compute, n, n);
            Scalar norm = stream.scalar();
            Cayley.load(stream, a, step, x);
            Resolvent.norm(stream, x, norm);
            boolean isWhole = Resolvent.solve(stream, x, stream.read(norm), spare);
            Matrix r = isWhole ? spare : x;
            stream.unpackSkew(tangent, v);
            sandwich(stream, 2 * step.factor(), r, isWhole ? 0 : 1, v, isWhole ? x : spare);
            stream.copy(v, out);
        } finally {
            ws.release();
        }
    }

    /**
     * out ← the cotangent of Q for the inverse.
     *
     * @param iso what computes
     * @param q Q, n × n
     * @param step which c
     * @param cotangent the packed cotangent of A, of order n: the derivative by each packed element
     * @param out n × n
     * @throws IllegalArgumentException if a shape does not fit or out is read-only
     * @throws org.isospin.SingularMatrixException if Q has an eigenvalue −1, or one too close to tell
     */
    public static void inverseVjp(Isospin iso, Matrix q, CayleyStep step, SkewMatrix cotangent, Matrix out) {
        iso.run(stream -> inverseVjp(stream, q, step, cotangent, out), q, cotangent, out);
    }

    static void inverseVjp(ComputeStream stream, Matrix q, CayleyStep step, SkewMatrix cotangent, Matrix out) {
        String operation = "inverseCayley vjp";
        Operands.requireSquare(operation, "q", q);
        int n = q.rows();
        SkewOperands.requireOrder(operation, "cotangent", cotangent, n);
        Operands.requireOutput(operation, "out", out, n, n);
        DType compute = Operands.computeType(Operands.computeType(q.dtype(), cotangent.dtype()), out.dtype());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix p = ws.matrix(compute, n, n);
            Matrix g = ws.matrix(compute, n, n);
            Matrix spare = ws.matrix(compute, n, n);
            CayleyInverse.invertPlusIdentity(stream, q, spare, p);
            stream.unpackSkew(cotangent, g);
            sandwich(stream, 1 / step.factor(), p.transposed(), 0, g, spare);
            stream.copy(g, out);
        } finally {
            ws.release();
        }
    }

    /**
     * out ← dA of the inverse for a tangent dQ.
     *
     * @param iso what computes
     * @param q Q, n × n
     * @param step which c
     * @param tangent dQ, n × n; need not keep Q orthogonal
     * @param out of order n
     * @throws IllegalArgumentException if a shape does not fit or out is read-only
     * @throws org.isospin.SingularMatrixException if Q has an eigenvalue −1, or one too close to tell
     */
    public static void inverseJvp(Isospin iso, Matrix q, CayleyStep step, Matrix tangent, SkewMatrix out) {
        iso.run(stream -> inverseJvp(stream, q, step, tangent, out), q, tangent, out);
    }

    static void inverseJvp(ComputeStream stream, Matrix q, CayleyStep step, Matrix tangent, SkewMatrix out) {
        String operation = "inverseCayley jvp";
        Operands.requireSquare(operation, "q", q);
        int n = q.rows();
        Operands.requireShape(operation, "tangent", tangent, n, n);
        SkewOperands.requireOutput(operation, "out", out, n);
        DType compute = Operands.computeType(Operands.computeType(q.dtype(), tangent.dtype()), out.dtype());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix p = ws.matrix(compute, n, n);
            Matrix v = ws.matrix(compute, n, n);
            Matrix spare = ws.matrix(compute, n, n);
            CayleyInverse.invertPlusIdentity(stream, q, spare, p);
            stream.copy(tangent, v);
            sandwich(stream, 2 / step.factor(), p, 0, v, spare);
            stream.packSkew(v, out);
        } finally {
            ws.release();
        }
    }

    /** v ← α(r + βI)·v·(r + βI). */
    private static void sandwich(ComputeStream stream, double alpha, Matrix r, double beta, Matrix v, Matrix spare) {
        Arithmetic arithmetic = stream.arithmetic(v.dtype());
        stream.gemm(arithmetic, 1, v, r, beta, v, spare);
        stream.gemm(arithmetic, alpha, r, spare, alpha * beta, spare, v);
    }
}
