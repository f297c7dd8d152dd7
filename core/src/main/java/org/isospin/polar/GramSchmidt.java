package org.isospin.polar;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.Columns;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.Workspace;

/**
 * Gram–Schmidt orthonormalisation of columns, or of rows if A is wide: the Q of A = Q·R with a positive diagonal in R. The
 * rows of a square A are orthonormalised by handing over transposed views of A and out.
 *
 * <p>Columns are brought to norm 1 first, so powers of two in a column change no bit of it. The defect ‖QᵀQ − I‖ depends on
 * the {@link Variant}, with u of the compute type and κ of A with its columns at norm 1; the {@link Orthonormalization} of A
 * by reflections gives the same Q to roundoff whatever κ is. A may be of any magnitude.
 *
 * <p>The arithmetic is F64 if A or the output is F64, else F32, rounded once to the output's type. Waits once.
 *
 * @see GramSchmidtDerivative
 */
public final class GramSchmidt {
    /** Part of a column, in u, that is left of it by rounding alone where it depends on those before. */
    private static final double NOISE = 8;

    /** Columns between two reports of progress. */
    private static final int REPORTED = 64;

    /** What is subtracted from a column, and when. */
    public enum Variant {
        /** One projection on all earlier columns at once, as OPT does it: ‖QᵀQ − I‖ about κ²u. */
        CLASSICAL,
        /** One earlier column after the other: ‖QᵀQ − I‖ about κu (Björck 1967). */
        MODIFIED,
        /** The classical one twice: ‖QᵀQ − I‖ a few √n·u (Giraud and others 2005), as long as κ is below 1/u. */
        TWICE
    }

    private GramSchmidt() {}

    /**
     * out ← Q.
     *
     * @param iso where it runs
     * @param a A, m × n
     * @param variant how
     * @param out m × n; may overlap A's memory
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or A is not finite
     * @throws SingularMatrixException if a column (row, if A is wide) depends linearly on those before, but for rounding
     */
    public static void orthonormalize(Isospin iso, Matrix a, Variant variant, Matrix out) {
        iso.run(stream -> orthonormalize(stream, a, variant, out), a, out);
    }

    static void orthonormalize(ComputeStream stream, Matrix a, Variant variant, Matrix out) {
        Operands.requireOutput("gramSchmidt", "out", out, a.rows(), a.columns());
        boolean isWide = a.rows() < a.columns();
        Matrix source = isWide ? a.transposed() : a;
        int m = source.rows();
        int n = source.columns();
        DType type = Operands.computeType(a.dtype(), out.dtype());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Columns columns = new Columns(stream);
            Matrix q = columns.scratch(type, m, n);
            Matrix norms = ws.matrix(DType.F64, 1, n);
            Matrix left = ws.matrix(DType.F64, 1, n);
            Scalar least = stream.scalar();
            Scalar ignored = stream.scalar();
            stream.scaleToOne(source, q, ignored);
            columns.normalize(q, norms, ignored);
            stream.set(least, 1);
            for (int j = 0; j < n; j++) {
                if (j % REPORTED == 0) {
                    stream.progress().at("gramSchmidt", j, n);
                }
                if (variant != Variant.MODIFIED) {
                    project(stream, q, j);
                }
                columns.normalize(q, j, left, least);
                if (variant == Variant.TWICE) {
                    project(stream, q, j);
                    columns.normalize(q, j, norms, ignored);
                } else if (variant == Variant.MODIFIED) {
                    deflate(stream, q, j);
                }
            }
            requireIndependent(stream, columns, a, left, least, NOISE * type.unitRoundoff());
            stream.copy(q, isWide ? out.transposed() : out);
        } finally {
            ws.release();
        }
    }

    /** Column j, v, becomes v − Q₁(Q₁ᵀv) with the columns before it. */
    private static void project(ComputeStream stream, Matrix q, int j) {
        Workspace ws = stream.workspace();
        Arithmetic arithmetic = stream.arithmetic(q.dtype());
        ws.mark();
        try {
            Matrix v = ws.view(q, 0, j, q.rows(), 1);
            Matrix before = ws.view(q, 0, 0, q.rows(), j);
            Matrix share = ws.matrix(q.dtype(), j, 1);
            stream.gemm(arithmetic, 1, before.transposed(), v, 0, share, share);
            stream.gemm(arithmetic, -1, before, share, 1, v, v);
        } finally {
            ws.release();
        }
    }

    /** Takes column j out of all columns behind it. */
    private static void deflate(ComputeStream stream, Matrix q, int j) {
        Workspace ws = stream.workspace();
        Arithmetic arithmetic = stream.arithmetic(q.dtype());
        int rest = q.columns() - j - 1;
        ws.mark();
        try {
            Matrix v = ws.view(q, 0, j, q.rows(), 1);
            Matrix behind = ws.view(q, 0, j + 1, q.rows(), rest);
            Matrix share = ws.matrix(q.dtype(), 1, rest);
            stream.gemm(arithmetic, 1, v.transposed(), behind, 0, share, share);
            stream.gemm(arithmetic, -1, v, share, 1, behind, behind);
        } finally {
            ws.release();
        }
    }

    private static void requireIndependent(
            ComputeStream stream, Columns columns, Matrix a, Matrix left, Scalar least, double limit) {
        double smallest = stream.read(least);
        if (smallest > limit) {
            return;
        }
        Scalar size = stream.scalar();
        stream.reduce(Reduction.MAX_ABS, a, size);
        if (!Double.isFinite(stream.read(size))) {
            throw new IllegalArgumentException("gramSchmidt: " + a + " is not finite");
        }
        int index = columns.firstNotAbove(left, limit);
        throw new SingularMatrixException(
                "gramSchmidt: vector " + index + " of " + a + " is zero, or depends linearly on those before it",
                index,
                Double.isNaN(smallest) ? 0 : smallest);
    }
}
