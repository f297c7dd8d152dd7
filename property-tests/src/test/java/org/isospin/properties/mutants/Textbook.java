package org.isospin.properties.mutants;

import java.util.Arrays;
import org.isospin.Matrix;
import org.isospin.properties.Dense;

/** Right implementations in F64, short enough to be made wrong at one place. */
final class Textbook {
    private static final int TAYLOR_DEGREE = 20;
    private static final int KELLER_JORDAN_STEPS = 5;

    private Textbook() {}

    /** {@return 1/k! for k up to 20: enough for a norm of 1} */
    static double[] taylor() {
        double[] c = new double[TAYLOR_DEGREE + 1];
        c[0] = 1;
        for (int k = 1; k <= TAYLOR_DEGREE; k++) {
            c[k] = c[k - 1] / k;
        }
        return c;
    }

    /** {@return how often A is to be halved for the series} */
    static int doublings(Dense a) {
        double norm = a.norm2();
        return norm > 1 ? Math.getExponent(norm) + 1 : 0;
    }

    /** {@return exp(A) − I: the series Σ cₖXᵏ, k ≥ 1, of cos − I and of sin, and doublings; the identity is kept out} */
    static Dense expm1(Dense a, double[] c, int doublings) {
        Dense x = times(Math.scalb(1.0, -doublings), a);
        Dense square = x.times(x);
        Dense identity = Dense.identity(a.rows());
        Dense even = zero(a);
        Dense odd = zero(a);
        for (int k = c.length - 1; k > 0; k--) {
            if (k % 2 == 0) {
                even = symmetric(even.times(square)).plus(c[k], identity);
            } else {
                odd = symmetric(odd.times(square)).plus(c[k], identity);
            }
        }
        Dense d = symmetric(square.times(even));
        Dense s = skew(x.times(odd));
        for (int i = 0; i < doublings; i++) {
            s = skew(times(2, s).plus(2, d.times(s)));
            d = symmetric(times(4, d).plus(2, d.times(d)));
        }
        return d.plus(1, s);
    }

    /** {@return exp(A)} */
    static Dense exp(Dense a, double[] c, int doublings) {
        return expm1(a, c, doublings).plus(1, Dense.identity(a.rows()));
    }

    /** {@return Keller Jordan's coefficients, five times} */
    static double[][] kellerJordan() {
        double[][] schedule = new double[KELLER_JORDAN_STEPS][];
        Arrays.fill(schedule, new double[] {3.4445, -4.7750, 2.0315});
        return schedule;
    }

    /** {@return what a schedule makes of a singular value} */
    static double msignScalar(double[][] schedule, double x) {
        double value = x;
        for (double[] p : schedule) {
            double square = value * value;
            value *= p[0] + square * (p[1] + square * p[2]);
        }
        return value;
    }

    /** {@return X ← aX + (bG + cG²)X with G = XXᵀ, from X = A/norm; 0 where the norm is 0} */
    static Dense msign(Dense a, double norm, double[][] schedule) {
        Dense x = norm == 0 ? zero(a) : divided(a, norm);
        for (double[] p : schedule) {
            Dense gram = x.times(x.transposed());
            Dense square = gram.times(gram);
            x = times(p[0], x).plus(1, times(p[1], gram).plus(p[2], square).times(x));
        }
        return x;
    }

    /** {@return X ← X + ½·X(I − XᵀX) from X = A/‖A‖_F, until it is orthogonal to a tolerance} */
    static Dense polar(Dense a, double half, double tolerance) {
        Dense x = divided(a, a.frobenius());
        for (int i = 0; i < 200; i++) {
            Dense defect = times(-1, x.gramDefect());
            x = x.plus(half, x.rows() >= x.columns() ? x.times(defect) : defect.times(x));
            if (!(defect.frobenius() > tolerance)) {
                return x;
            }
        }
        return x;
    }

    static Dense divided(Dense a, double divisor) {
        Dense out = zero(a);
        for (int i = 0; i < a.rows(); i++) {
            for (int j = 0; j < a.columns(); j++) {
                out.set(i, j, a.get(i, j) / divisor);
            }
        }
        return out;
    }

    static Dense symmetric(Dense m) {
        return times(0.5, m).plus(0.5, m.transposed());
    }

    static Dense skew(Dense m) {
        return times(0.5, m).plus(-0.5, m.transposed());
    }

    static Dense zero(Dense like) {
        return Dense.zero(like.rows(), like.columns());
    }

    static Dense times(double factor, Dense a) {
        return zero(a).plus(factor, a);
    }

    /** Rounds a result to where it belongs. */
    static void put(Dense result, Matrix out) {
        result.to(out.dtype()).copyTo(out);
    }
}
