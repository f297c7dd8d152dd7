package org.isospin.properties;

/** A matrix of numbers high + low, about 106 bits each: what errors of F64 results are measured against. */
record Twofold(Dense high, Dense low) {
    /** Beyond it a term of exp's series for a norm of 2⁻⁵ is below 2⁻¹⁰⁶. */
    private static final int TERMS = 15;

    private static final double SERIES_NORM = 0x1p-5;

    /** {@return exp(A), by its series and squarings} */
    static Twofold exp(Dense a) {
        int n = a.rows();
        int halvings = 0;
        for (double norm = a.norm2(); norm > SERIES_NORM; norm /= 2) {
            halvings++;
        }
        Twofold x = of(Dense.zero(n, n).plus(Math.scalb(1.0, -halvings), a));
        Twofold sum = of(Dense.identity(n));
        for (int k = TERMS; k > 0; k--) {
            sum = x.times(sum).over(k).plus(of(Dense.identity(n)));
        }
        for (int i = 0; i < halvings; i++) {
            sum = sum.times(sum);
        }
        return sum;
    }

    static Twofold of(Dense a) {
        return new Twofold(a, Dense.zero(a.rows(), a.columns()));
    }

    /** high + low with high the rounded sum. */
    private static Twofold normalized(Dense high, Dense low) {
        Dense sum = high.plus(1, low);
        return new Twofold(sum, low.plus(-1, sum.plus(-1, high)));
    }

    Twofold times(Twofold other) {
        Dense rounded = high.times(other.high);
        Dense zero = Dense.zero(rounded.rows(), rounded.columns());
        Dense rest = high.timesPlus(other.high, zero.plus(-1, rounded));
        return normalized(rounded, rest.plus(1, high.times(other.low)).plus(1, low.times(other.high)));
    }

    Twofold plus(Twofold other) {
        Dense sum = high.plus(1, other.high);
        Dense share = sum.plus(-1, high);
        Dense error = high.plus(-1, sum.plus(-1, share)).plus(1, other.high.plus(-1, share));
        return normalized(sum, error.plus(1, low).plus(1, other.low));
    }

    /** {@return this/divisor; the quotient's remainder is exact} */
    private Twofold over(double divisor) {
        Dense quotient = Dense.zero(high.rows(), high.columns());
        Dense rest = Dense.zero(high.rows(), high.columns());
        for (int i = 0; i < high.rows(); i++) {
            for (int j = 0; j < high.columns(); j++) {
                double q = high.get(i, j) / divisor;
                quotient.set(i, j, q);
                rest.set(i, j, (Math.fma(-q, divisor, high.get(i, j)) + low.get(i, j)) / divisor);
            }
        }
        return normalized(quotient, rest);
    }
}
