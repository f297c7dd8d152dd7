package org.isospin.polar;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Workspace;

/**
 * The orthogonal Procrustes problem: R in O(n) or SO(n) that minimises ‖A·R − B‖_F (Schönemann 1966, Kabsch 1976).
 *
 * <p>With the singular value decomposition AᵀB = X·diag(σ)·Yᵀ the solution is R = X·Yᵀ, the polar factor of AᵀB; in SO(n), if
 * det XYᵀ = −1, the column of X that belongs to the smallest σ is negated. In O(n) it is unique if σₙ > 0, in SO(n) if
 * σₙ₋₁ + det(XYᵀ)·σₙ > 0; otherwise one of the solutions is given. A and B are neither centred nor scaled.
 *
 * <p>AᵀB is summed and solved in F64 whatever the types, for n &gt; 64 by the iteration of {@link Polar} where it is not
 * singular, in SO(n) with inverse iterations for the column to negate, else by singular values. ‖RᵀR − I‖_F/√n is about
 * 0.6u of the output's type, and R known to condition·u of F64, apart from the rounding of A, B and R themselves. Operands may
 * be of any magnitude.
 *
 * <p>With weights, scale or translation, and with a choice where AᵀB is singular: {@link ProcrustesFit}.
 */
public final class Procrustes {
    /** Any solution will do, and the rank is not asked for. */
    private static final ProcrustesOptions IN_ALL = ProcrustesOptions.DEFAULT.withRankTolerance(0);

    private static final ProcrustesOptions IN_ROTATIONS = IN_ALL.withGroup(Group.ROTATION);

    private Procrustes() {}

    /**
     * A solution.
     *
     * @param rotation R, the output that was passed in
     * @param scale ⟨AᵀB, R⟩: Σσ, in SO(n) with the sign of the last σ changed if it had to be; scale/‖A‖²_F is the best
     *     factor s for ‖s·A·R − B‖_F
     * @param residual ‖A·R − B‖_F for R as stored
     * @param condition by how much R moves, relative to a relative change of AᵀB: 2σ₁/(σₙ₋₁ + σₙ), or with − if a column was
     *     negated; infinite where that is 0/0 or x/0. (For σₙ near 0, O(n) has a mirrored solution that is as good.)
     *     Beyond n = 64 it may be an estimate from above, by a factor of n at most, or 4n if a column was negated
     */
    public record Result(Matrix rotation, double scale, double residual, double condition) {}

    /**
     * out ← R. Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs; waits up to 56 times, as a rule a third of that, and log₂ n times more where AᵀB is singular
     * @param a A, m × n
     * @param b B, m × n
     * @param group where R is sought
     * @param out n × n; may overlap A's or B's memory
     * @return out, with scale, residual and condition
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or A or B is not finite
     */
    @SuppressWarnings("exports")
    public static Result solve(ComputeStream stream, Matrix a, Matrix b, Group group, Matrix out) {
        Operands.requireSameShape("procrustes", a, b);
        int n = a.columns();
        Operands.requireOutput("procrustes", "out", out, n, n);
        if (n == 0) {
            return new Result(out, 0, 0, 1);
        }
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            boolean isDouble = a.dtype() == DType.F64 || b.dtype() == DType.F64 || out.dtype() == DType.F64;
            Arithmetic arithmetic = isDouble ? Arithmetic.F64 : Arithmetic.F32_ACCUMULATE_F64;
            Scalar unitA = stream.scalar();
            Scalar unitB = stream.scalar();
            stream.set(unitA, 1);
            stream.set(unitB, 1);
            Matrix left = isDouble ? scaled(stream, a, unitA) : a;
            Matrix right = isDouble ? scaled(stream, b, unitB) : b;
            Matrix cross = ws.matrix(DType.F64, n, n);
            Matrix r = ws.matrix(DType.F64, n, n);
            Matrix rounded = ws.matrix(out.dtype(), n, n);
            stream.gemm(arithmetic, 1, left.transposed(), right, 0, cross, cross);
            ProcrustesOptions options = group == Group.ROTATION ? IN_ROTATIONS : IN_ALL;
            double condition = NearestRotation.solve(stream, cross, options, r).condition();
            stream.copy(r, rounded);
            Scalar residual = stream.scalar();
            Scalar inner = stream.scalar();
            stream.dot(cross, r, inner);
            residual(stream, arithmetic, left, unitA, right, unitB, rounded, residual);
            stream.copy(rounded, out);
            double scale = stream.read(inner) * stream.read(unitA) * stream.read(unitB);
            return new Result(out, scale, stream.read(residual), condition);
        } finally {
            ws.release();
        }
    }

    private static Matrix scaled(ComputeStream stream, Matrix m, Scalar unit) {
        Matrix target = stream.workspace().matrix(DType.F64, m.rows(), m.columns());
        stream.scaleToOne(m, target, unit);
        return target;
    }

    /** out ← ‖unitA·a·r − unitB·b‖_F, by way of the larger unit. */
    private static void residual(
            ComputeStream stream,
            Arithmetic arithmetic,
            Matrix a,
            Scalar unitA,
            Matrix b,
            Scalar unitB,
            Matrix r,
            Scalar out) {
        Matrix difference = stream.workspace().matrix(DType.F64, a.rows(), a.columns());
        Scalar unit = stream.scalar();
        Scalar factor = stream.scalar();
        stream.scalarOp(ScalarOp.MAX, unitA, unitB, unit);
        stream.gemm(arithmetic, 1, a, r, 0, difference, difference);
        stream.scalarOp(ScalarOp.DIVIDE, unitA, unit, factor);
        stream.scale(factor, difference, difference);
        Matrix other = stream.workspace().matrix(DType.F64, a.rows(), a.columns());
        stream.scalarOp(ScalarOp.DIVIDE, unitB, unit, factor);
        stream.scale(factor, b, other);
        stream.combine(1, difference, -1, other, 0, difference);
        stream.reduce(Reduction.FROBENIUS, difference, out);
        stream.scalarOp(ScalarOp.MULTIPLY, out, unit, out);
    }
}
