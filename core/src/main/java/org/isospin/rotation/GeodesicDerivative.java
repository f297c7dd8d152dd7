package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.Operands;
import org.isospin.backend.Scalar;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;

/**
 * The derivative of a geodesic's point Γ = Q₀E, E = exp(tA), A = log D, D = Q₀ᵀQ₁, with respect to Q₀, Q₁ and t.
 *
 * <p>For the cotangent H of Γ, with W the skew part of EᵀQ₀ᵀH: the gradient for t is ⟨W, A⟩, that for A is t times the mean of
 * e^{sA}We^{−sA} over s from 0 to t ({@link MeanConjugation}), that for D follows by {@link LogDerivative}, and those for Q₀
 * and Q₁ by the products. Off the rotations log is extended as there; near π the same is true and refused.
 *
 * <p>The arithmetic is F64 whatever the types; relative errors are a few dozen u for angles away from π. NaN and infinities in Q₀ and
 * Q₁ are rejected, those in H propagate. Waits up to twenty times.
 */
public final class GeodesicDerivative {
    private GeodesicDerivative() {}

    /**
     * out0, out1 ← the gradients with respect to Q₀ and Q₁ of a function of Γ.
     *
     * @param iso where it runs
     * @param q0 Q₀, n × n
     * @param q1 Q₁, n × n
     * @param t t
     * @param cotangent H, n × n
     * @param out0 n × n; may overlap the operands' memory, not out1's
     * @param out1 n × n; may overlap the operands' memory
     * @return the gradient with respect to t
     * @throws IllegalArgumentException if a shape does not fit, an output is read-only, t is not finite, or Q₀ᵀQ₁ is not
     *     finite or not orthogonal
     * @throws SingularMatrixException if Q₀ᵀQ₁ has an angle within 2⁻²⁴ of π, or determinant −1
     */
    public static double vjp(Isospin iso, Matrix q0, Matrix q1, double t, Matrix cotangent, Matrix out0, Matrix out1) {
        int n = Geodesic.check("geodesic", q0, q1);
        Operands.requireShape("geodesic", "cotangent", cotangent, n, n);
        Operands.requireOutput("geodesic", "out0", out0, n, n);
        Operands.requireOutput("geodesic", "out1", out1, n, n);
        if (!Double.isFinite(t)) {
            throw new IllegalArgumentException("geodesic: t is not finite: " + t);
        }
        return iso.compute(
                stream -> {
                    Workspace ws = stream.workspace();
                    ws.mark();
                    try {
                        Matrix from = ws.matrix(DType.F64, n, n);
                        Matrix to = ws.matrix(DType.F64, n, n);
                        Matrix h = ws.matrix(DType.F64, n, n);
                        Matrix d = ws.matrix(DType.F64, n, n);
                        Matrix a = ws.matrix(DType.F64, n, n);
                        Matrix e = ws.matrix(DType.F64, n, n);
                        Matrix x = ws.matrix(DType.F64, n, n);
                        Matrix y = ws.matrix(DType.F64, n, n);
                        Scalar slope = stream.scalar();
                        stream.copy(q0, from);
                        stream.copy(q1, to);
                        stream.copy(cotangent, h);
                        Geodesic.between(stream, from, to, x);
                        RotationLog.orthogonal(stream, "geodesic", x, Geodesic.coarser(q0, q1), d);
                        RotationLog.log(stream, "geodesic", d, DType.F64, a);
                        stream.scale(t, a, y);
                        Geodesic.expm1(stream, y, e);
                        stream.addDiagonal(1, e);
                        stream.gemm(Arithmetic.F64, 1, from, e, 0, y, y);
                        stream.gemm(Arithmetic.F64, 1, y.transposed(), h, 0, x, x);
                        stream.symmetrize(Symmetry.SKEW, x, x);
                        stream.dot(x, a, slope);
                        MeanConjugation.apply(stream, a, t, x, y);
                        stream.scale(t, y, y);
                        LogDerivative.apply(stream, "geodesic", d.transposed(), y, x);
                        stream.gemm(Arithmetic.F64, 1, d, x, 0, y, y);
                        // dD = dQ₀ᵀQ₁ + Q₀ᵀdQ₁, and dΓ has dQ₀E besides.
                        stream.gemm(Arithmetic.F64, 1, h, e.transposed(), 0, a, a);
                        stream.gemm(Arithmetic.F64, 1, to, y.transposed(), 1, a, a);
                        stream.gemm(Arithmetic.F64, 1, from, y, 0, x, x);
                        stream.copy(a, out0);
                        stream.copy(x, out1);
                        return stream.read(slope);
                    } finally {
                        ws.release();
                    }
                },
                q0,
                q1,
                cotangent,
                out0,
                out1);
    }
}
