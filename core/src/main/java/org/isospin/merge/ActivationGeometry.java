package org.isospin.merge;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.Workspace;
import org.isospin.polar.ProcrustesFit;
import org.isospin.polar.ProcrustesOptions;

/**
 * How far the activations X₁ of a tuned model have moved from the base's, X₀, a token in each row: the activation diagnostics of
 * PEFT-Arena (arXiv 2605.28819). Xᶜ has its column means subtracted.
 *
 * <p>Everything is computed in F64, whatever the types. Every figure is a quotient that does not change when both matrices are scaled
 * alike, 0/0 counted as 0; published code adds 10⁻¹² to the denominators. With √(md)·u, u = 2⁻⁵³, they are known as well as X − mean
 * is: means much larger than what is left cost digits. Where tokens are fewer than dimensions {@link #alignment} is near 1 whatever
 * they are. NaN and infinities are rejected.
 *
 * @param raw ‖X₁ᶜ − X₀ᶜ‖_F/‖X₀ᶜ‖_F
 * @param procrustes ‖X₁ᶜR − X₀ᶜ‖_F/‖X₀ᶜ‖_F with the R of O(d) that makes it least: what no rotation explains
 * @param gram ‖K₁ − K₀‖_F/‖K₀‖_F of the cosines K between tokens, not centred; a zero row's are 0
 * @param alignment linear CKA, ‖X₁ᶜᵀX₀ᶜ‖²_F/(‖X₁ᶜᵀX₁ᶜ‖_F‖X₀ᶜᵀX₀ᶜ‖_F), 1 for rotated and scaled copies (Kornblith et al. 2019)
 */
public record ActivationGeometry(double raw, double procrustes, double gram, double alignment) {
    /**
     * {@return the geometry of two models' activations} The matrix K takes m² numbers twice: sample tokens.
     *
     * @param iso where it runs; waits as {@link ProcrustesFit} does, and ten times more
     * @param base X₀, m × d
     * @param tuned X₁, m × d
     * @throws IllegalArgumentException if the shapes differ or an element is not finite
     */
    public static ActivationGeometry of(Isospin iso, Matrix base, Matrix tuned) {
        Operands.requireSameShape("activationGeometry", base, tuned);
        return iso.compute(stream -> of(stream, base, tuned), base, tuned);
    }

    /** {@return raw − procrustes: what a rotation explains} */
    public double improvement() {
        return raw - procrustes;
    }

    private static ActivationGeometry of(ComputeStream stream, Matrix base, Matrix tuned) {
        Workspace ws = stream.workspace();
        int m = base.rows();
        int d = base.columns();
        ws.mark();
        try {
            Matrix x0 = ws.matrix(DType.F64, m, d);
            Matrix x1 = ws.matrix(DType.F64, m, d);
            Matrix r = ws.matrix(DType.F64, d, d);
            Matrix cross = ws.matrix(DType.F64, d, d);
            scale(stream, base, tuned, x0, x1);
            double gram = gram(stream, x0, x1);
            Rows.center(stream, x0);
            Rows.center(stream, x1);
            double size = Rows.norm(stream, x0);
            ProcrustesFit.rotation(stream, x1, x0, ProcrustesOptions.DEFAULT, r);
            double raw;
            double procrustes;
            ws.mark();
            try {
                Matrix rest = ws.matrix(DType.F64, m, d);
                stream.combine(1, x1, -1, x0, 0, rest);
                raw = Rows.norm(stream, rest);
                stream.gemm(Arithmetic.F64, 1, x1, r, -1, x0, rest);
                procrustes = Rows.norm(stream, rest);
            } finally {
                ws.release();
            }
            // Each by itself: their magnitudes need not be alike.
            stream.scaleToOne(x0, x0, stream.scalar());
            stream.scaleToOne(x1, x1, stream.scalar());
            double together = product(stream, x1, x0, cross);
            double own = product(stream, x1, x1, cross) * product(stream, x0, x0, cross);
            return new ActivationGeometry(
                    quotient(raw, size), quotient(procrustes, size), gram, quotient(together * together, own));
        } finally {
            ws.release();
        }
    }

    private static double quotient(double a, double b) {
        return a == 0 ? 0 : a / b;
    }

    /** x ← both, divided by the power of two of the larger. */
    private static void scale(ComputeStream stream, Matrix base, Matrix tuned, Matrix x0, Matrix x1) {
        Scalar largest = stream.scalar();
        stream.copy(base, x0);
        stream.copy(tuned, x1);
        stream.reduce(Reduction.MAX_ABS, x0, largest);
        double size0 = stream.read(largest);
        stream.reduce(Reduction.MAX_ABS, x1, largest);
        double size = Math.max(size0, stream.read(largest));
        if (!Double.isFinite(size)) {
            throw new IllegalArgumentException("activationGeometry: " + base + " or " + tuned + " is not finite");
        }
        if (size > 0) {
            double inverse = Math.scalb(1.0, -Math.max(Math.getExponent(size), Double.MIN_EXPONENT));
            stream.scale(inverse, x0, x0);
            stream.scale(inverse, x1, x1);
        }
    }

    /** {@return ‖AᵀB‖_F} */
    private static double product(ComputeStream stream, Matrix a, Matrix b, Matrix scratch) {
        stream.gemm(Arithmetic.F64, 1, a.transposed(), b, 0, scratch, scratch);
        return Rows.norm(stream, scratch);
    }

    private static double gram(ComputeStream stream, Matrix x0, Matrix x1) {
        Workspace ws = stream.workspace();
        int m = x0.rows();
        ws.mark();
        try {
            Matrix k0 = ws.matrix(DType.F64, m, m);
            Matrix k1 = ws.matrix(DType.F64, m, m);
            cosines(stream, x0, k0);
            cosines(stream, x1, k1);
            double size = Rows.norm(stream, k0);
            stream.combine(1, k1, -1, k0, 0, k1);
            return quotient(Rows.norm(stream, k1), size);
        } finally {
            ws.release();
        }
    }

    /** k ← the cosines between rows. */
    private static void cosines(ComputeStream stream, Matrix x, Matrix k) {
        Workspace ws = stream.workspace();
        int m = x.rows();
        ws.mark();
        try {
            Matrix unit = ws.matrix(DType.F64, m, x.columns());
            Matrix norms = ws.matrix(DType.F64, 1, m);
            stream.scaleToOne(x, unit, stream.scalar());
            Rows.normalize(stream, unit, norms, unit);
            stream.gemm(Arithmetic.F64, 1, unit, unit.transposed(), 0, k, k);
        } finally {
            ws.release();
        }
    }
}
