package org.isospin.bench.peer;

import java.util.ArrayList;
import java.util.List;

/**
 * exp of a skew matrix by a diagonal Padé approximant of order 3, 5, 7, 9 or 13, scaled and squared (Al-Mohy and Higham
 * 2009): what SciPy's {@code expm} computes, with its limits, which are F64's in F32 too. For a normal matrix ‖A⁶‖₁^(1/6)
 * stands for all their estimates of norms of powers.
 *
 * @param <M> the library's matrices
 */
final class PadeExp<M> {
    /** Orders below 13, with the norms up to which they serve. */
    private static final int[] ORDERS = {3, 5, 7, 9};

    private static final double[] LIMITS = {
        1.495585217958292e-2, 2.539398330063230e-1, 0.9504178996162932, 2.097847961257068
    };
    private static final int LARGEST_ORDER = 13;
    private static final double LARGEST_LIMIT = 4.25;

    private final Algebra<M> algebra;

    PadeExp(Algebra<M> algebra) {
        this.algebra = algebra;
    }

    /** {@return the coefficients of the numerator: (2m − k)!·m!/((2m)!·(m − k)!·k!), times what makes the last one 1} */
    static double[] coefficients(int m) {
        double[] b = new double[m + 1];
        b[m] = 1;
        for (int k = m; k > 0; k--) {
            b[k - 1] = b[k] * k * (2 * m - k + 1) / (m - k + 1);
        }
        return b;
    }

    /** out ← exp(A). */
    void exp(M a, M out) {
        M square = algebra.matrix();
        algebra.gram(a, square);
        algebra.combine(-1, square, 0, square);
        M fourth = product(square, square);
        M sixth = product(fourth, square);
        double norm = Math.pow(algebra.norm1(sixth), 1.0 / 6);
        for (int i = 0; i < ORDERS.length; i++) {
            if (norm < LIMITS[i]) {
                quotient(ORDERS[i], a, List.of(square, fourth, sixth), out);
                return;
            }
        }
        int squarings = norm > LARGEST_LIMIT ? Math.getExponent(norm / LARGEST_LIMIT) + 1 : 0;
        double scale = Math.scalb(1.0, -squarings);
        M scaled = scaled(scale, a);
        List<M> powers = List.of(
                scaled(Math.pow(scale, 2), square),
                scaled(Math.pow(scale, 4), fourth),
                scaled(Math.pow(scale, 6), sixth));
        quotient(LARGEST_ORDER, scaled, powers, out);
        M other = algebra.matrix();
        for (int i = 0; i < squarings; i++) {
            algebra.multiply(out, out, other);
            algebra.copy(other, out);
        }
    }

    /** out ← (V − U)⁻¹(V + U), with the even terms V and the odd ones U of the numerator. */
    private void quotient(int order, M a, List<M> evenPowers, M out) {
        double[] b = coefficients(order);
        List<M> powers = new ArrayList<>(evenPowers);
        if (order == 9) {
            powers.add(product(evenPowers.get(2), evenPowers.get(0)));
        }
        M even = algebra.matrix();
        M odd = algebra.matrix();
        if (order == LARGEST_ORDER) {
            // Terms from A⁸ on: A⁶ times a combination.
            algebra.multiply(powers.get(2), combination(b, 6, 0, powers), even);
            algebra.multiply(powers.get(2), combination(b, 7, 0, powers), odd);
        }
        int terms = Math.min(powers.size(), (order - 1) / 2);
        algebra.combine(1, combination(b, 0, b[0], powers.subList(0, terms)), 1, even);
        algebra.combine(1, combination(b, 1, b[1], powers.subList(0, terms)), 1, odd);
        M u = product(a, odd);
        algebra.combine(1, even, 0, out);
        algebra.combine(1, u, 1, out);
        algebra.combine(-1, u, 1, even);
        algebra.solve(even, out);
    }

    /** {@return constant·I + Σ b[first + 2j]·A²ʲ over the powers, j from 1} */
    private M combination(double[] b, int first, double constant, List<M> powers) {
        M sum = algebra.matrix();
        for (int j = 0; j < powers.size(); j++) {
            int k = first + 2 * (j + 1);
            if (k < b.length) {
                algebra.combine(b[k], powers.get(j), 1, sum);
            }
        }
        algebra.shift(constant, sum);
        return sum;
    }

    private M product(M a, M b) {
        M out = algebra.matrix();
        algebra.multiply(a, b, out);
        return out;
    }

    private M scaled(double factor, M m) {
        M out = algebra.matrix();
        algebra.combine(factor, m, 0, out);
        return out;
    }
}
