package org.isospin.properties;

import java.util.List;
import org.isospin.DType;

/**
 * Laws of the orthonormal factor Q of A = Q·R with a positive diagonal in R (for a wide A of Aᵀ, transposed), which every
 * way of finding it obeys: u the unit roundoff, κ the condition number.
 */
public final class OrthonormalizationLaws {
    private static final int[][] SHAPES = {{1, 1}, {2, 2}, {5, 3}, {3, 5}, {17, 17}, {40, 33}, {33, 64}};

    private OrthonormalizationLaws() {}

    /**
     * {@return every law on inputs drawn from a seed, of each law the worst case}
     *
     * @param orthonormalize the map
     * @param dtype the type to check it in
     * @param seed any number
     */
    public static List<LawResult> check(MatrixMap orthonormalize, DType dtype, long seed) {
        Worst worst = new Worst();
        double largest = dtype == DType.F64 ? 1e6 : 1e3;
        for (int[] shape : SHAPES) {
            for (double condition : new double[] {1, 10, largest}) {
                Dense a = Dense.of(Generators.conditioned(shape[0], shape[1], condition, seed)
                        .to(dtype));
                worst.add(orthogonality(orthonormalize, dtype, a));
                worst.add(triangle(orthonormalize, dtype, a));
                worst.add(scaling(orthonormalize, dtype, a));
                worst.add(transposition(orthonormalize, dtype, a));
            }
        }
        return worst.results();
    }

    /**
     * {@return the law that Q is orthogonal: orth ≤ 8u, or √n·u where that is more}. A vector of two elements shows the 8: 2u of
     * their squares' sum are one of its root, which adds one, as do the reciprocal and each product with it; a square doubles 4u
     *
     * @param orthonormalize the map
     * @param dtype element type
     * @param a a matrix of full rank
     */
    public static LawResult orthogonality(MatrixMap orthonormalize, DType dtype, Dense a) {
        return new LawResult(
                "Q is orthogonal",
                Subjects.describe(dtype, a),
                Subjects.apply(orthonormalize, dtype, a).orthogonalityDefect(),
                Math.max(8, Math.sqrt(Math.min(a.rows(), a.columns()))) * dtype.unitRoundoff());
    }

    /**
     * {@return the law that A = Q·R with R = QᵀA without what is below its diagonal, or not positive on it: to
     * (10 + √m)u‖A‖_F, Householder's error}
     *
     * @param orthonormalize the map
     * @param dtype element type
     * @param a a matrix of full rank
     */
    public static LawResult triangle(MatrixMap orthonormalize, DType dtype, Dense a) {
        Dense result = Subjects.apply(orthonormalize, dtype, a);
        boolean isWide = a.rows() < a.columns();
        Dense x = isWide ? a.transposed() : a;
        Dense q = isWide ? result.transposed() : result;
        Dense r = q.transposed().times(x);
        for (int i = 0; i < r.rows(); i++) {
            for (int j = 0; j <= i; j++) {
                r.set(i, j, i == j && r.get(i, j) > 0 ? r.get(i, j) : 0);
            }
        }
        double error =
                q.timesPlus(r, Dense.zero(x.rows(), x.columns()).plus(-1, x)).frobenius();
        return new LawResult(
                "A = Q·R with a positive diagonal in R",
                Subjects.describe(dtype, a),
                error,
                (10 + Math.sqrt(x.rows())) * dtype.unitRoundoff() * a.frobenius());
    }

    /**
     * {@return the law that 4A has the Q of A, to the last bit: a power of two changes no digit}
     *
     * @param orthonormalize the map
     * @param dtype element type
     * @param a any matrix
     */
    public static LawResult scaling(MatrixMap orthonormalize, DType dtype, Dense a) {
        Dense scaled = Dense.zero(a.rows(), a.columns()).plus(4, a);
        double error = Subjects.apply(orthonormalize, dtype, scaled)
                .plus(-1, Subjects.apply(orthonormalize, dtype, a))
                .max();
        return new LawResult("Q of 4A is Q of A bit for bit", Subjects.describe(dtype, a), error, 0);
    }

    /**
     * {@return the law that a wide A gives the transpose of what Aᵀ gives, to the last bit; nothing for a square one}
     *
     * @param orthonormalize the map
     * @param dtype element type
     * @param a any matrix
     */
    public static LawResult transposition(MatrixMap orthonormalize, DType dtype, Dense a) {
        Dense q = Subjects.apply(orthonormalize, dtype, a);
        Dense turned = a.rows() == a.columns()
                ? q
                : Subjects.apply(orthonormalize, dtype, a.transposed()).transposed();
        return new LawResult(
                "Q of Aᵀ is that of A transposed",
                Subjects.describe(dtype, a),
                q.plus(-1, turned).max(),
                0);
    }
}
