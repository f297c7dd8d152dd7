package org.isospin.polar;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Workspace;

/**
 * The polar factor of any matrix of as many rows as columns or more: by a library's iteration where the backend has one, by
 * {@link WeightedHalley}, or where that finds it singular by a singular value decomposition.
 */
final class PolarFactor {
    /** Condition up to which the error of a library's factor in F64 is far below the roundoff of F32. */
    private static final double ACCURATE = 0x1p20;

    private PolarFactor() {}

    /**
     * How a factor was found.
     *
     * @param steps of the iteration, 0 if there was none, or none that tells
     * @param condition an estimate of κ
     */
    record Outcome(int steps, double condition) {
        /** That the iteration cannot be used. */
        static final Outcome SINGULAR = new Outcome(0, Double.POSITIVE_INFINITY);

        boolean isRegular() {
            return condition < Double.POSITIVE_INFINITY;
        }
    }

    /**
     * u ← the polar factor of a, polished. Waits once; where a is singular, up to five times; once more where a library iterates
     * in vain.
     *
     * @param stream where it runs
     * @param operation the caller, for messages
     * @param a m × n, m ≥ n ≥ 1, of any type
     * @param u m × n, output, scratch of the type to compute in, F32 or F64
     * @return how
     * @throws IllegalArgumentException if a is not finite
     */
    static Outcome compute(ComputeStream stream, String operation, Matrix a, Matrix u) {
        if (stream.hasPolar(a.rows(), a.columns())) {
            Outcome outcome = byLibrary(stream, a, u);
            if (outcome.isRegular()) {
                return outcome;
            }
        }
        return compute(stream, operation, a, WeightedHalley.Steps.BEST, u);
    }

    /** u ← the polar factor of a by the backend's iteration in F64, if a is well conditioned; otherwise u is unspecified. */
    private static Outcome byLibrary(ComputeStream stream, Matrix a, Matrix u) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix w = ws.matrix(DType.F64, a.rows(), a.columns());
            Scalar condition = stream.scalar();
            Scalar status = stream.scalar();
            Scalar one = stream.scalar();
            stream.scaleToOne(a, w, stream.scalar());
            stream.polar(w, condition, status);
            Matrix x = w;
            if (u.dtype() != DType.F64) {
                x = ws.matrix(u.dtype(), a.rows(), a.columns());
                stream.copy(w, x);
            }
            OrthonormalPolish.apply(stream, x, u);
            // 1/0 where it failed: one number tells both.
            stream.set(one, 1);
            stream.scalarOp(ScalarOp.SUBTRACT, one, status, status);
            stream.scalarOp(ScalarOp.MULTIPLY, condition, status, condition);
            stream.scalarOp(ScalarOp.DIVIDE, one, condition, condition);
            double kappa = stream.read(condition);
            boolean isRefinable = u.dtype() == DType.F64 && a.rows() == a.columns();
            double most = isRefinable ? PolarRefinement.WELL_CONDITIONED : ACCURATE;
            return kappa >= 0 && kappa <= most ? new Outcome(0, Math.max(1, kappa)) : Outcome.SINGULAR;
        } finally {
            ws.release();
        }
    }

    /**
     * u ← the polar factor of a by chosen steps, polished; where a is singular, by singular values. Waits as the other form does.
     *
     * @param stream where it runs
     * @param operation the caller, for messages
     * @param a m × n, m ≥ n ≥ 1, of any type
     * @param steps which
     * @param u m × n, output, scratch of the type to compute in, F32 or F64
     * @return how
     * @throws IllegalArgumentException if a is not finite
     */
    static Outcome compute(ComputeStream stream, String operation, Matrix a, WeightedHalley.Steps steps, Matrix u) {
        Outcome outcome = WeightedHalley.factor(stream, a, steps, u);
        if (outcome.isRegular()) {
            return outcome;
        }
        requireFinite(stream, operation, a);
        Outcome found = bySvd(stream, a, u);
        if (Double.isNaN(found.condition())) {
            throw new IllegalArgumentException(
                    operation + ": the singular value decomposition of " + a + " did not converge");
        }
        return found;
    }

    /**
     * Waits.
     *
     * @param stream where it runs
     * @param operation the caller, for the message
     * @param a any matrix
     * @throws IllegalArgumentException if a is not finite
     */
    static void requireFinite(ComputeStream stream, String operation, Matrix a) {
        Scalar largest = stream.scalar();
        stream.reduce(Reduction.MAX_ABS, a, largest);
        if (!Double.isFinite(stream.read(largest))) {
            throw new IllegalArgumentException(operation + ": " + a + " is not finite");
        }
    }

    /**
     * u ← x·yᵀ of a = x·diag(s)·yᵀ, whose vectors are complete whatever a's rank. Waits three times at most.
     *
     * @param stream where it runs
     * @param a m × n, m ≥ n ≥ 1
     * @param u m × n, output
     * @return κ, infinite for a singular a; NaN, and u unspecified, if a is not finite or the decomposition did not converge
     */
    static Outcome bySvd(ComputeStream stream, Matrix a, Matrix u) {
        Workspace ws = stream.workspace();
        int m = a.rows();
        int n = a.columns();
        ws.mark();
        try {
            Matrix x = ws.matrix(DType.F64, m, n);
            Matrix s = ws.matrix(DType.F64, 1, n);
            Matrix y = ws.matrix(DType.F64, n, n);
            Matrix product = ws.matrix(DType.F64, m, n);
            Scalar status = stream.scalar();
            stream.svd(a, x, s, y, status);
            stream.gemm(Arithmetic.F64, 1, x, y.transposed(), 0, product, product);
            OrthonormalPolish.apply(stream, product, x);
            stream.copy(x, u);
            if (stream.read(status) != 0) {
                return new Outcome(0, Double.NaN);
            }
            double smallest = value(stream, s, n - 1);
            return new Outcome(0, smallest == 0 ? Double.POSITIVE_INFINITY : value(stream, s, 0) / smallest);
        } finally {
            ws.release();
        }
    }

    /**
     * {@return one of a row of singular values; waits}
     *
     * @param stream where it runs
     * @param s singular values
     * @param index which
     */
    static double value(ComputeStream stream, Matrix s, int index) {
        Scalar value = stream.scalar();
        stream.reduce(Reduction.MAX_ABS, stream.workspace().view(s, 0, index, 1, 1), value);
        return stream.read(value);
    }
}
