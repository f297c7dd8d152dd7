package org.isospin.properties;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import org.isospin.properties.Operation.Outcome;
import org.isospin.properties.Operation.Problem;
import org.isospin.rotation.CayleyStep;

/** Problems whose answers are known by construction: from planes turned, or from singular values. */
final class KnownProblems {
    /** Angle of the first plane, and so the norm of a skew input. */
    private static final double ANGLE = 0.9;

    /** Condition of inputs that have one. */
    private static final double CONDITION = 3;

    private KnownProblems() {}

    /** {@return the problem of a function of a skew matrix that turns angle θ into c(θ) and s(θ)} */
    static Operation.Problems ofPlanes(DoubleUnaryOperator diagonal, DoubleUnaryOperator above) {
        return (m, n, seed) -> {
            Dense a = turned(n, t -> 0, t -> t, seed);
            Dense expected = turned(n, diagonal, above, seed);
            return new Problem(List.of(packed(a)), List.of(expected), distance(expected), 8);
        };
    }

    /** {@return the problem of Cayley transforms} */
    static Operation.Problems cayley(CayleyStep step) {
        return ofPlanes(t -> Math.cos(turn(step, t)), t -> Math.sin(turn(step, t)));
    }

    /** {@return the problem of inverse Cayley transforms} */
    static Operation.Problems inverseCayley(CayleyStep step) {
        return (m, n, seed) -> {
            Dense q = turned(n, t -> Math.cos(turn(step, t)), t -> Math.sin(turn(step, t)), seed);
            Dense expected = packed(turned(n, t -> 0, t -> t, seed));
            return new Problem(List.of(q), List.of(expected), distance(expected, n), 16);
        };
    }

    static double turn(CayleyStep step, double theta) {
        return 2 * Math.atan(step.factor() * theta);
    }

    /** {@return a skew matrix of norm 0.9} */
    static Dense skew(int n, long seed) {
        return turned(n, t -> 0, t -> t, seed);
    }

    static Dense turned(int n, DoubleUnaryOperator diagonal, DoubleUnaryOperator above, long seed) {
        return turned(n, diagonal, above, seed, ANGLE);
    }

    static Dense turned(int n, DoubleUnaryOperator diagonal, DoubleUnaryOperator above, long seed, double angle) {
        Dense basis = Generators.orthonormal(n, n, seed);
        return basis.times(Generators.planes(n, angle, diagonal, above)).times(basis.transposed());
    }

    /** {@return the strict upper triangle of a matrix's skew part, row by row} */
    static Dense packed(Dense skew) {
        int n = skew.rows();
        Dense out = Dense.zero(1, n * (n - 1) / 2);
        int at = 0;
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                out.set(0, at++, 0.5 * skew.get(i, j) - 0.5 * skew.get(j, i));
            }
        }
        return out;
    }

    /** {@return the problem of a map of singular values of A/‖A‖_F, singular vectors kept} */
    static Operation.Problems mapped(DoubleUnaryOperator f, double allowance) {
        return (m, n, seed) -> {
            Dense a = Generators.conditioned(m, n, CONDITION, seed);
            double norm = a.frobenius();
            Dense expected = Generators.withSpectrum(m, n, j -> f.applyAsDouble(sigma(m, n, j) / norm), seed);
            return new Problem(List.of(a), List.of(expected), distance(expected), allowance);
        };
    }

    static double sigma(int m, int n, int j) {
        return Generators.geometric(m, n, CONDITION, j);
    }

    static Problem inverse(int m, int n, long seed) {
        Dense a = Generators.conditioned(m, n, CONDITION, seed);
        Dense expected =
                Generators.withSpectrum(m, n, j -> 1 / sigma(m, n, j), seed).transposed();
        // The rounding of A is amplified by κ²; elimination rounds n times.
        return new Problem(List.of(a), List.of(expected), distance(expected), 2 * CONDITION * CONDITION + 4 * n);
    }

    static Problem haar(int m, int n, long seed) {
        return new Problem(
                List.of(),
                List.of(Dense.zero(m, n)),
                o -> o.matrices().getFirst().orthogonalityDefect(),
                2);
    }

    static Problem procrustes(int m, int n, long seed) {
        Dense a = Generators.conditioned(m, n, CONDITION, seed);
        // det R = 1, so both groups agree.
        Dense r = turned(n, Math::cos, Math::sin, seed + 2);
        // A wide A leaves R undetermined.
        return new Problem(
                List.of(a, a.times(r)),
                List.of(r),
                m >= n ? distance(r) : o -> o.matrices().getFirst().orthogonalityDefect(),
                8 + 4 * CONDITION * CONDITION);
    }

    /** 2·Q has the defect 3√p, element by element 3. */
    static Problem orthogonality(int m, int n, long seed) {
        Dense q = Dense.zero(m, n).plus(2, Generators.orthonormal(m, n, seed));
        int p = Math.min(m, n);
        return new Problem(
                List.of(q),
                List.of(),
                o -> Math.abs(o.numbers().get(0) - 3 * Math.sqrt(p)) / Math.sqrt(Math.max(1, p))
                        + (p == 0 ? 0 : Math.max(0, o.numbers().get(1) - 3)),
                // 2·Q is rounded by u in each element.
                24);
    }

    static Problem product(int m, int n, long seed) {
        Dense a = Generators.gaussian(m, n, seed);
        Dense b = Generators.gaussian(n, m + 1, seed + 1);
        Dense expected = a.times(b);
        double size = Math.max(Double.MIN_NORMAL, a.frobenius() * b.frobenius());
        return new Problem(
                List.of(a, b),
                List.of(expected),
                o -> o.matrices().getFirst().plus(-1, expected).frobenius() / size,
                // Of a, of b, of the output, and n of the sums.
                4 + n);
    }

    static Problem spectrum(int m, int n, long seed) {
        int p = Math.min(m, n);
        Dense expected = Dense.zero(1, p);
        for (int j = 0; j < p; j++) {
            expected.set(0, j, sigma(m, n, j));
        }
        return new Problem(
                List.of(Generators.conditioned(m, n, CONDITION, seed)),
                List.of(expected),
                distance(expected, 1),
                2 + 2 * Math.sqrt(p));
    }

    static Problem svd(int m, int n, long seed) {
        int p = Math.min(m, n);
        Dense a = Generators.conditioned(m, n, CONDITION, seed);
        return new Problem(
                List.of(a),
                List.of(Dense.zero(m, p), Dense.zero(1, p), Dense.zero(n, p)),
                o -> {
                    Dense u = o.matrices().get(0);
                    Dense v = o.matrices().get(2);
                    Dense scaled = Dense.zero(m, p).plus(1, u);
                    for (int i = 0; i < m; i++) {
                        for (int j = 0; j < p; j++) {
                            scaled.set(i, j, u.get(i, j) * o.matrices().get(1).get(0, j));
                        }
                    }
                    return u.orthogonalityDefect() + v.orthogonalityDefect() + residual(scaled, v.transposed(), a);
                },
                // Two roundings of U and of V for their defects, four for the product, and that of A.
                9);
    }

    static Problem qr(int m, int n, long seed) {
        Dense a = Generators.conditioned(m, n, CONDITION, seed);
        return new Problem(
                List.of(a),
                List.of(Dense.zero(m, n), Dense.zero(n, n)),
                o -> o.matrices().get(0).orthogonalityDefect()
                        + residual(o.matrices().get(0), o.matrices().get(1), a),
                // Householder's reflections round (10 + √m)u each way.
                2 * (12 + Math.sqrt(m)));
    }

    private static double residual(Dense left, Dense right, Dense a) {
        return left.timesPlus(right, Dense.zero(a.rows(), a.columns()).plus(-1, a))
                        .frobenius()
                / Math.max(Double.MIN_NORMAL, a.frobenius());
    }

    static ToDoubleFunction<Outcome> distance(Dense expected) {
        return distance(expected, Math.min(expected.rows(), expected.columns()));
    }

    static ToDoubleFunction<Outcome> distance(Dense expected, int n) {
        return o -> o.matrices().getFirst().plus(-1, expected).frobenius() / Math.sqrt(Math.max(1, n));
    }
}
