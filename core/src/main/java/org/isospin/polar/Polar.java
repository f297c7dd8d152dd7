package org.isospin.polar;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;
import org.isospin.measure.Orthogonality;

/**
 * The polar decomposition A = U·P, with U of orthonormal columns and P = UᵀA symmetric positive semidefinite; for a wide
 * A = P·U with orthonormal rows. U is the matrix with orthonormal columns (rows) that is nearest to A, and the limit of
 * every {@link Msign} schedule.
 *
 * <p>It is found by the dynamically weighted Halley iteration and a residual polish, and for a square A in F64 with κ above 100
 * a step of iterative refinement; where A is singular to the accuracy of F64, by a singular value decomposition. A
 * rank-deficient A has more than one U; the one given has orthonormal columns like any other, and which it is depends on
 * rounding.
 *
 * <p>Accuracy, with u of the compute type: ‖UᵀU − I‖_F/√n is about 0.6u whatever κ = σ₁/σₙ is; the skew part of UᵀA is at
 * most a few u‖A‖_F (F64: 5 for n = 64, 12 for n = 256, more where A is singular; F32: up to 6). In F32 the U of a square A
 * is off by 10u or so whatever κ is; in F64 by 10u up to κ = 10, and by about κu/100 from 10² to 2³⁰, a fifth of what backward
 * stability leaves. Otherwise U is known to about κu, for a square A to 2u·σ₁/(σₙ₋₁ + σₙ). A may be of any magnitude, and
 * powers of two change no bit; a wide A gives the transpose of what its tall transpose gives.
 *
 * <p>The arithmetic is F64 if A or the output is F64, else F32 with some F64, rounded once to the output's type.
 */
public final class Polar {
    /** Defect in u that any number of columns stays below after the polish. */
    private static final double CONVERGED = 4;

    private Polar() {}

    /**
     * How a polar factor was reached, and how good it is.
     *
     * @param iterations steps of the iteration, the polish not counted; 0 where a singular value decomposition was needed,
     *     or a library iterated, which does not tell
     * @param residual ‖UᵀU − I‖_F/√n of the output as stored (UUᵀ, if it is wide), measured to more than its precision
     * @param converged whether the residual is roundoff: at most 4u of the output's type
     * @param conditionEstimate of σ₁/σₙ: never much too small, and at most n times too large; infinite if A is singular
     */
    public record Result(int iterations, double residual, boolean converged, double conditionEstimate) {}

    /**
     * out ← U. Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs; waits three times, the last of them for a number that is there already, and four times more
     *     where A is singular
     * @param a A, m × n
     * @param out m × n; may overlap A's memory
     * @return how it was reached, and how good it is
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or A is not finite
     */
    @SuppressWarnings("exports")
    public static Result polar(ComputeStream stream, Matrix a, Matrix out) {
        return factor(stream, a, out, PolarFactor::compute);
    }

    /**
     * out ← U by a method of choice. Waits three times, six times for Polar Express, and four times more where A is singular or not finite.
     *
     * @param iso where it runs
     * @param a A, m × n
     * @param method the iteration
     * @param out m × n; may overlap A's memory
     * @return how it was reached, and how good it is; for Polar Express with 1/lowerBound as the condition
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or A is not finite
     */
    public static Result polar(Isospin iso, Matrix a, PolarMethod method, Matrix out) {
        return iso.compute(stream -> polar(stream, a, method, out), a, out);
    }

    /**
     * out ← U by a method of choice. Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs; waits as the other form does
     * @param a A, m × n
     * @param method the iteration
     * @param out m × n; may overlap A's memory
     * @return how it was reached, and how good it is
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or A is not finite
     */
    @SuppressWarnings("exports")
    public static Result polar(ComputeStream stream, Matrix a, PolarMethod method, Matrix out) {
        return factor(
                stream,
                a,
                out,
                switch (method.iteration()) {
                    case HALLEY -> (s, name, x, u) -> PolarFactor.compute(s, name, x, WeightedHalley.Steps.HALLEY, u);
                    case NEWTON -> (s, name, x, u) -> PolarFactor.compute(s, name, x, WeightedHalley.Steps.NEWTON, u);
                    case POLAR_EXPRESS -> (s, name, x, u) -> PolarByProducts.factor(s, name, x, method, u);
                });
    }

    /** u ← the factor of a, m ≥ n ≥ 1, u of the type to compute in. */
    @FunctionalInterface
    private interface Algorithm {
        PolarFactor.Outcome compute(ComputeStream stream, String operation, Matrix a, Matrix u);
    }

    private static Result factor(ComputeStream stream, Matrix a, Matrix out, Algorithm algorithm) {
        Operands.requireOutput("polar", "out", out, a.rows(), a.columns());
        boolean isWide = a.rows() < a.columns();
        Matrix source = isWide ? a.transposed() : a;
        Matrix target = isWide ? out.transposed() : out;
        int n = source.columns();
        if (n == 0) {
            return new Result(0, 0, true, 1);
        }
        Workspace ws = stream.workspace();
        PolarFactor.Outcome outcome;
        ws.mark();
        try {
            Matrix u = ws.matrix(Operands.computeType(a.dtype(), out.dtype()), source.rows(), n);
            outcome = algorithm.compute(stream, "polar", source, u);
            stream.copy(u, target);
        } finally {
            ws.release();
        }
        double residual = Orthogonality.of(stream, out).relative();
        boolean isConverged = residual <= CONVERGED * out.dtype().unitRoundoff();
        return new Result(outcome.steps(), residual, isConverged, outcome.condition());
    }

    /**
     * u ← U and p ← P, the symmetric part of UᵀA (AUᵀ, if A is wide), symmetric to the last bit. Stream-level form, for
     * Isospin's own modules.
     *
     * @param stream where it runs; waits as {@link #polar} does
     * @param a A, m × n
     * @param u m × n; may overlap A's memory
     * @param p of order min(m, n); may overlap A's memory, not u's
     * @return how U was reached, and how good it is
     * @throws IllegalArgumentException if a shape does not fit, an output is read-only, or A is not finite
     */
    @SuppressWarnings("exports")
    public static Result decompose(ComputeStream stream, Matrix a, Matrix u, Matrix p) {
        int n = Math.min(a.rows(), a.columns());
        Operands.requireOutput("polar", "p", p, n, n);
        Operands.requireOutput("polar", "u", u, a.rows(), a.columns());
        boolean isWide = a.rows() < a.columns();
        DType compute = Operands.computeType(a.dtype(), u.dtype());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix source = ws.matrix(compute, a.rows(), a.columns());
            Matrix factor = ws.matrix(compute, a.rows(), a.columns());
            Matrix product = ws.matrix(DType.F64, n, n);
            stream.copy(a, source);
            Result result = polar(stream, source, u);
            stream.copy(u, factor);
            Matrix left = isWide ? source : factor.transposed();
            Matrix right = isWide ? factor.transposed() : source;
            stream.gemm(Arithmetic.accumulatingF64(compute), 1, left, right, 0, product, product);
            stream.symmetrize(Symmetry.SYMMETRIC, product, product);
            stream.copy(product, p);
            return result;
        } finally {
            ws.release();
        }
    }
}
