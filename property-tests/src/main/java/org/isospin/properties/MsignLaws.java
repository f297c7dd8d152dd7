package org.isospin.properties;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.isospin.DType;

/**
 * Laws of a polynomial msign: singular vectors stay, every singular value σ of A/‖A‖_F becomes f(σ) for one scalar
 * function f, the composition of the schedule's polynomials.
 *
 * <p>Bounds: with u of the compute type, the rounding errors of a step, a few u, and those of A are multiplied by the slopes
 * of the steps that follow: together at most the slope of f, which is largest at the origin, L = f′(0). Rounding the output
 * adds a unit roundoff of its type, of elements that stay below 1.3.
 */
public final class MsignLaws {
    private static final int[][] SHAPES = {{1, 1}, {2, 2}, {5, 3}, {3, 5}, {17, 17}, {40, 33}, {33, 64}};

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
            worst.add(mapping(msign, scalar, dtype, shape[0], shape[1], 100, seed));
            worst.add(transposition(msign, scalar, dtype, a));
            worst.add(scaling(msign, dtype, a));
            worst.add(tiny(msign, dtype, a));
            worst.add(nan(msign, dtype, a));
            worst.add(zero(msign, dtype, shape[0], shape[1]));
        }
        return worst.results();
    }

    private static double bound(DoubleUnaryOperator scalar, DType dtype) {
        double tiny = 0x1p-40;
        double slope = scalar.applyAsDouble(tiny) / tiny;
        return slope * dtype.computeType().unitRoundoff() + 2 * dtype.unitRoundoff();
    }

    /**
     * {@return the law that U·diag(σ)·Vᵀ is mapped to U·diag(f(σ/‖σ‖))·Vᵀ}
     *
     * @param msign the map
     * @param scalar f
     * @param dtype element type
     * @param rows number of rows
     * @param columns number of columns
     * @param condition the ratio of the largest to the smallest singular value
     * @param seed any number
     */
    public static LawResult mapping(
            MatrixMap msign,
            DoubleUnaryOperator scalar,
            DType dtype,
            int rows,
            int columns,
            double condition,
            long seed) {
        Dense a = Generators.conditioned(rows, columns, condition, seed);
        double norm = a.frobenius();
        Dense expected = Generators.withSpectrum(
                rows,
                columns,
                j -> scalar.applyAsDouble(Generators.geometric(rows, columns, condition, j) / norm),
                seed);
        double error =
                Subjects.apply(msign, dtype, a).plus(-1, expected).frobenius() / Math.sqrt(Math.min(rows, columns));
        // Rounding A to its type is an error of A, and is multiplied by f's slope as well.
        double slope = scalar.applyAsDouble(0x1p-40) * 0x1p40;
        return new LawResult(
                "singular values go the way of the scalar",
                Subjects.describe(dtype, a),
                error,
                bound(scalar, dtype) + slope * dtype.unitRoundoff());
    }

    /**
     * {@return the law that msign(4A) = msign(A), to the last bit: a power of two changes no digit}
     *
     * @param msign the map
     * @param dtype element type
     * @param a any matrix
     */
    public static LawResult scaling(MatrixMap msign, DType dtype, Dense a) {
        return scaling("msign(4A) = msign(A) bit for bit", 4, msign, dtype, a);
    }

    /**
     * {@return the law that msign(2⁻ᵏA) = msign(A), to the last bit, for a 2⁻ᵏ whose square underflows}
     *
     * @param msign the map
     * @param dtype element type
     * @param a a matrix whose elements are about 1
     */
    public static LawResult tiny(MatrixMap msign, DType dtype, Dense a) {
        return scaling("msign(A/2ᵏ) = msign(A) bit for bit", Subjects.tiny(dtype), msign, dtype, a);
    }

    private static LawResult scaling(String law, double factor, MatrixMap msign, DType dtype, Dense a) {
        // Rounded after scaling too: an element that is lost then is lost in both.
        Dense scaled = Dense.of(Dense.zero(a.rows(), a.columns())
                .plus(factor, Dense.of(a.to(dtype)))
                .to(dtype));
        Dense back = Dense.zero(a.rows(), a.columns()).plus(1 / factor, scaled);
        double error = Subjects.apply(msign, dtype, scaled)
                .plus(-1, Subjects.apply(msign, dtype, back))
                .max();
        return new LawResult(law, Subjects.describe(dtype, a), error, 0);
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
                bound(scalar, dtype));
    }

    /**
     * {@return the law that msign(Aᵀ) = msign(A)ᵀ}
     *
     * @param msign the map
     * @param scalar f
     * @param dtype element type
     * @param a any matrix
     */
    public static LawResult transposition(MatrixMap msign, DoubleUnaryOperator scalar, DType dtype, Dense a) {
        double error = Subjects.apply(msign, dtype, a.transposed())
                .plus(-1, Subjects.apply(msign, dtype, a).transposed())
                .max();
        return new LawResult("msign(Aᵀ) = msign(A)ᵀ", Subjects.describe(dtype, a), error, 2 * bound(scalar, dtype));
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

    /**
     * {@return the law that NaN in A is told by the result or by an exception}
     *
     * @param msign the map
     * @param dtype element type
     * @param a a matrix, of which an element becomes NaN
     */
    public static LawResult nan(MatrixMap msign, DType dtype, Dense a) {
        Dense bad = a.plus(0, a);
        bad.set(a.rows() / 2, a.columns() / 2, Double.NaN);
        return Subjects.nan("msign", Subjects.describe(dtype, a), () -> Subjects.apply(msign, dtype, bad));
    }
}
