package org.isospin.polar;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;
import org.isospin.measure.Orthogonality;

/**
 * Repair of a matrix whose columns (rows, if it is wide) were orthonormal and drifted: Q ← Q(I − ½E) or Q(I − ½E + ⅜E²) with
 * E = QᵀQ − I, the first terms of Q(QᵀQ)^−½. It ends, to first order, at the nearest orthonormal matrix, where a QR
 * decomposition would favour the first columns.
 *
 * <p>A defect d = ‖E‖₂ becomes ¾d² or ⅝d³, as long as Q's norm is below √3 or √2. E is formed to more than Q's precision, so
 * that ‖QᵀQ − I‖_F/√n ends at about 0.6u of the output's type, the roundoff of storage. 1½ or 2 products of Q's shape, 2½ or 3
 * in F64. The arithmetic is F64 if Q or the output is F64, else F32 with E in F64. NaN and infinities propagate; a Q far from
 * orthonormal, such as one whose elements are huge or tiny, is for {@link Polar}, to which {@link Step#AUTOMATIC} leaves it.
 */
public final class Reorthonormalization {
    /** Defect up to which a quintic step is sure to lessen it, to a tenth or less: ⅝·0.4². */
    private static final double REPAIRABLE = 0.4;

    /** Defect in u that any number of columns stays below after a repair. */
    private static final double CONVERGED = 4;

    /** The terms that are taken. */
    public enum Step {
        /** One step with ½E: to roundoff from d ≤ √(4u/3), 2.8·10⁻⁴ in F32 and 1.2·10⁻⁸ in F64. Waits three times. */
        CUBIC,
        /** One step with ½E and ⅜E²: to roundoff from d ≤ ∛(8u/5), 4.6·10⁻³ in F32 and 5.6·10⁻⁶ in F64. Waits three times. */
        QUINTIC,
        /**
         * None where the defect is roundoff; the cheaper step that suffices for the measured defect; quintic steps up to a
         * defect of 0.4; beyond that the polar factor, which rejects what is not finite. Waits four times, with the polar
         * factor twelve times.
         */
        AUTOMATIC
    }

    /**
     * What was found and done.
     *
     * @param before ‖QᵀQ − I‖_F of the input (QQᵀ, if it is wide)
     * @param after that of the output as stored
     * @param steps steps taken; 0 where nothing had to be done, or only the polar factor was of use
     * @param converged whether what is left is roundoff: at most 4√n·u of the output's type
     */
    public record Result(double before, double after, int steps, boolean converged) {}

    private Reorthonormalization() {}

    /**
     * out ← the repaired Q.
     *
     * @param iso where it runs
     * @param q Q, m × n
     * @param step how
     * @param out m × n; may overlap Q's memory, and is Q for a repair in place
     * @return what was found and done
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or an automatic step meets what is not finite
     */
    public static Result repair(Isospin iso, Matrix q, Step step, Matrix out) {
        return iso.compute(stream -> repair(stream, q, step, out), q, out);
    }

    static Result repair(ComputeStream stream, Matrix q, Step step, Matrix out) {
        Operands.requireOutput("reorthonormalize", "out", out, q.rows(), q.columns());
        boolean isWide = q.rows() < q.columns();
        Matrix source = isWide ? q.transposed() : q;
        int n = source.columns();
        DType type = Operands.computeType(q.dtype(), out.dtype());
        Workspace ws = stream.workspace();
        double before;
        int steps;
        ws.mark();
        try {
            Matrix x = ws.matrix(type, source.rows(), n);
            Matrix defect = ws.matrix(DType.F64, n, n);
            Scalar frobenius = stream.scalar();
            Scalar bound = stream.scalar();
            stream.copy(source, x);
            Orthogonality.defect(stream, x, defect);
            stream.reduce(Reduction.FROBENIUS, defect, frobenius);
            stream.reduce(Reduction.NORM_INF, defect, bound);
            stream.scalarOp(ScalarOp.MIN, bound, frobenius, bound);
            before = stream.read(frobenius);
            steps = switch (step) {
                case CUBIC -> cubic(stream, defect, x);
                case QUINTIC -> quintic(stream, defect, x);
                case AUTOMATIC -> automatic(stream, q, stream.read(bound), defect, x);
            };
            stream.copy(x, isWide ? out.transposed() : out);
        } finally {
            ws.release();
        }
        double after = Orthogonality.of(stream, out).frobenius();
        boolean isConverged = after <= CONVERGED * Math.sqrt(n) * out.dtype().unitRoundoff();
        return new Result(before, after, steps, isConverged);
    }

    private static int cubic(ComputeStream stream, Matrix defect, Matrix x) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            stream.scale(0.5, defect, defect);
            subtract(stream, defect, x);
            return 1;
        } finally {
            ws.release();
        }
    }

    private static int quintic(ComputeStream stream, Matrix defect, Matrix x) {
        Workspace ws = stream.workspace();
        int n = defect.rows();
        ws.mark();
        try {
            Matrix change = ws.matrix(DType.F64, n, n);
            stream.gemmt(Arithmetic.F64, Symmetry.SYMMETRIC, -0.375, defect, defect, 0, change, change);
            stream.combine(0.5, defect, 1, change, 0, change);
            subtract(stream, change, x);
            return 1;
        } finally {
            ws.release();
        }
    }

    /** x ← x − x·change. */
    private static void subtract(ComputeStream stream, Matrix change, Matrix x) {
        Workspace ws = stream.workspace();
        Matrix rounded = change;
        if (x.dtype() != DType.F64) {
            rounded = ws.matrix(x.dtype(), change.rows(), change.rows());
            stream.copy(change, rounded);
        }
        Matrix old = ws.matrix(x.dtype(), x.rows(), x.columns());
        stream.copy(x, old);
        stream.gemm(stream.arithmetic(x.dtype()), -1, old, rounded, 1, x, x);
    }

    /** {@return the steps taken} */
    private static int automatic(ComputeStream stream, Matrix q, double size, Matrix defect, Matrix x) {
        double u = x.dtype().unitRoundoff();
        if (!(size <= REPAIRABLE)) {
            PolarFactor.compute(stream, "reorthonormalize", q.rows() < q.columns() ? q.transposed() : q, x);
            return 0;
        }
        int steps = 0;
        for (double d = size; d > u; steps++) {
            if (steps > 0) {
                Orthogonality.defect(stream, x, defect);
            }
            if (d * d <= 4 * u / 3) {
                cubic(stream, defect, x);
                d = u;
            } else {
                quintic(stream, defect, x);
                d = d * d * d <= 8 * u / 5 ? u : 0.625 * d * d * d;
            }
        }
        return steps;
    }
}
