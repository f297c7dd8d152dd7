package org.isospin.polar;

import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.backend.ComputeStream;

/**
 * Löwdin's symmetric orthonormalisation A(AᵀA)^−½ ((AAᵀ)^−½A, if A is wide): of all matrices with orthonormal columns (rows)
 * the nearest to A, whatever their order (Löwdin 1950).
 *
 * <p>It is the factor of {@link Polar}, with its accuracy, scaling and waits, and computed by it; but where A is singular to
 * the accuracy of F64, AᵀA has no inverse root, and nothing is made up in its place.
 *
 * @see LowdinDerivative
 */
public final class Lowdin {
    private Lowdin() {}

    /**
     * out ← A(AᵀA)^−½.
     *
     * @param iso where it runs
     * @param a A, m × n
     * @param out m × n; may overlap A's memory
     * @return how it was reached, and how good it is
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or A is not finite
     * @throws SingularMatrixException if A is rank-deficient
     */
    public static Polar.Result orthonormalize(Isospin iso, Matrix a, Matrix out) {
        return iso.compute(stream -> orthonormalize(stream, a, out), a, out);
    }

    static Polar.Result orthonormalize(ComputeStream stream, Matrix a, Matrix out) {
        Polar.Result result = Polar.polar(stream, a, out);
        requireRegular("lowdin", a, result.conditionEstimate());
        return result;
    }

    static void requireRegular(String operation, Matrix a, double condition) {
        if (condition > WeightedHalley.REGULAR) {
            throw new SingularMatrixException(
                    operation + ": " + a + " is rank-deficient, its condition is about " + condition,
                    Math.min(a.rows(), a.columns()) - 1,
                    1 / condition);
        }
    }
}
