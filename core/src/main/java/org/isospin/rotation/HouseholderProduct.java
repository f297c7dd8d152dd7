package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Scalar;
import org.isospin.backend.Workspace;

/**
 * Products of Householder reflections, Q = H(v₁)H(v₂)…H(vₖ), with the vectors as columns of V; rows are handed over as a
 * transposed view.
 *
 * <p>A panel of 32 at once is I − V·S⁻¹·Vᵀ with S = ½I + the part of VᵀV above its diagonal, for columns of norm 1 (the
 * compact form of Schreiber and Van Loan 1989 with the inverse of T, Puglisi 1992), so that all is matrix products. Every
 * Q in O(n) is such a product, of n reflections at most; det Q = (−1)ᵏ.
 *
 * <p>VᵀV and S⁻¹ are taken in F64, and ‖QᵀQ − I‖_F/√n is at most 2u(1 + √k/4) in F32, 4u(2 + √k/4) in F64. Vectors of any length may
 * be of any magnitude, and powers of two change no bit. Q of the vectors in reverse order is Qᵀ. NaN and infinities
 * propagate. The arithmetic is F64 if an operand is F64, else F32 with that F64, rounded once to the output's type. Waits
 * once, for vectors of norm 1 never.
 *
 * @see HouseholderProductDerivative
 */
public final class HouseholderProduct {
    /** Reflections that are applied at once. */
    private static final int PANEL = 32;

    private HouseholderProduct() {}

    /**
     * out ← the first p columns of Q.
     *
     * @param iso where it runs
     * @param v V, n × k
     * @param reflectors how its columns are meant
     * @param out n × p, p ≤ n; may overlap V's memory
     * @throws IllegalArgumentException if a shape does not fit, or out is read-only
     * @throws SingularMatrixException if a vector of any length is 0
     */
    public static void form(Isospin iso, Matrix v, Reflectors reflectors, Matrix out) {
        iso.run(stream -> form(stream, v, reflectors, out), v, out);
    }

    /**
     * out ← Q·C. Qᵀ·C is the product of the vectors in reverse order; C·Q by transposed views is (QᵀCᵀ)ᵀ.
     *
     * @param iso where it runs
     * @param v V, n × k
     * @param reflectors how its columns are meant
     * @param c C, n × p
     * @param out n × p; may overlap the inputs' memory
     * @throws IllegalArgumentException if a shape does not fit, or out is read-only
     * @throws SingularMatrixException if a vector of any length is 0
     */
    public static void apply(Isospin iso, Matrix v, Reflectors reflectors, Matrix c, Matrix out) {
        iso.run(stream -> apply(stream, v, reflectors, c, out), v, c, out);
    }

    /**
     * out ← Qᵀ·C.
     *
     * @param iso where it runs
     * @param v V, n × k
     * @param reflectors how its columns are meant
     * @param c C, n × p
     * @param out n × p; may overlap the inputs' memory
     * @throws IllegalArgumentException if a shape does not fit, or out is read-only
     * @throws SingularMatrixException if a vector of any length is 0
     */
    public static void applyTransposed(Isospin iso, Matrix v, Reflectors reflectors, Matrix c, Matrix out) {
        iso.run(stream -> applyTransposed(stream, v, reflectors, c, out), v, c, out);
    }

    static void form(ComputeStream stream, Matrix v, Reflectors reflectors, Matrix out) {
        int n = v.rows();
        int p = out.columns();
        if (p > n) {
            throw new IllegalArgumentException(
                    "householderProduct: out must be " + n + " x " + n + " at most, not " + out);
        }
        Operands.requireOutput("householderProduct", "out", out, n, p);
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(Operands.computeType(v.dtype(), out.dtype()), n, p);
            stream.fill(x, 0);
            stream.addDiagonal(1, x);
            multiply(stream, v, reflectors, Side.FORWARD, x);
            stream.copy(x, out);
        } finally {
            ws.release();
        }
    }

    static void apply(ComputeStream stream, Matrix v, Reflectors reflectors, Matrix c, Matrix out) {
        multiply(stream, v, reflectors, c, out, Side.FORWARD);
    }

    static void applyTransposed(ComputeStream stream, Matrix v, Reflectors reflectors, Matrix c, Matrix out) {
        multiply(stream, v, reflectors, c, out, Side.TRANSPOSED);
    }

    /** Q or its transpose. */
    private enum Side {
        FORWARD,
        TRANSPOSED
    }

    private static void multiply(
            ComputeStream stream, Matrix v, Reflectors reflectors, Matrix c, Matrix out, Side side) {
        int n = v.rows();
        Operands.requireShape("householderProduct", "c", c, n, c.columns());
        Operands.requireOutput("householderProduct", "out", out, n, c.columns());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            DType type = Operands.computeType(v.dtype(), Operands.computeType(c.dtype(), out.dtype()));
            Matrix x = ws.matrix(type, n, c.columns());
            stream.copy(c, x);
            multiply(stream, v, reflectors, side, x);
            stream.copy(x, out);
        } finally {
            ws.release();
        }
    }

    /** x ← Qx or Qᵀx, panel by panel; Q's last panel is the first to act. */
    private static void multiply(ComputeStream stream, Matrix v, Reflectors reflectors, Side side, Matrix x) {
        Workspace ws = stream.workspace();
        int k = v.columns();
        int panels = (k + PANEL - 1) / PANEL;
        Scalar least = stream.scalar();
        stream.set(least, 1);
        for (int i = 0; i < panels; i++) {
            int from = PANEL * (side == Side.FORWARD ? panels - 1 - i : i);
            ws.mark();
            try {
                Matrix panel = ws.view(v, 0, from, v.rows(), Math.min(PANEL, k - from));
                CompactReflections q = CompactReflections.of(stream, panel, reflectors, least, x.dtype());
                if (side == Side.FORWARD) {
                    q.apply(x);
                } else {
                    q.applyTransposed(x);
                }
            } finally {
                ws.release();
            }
        }
        CompactReflections.requireNoZero(stream, "householderProduct", v, reflectors, least);
    }
}
