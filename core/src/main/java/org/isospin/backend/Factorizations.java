package org.isospin.backend;

import org.isospin.Matrix;

/**
 * Matrix factorizations, each a fixed sequence of {@link Kernels} that never waits; a backend overrides one where its
 * hardware has better. Failure is reported in a status scalar, which the algorithm reads where it waits anyway.
 */
public interface Factorizations extends Kernels {
    /**
     * P·a = L·U with partial pivoting, in place, blocked.
     *
     * @param a n × n, input and output: U on and above the diagonal, unit lower L below
     * @param pivots n row numbers, output
     * @param status set to 1 + the position of the first zero or non-finite pivot, or left as it was
     */
    default void lu(Matrix a, Indices pivots, Scalar status) {
        BlockedLu.factor(this, a, pivots, status);
    }

    /**
     * b ← a⁻¹·b from the factors of {@link #lu}.
     *
     * @param lu the factors
     * @param pivots the row exchanges
     * @param b n × m, input and output
     */
    default void luSolve(Matrix lu, Indices pivots, Matrix b) {
        BlockedLu.solve(this, lu, pivots, b);
    }

    /**
     * out ← a⁻¹ by LU with partial pivoting.
     *
     * @param a n × n; read only
     * @param out n × n, output; must not overlap a
     * @param status as for {@link #lu}
     */
    default void inverse(Matrix a, Matrix out, Scalar status) {
        BlockedLu.inverse(this, a, out, status);
    }

    /**
     * b ← t⁻¹·b for a triangular t of any size, by blocks.
     *
     * @param triangle which part of t is read
     * @param t n × n
     * @param b n × m, input and output
     */
    default void solveTriangular(Triangle triangle, Matrix t, Matrix b) {
        BlockedTriangular.solve(this, triangle, t, b);
    }

    /**
     * a = L·Lᵀ in place, blocked; the strict upper triangle becomes zero.
     *
     * @param a n × n symmetric positive definite, of which the lower triangle is read
     * @param status set to 1 + the position of the first pivot that is not positive, or left as it was
     */
    default void cholesky(Matrix a, Scalar status) {
        BlockedCholesky.factor(this, a, status);
    }

    /**
     * a = q·r by blocked Householder reflections, with qᵀq = I and r upper triangular; signs of r's diagonal as they
     * fall.
     *
     * @param a m × n, m ≥ n; read only
     * @param q m × n, output; must not overlap a
     * @param r n × n, output, zero below the diagonal
     */
    default void qr(Matrix a, Matrix q, Matrix r) {
        BlockedQr.factor(this, a, q, r);
    }

    /**
     * The orthonormal factor of a matrix on top of the identity, [a; I] = q·r, at three fifths of the work of {@link #qr}.
     *
     * @param a n × n; read only
     * @param q 2n × n, output; must not overlap a
     */
    default void qrOverIdentity(Matrix a, Matrix q) {
        BlockedQr.factorOverIdentity(this, a, q);
    }

    /**
     * The thin singular value decomposition a = u·diag(s)·vᵀ, singular values descending; u and v have orthonormal
     * columns even where a is rank-deficient.
     *
     * @param a m × n, m ≥ n; read only
     * @param u m × n, output
     * @param s 1 × n, output
     * @param v n × n, output
     * @param status set to 1 if a is not finite or the iteration did not converge, or left as it was
     */
    default void svd(Matrix a, Matrix u, Matrix s, Matrix v, Scalar status) {
        ThinSvd.factor(this, a, u, s, v, status);
    }

    /**
     * {@return whether there is {@link #polar} for a shape: where a library iterates by itself}
     *
     * @param rows number of rows
     * @param columns number of columns, at most as many
     */
    default boolean hasPolar(int rows, int columns) {
        return false;
    }

    /**
     * a ← its orthogonal polar factor, with the accuracy of QDWH (Nakatsukasa, Bai and Gygi 2010): an error of a few u·κ.
     *
     * @param a m × n, m ≥ n, F64, input and output
     * @param reciprocal receives an estimate of 1/κ
     * @param status set to 1 if a is not finite or the iteration did not converge, or left as it was
     * @throws UnsupportedOperationException where {@link #hasPolar} says that there is none
     */
    default void polar(Matrix a, Scalar reciprocal, Scalar status) {
        throw new UnsupportedOperationException("no library iterates for the polar factor of " + a);
    }

    /**
     * Singular values of a matrix of any shape, descending.
     *
     * @param a m × n; read only
     * @param s 1 × min(m, n), output
     * @param status set to 1 if a is not finite or the iteration did not converge, or left as it was
     */
    default void spectrum(Matrix a, Matrix s, Scalar status) {
        ThinSvd.spectrum(this, a, s, status);
    }
}
