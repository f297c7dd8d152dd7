package org.isospin.properties;

import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;

/**
 * Laws of the orthogonality defect ‖QᵀQ − I‖_F (‖QQᵀ − I‖_F of a wide Q): what a test of orthogonality must never be fooled
 * by, and how exact it is.
 *
 * <p>Bounds: the defect of a matrix of any type is found in F64 at least, so an element of QᵀQ − I is off by at most
 * γ = (m + 2)·2⁻⁵³ times the norms of its two columns, m the length of a column.
 */
public final class OrthogonalityLaws {
    /** Measures the defect. */
    @FunctionalInterface
    public interface Measure {
        /**
         * Applies the measure.
         *
         * @param q any shape; must not be changed
         * @return ‖QᵀQ − I‖_F, or ‖QQᵀ − I‖_F if q is wide
         */
        double apply(Matrix q);
    }

    private static final int[][] SHAPES = {{1, 1}, {2, 2}, {5, 3}, {3, 5}, {17, 17}, {40, 33}, {33, 64}};

    private OrthogonalityLaws() {}

    /**
     * {@return every law on inputs drawn from a seed, of each law the worst case}
     *
     * @param measure the measure
     * @param dtype the type to check it in
     * @param seed any number
     */
    public static List<LawResult> check(Measure measure, DType dtype, long seed) {
        Worst worst = new Worst();
        for (int[] shape : SHAPES) {
            Dense q = Generators.orthonormal(shape[0], shape[1], seed);
            for (double scale : new double[] {1, 1.001, 0.5, 3}) {
                Dense scaled = Dense.zero(shape[0], shape[1]).plus(scale, q);
                worst.add(defect(measure, dtype, scaled));
                worst.add(transposition(measure, dtype, scaled));
            }
            worst.add(defect(measure, dtype, Generators.gaussian(shape[0], shape[1], seed)));
            worst.add(multiple(measure, dtype, shape[0], shape[1], 1));
            worst.add(multiple(measure, dtype, shape[0], shape[1], 2));
            worst.add(multiple(measure, dtype, shape[0], shape[1], 0));
            worst.add(notANumber(measure, dtype, q));
        }
        return worst.results();
    }

    private static double gamma(Dense q) {
        return (Math.max(q.rows(), q.columns()) + 2) * DType.F64.unitRoundoff();
    }

    /**
     * {@return the law that the measure is the defect}
     *
     * @param measure the measure
     * @param dtype element type
     * @param q any matrix
     */
    public static LawResult defect(Measure measure, DType dtype, Dense q) {
        Dense rounded = Dense.of(q.to(dtype));
        double expected = rounded.gramDefect().frobenius();
        double error = Math.abs(measure.apply(q.to(dtype)) - expected);
        double size = rounded.frobenius();
        double gamma = gamma(q);
        // ‖γ·|Q|ᵀ|Q|‖_F ≤ γ‖Q‖_F², and the norm itself is a sum of squares, rounded.
        return new LawResult(
                "the defect is measured", Subjects.describe(dtype, q), error, gamma * size * size + gamma * expected);
    }

    /**
     * {@return the law that Q and Qᵀ have the same defect in the smaller of their two Gram matrices}
     *
     * @param measure the measure
     * @param dtype element type
     * @param q any matrix that is not square
     */
    public static LawResult transposition(Measure measure, DType dtype, Dense q) {
        double size = q.frobenius();
        double gamma = gamma(q);
        double one = measure.apply(q.to(dtype));
        double other = measure.apply(q.transposed().to(dtype));
        // Of a square Q both orders are measured, QᵀQ and QQᵀ have the same eigenvalues.
        return new LawResult(
                "Q and Qᵀ have the same defect",
                Subjects.describe(dtype, q),
                Math.abs(one - other),
                2 * gamma * (size * size + one));
    }

    /**
     * {@return the law that the defect of f·I is |f² − 1|√p to the last bit or two, exactly 0 for f = 1}
     *
     * @param measure the measure
     * @param dtype element type
     * @param rows m
     * @param columns n; p = min(m, n)
     * @param factor f, a small integer
     */
    public static LawResult multiple(Measure measure, DType dtype, int rows, int columns, double factor) {
        Dense q = Dense.zero(rows, columns);
        int p = Math.min(rows, columns);
        for (int i = 0; i < p; i++) {
            q.set(i, i, factor);
        }
        double expected = Math.abs(factor * factor - 1) * Math.sqrt(p);
        // The sum of squares is exact; its root, and the root here, are rounded.
        return new LawResult(
                "the defect of f·I is |f² - 1|√n",
                Subjects.describe(dtype, q),
                Math.abs(measure.apply(q.to(dtype)) - expected),
                4 * DType.F64.unitRoundoff() * expected);
    }

    /**
     * {@return the law that one NaN makes the defect NaN}
     *
     * @param measure the measure
     * @param dtype element type
     * @param q a matrix with an element at least
     */
    public static LawResult notANumber(Measure measure, DType dtype, Dense q) {
        Matrix spoiled = q.to(dtype);
        spoiled.set(q.rows() - 1, q.columns() / 2, Double.NaN);
        return new LawResult(
                "NaN is never orthogonal",
                Subjects.describe(dtype, q),
                Double.isNaN(measure.apply(spoiled)) ? 0 : 1,
                0);
    }
}
