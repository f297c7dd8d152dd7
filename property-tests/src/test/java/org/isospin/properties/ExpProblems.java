package org.isospin.properties;

import java.util.List;
import org.isospin.properties.Operation.Problem;

/** Problems of truncated exponentials and of the derivatives of exponentials, with answers from their series. */
final class ExpProblems {
    /** The degree that the table tries: both halves have a power beyond the first. */
    static final int DEGREE = 4;

    /** Terms of the whole exponential of norm 0.9: the next one is below 10⁻²². */
    private static final int ALL_TERMS = 20;

    private static final double ALLOWANCE = 16;

    /** Columns of the factors of low rank. */
    private static final int RANK = 6;

    private ExpProblems() {}

    static Problem truncated(int m, int n, long seed) {
        Dense a = KnownProblems.skew(n, seed);
        Dense expected = TruncatedExpLaws.series(a, DEGREE);
        return new Problem(
                List.of(KnownProblems.packed(a)), List.of(expected), KnownProblems.distance(expected), ALLOWANCE);
    }

    static Problem left(int m, int n, long seed) {
        Dense a = KnownProblems.skew(m, seed);
        Dense w = Generators.orthonormal(m, n, seed + 1);
        return of(
                List.of(KnownProblems.packed(a), w),
                TruncatedExpLaws.series(a, DEGREE).times(w));
    }

    static Problem right(int m, int n, long seed) {
        Dense a = KnownProblems.skew(n, seed);
        Dense w = Generators.orthonormal(m, n, seed + 1);
        return of(List.of(KnownProblems.packed(a), w), w.times(TruncatedExpLaws.series(a, DEGREE)));
    }

    static Problem both(int m, int n, long seed) {
        Dense l = KnownProblems.skew(m, seed);
        Dense r = KnownProblems.skew(n, seed + 1);
        Dense w = Generators.orthonormal(m, n, seed + 2);
        Dense expected = TruncatedExpLaws.series(l, DEGREE).times(w).times(TruncatedExpLaws.series(r, DEGREE));
        return of(List.of(KnownProblems.packed(l), KnownProblems.packed(r), w), expected);
    }

    static Problem jvp(int m, int n, long seed) {
        return jvp(n, seed, ALL_TERMS);
    }

    static Problem truncatedJvp(int m, int n, long seed) {
        return jvp(n, seed, DEGREE);
    }

    private static Problem jvp(int n, long seed, int degree) {
        Dense a = KnownProblems.skew(n, seed);
        Dense e = KnownProblems.skew(n, seed + 1);
        return of(List.of(KnownProblems.packed(a), KnownProblems.packed(e)), slope(a, e, degree));
    }

    static Problem vjp(int m, int n, long seed) {
        return vjp(n, seed, ALL_TERMS);
    }

    static Problem truncatedVjp(int m, int n, long seed) {
        return vjp(n, seed, DEGREE);
    }

    private static Problem vjp(int n, long seed, int degree) {
        Dense a = KnownProblems.skew(n, seed);
        Dense g = Generators.orthonormal(n, n, seed + 1);
        return of(n, List.of(KnownProblems.packed(a), g), gradient(a, g, degree));
    }

    static Problem leftJvp(int m, int n, long seed) {
        Dense a = KnownProblems.skew(m, seed);
        Dense da = KnownProblems.skew(m, seed + 1);
        Dense w = Generators.orthonormal(m, n, seed + 2);
        Dense dw = Generators.orthonormal(m, n, seed + 3);
        Dense expected = slope(a, da, DEGREE)
                .times(w)
                .plus(1, TruncatedExpLaws.series(a, DEGREE).times(dw));
        return of(List.of(KnownProblems.packed(a), w, KnownProblems.packed(da), dw), expected);
    }

    static Problem rightJvp(int m, int n, long seed) {
        Dense a = KnownProblems.skew(n, seed);
        Dense da = KnownProblems.skew(n, seed + 1);
        Dense w = Generators.orthonormal(m, n, seed + 2);
        Dense dw = Generators.orthonormal(m, n, seed + 3);
        Dense expected = w.times(slope(a, da, DEGREE)).plus(1, dw.times(TruncatedExpLaws.series(a, DEGREE)));
        return of(List.of(KnownProblems.packed(a), w, KnownProblems.packed(da), dw), expected);
    }

    static Problem bothJvp(int m, int n, long seed) {
        Dense l = KnownProblems.skew(m, seed);
        Dense r = KnownProblems.skew(n, seed + 1);
        Dense dl = KnownProblems.skew(m, seed + 2);
        Dense dr = KnownProblems.skew(n, seed + 3);
        Dense w = Generators.orthonormal(m, n, seed + 4);
        Dense dw = Generators.orthonormal(m, n, seed + 5);
        Dense left = TruncatedExpLaws.series(l, DEGREE);
        Dense right = TruncatedExpLaws.series(r, DEGREE);
        Dense expected = slope(l, dl, DEGREE)
                .times(w)
                .times(right)
                .plus(1, left.times(w).times(slope(r, dr, DEGREE)))
                .plus(1, left.times(dw).times(right));
        return of(
                List.of(
                        KnownProblems.packed(l),
                        KnownProblems.packed(r),
                        w,
                        KnownProblems.packed(dl),
                        KnownProblems.packed(dr),
                        dw),
                expected);
    }

    static Problem leftVjp(int m, int n, long seed) {
        Dense a = KnownProblems.skew(m, seed);
        Dense w = Generators.orthonormal(m, n, seed + 1);
        Dense g = Generators.orthonormal(m, n, seed + 2);
        return of(
                m,
                List.of(KnownProblems.packed(a), w, g),
                gradient(a, g.times(w.transposed()), DEGREE),
                TruncatedExpLaws.series(a.transposed(), DEGREE).times(g));
    }

    static Problem rightVjp(int m, int n, long seed) {
        Dense a = KnownProblems.skew(n, seed);
        Dense w = Generators.orthonormal(m, n, seed + 1);
        Dense g = Generators.orthonormal(m, n, seed + 2);
        return of(
                n,
                List.of(KnownProblems.packed(a), w, g),
                gradient(a, w.transposed().times(g), DEGREE),
                g.times(TruncatedExpLaws.series(a.transposed(), DEGREE)));
    }

    static Problem bothVjp(int m, int n, long seed) {
        Dense l = KnownProblems.skew(m, seed);
        Dense r = KnownProblems.skew(n, seed + 1);
        Dense w = Generators.orthonormal(m, n, seed + 2);
        Dense g = Generators.orthonormal(m, n, seed + 3);
        Dense turned = w.times(TruncatedExpLaws.series(r, DEGREE));
        Dense back = TruncatedExpLaws.series(l.transposed(), DEGREE).times(g);
        return of(
                Math.max(m, n),
                List.of(KnownProblems.packed(l), KnownProblems.packed(r), w, g),
                gradient(l, g.times(turned.transposed()), DEGREE),
                gradient(r, w.transposed().times(back), DEGREE),
                back.times(TruncatedExpLaws.series(r.transposed(), DEGREE)));
    }

    static Problem lowRank(int m, int n, long seed) {
        Dense x = factor(n, 0.4, seed);
        Dense y = factor(n, 1, seed + 1);
        return of(List.of(x, y), TruncatedExpLaws.series(lowRank(x, y), ALL_TERMS));
    }

    static Problem lowRankApply(int m, int n, long seed) {
        Dense x = factor(m, 0.4, seed);
        Dense y = factor(m, 1, seed + 1);
        Dense w = Generators.orthonormal(m, n, seed + 2);
        return of(
                List.of(x, y, w),
                TruncatedExpLaws.series(lowRank(x, y), ALL_TERMS).times(w));
    }

    private static Dense factor(int n, double norm, long seed) {
        return Dense.zero(n, RANK).plus(norm, Generators.orthonormal(n, RANK, seed));
    }

    /** {@return XYᵀ − YXᵀ} */
    static Dense lowRank(Dense x, Dense y) {
        Dense product = x.times(y.transposed());
        return product.plus(-1, product.transposed());
    }

    static Problem action(int m, int n, long seed) {
        Dense a = KnownProblems.skew(m, seed);
        Dense w = Generators.orthonormal(m, n, seed + 1);
        return of(
                List.of(KnownProblems.packed(a), w),
                TruncatedExpLaws.series(a, ALL_TERMS).times(w));
    }

    private static Problem of(List<Dense> inputs, Dense expected) {
        return of(Math.min(expected.rows(), expected.columns()), inputs, expected);
    }

    /** Outputs whose errors are judged by √n, each output's before the next one's. */
    private static Problem of(int n, List<Dense> inputs, Dense... expected) {
        return new Problem(
                inputs,
                List.of(expected),
                o -> {
                    double worst = 0;
                    for (int i = 0; i < expected.length; i++) {
                        double error = o.matrices().get(i).plus(-1, expected[i]).frobenius();
                        worst = Math.max(worst, error / Math.sqrt(Math.max(1, n)));
                    }
                    return worst;
                },
                ALLOWANCE);
    }

    /** {@return Σ 1/j!·Σ A^p·E·A^(j−1−p), the derivative of the Taylor polynomial} */
    static Dense slope(Dense a, Dense e, int degree) {
        Dense power = Dense.identity(a.rows());
        Dense derivative = Dense.zero(a.rows(), a.rows());
        Dense sum = derivative;
        double coefficient = 1;
        for (int j = 1; j <= degree; j++) {
            // (A^j)' = A·(A^(j−1))' + E·A^(j−1).
            derivative = a.times(derivative).plus(1, e.times(power));
            power = power.times(a);
            coefficient /= j;
            sum = sum.plus(coefficient, derivative);
        }
        return sum;
    }

    private static Dense gradient(Dense a, Dense g, int degree) {
        Dense l = slope(a.transposed(), g, degree);
        return KnownProblems.packed(l.plus(1, l));
    }
}
