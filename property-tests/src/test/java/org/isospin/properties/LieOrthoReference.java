package org.isospin.properties;

/**
 * The steps of lie_ortho in plain loops, as its description has them: a packed gradient 2(G)ᵢⱼ for each side, its average, the
 * look-ahead, five quintic steps on the negated direction, R = Cay(θX) or (I + θX)(I + θX + … + (θX)³), W ← R_out·W·R_in.
 */
final class LieOrthoReference {
    private static final double[] SIMPLE = {3.4445, -4.7750, 2.0315};

    /** What is set once. */
    record Settings(double beta, boolean isNesterov, double gamma, double lambda, boolean isExact) {}

    private final Settings settings;
    private final double[][] inMomentum;
    private final double[][] outMomentum;
    double[][] w;

    LieOrthoReference(Settings settings, double[][] w) {
        this.settings = settings;
        this.w = w;
        this.inMomentum = new double[w[0].length][w[0].length];
        this.outMomentum = new double[w.length][w.length];
    }

    void step(double[][] g, double theta, boolean turnsIn, boolean turnsOut) {
        int m = w.length;
        int n = w[0].length;
        double[][] wtg = times(transposed(w), g);
        double[][] gwt = times(g, transposed(w));
        double[][] in = direction(inMomentum, plus(wtg, -1, transposed(wtg)));
        double[][] out = direction(outMomentum, plus(gwt, -1, transposed(gwt)));
        // D_out = X_out·W and D_in = W·X_in are what the sides move W by.
        double[][] fromOut = times(transposed(w), times(out, w));
        double[][] fromIn = times(times(w, in), transposed(w));
        double[][] newIn = off(in, fromOut);
        double[][] newOut = off(out, fromIn);
        double side = Math.sqrt((double) m * n);
        if (turnsIn) {
            w = times(w, rotation(newIn, theta * Math.pow(n / side, settings.gamma)));
        }
        if (turnsOut) {
            w = times(rotation(newOut, theta * Math.pow(m / side, settings.gamma)), w);
        }
    }

    private double[][] direction(double[][] momentum, double[][] generator) {
        int n = generator.length;
        double beta = settings.beta;
        double[][] direction = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double gradient = 2 * generator[i][j];
                momentum[i][j] = beta * momentum[i][j] + (1 - beta) * gradient;
                direction[i][j] =
                        -(settings.isNesterov ? (1 - beta) * gradient + beta * momentum[i][j] : momentum[i][j]);
            }
        }
        return newtonSchulz(direction);
    }

    private static double[][] newtonSchulz(double[][] s) {
        double norm = Math.sqrt(dot(s, s));
        double[][] x = plus(new double[s.length][s.length], norm == 0 ? 0 : 1 / norm, s);
        for (int step = 0; step < 5; step++) {
            double[][] gram = times(x, transposed(x));
            double[][] factor =
                    plus(plus(new double[s.length][s.length], SIMPLE[1], gram), SIMPLE[2], times(gram, gram));
            x = plus(times(factor, x), SIMPLE[0], x);
        }
        return plus(plus(new double[s.length][s.length], 0.5, x), -0.5, transposed(x));
    }

    private double[][] off(double[][] x, double[][] s) {
        double square = dot(s, s);
        return square == 0 ? x : plus(x, -settings.lambda * dot(s, x) / square, s);
    }

    private double[][] rotation(double[][] x, double theta) {
        int n = x.length;
        double[][] q = plus(new double[n][n], theta, x);
        double[][] above = plus(identity(n), 1, q);
        if (settings.isExact) {
            return solved(plus(identity(n), -1, q), above);
        }
        double[][] square = times(q, q);
        return times(above, plus(plus(above, 1, square), 1, times(square, q)));
    }

    /** a⁻¹·b by Gauss and Jordan with pivots. */
    private static double[][] solved(double[][] a, double[][] b) {
        int n = a.length;
        for (int k = 0; k < n; k++) {
            int pivot = k;
            for (int i = k + 1; i < n; i++) {
                pivot = Math.abs(a[i][k]) > Math.abs(a[pivot][k]) ? i : pivot;
            }
            double[] row = a[k];
            a[k] = a[pivot];
            a[pivot] = row;
            row = b[k];
            b[k] = b[pivot];
            b[pivot] = row;
            for (int i = 0; i < n; i++) {
                double factor = a[i][k] / a[k][k];
                for (int j = 0; j < n && i != k; j++) {
                    a[i][j] -= factor * a[k][j];
                    b[i][j] -= factor * b[k][j];
                }
            }
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                b[i][j] /= a[i][i];
            }
        }
        return b;
    }

    static double[][] identity(int n) {
        double[][] out = new double[n][n];
        for (int i = 0; i < n; i++) {
            out[i][i] = 1;
        }
        return out;
    }

    static double[][] transposed(double[][] a) {
        double[][] out = new double[a[0].length][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[0].length; j++) {
                out[j][i] = a[i][j];
            }
        }
        return out;
    }

    static double[][] times(double[][] a, double[][] b) {
        double[][] out = new double[a.length][b[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int k = 0; k < b.length; k++) {
                for (int j = 0; j < b[0].length; j++) {
                    out[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        return out;
    }

    static double[][] plus(double[][] a, double factor, double[][] b) {
        double[][] out = new double[a.length][a[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[0].length; j++) {
                out[i][j] = a[i][j] + factor * b[i][j];
            }
        }
        return out;
    }

    static double dot(double[][] a, double[][] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[0].length; j++) {
                sum += a[i][j] * b[i][j];
            }
        }
        return sum;
    }
}
