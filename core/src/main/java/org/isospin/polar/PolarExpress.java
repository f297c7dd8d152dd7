package org.isospin.polar;

import java.util.ArrayList;
import java.util.List;

/**
 * Generates the polynomials of Polar Express: of all compositions of as many odd polynomials, the one that brings every
 * singular value in [l, 1] closest to 1 (Amsel, Persson, Musco and Gower 2025, arXiv 2505.16932).
 *
 * <p>Each p is the odd minimax approximation of 1 on [l, u]: |1 − p| takes its largest value E at both ends and, with
 * alternating signs, between them, so p maps [l, u] onto [1 − E, 1 + E], the next interval; choosing each step that way is
 * optimal for the composition. Two departures make it usable in floating point:
 *
 * <ul>
 *   <li>a cushion: l is taken to be at least cushion·u, and p multiplied by what centres its values on the true [l, u]
 *       around 1 again. Without it p maps a value between the two ends to as little as l;
 *   <li>a safety factor s: every p but the last is replaced by p(x/s), for arguments up to s·u.
 * </ul>
 */
public final class PolarExpress {
    /** Relative width of an interval on which p no longer differs from its limit. */
    private static final double NARROW = 5e-6;

    /** Move of the inner points, relative to u, after which E no longer changes: it is stationary in them. */
    private static final double SETTLED = 1e-9;

    /** The exchange doubles its digits each time; on a narrow interval rounding keeps the points moving. */
    private static final int MOST_EXCHANGES = 20;

    private PolarExpress() {}

    /**
     * {@return the optimal composition of polynomials of degree 5}
     *
     * @param steps how many, at least 1
     * @param lower l, in (0, 1]: singular values below it end up below 1 − E
     * @param safety s, at least 1
     * @param cushion least ratio of the ends of an interval, 0 for none, less than 1
     * @throws IllegalArgumentException if an argument is outside its range
     */
    public static List<OddPolynomial> quintics(int steps, double lower, double safety, double cushion) {
        return compose(PolarExpress::quintic, steps, lower, safety, cushion);
    }

    /**
     * {@return the optimal composition of polynomials of degree 3}
     *
     * @param steps how many, at least 1
     * @param lower l, in (0, 1]: singular values below it end up below 1 − E
     * @param safety s, at least 1
     * @param cushion least ratio of the ends of an interval, 0 for none, less than 1
     * @throws IllegalArgumentException if an argument is outside its range
     */
    public static List<OddPolynomial> cubics(int steps, double lower, double safety, double cushion) {
        return compose(PolarExpress::cubic, steps, lower, safety, cushion);
    }

    /**
     * {@return the odd polynomial of degree 5 that is closest to 1 on [l, u]}
     *
     * @param lower l, positive
     * @param upper u, at least l
     * @throws IllegalArgumentException if l is not in (0, u]
     */
    public static OddPolynomial quintic(double lower, double upper) {
        requireInterval(lower, upper);
        if (lower > (1 - NARROW) * upper) {
            double square = upper * upper;
            return new OddPolynomial(15.0 / 8, -10.0 / 8 / square, 3.0 / 8 / (square * square)).times(1 / upper);
        }
        double[][] system = new double[4][5];
        double[] points = {lower, (3 * lower + upper) / 4, (lower + 3 * upper) / 4, upper};
        for (int exchange = 0; exchange < MOST_EXCHANGES; exchange++) {
            for (int i = 0; i < 4; i++) {
                double x = points[i];
                double square = x * x;
                system[i][0] = x;
                system[i][1] = x * square;
                system[i][2] = x * square * square;
                system[i][3] = i % 2 == 0 ? 1 : -1;
                system[i][4] = 1;
            }
            solve(system);
            double b = system[1][4];
            double fiveC = 5 * system[2][4];
            // The zeros of p′ inside: a + 3b·x² + 5c·x⁴ = 0.
            double root = Math.sqrt(9 * b * b - 4 * system[0][4] * fiveC);
            double q = Math.sqrt((-3 * b - root) / (2 * fiveC));
            double r = Math.sqrt((-3 * b + root) / (2 * fiveC));
            // On a narrow interval q and r drown in rounding; the points that it began with are the limit there.
            boolean isSettled = Math.max(Math.abs(q - points[1]), Math.abs(r - points[2])) < SETTLED * upper;
            if (isSettled || !(lower < q && q < r && r < upper)) {
                break;
            }
            points[1] = q;
            points[2] = r;
        }
        return new OddPolynomial(system[0][4], system[1][4], system[2][4]);
    }

    /**
     * {@return the odd polynomial of degree 3 that is closest to 1 on [l, u], in closed form}
     *
     * @param lower l, positive
     * @param upper u, at least l
     * @throws IllegalArgumentException if l is not in (0, u]
     */
    public static OddPolynomial cubic(double lower, double upper) {
        requireInterval(lower, upper);
        double alpha = Math.sqrt(3 / (upper * upper + lower * upper + lower * lower));
        double cube = alpha * alpha * alpha;
        double beta = 4 / (2 + lower * upper * (lower + upper) * cube);
        return new OddPolynomial(1.5 * alpha * beta, -0.5 * cube * beta, 0);
    }

    /** Makes one minimax polynomial. */
    @FunctionalInterface
    private interface Minimax {
        OddPolynomial on(double lower, double upper);
    }

    private static List<OddPolynomial> compose(
            Minimax minimax, int steps, double lower, double safety, double cushion) {
        if (steps < 1) {
            throw new IllegalArgumentException("Polar Express needs at least 1 step, not " + steps);
        }
        requireInterval(lower, 1);
        if (!(safety >= 1 && safety < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("Polar Express: the safety factor must be at least 1, not " + safety);
        }
        if (!(cushion >= 0 && cushion < 1)) {
            throw new IllegalArgumentException("Polar Express: the cushion must be in [0, 1), not " + cushion);
        }
        List<OddPolynomial> composition = new ArrayList<>(steps);
        double l = lower;
        double u = 1;
        for (int step = 1; step <= steps; step++) {
            double cushioned = cushion * u;
            OddPolynomial p = minimax.on(Math.max(l, cushioned), u);
            if (cushioned > l) {
                // The largest value is 2 − p(cushioned), wherever it is taken.
                p = p.times(2 / (2 + p.apply(l) - p.apply(cushioned)));
            }
            if (step < steps) {
                p = p.widened(safety);
            }
            composition.add(p);
            l = p.apply(l);
            u = 2 - l;
            // Rounding may put p(l) a last place above 1.
            l = Math.min(l, u);
        }
        return composition;
    }

    private static void requireInterval(double lower, double upper) {
        if (!(lower > 0 && lower <= upper && upper < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "Polar Express needs an interval 0 < l <= u, not [" + lower + ", " + upper + "]");
        }
    }

    /** Gauss–Jordan elimination with partial pivoting; the solution replaces the last column. */
    private static void solve(double[][] system) {
        int n = system.length;
        for (int k = 0; k < n; k++) {
            int pivot = k;
            for (int i = k + 1; i < n; i++) {
                if (Math.abs(system[i][k]) > Math.abs(system[pivot][k])) {
                    pivot = i;
                }
            }
            double[] row = system[pivot];
            system[pivot] = system[k];
            system[k] = row;
            for (int i = 0; i < n; i++) {
                double factor = system[i][k] / row[k];
                for (int j = k + 1; i != k && j <= n; j++) {
                    system[i][j] -= factor * row[j];
                }
            }
        }
        for (int k = 0; k < n; k++) {
            system[k][n] /= system[k][k];
        }
    }
}
