package org.isospin.properties;

import java.math.BigDecimal;
import java.math.MathContext;

/** The exponential and the Cayley transform of small matrices in 40 digits: the definitions, term by term. */
final class Decimals {
    private static final MathContext DIGITS = new MathContext(40);
    private static final BigDecimal NEGLIGIBLE = new BigDecimal("1e-30");

    private Decimals() {}

    /** {@return I + A + A²/2 + …, rounded} */
    static Dense exp(Dense a) {
        int n = a.rows();
        BigDecimal[][] x = of(a);
        BigDecimal[][] sum = of(Dense.identity(n));
        BigDecimal[][] term = of(Dense.identity(n));
        // Terms grow until k is ‖A‖.
        for (int k = 1; k < a.frobenius() || largest(term).compareTo(NEGLIGIBLE) > 0; k++) {
            term = product(term, x, BigDecimal.valueOf(k));
            add(sum, term);
        }
        return rounded(sum);
    }

    /** {@return (I + X)(I − X)⁻¹ by Gauss–Jordan elimination, which skew X allow without pivoting, rounded} */
    static Dense cayley(Dense x) {
        int n = x.rows();
        // The transpose of the solution of (I − X)ᵀQᵀ = (I + X)ᵀ.
        BigDecimal[][] left = of(Dense.identity(n).plus(-1, x).transposed());
        BigDecimal[][] right = of(Dense.identity(n).plus(1, x).transposed());
        for (int k = 0; k < n; k++) {
            BigDecimal pivot = left[k][k];
            for (int j = 0; j < n; j++) {
                left[k][j] = left[k][j].divide(pivot, DIGITS);
                right[k][j] = right[k][j].divide(pivot, DIGITS);
            }
            for (int i = 0; i < n; i++) {
                BigDecimal factor = left[i][k].negate();
                for (int j = 0; j < n && i != k; j++) {
                    left[i][j] = left[i][j].add(factor.multiply(left[k][j], DIGITS), DIGITS);
                    right[i][j] = right[i][j].add(factor.multiply(right[k][j], DIGITS), DIGITS);
                }
            }
        }
        return rounded(right).transposed();
    }

    private static BigDecimal[][] of(Dense a) {
        BigDecimal[][] out = new BigDecimal[a.rows()][a.columns()];
        for (int i = 0; i < a.rows(); i++) {
            for (int j = 0; j < a.columns(); j++) {
                out[i][j] = new BigDecimal(a.get(i, j));
            }
        }
        return out;
    }

    private static BigDecimal[][] product(BigDecimal[][] a, BigDecimal[][] b, BigDecimal divisor) {
        int n = a.length;
        BigDecimal[][] out = new BigDecimal[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                BigDecimal sum = BigDecimal.ZERO;
                for (int k = 0; k < n; k++) {
                    sum = sum.add(a[i][k].multiply(b[k][j], DIGITS), DIGITS);
                }
                out[i][j] = sum.divide(divisor, DIGITS);
            }
        }
        return out;
    }

    private static void add(BigDecimal[][] sum, BigDecimal[][] term) {
        for (int i = 0; i < sum.length; i++) {
            for (int j = 0; j < sum.length; j++) {
                sum[i][j] = sum[i][j].add(term[i][j], DIGITS);
            }
        }
    }

    private static BigDecimal largest(BigDecimal[][] a) {
        BigDecimal largest = BigDecimal.ZERO;
        for (BigDecimal[] row : a) {
            for (BigDecimal x : row) {
                largest = largest.max(x.abs());
            }
        }
        return largest;
    }

    private static Dense rounded(BigDecimal[][] a) {
        Dense out = Dense.zero(a.length, a.length);
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a.length; j++) {
                out.set(i, j, a[i][j].doubleValue());
            }
        }
        return out;
    }
}
