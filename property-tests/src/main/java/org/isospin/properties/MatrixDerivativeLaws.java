package org.isospin.properties;

import java.util.List;
import java.util.function.UnaryOperator;
import org.isospin.DType;
import org.isospin.Matrix;

/**
 * Laws of the derivatives of maps from matrices to matrices of the same shape, such as the polar factor, in F64: slopes by
 * differences ({@link DerivativeLaws}). A has singular values from 1 to 1/8, and steps are short beside the smallest, so
 * that no point of a difference is near a matrix of lower rank.
 */
public final class MatrixDerivativeLaws {
    /** A vector–Jacobian or a Jacobian–vector product. */
    @FunctionalInterface
    public interface Product {
        /**
         * Applies it.
         *
         * @param a where the map is derived, m × n; must not be changed
         * @param v a cotangent or a tangent, m × n; must not be changed
         * @param out m × n, receives the gradient or the derivative
         */
        void apply(Matrix a, Matrix v, Matrix out);
    }

    private static final int[][] SQUARES = {{2, 2}, {7, 7}, {20, 20}};
    private static final int[][] TALL = {{9, 4}, {17, 12}};
    private static final double CONDITION = 8;

    private MatrixDerivativeLaws() {}

    /**
     * {@return both laws on square matrices drawn from a seed, the worst cases}
     *
     * @param name what is derived
     * @param map the map
     * @param vjp its vector–Jacobian product, under test
     * @param jvp its Jacobian–vector product, under test
     * @param seed any number
     */
    public static List<LawResult> checkSquare(String name, MatrixMap map, Product vjp, Product jvp, long seed) {
        Worst worst = new Worst();
        for (int[] shape : SQUARES) {
            add(worst, name, map, vjp, jvp, shape, seed);
        }
        return worst.results();
    }

    /**
     * {@return both laws on square and on tall matrices drawn from a seed, the worst cases}
     *
     * @param name what is derived
     * @param map the map
     * @param vjp its vector–Jacobian product, under test
     * @param jvp its Jacobian–vector product, under test
     * @param seed any number
     */
    public static List<LawResult> check(String name, MatrixMap map, Product vjp, Product jvp, long seed) {
        Worst worst = new Worst();
        for (int[] shape : SQUARES) {
            add(worst, name, map, vjp, jvp, shape, seed);
        }
        for (int[] shape : TALL) {
            add(worst, name, map, vjp, jvp, shape, seed);
        }
        return worst.results();
    }

    private static void add(Worst worst, String name, MatrixMap map, Product vjp, Product jvp, int[] shape, long seed) {
        Dense a = Generators.conditioned(shape[0], shape[1], CONDITION, seed);
        Dense gaussian = Generators.gaussian(shape[0], shape[1], seed + 2);
        Dense direction = Dense.zero(shape[0], shape[1]).plus(1 / (CONDITION * gaussian.frobenius()), gaussian);
        Dense cotangent = Generators.gaussian(shape[0], shape[1], seed + 3);
        UnaryOperator<Dense> f = x -> Subjects.apply(map, DType.F64, x);
        worst.add(DerivativeLaws.jvp(name, f, a, direction, apply(jvp, a, direction)));
        worst.add(DerivativeLaws.vjp(name, f, a, direction, cotangent, apply(vjp, a, cotangent)));
    }

    private static Dense apply(Product product, Dense a, Dense v) {
        Matrix out = Generators.garbage(Matrix.allocate(DType.F64, a.rows(), a.columns()));
        product.apply(a.to(DType.F64), v.to(DType.F64), out);
        return Dense.of(out);
    }
}
