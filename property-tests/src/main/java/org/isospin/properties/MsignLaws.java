package org.isospin.properties;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.isospin.DType;

/**
 * Laws of a polynomial msign: singular vectors stay, every singular value σ of A/‖A‖_F becomes f(σ) for one scalar
 * function f, the composition of the schedule's polynomials.
 */
public final class MsignLaws {
    private static final int[][] SHAPES = {{1, 1}, {2, 2}, {5, 3}, {3, 5}, {17, 17}, {40, 33}, {33, 64}};

    /**
     * The largest factor by which a step of the known schedules amplifies a relative error of an element; five steps of
     * slope up to 8.5 at the origin act on values that stay below 1.3.
     */
    private static final double AMPLIFICATION = 64;

    private MsignLaws() {}

    /**
     * {@return every law on inputs drawn from a seed, of each law the worst case}
     *
     * @param msign the map
     * @param scalar f: what becomes of a singular value after division by the Frobenius norm
     * @param dtype the type to check it in
     * @param seed any number
     */
    public static List<LawResult> check(MatrixMap msign, DoubleUnaryOperator scalar, DType dtype, long seed) {
        Worst worst = new Worst();
        for (int[] shape : SHAPES) {
            Dense a = Generators.conditioned(shape[0], shape[1], 100, seed);
            worst.add(diagonal(msign, scalar, dtype, shape[0], shape[1]));
            worst.add(transposition(msign, dtype, a));
            worst.add(zero(msign, dtype, shape[0], shape[1]));
        }
        return worst.results();
    }

    /**
     * {@return the law that a diagonal matrix is mapped element by element}
     *
     * @param msign the map
     * @param scalar f
     * @param dtype element type
     * @param rows number of rows
     * @param columns number of columns
     */
    public static LawResult diagonal(MatrixMap msign, DoubleUnaryOperator scalar, DType dtype, int rows, int columns) {
        Dense a = Dense.zero(rows, columns);
        int p = Math.min(rows, columns);
        for (int i = 0; i < p; i++) {
            a.set(i, i, Math.scalb(1.0, -(i % 5)));
        }
        double norm = a.frobenius();
        Dense expected = Dense.zero(rows, columns);
        for (int i = 0; i < p; i++) {
            expected.set(i, i, scalar.applyAsDouble(a.get(i, i) / norm));
        }
        double error = Subjects.apply(msign, dtype, a).plus(-1, expected).max();
        return new LawResult(
                "msign of a diagonal is the scalar composition",
                Subjects.describe(dtype, a),
                error,
                AMPLIFICATION * dtype.unitRoundoff());
    }

    /**
     * {@return the law that msign(Aᵀ) = msign(A)ᵀ}
     *
     * @param msign the map
     * @param dtype element type
     * @param a any matrix
     */
    public static LawResult transposition(MatrixMap msign, DType dtype, Dense a) {
        double error = Subjects.apply(msign, dtype, a.transposed())
                .plus(-1, Subjects.apply(msign, dtype, a).transposed())
                .max();
        return new LawResult(
                "msign(Aᵀ) = msign(A)ᵀ",
                Subjects.describe(dtype, a),
                error,
                AMPLIFICATION * dtype.unitRoundoff() * Math.sqrt(Math.max(a.rows(), a.columns())));
    }

    /**
     * {@return the law that msign(0) = 0}
     *
     * @param msign the map
     * @param dtype element type
     * @param rows number of rows
     * @param columns number of columns
     */
    public static LawResult zero(MatrixMap msign, DType dtype, int rows, int columns) {
        Dense a = Dense.zero(rows, columns);
        return new LawResult(
                "msign(0) = 0",
                Subjects.describe(dtype, a),
                Subjects.apply(msign, dtype, a).max(),
                0);
    }
}
