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
                worst.add(scaling(polar, dtype, a));
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
        Dense scaled = Dense.zero(a.rows(), a.columns()).plus(4, a);
        double error = Subjects.apply(polar, dtype, scaled)
                .plus(-1, Subjects.apply(polar, dtype, a))
                .max();
        return new LawResult("polar(4A) = polar(A) bit for bit", Subjects.describe(dtype, a), error, 0);
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
}
