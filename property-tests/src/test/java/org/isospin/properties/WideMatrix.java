package org.isospin.properties;

/**
 * Square matrices of numbers hi + lo, about 104 bits each (Dekker 1971): exponentials against which errors of F64 results
 * show at sizes where decimals would take minutes.
 */
final class WideMatrix {
    /** ‖2⁻ˢA‖_F ≤ 1/8 and 26 terms leave 10⁻⁵⁰. */
    private static final int TERMS = 26;

    private final int n;
    private final double[] hi;
    private final double[] lo;

    private WideMatrix(int n) {
        this.n = n;
        this.hi = new double[n * n];
        this.lo = new double[n * n];
    }

    /** {@return exp(A) − I: a Taylor polynomial of 2⁻ˢA, squared s times} */
    static WideMatrix expm1(Dense a) {
        int squarings = Math.max(0, Math.getExponent(a.frobenius()) + 4);
        WideMatrix x = new WideMatrix(a.rows());
        for (int i = 0; i < x.hi.length; i++) {
            x.hi[i] = Math.scalb(a.get(i / x.n, i % x.n), -squarings);
        }
        WideMatrix sum = new WideMatrix(x.n);
        for (int j = TERMS; j >= 1; j--) {
            sum = x.times(sum).plus(x).over(j);
        }
        for (int s = 0; s < squarings; s++) {
            sum = sum.times(sum).plus(sum).plus(sum);
        }
        return sum;
    }

    /** {@return ‖m − I − this‖_F, the differences formed before they are rounded} */
    double distanceFromIdentityPlus(Dense m) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                // m − 1 is exact for m in [½, 2] and otherwise off by less than this − (−1) would be.
                double shifted = i == j ? m.get(i, j) - 1 : m.get(i, j);
                double rest = i == j ? (m.get(i, j) - (shifted + 1)) : 0;
                double difference = (shifted - hi[i * n + j]) + rest - lo[i * n + j];
                sum += difference * difference;
            }
        }
        return Math.sqrt(sum);
    }

    /** {@return I + this, rounded} */
    Dense plusIdentity() {
        Dense out = Dense.zero(n, n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                int at = i * n + j;
                out.set(i, j, i == j ? 1 + hi[at] + lo[at] : hi[at]);
            }
        }
        return out;
    }

    private WideMatrix times(WideMatrix other) {
        WideMatrix out = new WideMatrix(n);
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++) {
                double x = hi[i * n + k];
                double y = lo[i * n + k];
                for (int j = 0; j < n; j++) {
                    double b = other.hi[k * n + j];
                    double product = x * b;
                    double error = Math.fma(x, b, -product) + x * other.lo[k * n + j] + y * b;
                    out.add(i * n + j, product, error);
                }
            }
        }
        return out;
    }

    private void add(int at, double high, double low) {
        double sum = hi[at] + high;
        double part = sum - hi[at];
        double error = (hi[at] - (sum - part)) + (high - part) + lo[at] + low;
        hi[at] = sum + error;
        lo[at] = error - (hi[at] - sum);
    }

    private WideMatrix plus(WideMatrix other) {
        WideMatrix out = new WideMatrix(n);
        for (int i = 0; i < hi.length; i++) {
            out.hi[i] = hi[i];
            out.lo[i] = lo[i];
            out.add(i, other.hi[i], other.lo[i]);
        }
        return out;
    }

    private WideMatrix over(double divisor) {
        WideMatrix out = new WideMatrix(n);
        for (int i = 0; i < hi.length; i++) {
            double quotient = hi[i] / divisor;
            double rest = (Math.fma(-quotient, divisor, hi[i]) + lo[i]) / divisor;
            out.hi[i] = quotient + rest;
            out.lo[i] = rest - (out.hi[i] - quotient);
        }
        return out;
    }
}
