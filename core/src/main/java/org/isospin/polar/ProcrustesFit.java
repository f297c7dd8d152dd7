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
import org.isospin.backend.Workspace;

/**
 * Procrustes problems with weights, scale and translation: R in O(n) or SO(n), s and t that minimise
 * Σᵢ wᵢ‖s·aᵢR + t − bᵢ‖² over the rows aᵢ of A and bᵢ of B (Schönemann and Carroll 1970, Umeyama 1991).
 *
 * <p>A translation brings the weighted means a̅ and b̅ together: both are subtracted first, and t = b̅ − s·a̅R. R maximises
 * ⟨AᵀWB, R⟩ whatever s is, and s = ⟨AᵀWB, R⟩/‖W^½AR‖²_F, or 1 where that is 0/0; in SO(1), where R = 1, it may be negative. Where
 * AᵀWB is rank-deficient, {@link NullSpace} says which R is given. A row of weight 0 is missing: it may hold anything, NaN included.
 *
 * <p>Everything is computed in F64, whatever the types, and rounded once. ‖RᵀR − I‖_F/√n is about 0.6u of R's type (but for a
 * {@link NullSpace#PARTIAL_ISOMETRY}) and R known to condition·u of F64. Operands and weights may be of any magnitude; powers of
 * two change no bit of R.
 */
public final class ProcrustesFit {
    /** What makes w/(w + δ) exactly 1 for w that count, beside weights of 1, and 0 for none. */
    private static final double NO_WEIGHT = 0x1p-600;

    private ProcrustesFit() {}

    /**
     * A solution.
     *
     * @param rotation R
     * @param scale s
     * @param translation t, 1 × n
     * @param residual √Σᵢ wᵢ‖s·aᵢR + t − bᵢ‖², for R as stored
     * @param condition by how much R moves, relative to a relative change of the cross matrix AᵀWB with singular values σ:
     *     2σ₁/(σₙ₋₁ + σₙ), or with − if a column was negated; where the rank r is lower and the null space's policy decides,
     *     σ₁/σᵣ. Infinite where R is not unique. Beyond n = 64 it may be an estimate from above
     * @param rank of the cross matrix: how many σ exceed the tolerance
     */
    public record Result(
            Matrix rotation, double scale, Matrix translation, double residual, double condition, int rank) {}

    /**
     * {@return the solution, in new matrices of A's type, all rows alike}
     *
     * @param iso where it runs
     * @param a A, m × n
     * @param b B, m × n
     * @param options which problem
     * @throws IllegalArgumentException if a shape does not fit, or A or B is not finite
     */
    public static Result fit(Isospin iso, Matrix a, Matrix b, ProcrustesOptions options) {
        int n = a.columns();
        return fit(iso, a, b, options, Matrix.allocate(a.dtype(), n, n), Matrix.allocate(a.dtype(), 1, n));
    }

    /**
     * rotation ← R and translation ← t, all rows alike. Waits as the other form does.
     *
     * @param iso where it runs
     * @param a A, m × n
     * @param b B, m × n
     * @param options which problem
     * @param rotation n × n; may overlap inputs
     * @param translation 1 × n; may overlap inputs
     * @return the outputs, with scale, residual, condition and rank
     * @throws IllegalArgumentException if a shape does not fit, an output is read-only, or A or B is not finite
     */
    public static Result fit(
            Isospin iso, Matrix a, Matrix b, ProcrustesOptions options, Matrix rotation, Matrix translation) {
        return iso.compute(
                stream -> {
                    Workspace ws = stream.workspace();
                    ws.mark();
                    try {
                        Matrix ones = ws.matrix(DType.F64, a.rows(), 1);
                        stream.fill(ones, 1);
                        return fit(stream, a, b, ones, options, rotation, translation);
                    } finally {
                        ws.release();
                    }
                },
                a,
                b,
                rotation,
                translation);
    }

    /**
     * rotation ← R and translation ← t. Waits up to 62 times, as a rule a third of that, and where the cross matrix is rank-deficient up to
     * 10 + 2·log₂ n times more.
     *
     * @param iso where it runs
     * @param a A, m × n
     * @param b B, m × n
     * @param weights wᵢ, m × 1, not negative; rows of weight 0 are missing
     * @param options which problem
     * @param rotation n × n; may overlap inputs
     * @param translation 1 × n; may overlap inputs
     * @return the outputs, with scale, residual, condition and rank
     * @throws IllegalArgumentException if a shape does not fit, an output is read-only, a weight is negative, all are zero, or
     *     an input is not finite, but for rows of A and B that have no weight
     */
    public static Result fit(
            Isospin iso,
            Matrix a,
            Matrix b,
            Matrix weights,
            ProcrustesOptions options,
            Matrix rotation,
            Matrix translation) {
        return iso.compute(
                stream -> fit(stream, a, b, weights, options, rotation, translation),
                a,
                b,
                weights,
                rotation,
                translation);
    }

    /**
     * How well a rotation is determined, as {@link Result} tells it.
     *
     * @param condition of R
     * @param rank of AᵀB
     */
    public record Determination(double condition, int rank) {}

    /**
     * rotation ← R alone, without scale and translation, all rows alike: on a stream, for Isospin's own modules.
     *
     * @param stream where it runs; waits as the public forms do
     * @param a A, m × n
     * @param b B, m × n
     * @param options which problem; scaling and translation must be none
     * @param rotation n × n, F64; no operand
     * @return how well R is determined
     * @throws IllegalArgumentException if A or B is not finite
     */
    @SuppressWarnings("exports")
    public static Determination rotation(
            ComputeStream stream, Matrix a, Matrix b, ProcrustesOptions options, Matrix rotation) {
        int m = a.rows();
        int n = a.columns();
        if (n == 0) {
            return new Determination(1, 0);
        }
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix left = ws.matrix(DType.F64, m, n);
            Matrix right = ws.matrix(DType.F64, m, n);
            Scalar unit = stream.scalar();
            stream.scaleToOne(a, left, unit);
            stream.scaleToOne(b, right, unit);
            NearestRotation.Solution solution = NearestRotation.solve(stream, left, right, options, rotation);
            return new Determination(solution.condition(), solution.rank());
        } finally {
            ws.release();
        }
    }

    private static Result fit(
            ComputeStream stream,
            Matrix a,
            Matrix b,
            Matrix weights,
            ProcrustesOptions options,
            Matrix rotation,
            Matrix translation) {
        int m = a.rows();
        int n = a.columns();
        Operands.requireSameShape("procrustes", a, b);
        Operands.requireShape("procrustes", "the weights", weights, m, 1);
        Operands.requireOutput("procrustes", "rotation", rotation, n, n);
        Operands.requireOutput("procrustes", "translation", translation, 1, n);
        if (n == 0) {
            return new Result(rotation, 1, translation, 0, 1, 0);
        }
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix w = ws.matrix(DType.F64, m, 1);
            Matrix r = ws.matrix(DType.F64, n, n);
            Matrix rounded = ws.matrix(rotation.dtype(), n, n);
            Matrix shift = ws.matrix(DType.F64, 1, n);
            Matrix weighted = ws.matrix(DType.F64, m, n);
            double unit = weigh(stream, weights, w);
            boolean isCentred = options.translation() == ProcrustesOptions.Translation.OPTIMAL && m > 0;
            Points left = Points.of(stream, a, w, isCentred);
            Points right = Points.of(stream, b, w, isCentred);
            stream.scaleRows(w, left.rows(), weighted);
            NearestRotation.Solution solution = NearestRotation.solve(stream, weighted, right.rows(), options, r);
            stream.copy(r, rounded);
            stream.copy(rounded, r);
            Fit fit = fit(stream, left, right, w, options.scaling(), r, shift);
            stream.copy(rounded, rotation);
            stream.copy(shift, translation);
            double residual = fit.residual * Math.sqrt(unit);
            return new Result(rotation, fit.scale, translation, residual, solution.condition(), solution.rank());
        } finally {
            ws.release();
        }
    }

    /** w ← weights/unit. {@return the unit, a power of two} */
    private static double weigh(ComputeStream stream, Matrix weights, Matrix w) {
        Workspace ws = stream.workspace();
        int m = w.rows();
        ws.mark();
        try {
            Matrix magnitudes = ws.matrix(DType.F64, 1, m);
            Scalar unit = stream.scalar();
            Scalar largest = stream.scalar();
            Scalar negative = stream.scalar();
            stream.scaleToOne(weights, w, unit);
            stream.reduce(Reduction.MAX_ABS, w, largest);
            stream.flipColumns(w.transposed(), w.transposed(), magnitudes);
            stream.combine(1, magnitudes, -1, w.transposed(), 0, magnitudes);
            stream.reduce(Reduction.MAX_ABS, magnitudes, negative);
            double size = stream.read(largest);
            if (!Double.isFinite(size)) {
                throw new IllegalArgumentException("procrustes: the weights " + weights + " are not finite");
            }
            if (stream.read(negative) != 0 || (size == 0 && m > 0)) {
                throw new IllegalArgumentException("procrustes: the weights " + weights
                        + (size == 0 ? " must not all be zero" : " must not be negative"));
            }
            return stream.read(unit);
        } finally {
            ws.release();
        }
    }

    /**
     * The rows of a matrix without those that have no weight, divided by a power of two.
     *
     * @param rows m × n, less their mean if that is asked for
     * @param mean 1 × n; unspecified if it is not
     * @param unit the power of two
     * @param isCentred whether the mean was subtracted
     */
    private record Points(Matrix rows, Matrix mean, double unit, boolean isCentred) {
        static Points of(ComputeStream stream, Matrix source, Matrix w, boolean isCentred) {
            Workspace ws = stream.workspace();
            int m = source.rows();
            int n = source.columns();
            Matrix rows = ws.matrix(DType.F64, m, n);
            Matrix mean = ws.matrix(DType.F64, 1, n);
            Matrix ones = ws.matrix(DType.F64, m, 1);
            Matrix present = ws.matrix(DType.F64, m, 1);
            Scalar unit = stream.scalar();
            stream.fill(ones, 1);
            stream.combine(1, w, NO_WEIGHT, ones, 0, present);
            stream.divide(w, present, present);
            stream.scaleRows(present, source, rows);
            stream.scaleToOne(rows, rows, unit);
            if (isCentred) {
                Scalar sum = stream.scalar();
                Scalar one = stream.scalar();
                stream.set(one, 1);
                stream.dot(w, ones, sum);
                stream.scalarOp(ScalarOp.DIVIDE, one, sum, sum);
                stream.gemm(Arithmetic.F64, 1, w.transposed(), rows, 0, mean, mean);
                stream.scale(sum, mean, mean);
                stream.gemm(Arithmetic.F64, -1, ones, mean, 1, rows, rows);
            }
            return new Points(rows, mean, stream.read(unit), isCentred);
        }
    }

    /** Scale and residual, in units of the weights' own. */
    private record Fit(double scale, double residual) {}

    /** shift ← t; scale and residual of a rotation. */
    private static Fit fit(
            ComputeStream stream,
            Points left,
            Points right,
            Matrix w,
            ProcrustesOptions.Scaling scaling,
            Matrix r,
            Matrix shift) {
        Workspace ws = stream.workspace();
        int m = w.rows();
        int n = r.columns();
        ws.mark();
        try {
            Matrix turned = ws.matrix(DType.F64, m, n);
            Matrix weighted = ws.matrix(DType.F64, m, n);
            Scalar inner = stream.scalar();
            Scalar square = stream.scalar();
            Scalar unit = stream.scalar();
            stream.gemm(Arithmetic.F64, 1, left.rows, r, 0, turned, turned);
            // The scale by which turned rows are multiplied, and in what unit.
            double factor = 1;
            double factorUnit = left.unit;
            if (scaling == ProcrustesOptions.Scaling.OPTIMAL) {
                stream.scaleRows(w, turned, weighted);
                stream.dot(weighted, right.rows, inner);
                stream.dot(weighted, turned, square);
                double size = stream.read(square);
                factor = size == 0 ? 1 : stream.read(inner) / size;
                factorUnit = size == 0 ? left.unit : right.unit;
            }
            double common = Math.max(factorUnit, right.unit);
            double ours = factor * (factorUnit / common);
            double theirs = right.unit / common;
            if (left.isCentred) {
                stream.gemm(Arithmetic.F64, 1, left.mean, r, 0, shift, shift);
                stream.combine(theirs, right.mean, -ours, shift, 0, shift);
                stream.scale(common, shift, shift);
            } else {
                stream.fill(shift, 0);
            }
            stream.combine(ours, turned, -theirs, right.rows, 0, turned);
            stream.scaleToOne(turned, turned, unit);
            stream.scaleRows(w, turned, weighted);
            stream.dot(weighted, turned, square);
            double residual = Math.sqrt(stream.read(square)) * stream.read(unit) * common;
            return new Fit(factor * (factorUnit / left.unit), residual);
        } finally {
            ws.release();
        }
    }
}
