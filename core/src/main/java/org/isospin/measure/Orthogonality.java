package org.isospin.measure;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;

/**
 * How far a matrix is from having orthonormal columns (rows, if it is wide): norms of E = QᵀQ − I (QQᵀ − I).
 *
 * <p>The defect is formed from the Gram matrix itself, so neither 2·I nor a NaN can pass for orthogonal.
 *
 * @param frobenius ‖E‖_F
 * @param max max |Eᵢⱼ|
 * @param order the order of E, min(rows, columns)
 */
public record Orthogonality(double frobenius, double max, int order) {
    /**
     * {@return the defect of Q, summed in F64: each element of E is off by about √m·2⁻⁵³ at most, for columns of length m and
     * norm 1} NaN and infinities in Q give NaN or infinity. Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs; waits twice, the second time for a number that is there already
     * @param q Q, m × n, of any type
     */
    @SuppressWarnings("exports")
    public static Orthogonality of(ComputeStream stream, Matrix q) {
        Matrix tall = q.rows() < q.columns() ? q.transposed() : q;
        int n = tall.columns();
        Arithmetic arithmetic = Arithmetic.accumulatingF64(q.dtype());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix defect = ws.matrix(DType.F64, n, n);
            Scalar frobenius = stream.scalar();
            Scalar max = stream.scalar();
            stream.gemmt(arithmetic, Symmetry.SYMMETRIC, 1, tall.transposed(), tall, 0, defect, defect);
            stream.addDiagonal(-1, defect);
            stream.reduce(Reduction.FROBENIUS, defect, frobenius);
            stream.reduce(Reduction.MAX_ABS, defect, max);
            return new Orthogonality(stream.read(frobenius), stream.read(max), n);
        } finally {
            ws.release();
        }
    }

    /**
     * {@return ‖E‖_F/√n: the root-mean-square deviation of a column's image, comparable across sizes; 0 if n = 0}
     */
    public double relative() {
        return order == 0 ? 0 : frobenius / Math.sqrt(order);
    }

    /**
     * {@return whether every element of E is at most the tolerance in magnitude; false where one is NaN}
     *
     * @param tolerance the largest |Eᵢⱼ| to accept
     */
    public boolean isWithin(double tolerance) {
        return max <= tolerance;
    }
}
