package org.isospin.measure;

import java.util.function.ToDoubleBiFunction;
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

/**
 * How far a matrix is from having orthonormal columns (rows, if it is wide): norms of E = QᵀQ − I (QQᵀ − I).
 *
 * <p>The defect is formed from the Gram matrix itself, so neither 2·I nor a NaN can pass for orthogonal. ‖E‖₂, the largest
 * |σ² − 1| of a singular value σ of Q, is bounded by {@link #twoNormBound} and computed by {@link #twoNorm}.
 *
 * @param frobenius ‖E‖_F
 * @param max max |Eᵢⱼ|
 * @param order the order of E, min(rows, columns)
 */
public record Orthogonality(double frobenius, double max, int order) {
    /** Adding it rounds to multiples of 2⁻²⁵: its own last place. Products of two of those have 50 places at most. */
    private static final double GRID_MAKER = 0x1.8p27;

    /**
     * {@return the defect of Q, formed as by {@link #defect}; NaN and infinities in Q give NaN or infinity}
     *
     * <p>Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs; waits twice, the second time for a number that is there already
     * @param q Q, m × n, of any type
     */
    @SuppressWarnings("exports")
    public static Orthogonality of(ComputeStream stream, Matrix q) {
        int n = Math.min(q.rows(), q.columns());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix defect = ws.matrix(DType.F64, n, n);
            Scalar frobenius = stream.scalar();
            Scalar max = stream.scalar();
            defect(stream, q, defect);
            stream.reduce(Reduction.FROBENIUS, defect, frobenius);
            stream.reduce(Reduction.MAX_ABS, defect, max);
            return new Orthogonality(stream.read(frobenius), stream.read(max), n);
        } finally {
            ws.release();
        }
    }

    /**
     * {@return ‖E‖₂, computed as the largest singular value of E, to a few n·2⁻⁵³ of itself; NaN if Q or E is not finite}
     *
     * @param iso where it runs; waits twice
     * @param q Q, m × n, of any type
     */
    public static double twoNorm(Isospin iso, Matrix q) {
        return iso.compute(stream -> ofDefect(stream, q, Orthogonality::largestSingularValue), q);
    }

    /**
     * {@return an upper bound of ‖E‖₂, certified but for the rounding of E and of two norms: the lesser of ‖E‖_F and ‖E‖_∞, at
     * most √n times too large; NaN or infinite if Q or E is not finite}
     *
     * @param iso where it runs; waits once
     * @param q Q, m × n, of any type
     */
    public static double twoNormBound(Isospin iso, Matrix q) {
        return iso.compute(stream -> ofDefect(stream, q, Orthogonality::lesserNorm), q);
    }

    private static double ofDefect(ComputeStream stream, Matrix q, ToDoubleBiFunction<ComputeStream, Matrix> measure) {
        int n = Math.min(q.rows(), q.columns());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix defect = ws.matrix(DType.F64, n, n);
            defect(stream, q, defect);
            return measure.applyAsDouble(stream, defect);
        } finally {
            ws.release();
        }
    }

    private static double largestSingularValue(ComputeStream stream, Matrix m) {
        Matrix values = stream.workspace().matrix(DType.F64, 1, m.rows());
        Scalar status = stream.scalar();
        Scalar largest = stream.scalar();
        stream.spectrum(m, values, status);
        stream.reduce(Reduction.MAX_ABS, values, largest);
        return stream.read(status) == 0 ? stream.read(largest) : Double.NaN;
    }

    private static double lesserNorm(ComputeStream stream, Matrix m) {
        Scalar frobenius = stream.scalar();
        Scalar infinity = stream.scalar();
        stream.reduce(Reduction.FROBENIUS, m, frobenius);
        stream.reduce(Reduction.NORM_INF, m, infinity);
        stream.scalarOp(ScalarOp.MIN, frobenius, infinity, frobenius);
        return stream.read(frobenius);
    }

    /**
     * defect ← QᵀQ − I, or QQᵀ − I if Q is wide, symmetric to the last bit. Stream-level form, for Isospin's own modules.
     *
     * <p>For an F64 Q of nearly orthonormal columns the error of an element is about 2⁻⁷⁵, for other types √m·2⁻⁵³: far below
     * the defect that rounding an orthogonal matrix to that type leaves, so that differences of such matrices show.
     *
     * @param stream where it runs; never waits
     * @param q Q, m × n, of any type
     * @param defect F64, of order min(m, n), output; must not overlap Q
     * @throws IllegalArgumentException if the shape does not fit
     */
    @SuppressWarnings("exports")
    public static void defect(ComputeStream stream, Matrix q, Matrix defect) {
        Matrix tall = q.rows() < q.columns() ? q.transposed() : q;
        int n = tall.columns();
        Operands.requireOutput("orthogonality", "defect", defect, n, n);
        if (q.dtype() == DType.F64) {
            split(stream, tall, defect);
        } else {
            Arithmetic arithmetic = Arithmetic.F32_ACCUMULATE_F64;
            stream.gemmt(arithmetic, Symmetry.SYMMETRIC, 1, tall.transposed(), tall, 0, defect, defect);
            stream.addDiagonal(-1, defect);
        }
    }

    /**
     * The defect of F64 data beyond F64, after Ozaki: x = h + l with h on a grid so coarse that hᵀh − I is exact for columns
     * of norm up to 2, and l so small that F64 is enough for the rest, p + pᵀ with p = (h + l/2)ᵀl. Elements beyond 2 are
     * scaled down first.
     */
    private static void split(ComputeStream stream, Matrix x, Matrix defect) {
        Workspace ws = stream.workspace();
        int m = x.rows();
        int n = x.columns();
        ws.mark();
        try {
            Matrix high = ws.matrix(DType.F64, m, n);
            Matrix low = ws.matrix(DType.F64, m, n);
            Matrix spare = ws.matrix(DType.F64, m, n);
            Matrix rest = ws.matrix(DType.F64, n, n);
            Scalar unit = stream.scalar();
            Scalar one = stream.scalar();
            Scalar inverse = stream.scalar();
            stream.set(one, 1);
            stream.reduce(Reduction.MAX_ABS, x, unit);
            stream.scalarOp(ScalarOp.POWER_OF_TWO, unit, unit, unit);
            stream.scalarOp(ScalarOp.MAX, unit, one, unit);
            stream.scalarOp(ScalarOp.DIVIDE, one, unit, inverse);
            stream.scale(inverse, x, low);
            stream.fill(spare, GRID_MAKER);
            stream.combine(1, low, 1, spare, 0, high);
            stream.combine(1, high, -1, spare, 0, high);
            stream.combine(1, low, -1, high, 0, low);
            stream.combine(1, high, 0.5, low, 0, spare);
            stream.gemm(Arithmetic.F64, 1, spare.transposed(), low, 0, rest, rest);
            stream.symmetrize(Symmetry.SYMMETRIC, rest, rest);
            stream.gemmt(Arithmetic.F64, Symmetry.SYMMETRIC, 1, high.transposed(), high, 0, defect, defect);
            stream.scale(unit, defect, defect);
            stream.scale(unit, defect, defect);
            stream.scale(unit, rest, rest);
            stream.scale(unit, rest, rest);
            stream.addDiagonal(-1, defect);
            stream.combine(1, defect, 2, rest, 0, defect);
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
