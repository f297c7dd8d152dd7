package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Scalar;
import org.isospin.backend.Workspace;

/**
 * Derivatives of {@link HouseholderProduct#apply}, out = QC = C − V·Y with Y = S⁻¹VᵀC; those of {@link
 * HouseholderProduct#form} are the case C = I.
 *
 * <p>With a cotangent G: C's gradient is QᵀG = G − V·Z, Z = S⁻ᵀVᵀG; V's is −GYᵀ − CZᵀ + V(N + Nᵀ), with N the part of ZYᵀ
 * above its diagonal, taken through the normalisation of vectors of any length.
 *
 * <p>Everything is computed in F64 whatever the types, and rounded once; errors relative to the result's norm are a few
 * k·u of F64. NaN and infinities propagate. Waits once, for vectors of norm 1 never.
 */
public final class HouseholderProductDerivative {
    private static final String NAME = "householderProduct derivative";

    private HouseholderProductDerivative() {}

    /**
     * The gradients of ⟨G, QC⟩.
     *
     * @param iso where it runs
     * @param v V, n × k
     * @param reflectors how its columns are meant
     * @param c C, n × p
     * @param cotangent G, n × p
     * @param outV n × k, receives that for V; may overlap the inputs' memory, not outC's
     * @param outC n × p, receives that for C; may overlap the inputs' memory
     * @throws IllegalArgumentException if a shape does not fit, or an output is read-only
     * @throws SingularMatrixException if a vector of any length is 0
     */
    public static void vjp(
            Isospin iso, Matrix v, Reflectors reflectors, Matrix c, Matrix cotangent, Matrix outV, Matrix outC) {
        iso.run(stream -> vjp(stream, v, reflectors, c, cotangent, outV, outC), v, c, cotangent, outV, outC);
    }

    /**
     * out ← the derivative of QC in a direction of V and C.
     *
     * @param iso where it runs
     * @param v V, n × k
     * @param reflectors how its columns are meant
     * @param c C, n × p
     * @param directionV n × k
     * @param directionC n × p
     * @param out n × p; may overlap the inputs' memory
     * @throws IllegalArgumentException if a shape does not fit, or out is read-only
     * @throws SingularMatrixException if a vector of any length is 0
     */
    public static void jvp(
            Isospin iso, Matrix v, Reflectors reflectors, Matrix c, Matrix directionV, Matrix directionC, Matrix out) {
        iso.run(
                stream -> jvp(stream, v, reflectors, c, directionV, directionC, out),
                v,
                c,
                directionV,
                directionC,
                out);
    }

    static void vjp(
            ComputeStream stream,
            Matrix v,
            Reflectors reflectors,
            Matrix c,
            Matrix cotangent,
            Matrix outV,
            Matrix outC) {
        int n = v.rows();
        int k = v.columns();
        int p = c.columns();
        Operands.requireShape(NAME, "c", c, n, p);
        Operands.requireShape(NAME, "cotangent", cotangent, n, p);
        Operands.requireOutput(NAME, "outV", outV, n, k);
        Operands.requireOutput(NAME, "outC", outC, n, p);
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Scalar least = stream.scalar();
            stream.set(least, 1);
            CompactReflections q = CompactReflections.of(stream, v, reflectors, least, DType.F64);
            Matrix w = q.vectors();
            Matrix x = widened(stream, c);
            Matrix g = widened(stream, cotangent);
            Matrix y = ws.matrix(DType.F64, k, p);
            Matrix z = ws.matrix(DType.F64, k, p);
            Matrix outer = ws.matrix(DType.F64, k, k);
            Matrix gradient = ws.matrix(DType.F64, n, k);
            stream.gemm(Arithmetic.F64, 1, w.transposed(), x, 0, y, y);
            q.solve(y);
            stream.gemm(Arithmetic.F64, 1, w.transposed(), g, 0, z, z);
            q.solveTransposed(z);
            stream.gemm(Arithmetic.F64, 1, z, y.transposed(), 0, outer, outer);
            q.above(outer, outer);
            stream.gemm(Arithmetic.F64, -1, g, y.transposed(), 0, gradient, gradient);
            stream.gemm(Arithmetic.F64, -1, x, z.transposed(), 1, gradient, gradient);
            stream.gemm(Arithmetic.F64, 1, w, outer, 1, gradient, gradient);
            stream.gemm(Arithmetic.F64, 1, w, outer.transposed(), 1, gradient, gradient);
            q.throughNormalization(gradient);
            stream.gemm(Arithmetic.F64, -1, w, z, 1, g, g);
            CompactReflections.requireNoZero(stream, NAME, v, reflectors, least);
            stream.copy(gradient, outV);
            stream.copy(g, outC);
        } finally {
            ws.release();
        }
    }

    static void jvp(
            ComputeStream stream,
            Matrix v,
            Reflectors reflectors,
            Matrix c,
            Matrix directionV,
            Matrix directionC,
            Matrix out) {
        int n = v.rows();
        int k = v.columns();
        int p = c.columns();
        Operands.requireShape(NAME, "c", c, n, p);
        Operands.requireShape(NAME, "directionV", directionV, n, k);
        Operands.requireShape(NAME, "directionC", directionC, n, p);
        Operands.requireOutput(NAME, "out", out, n, p);
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Scalar least = stream.scalar();
            stream.set(least, 1);
            CompactReflections q = CompactReflections.of(stream, v, reflectors, least, DType.F64);
            Matrix w = q.vectors();
            Matrix x = widened(stream, c);
            Matrix dw = widened(stream, directionV);
            Matrix dx = widened(stream, directionC);
            Matrix y = ws.matrix(DType.F64, k, p);
            Matrix dy = ws.matrix(DType.F64, k, p);
            Matrix ds = ws.matrix(DType.F64, k, k);
            q.throughNormalization(dw);
            stream.gemm(Arithmetic.F64, 1, w.transposed(), x, 0, y, y);
            q.solve(y);
            stream.gemm(Arithmetic.F64, 1, dw.transposed(), w, 0, ds, ds);
            stream.gemm(Arithmetic.F64, 1, w.transposed(), dw, 1, ds, ds);
            q.above(ds, ds);
            stream.gemm(Arithmetic.F64, 1, dw.transposed(), x, 0, dy, dy);
            stream.gemm(Arithmetic.F64, 1, w.transposed(), dx, 1, dy, dy);
            stream.gemm(Arithmetic.F64, -1, ds, y, 1, dy, dy);
            q.solve(dy);
            stream.gemm(Arithmetic.F64, -1, dw, y, 1, dx, dx);
            stream.gemm(Arithmetic.F64, -1, w, dy, 1, dx, dx);
            CompactReflections.requireNoZero(stream, NAME, v, reflectors, least);
            stream.copy(dx, out);
        } finally {
            ws.release();
        }
    }

    private static Matrix widened(ComputeStream stream, Matrix m) {
        Matrix wide = stream.workspace().matrix(DType.F64, m.rows(), m.columns());
        stream.copy(m, wide);
        return wide;
    }
}
