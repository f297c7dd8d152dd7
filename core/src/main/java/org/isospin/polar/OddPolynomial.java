package org.isospin.polar;

/**
 * p(x) = a·x + b·x³ + c·x⁵, one step of a {@link MsignSchedule}; a cubic has c = 0.
 *
 * @param a coefficient of x
 * @param b coefficient of x³
 * @param c coefficient of x⁵
 */
public record OddPolynomial(double a, double b, double c) {
    /**
     * {@return p(x)}
     *
     * @param x where
     */
    public double apply(double x) {
        double square = x * x;
        return x * Math.fma(Math.fma(c, square, b), square, a);
    }

    /**
     * {@return factor · p(x)}
     *
     * @param factor the factor
     */
    OddPolynomial times(double factor) {
        return new OddPolynomial(factor * a, factor * b, factor * c);
    }

    /**
     * {@return p(x/safety): its argument may exceed the range that p was made for by that factor}
     *
     * @param safety the factor, 1 or a little more
     */
    OddPolynomial widened(double safety) {
        double cube = safety * safety * safety;
        return new OddPolynomial(a / safety, b / cube, c / (cube * safety * safety));
    }
}
