package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Workspace;
import org.isospin.polar.Polar;

/**
 * Retractions of the Stiefel manifold: from a point X along a tangent U to a point that agrees with a geodesic to first order (QR) or
 * second (polar, Cayley).
 *
 * <p>The Cayley retraction is (I − ½A)⁻¹(I + ½A)X with A = PUXᵀ − XUᵀP, P = I − ½XXᵀ (Wen and Yin 2013), so A·X = U. Libraries that
 * leave out P retract along U + XXᵀU.
 *
 * <p>The arithmetic is F64 if an operand or the output is F64, else F32, rounded once. Results have orthonormal columns to a few
 * u (QR: 10u); QR and Cayley propagate NaN and infinities, polar rejects them. U may be of any magnitude whose products of two do not
 * overflow; what underflows against X leaves X.
 */
public enum StiefelRetraction {
    /** Q of X + U = QR with R's diagonal positive. */
    QR,
    /** The polar factor of X + U. */
    POLAR,
    /** The Cayley transform that turns X towards U. */
    CAYLEY;

    /**
     * out ← the retraction of U at X.
     *
     * @param iso where it runs; waits up to three times (polar), once (Cayley) or never
     * @param x X, m × n, m ≥ n, with orthonormal columns
     * @param u U, m × n, tangent at X
     * @param out m × n; may overlap the operands' memory
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or for the polar factor, if X + U is not finite
     */
    public void retract(Isospin iso, Matrix x, Matrix u, Matrix out) {
        Stiefel.check("retraction", x, u, "u");
        Operands.requireOutput("retraction", "out", out, x.rows(), x.columns());
        iso.run(stream -> retract(stream, x, u, out), x, u, out);
    }

    /**
     * out ← the retraction of U at X. Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs; waits up to three times (polar), once (Cayley) or never
     * @param x X, m × n, m ≥ n, with orthonormal columns
     * @param u U, m × n, tangent at X
     * @param out m × n; may overlap the operands' memory
     */
    @SuppressWarnings("exports")
    public void retract(ComputeStream stream, Matrix x, Matrix u, Matrix out) {
        Workspace ws = stream.workspace();
        DType type = Stiefel.computeType(x, u, out);
        int n = x.columns();
        ws.mark();
        try {
            Matrix point = Stiefel.copy(stream, x, type);
            Matrix tangent = Stiefel.copy(stream, u, type);
            Matrix result = ws.matrix(type, x.rows(), n);
            if (this == CAYLEY) {
                Matrix s = ws.matrix(type, n, n);
                StiefelRotation.of(stream, point, tangent, 1, s)
                        .apply(stream, StiefelRotation.Map.CAYLEY, point, result);
                stream.copy(result, out);
                return;
            }
            stream.combine(1, point, 1, tangent, 0, tangent);
            if (this == POLAR) {
                Polar.polar(stream, tangent, result);
            } else {
                Matrix r = ws.matrix(type, n, n);
                Matrix signs = ws.matrix(type, 1, n);
                stream.qr(tangent, result, r);
                stream.copyDiagonal(r, signs);
                stream.flipColumns(result, signs, result);
            }
            stream.copy(result, out);
        } finally {
            ws.release();
        }
    }
}
