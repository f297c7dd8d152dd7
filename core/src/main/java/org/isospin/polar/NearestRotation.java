package org.isospin.polar;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Scalar;
import org.isospin.backend.Workspace;

/**
 * The R in O(n) or SO(n) that maximises ⟨C, R⟩, in F64: for C = X·diag(σ)·Yᵀ the polar factor X·Yᵀ, in SO(n) with the last column
 * of X negated if det XYᵀ = −1; and what stands for it where C is rank-deficient.
 *
 * <p>Small C by singular values, others by {@link WeightedHalley} and, if what it finds has the wrong determinant, a
 * {@link Reflection}; by singular values again where either is not accurate.
 */
final class NearestRotation {
    /** Up to here a singular value decomposition is fast and tells the condition exactly. */
    static final int SMALL = 64;

    private NearestRotation() {}

    /**
     * What solving tells.
     *
     * @param condition 2σ₁/(σₙ₋₁ ± σₙ), or an estimate from above; σ₁/σᵣ where a policy chose among many solutions
     * @param rank of C
     */
    record Solution(double condition, int rank) {}

    /** The determinants allowed. */
    private enum Determinant {
        ANY,
        PLUS,
        MINUS;

        static Determinant of(Group group) {
            return group == Group.ROTATION ? PLUS : ANY;
        }

        /** {@return whether an orthogonal matrix has this; waits twice if not every one has} */
        boolean isOf(ComputeStream stream, Matrix q) {
            return this == ANY || Orientation.isReversed(stream, q) == (this == MINUS);
        }

        /** {@return what Z must have for x·diag(I, Z)·yᵀ to have this, where x·yᵀ is reversed or not} */
        Determinant relativeTo(boolean isReversed) {
            if (this == ANY || !isReversed) {
                return this;
            }
            return this == PLUS ? MINUS : PLUS;
        }
    }

    /**
     * r ← R for C = AᵀB, by {@link ThinRotation} where A and B are wide. Waits as the other form does.
     *
     * @param stream where it runs
     * @param a A, m × n, n ≥ 1, F64
     * @param b B, m × n, F64
     * @param options group, policy and tolerance
     * @param r n × n, F64, output; no operand
     * @return the condition, and the rank by the tolerance
     * @throws IllegalArgumentException if A or B is not finite
     */
    static Solution solve(ComputeStream stream, Matrix a, Matrix b, ProcrustesOptions options, Matrix r) {
        int m = a.rows();
        int n = a.columns();
        if (n > SMALL && m > 0 && m < n) {
            Solution solution = ThinRotation.solve(stream, a, b, options, r);
            if (solution.rank() == m) {
                return solution;
            }
        }
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix cross = ws.matrix(DType.F64, n, n);
            stream.gemm(Arithmetic.F64, 1, a.transposed(), b, 0, cross, cross);
            return solve(stream, cross, options, r);
        } finally {
            ws.release();
        }
    }

    /**
     * r ← R. Waits up to 52 times, as a rule a third of that, and where C is rank-deficient up to 10 + 2·log₂ n times more.
     *
     * @param stream where it runs
     * @param c C, n × n, n ≥ 1, F64
     * @param options group, policy and tolerance
     * @param r n × n, F64, output; no operand
     * @return the condition, and the rank by the tolerance
     * @throws IllegalArgumentException if C is not finite
     */
    static Solution solve(ComputeStream stream, Matrix c, ProcrustesOptions options, Matrix r) {
        return solve(stream, c, Determinant.of(options.group()), options.nullSpace(), options.rankTolerance(), r);
    }

    private static Solution solve(
            ComputeStream stream, Matrix c, Determinant determinant, NullSpace policy, double tolerance, Matrix r) {
        int n = c.rows();
        if (n > SMALL) {
            PolarFactor.Outcome outcome = WeightedHalley.factor(stream, c, WeightedHalley.Steps.BEST, r);
            if (outcome.condition() * Math.max(tolerance, 1 / WeightedHalley.REGULAR) < 1) {
                if (determinant.isOf(stream, r)) {
                    return new Solution(outcome.condition(), n);
                }
                double condition = Reflection.apply(stream, c, r);
                if (condition < Double.POSITIVE_INFINITY) {
                    return new Solution(condition, n);
                }
            }
        }
        return bySvd(stream, c, determinant, policy, tolerance, r);
    }

    private static Solution bySvd(
            ComputeStream stream, Matrix c, Determinant determinant, NullSpace policy, double tolerance, Matrix r) {
        Workspace ws = stream.workspace();
        int n = c.rows();
        ws.mark();
        try {
            Matrix x = ws.matrix(DType.F64, n, n);
            Matrix s = ws.matrix(DType.F64, 1, n);
            Matrix y = ws.matrix(DType.F64, n, n);
            Matrix product = ws.matrix(DType.F64, n, n);
            Scalar status = stream.scalar();
            stream.svd(c, x, s, y, status);
            if (stream.read(status) != 0) {
                throw new IllegalArgumentException(
                        "procrustes: an operand is not finite, or the singular value decomposition did not converge");
            }
            double largest = PolarFactor.value(stream, s, 0);
            double last = PolarFactor.value(stream, s, n - 1);
            int rank = last > tolerance * largest ? n : rank(stream, s, tolerance * largest);
            if (rank == n || policy == NullSpace.ANY) {
                double sign = anyOf(stream, x, y, determinant, product);
                OrthonormalPolish.apply(stream, product, r);
                if (sign > 0) {
                    refine(stream, c, largest, last, r);
                }
                double gap = n == 1 ? 2 * last : PolarFactor.value(stream, s, n - 2) + sign * last;
                return new Solution(gap > 0 ? 2 * largest / gap : Double.POSITIVE_INFINITY, rank);
            }
            Matrix left = ws.view(x, 0, 0, n, rank);
            Matrix right = ws.view(y, 0, 0, n, rank);
            if (policy == NullSpace.NEAREST_IDENTITY) {
                complete(stream, x, y, rank, determinant, product);
                stream.gemm(Arithmetic.F64, 1, left, right.transposed(), 1, product, product);
            } else {
                stream.gemm(Arithmetic.F64, 1, left, right.transposed(), 0, product, product);
            }
            // A zero singular value stays one: the polish is for those of 1.
            OrthonormalPolish.apply(stream, product, r);
            double condition = rank == 0 ? Double.POSITIVE_INFINITY : largest / PolarFactor.value(stream, s, rank - 1);
            return new Solution(condition, rank);
        } finally {
            ws.release();
        }
    }

    /** r ← the refined polar factor of c, where that pays. */
    private static void refine(ComputeStream stream, Matrix c, double largest, double least, Matrix r) {
        if (!PolarRefinement.isFor(largest / least)) {
            return;
        }
        Scalar bound = stream.scalar();
        Scalar last = stream.scalar();
        stream.set(bound, largest);
        stream.set(last, least);
        PolarRefinement.apply(stream, c, bound, last, r);
    }

    /** product ← x·yᵀ with a determinant allowed. {@return the sign of the last singular value} */
    private static double anyOf(ComputeStream stream, Matrix x, Matrix y, Determinant determinant, Matrix product) {
        Workspace ws = stream.workspace();
        int n = x.rows();
        stream.gemm(Arithmetic.F64, 1, x, y.transposed(), 0, product, product);
        if (determinant.isOf(stream, product)) {
            return 1;
        }
        Matrix lastX = ws.view(x, 0, n - 1, n, 1);
        Matrix lastY = ws.view(y, 0, n - 1, n, 1).transposed();
        stream.gemm(Arithmetic.F64, -2, lastX, lastY, 1, product, product);
        return -1;
    }

    /** product ← xₙ·z·yₙᵀ, what completes the first columns of x and y to the solution nearest to the identity. */
    private static void complete(
            ComputeStream stream, Matrix x, Matrix y, int rank, Determinant determinant, Matrix product) {
        Workspace ws = stream.workspace();
        int n = x.rows();
        int k = n - rank;
        ws.mark();
        try {
            Matrix left = ws.view(x, 0, rank, n, k);
            Matrix right = ws.view(y, 0, rank, n, k);
            Matrix overlap = ws.matrix(DType.F64, k, k);
            Matrix z = ws.matrix(DType.F64, k, k);
            Matrix turned = ws.matrix(DType.F64, n, k);
            boolean isReversed = false;
            if (determinant != Determinant.ANY) {
                stream.gemm(Arithmetic.F64, 1, x, y.transposed(), 0, product, product);
                isReversed = Orientation.isReversed(stream, product);
            }
            stream.gemm(Arithmetic.F64, 1, left.transposed(), right, 0, overlap, overlap);
            solve(stream, overlap, determinant.relativeTo(isReversed), NullSpace.ANY, 0, z);
            stream.gemm(Arithmetic.F64, 1, left, z, 0, turned, turned);
            stream.gemm(Arithmetic.F64, 1, turned, right.transposed(), 0, product, product);
        } finally {
            ws.release();
        }
    }

    /** {@return how many of descending values exceed a threshold, which the last does not; waits log₂ n times} */
    private static int rank(ComputeStream stream, Matrix s, double threshold) {
        int low = 0;
        int high = s.columns() - 1;
        while (low < high) {
            int middle = (low + high) / 2;
            if (PolarFactor.value(stream, s, middle) > threshold) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
