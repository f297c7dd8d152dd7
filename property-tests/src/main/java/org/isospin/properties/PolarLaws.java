package org.isospin.properties;

import java.util.List;
import org.isospin.DType;

/**
 * Laws of the orthogonal polar factor U of A = U·P, u the unit roundoff, κ the condition number.
 *
 * <p>Bounds: a residual polish ends at orth ≤ 4u whatever κ is; P = UᵀA is symmetric to a few u‖A‖_F, twice what is
 * measured; U itself
 * is known to 2κu.
 */
public final class PolarLaws {
    private static final int[][] SHAPES = {{1, 1}, {2, 2}, {5, 3}, {3, 5}, {17, 17}, {40, 33}, {33, 64}};

    private PolarLaws() {}

    /**
     * {@return every law on inputs drawn from a seed, of each law the worst case}
     *
     * @param polar the map
     * @param dtype the type to check it in
     * @param seed any number
     */
    public static List<LawResult> check(MatrixMap polar, DType dtype, long seed) {
        Worst worst = new Worst();
        double largest = dtype == DType.F64 ? 1e6 : 1e3;
        for (int[] shape : SHAPES) {
            for (double condition : new double[] {1, 10, largest}) {
                // Rounded to the type first: the laws are about the matrix that the map sees.
                Dense a = Dense.of(Generators.conditioned(shape[0], shape[1], condition, seed)
                        .to(dtype));
                worst.add(orthogonality(polar, dtype, a));
                worst.add(symmetry(polar, dtype, a));
                worst.add(trace(polar, dtype, a));
                worst.add(scaling(polar, dtype, a));
                worst.add(tiny(polar, dtype, a));
                worst.add(nan(polar, dtype, a));
                worst.add(transposition(polar, dtype, a, condition));
            }
        }
        return worst.results();
    }

    /**
     * {@return the law that U is orthogonal: orth ≤ 4u}
     *
     * @param polar the map
     * @param dtype element type
     * @param a a matrix of full rank
     */
    public static LawResult orthogonality(MatrixMap polar, DType dtype, Dense a) {
        return new LawResult(
                "polar(A) is orthogonal",
                Subjects.describe(dtype, a),
                Subjects.apply(polar, dtype, a).orthogonalityDefect(),
                4 * dtype.unitRoundoff());
    }

    /**
     * {@return the law that UᵀA (AUᵀ, if wide) is symmetric: ‖skew part‖_F ≤ 12u‖A‖_F}
     *
     * @param polar the map
     * @param dtype element type
     * @param a a matrix of full rank
     */
    public static LawResult symmetry(MatrixMap polar, DType dtype, Dense a) {
        Dense u = Subjects.apply(polar, dtype, a);
        Dense p = a.rows() >= a.columns() ? u.transposed().times(a) : a.times(u.transposed());
        double error = p.plus(-1, p.transposed()).frobenius() / 2;
        return new LawResult(
                "UᵀA is symmetric", Subjects.describe(dtype, a), error, 12 * dtype.unitRoundoff() * a.frobenius());
    }

    /**
     * {@return the law that polar(4A) = polar(A), to the last bit: a power of two changes no digit}
     *
     * @param polar the map
     * @param dtype element type
     * @param a any matrix
     */
    public static LawResult scaling(MatrixMap polar, DType dtype, Dense a) {
        return scaling("polar(4A) = polar(A) bit for bit", 4, polar, dtype, a);
    }

    /**
     * {@return the law that polar(2⁻ᵏA) = polar(A), to the last bit, for a 2⁻ᵏ whose square underflows}
     *
     * @param polar the map
     * @param dtype element type
     * @param a a matrix whose elements are about 1
     */
    public static LawResult tiny(MatrixMap polar, DType dtype, Dense a) {
        return scaling("polar(A/2ᵏ) = polar(A) bit for bit", Subjects.tiny(dtype), polar, dtype, a);
    }

    private static LawResult scaling(String law, double factor, MatrixMap polar, DType dtype, Dense a) {
        // Rounded after scaling too: an element that is lost then is lost in both.
        Dense scaled =
                Dense.of(Dense.zero(a.rows(), a.columns()).plus(factor, a).to(dtype));
        Dense back = Dense.zero(a.rows(), a.columns()).plus(1 / factor, scaled);
        double error = Subjects.apply(polar, dtype, scaled)
                .plus(-1, Subjects.apply(polar, dtype, back))
                .max();
        return new LawResult(law, Subjects.describe(dtype, a), error, 0);
    }

    /**
     * {@return the law that tr UᵀA is the sum of the singular values, the largest that it can be: a symmetric UᵀA has only
     * positive eigenvalues then, and no other symmetric U is the polar factor. An error E of U changes the trace by at most
     * ‖E‖_F‖A‖_F, and by its second order only where UᵀA stays symmetric: 2u√p‖A‖_F for orth ≤ 4u, as much again for the
     * rounding of U, p = min(m, n), besides what the singular values err by}
     *
     * @param polar the map
     * @param dtype element type
     * @param a a matrix of full rank
     */
    public static LawResult trace(MatrixMap polar, DType dtype, Dense a) {
        Dense u = Subjects.apply(polar, dtype, a);
        Dense p = a.rows() >= a.columns() ? u.transposed().times(a) : a.times(u.transposed());
        Dense sigma = a.singularValues();
        double sum = 0;
        for (int i = 0; i < sigma.columns(); i++) {
            sum += sigma.get(0, i);
        }
        double bound =
                4 * dtype.unitRoundoff() * Math.sqrt(sigma.columns()) * a.frobenius() + a.singularValueError() * sum;
        return new LawResult("tr UᵀA = Σσ", Subjects.describe(dtype, a), Math.abs(sum - p.trace()), bound);
    }

    /**
     * {@return the law that polar(Aᵀ) = polar(A)ᵀ: both are known to 2κu a column}
     *
     * @param polar the map
     * @param dtype element type
     * @param a a matrix of full rank
     * @param condition κ
     */
    public static LawResult transposition(MatrixMap polar, DType dtype, Dense a, double condition) {
        double error = Subjects.apply(polar, dtype, a.transposed())
                        .plus(-1, Subjects.apply(polar, dtype, a).transposed())
                        .frobenius()
                / Math.sqrt(Math.max(1, Math.min(a.rows(), a.columns())));
        return new LawResult(
                "polar(Aᵀ) = polar(A)ᵀ",
                Subjects.describe(dtype, a),
                error,
                dtype.unitRoundoff() * (8 + 4 * condition));
    }

    /**
     * {@return the law that NaN in A is told by the result or by an exception}
     *
     * @param polar the map
     * @param dtype element type
     * @param a a matrix, of which an element becomes NaN
     */
    public static LawResult nan(MatrixMap polar, DType dtype, Dense a) {
        Dense bad = a.plus(0, a);
        bad.set(a.rows() / 2, a.columns() / 2, Double.NaN);
        return Subjects.nan("polar", Subjects.describe(dtype, a), () -> Subjects.apply(polar, dtype, bad));
    }
}
