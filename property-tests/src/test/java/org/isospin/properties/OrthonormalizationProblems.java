package org.isospin.properties;

import java.util.List;
import org.isospin.properties.Operation.Outcome;
import org.isospin.properties.Operation.Problem;

/** Problems of orthonormalisation, solved by Gram–Schmidt and back-substitution element by element. */
final class OrthonormalizationProblems {
    private static final double CONDITION = 3;

    private OrthonormalizationProblems() {}

    /** {@return A = Q·R to orthonormalise: QᵀA must be triangular with a positive diagonal, and A = Q·QᵀA} */
    static Problem triangular(int m, int n, long seed) {
        Dense a = Generators.conditioned(m, n, CONDITION, seed);
        return new Problem(
                List.of(a),
                List.of(Dense.zero(m, n)),
                o -> triangularError(a, o.matrices().getFirst()),
                // The rounding of A moves Q by κ√2 u, Gram–Schmidt by κ²u at most, and QᵀQ shows it twice.
                8 * CONDITION * CONDITION + 2 * Math.sqrt(Math.max(m, n)));
    }

    private static double triangularError(Dense a, Dense result) {
        boolean isWide = a.rows() < a.columns();
        Dense x = isWide ? a.transposed() : a;
        Dense q = isWide ? result.transposed() : result;
        Dense r = q.transposed().times(x);
        for (int i = 0; i < r.rows(); i++) {
            for (int j = 0; j < r.columns(); j++) {
                r.set(i, j, i > j || (i == j && !(r.get(i, j) > 0)) ? 0 : r.get(i, j));
            }
        }
        return q.orthogonalityDefect()
                + q.timesPlus(r, Dense.zero(x.rows(), x.columns()).plus(-1, x)).frobenius()
                        / Math.max(Double.MIN_NORMAL, x.frobenius());
    }

    /** {@return the problem of Q up to its last column's sign, which makes the determinant (−1)ⁿ⁻¹} */
    static Problem reflections(int m, int n, long seed) {
        Problem problem = triangular(m, n, seed);
        if (m != n || n == 0) {
            return problem;
        }
        return new Problem(
                problem.inputs(),
                problem.outputs(),
                o -> {
                    Dense q = o.matrices().getFirst();
                    Dense oriented = q.plus(0, q);
                    double sign = q.determinant() * problem.inputs().getFirst().determinant();
                    for (int i = 0; i < n; i++) {
                        oriented.set(i, n - 1, Math.signum(sign) * q.get(i, n - 1));
                    }
                    double turn = Math.abs(q.determinant() - (n % 2 == 0 ? -1 : 1));
                    return problem.error().applyAsDouble(new Outcome(List.of(oriented), List.of()))
                            + (turn < 0.5 ? 0 : turn);
                },
                problem.allowance());
    }

    /** {@return the gradient of ⟨G, Q⟩ for the Q with a positive diagonal in R} */
    static Problem triangularGradient(int m, int n, long seed) {
        return derivative(m, n, seed, true);
    }

    /** {@return the change of that Q with A} */
    static Problem triangularChange(int m, int n, long seed) {
        return derivative(m, n, seed, false);
    }

    private static Problem derivative(int m, int n, long seed, boolean isGradient) {
        Dense a = Generators.conditioned(m, n, CONDITION, seed);
        Dense v = Generators.gaussian(m, n, seed + 9);
        Dense expected = m < n
                ? derivative(a.transposed(), v.transposed(), isGradient).transposed()
                : derivative(a, v, isGradient);
        double size = Math.max(Double.MIN_NORMAL, v.frobenius());
        return new Problem(
                List.of(a, v),
                List.of(Dense.zero(m, n)),
                o -> o.matrices().getFirst().plus(-1, expected).frobenius() / size,
                // R⁻¹ is 3 at most; A's rounding enters once more by its square.
                8 * CONDITION * CONDITION + 4 * CONDITION * Math.sqrt(Math.max(m, n)));
    }

    private static Dense derivative(Dense a, Dense v, boolean isGradient) {
        Dense q = gramSchmidt(a);
        Dense r = q.transposed().times(a);
        int n = r.rows();
        Dense inverse = Dense.identity(n);
        for (int j = 0; j < n; j++) {
            for (int i = n - 1; i >= 0; i--) {
                double sum = i == j ? 1 : 0;
                for (int k = i + 1; k < n; k++) {
                    sum -= r.get(i, k) * inverse.get(k, j);
                }
                inverse.set(i, j, sum / r.get(i, i));
            }
        }
        Dense c = isGradient ? v.transposed().times(q) : q.transposed().times(v).times(inverse);
        Dense x = Dense.zero(n, n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double lower = c.get(Math.max(i, j), Math.min(i, j));
                x.set(i, j, isGradient ? -lower : (i > j ? lower : i < j ? -lower : 0) - c.get(i, j));
            }
        }
        return isGradient
                ? v.plus(1, q.times(x)).times(inverse.transposed())
                : v.times(inverse).plus(1, q.times(x));
    }

    private static Dense gramSchmidt(Dense a) {
        Dense q = a.plus(0, a);
        for (int pass = 0; pass < 2; pass++) {
            for (int j = 0; j < a.columns(); j++) {
                for (int k = 0; k <= j; k++) {
                    double share = 0;
                    for (int i = 0; i < a.rows(); i++) {
                        share += q.get(i, k) * q.get(i, j);
                    }
                    double scale = k == j ? 1 / Math.sqrt(share) : 1;
                    for (int i = 0; i < a.rows(); i++) {
                        q.set(i, j, k == j ? q.get(i, j) * scale : q.get(i, j) - share * q.get(i, k));
                    }
                }
            }
        }
        return q;
    }

    /** {@return the change of the nearest orthonormal matrix with A: every singular value of which is 1 here} */
    static Problem nearestChange(int m, int n, long seed) {
        Dense a = Generators.orthonormal(m, n, seed);
        Dense v = Generators.gaussian(m, n, seed + 9);
        // PX + XP = S with P = I: X = S/2; for a wide A transposed.
        Dense u = m < n ? a.transposed() : a;
        Dense e = m < n ? v.transposed() : v;
        Dense share = u.transposed().times(e);
        Dense mean = Dense.zero(share.rows(), share.rows()).plus(0.5, share).plus(0.5, share.transposed());
        Dense change = e.plus(-1, u.times(mean));
        Dense expected = m < n ? change.transposed() : change;
        double size = Math.max(Double.MIN_NORMAL, v.frobenius());
        return new Problem(
                List.of(a, v),
                List.of(Dense.zero(m, n)),
                o -> o.matrices().getFirst().plus(-1, expected).frobenius() / size,
                16);
    }

    /** {@return a matrix with a defect of 10⁻⁹ to repair, which any step brings to roundoff: its polar factor} */
    static Problem drifted(int m, int n, long seed) {
        Dense q = Generators.withSpectrum(m, n, j -> 1 + (j % 2 == 0 ? 5e-10 : -5e-10), seed);
        Dense expected = Generators.withSpectrum(m, n, j -> 1, seed);
        return new Problem(
                List.of(q),
                List.of(expected),
                o -> o.matrices().getFirst().plus(-1, expected).frobenius() / Math.sqrt(Math.max(1, Math.min(m, n))),
                4);
    }

    /** {@return Q·C for reflections along unit vectors, as many as C has columns} */
    static Problem reflected(int m, int n, long seed) {
        Dense v = Generators.gaussian(m, n, seed);
        for (int j = 0; j < n; j++) {
            double sum = 0;
            for (int i = 0; i < m; i++) {
                sum += v.get(i, j) * v.get(i, j);
            }
            for (int i = 0; i < m; i++) {
                v.set(i, j, v.get(i, j) / Math.sqrt(sum));
            }
        }
        Dense c = Generators.gaussian(m, n, seed + 1);
        Dense expected = reflect(v, c);
        double size = Math.max(Double.MIN_NORMAL, c.frobenius());
        return new Problem(
                List.of(v, c),
                List.of(Dense.zero(m, n)),
                o -> o.matrices().getFirst().plus(-1, expected).frobenius() / size,
                // Rounding turns each vector by u, and each reflection by 4u.
                4 + 8 * Math.sqrt(n));
    }

    private static Dense reflect(Dense v, Dense c) {
        Dense out = c.plus(0, c);
        for (int j = v.columns() - 1; j >= 0; j--) {
            Dense w = column(v, j);
            double squares = w.transposed().times(w).trace();
            out = out.plus(
                    squares == 0 ? 0 : -2 / squares, w.times(w.transposed().times(out)));
        }
        return out;
    }

    /** {@return the product of reflections along vectors of any length} */
    static Problem reflectionProduct(int m, int n, long seed) {
        Dense v = Generators.gaussian(m, n, seed);
        Dense expected = reflect(v, Dense.identity(m));
        return new Problem(
                List.of(v),
                List.of(expected),
                o -> o.matrices().getFirst().plus(-1, expected).frobenius() / Math.sqrt(Math.max(1, m)),
                8 + 8 * Math.sqrt(n));
    }

    /** {@return the gradients of ⟨G, QC⟩, one reflection after the other} */
    static Problem reflectionGradient(int m, int n, long seed) {
        Dense v = Generators.gaussian(m, n, seed);
        Dense c = Generators.gaussian(m, n, seed + 1);
        Dense g = Generators.gaussian(m, n, seed + 2);
        Dense byV = Dense.zero(m, n);
        Dense byC = g;
        double largest = 0;
        for (int j = 0; j < n; j++) {
            Dense w = column(v, j);
            // What the reflections behind this one make of C.
            Dense x = c;
            for (int k = n - 1; k > j; k--) {
                x = reflect(column(v, k), x);
            }
            double squares = w.transposed().times(w).trace();
            Dense share = w.transposed().times(byC);
            Dense other = w.transposed().times(x);
            // −2/‖v‖²(X·Gᵀv + G·Xᵀv) + 4/‖v‖⁴(vᵀX·Gᵀv)v
            Dense gradient = Dense.zero(m, 1)
                    .plus(-2 / squares, x.times(share.transposed()))
                    .plus(-2 / squares, byC.times(other.transposed()))
                    .plus(
                            4
                                    / (squares * squares)
                                    * other.times(share.transposed()).trace(),
                            w);
            for (int i = 0; i < m; i++) {
                byV.set(i, j, gradient.get(i, 0));
            }
            byC = reflect(w, byC);
            largest = Math.max(largest, 1 / squares);
        }
        Dense gradientV = byV;
        Dense gradientC = byC;
        double sizeV = Math.max(Double.MIN_NORMAL, c.frobenius() * g.frobenius() * Math.sqrt(largest));
        double sizeC = Math.max(Double.MIN_NORMAL, g.frobenius());
        return new Problem(
                List.of(v, c, g),
                List.of(gradientV, gradientC),
                o -> o.matrices().get(0).plus(-1, gradientV).frobenius() / sizeV
                        + o.matrices().get(1).plus(-1, gradientC).frobenius() / sizeC,
                // Rounding turns each vector by u, and each reflection by 4u.
                16 + 16 * Math.sqrt(n));
    }

    private static Dense column(Dense v, int j) {
        Dense w = Dense.zero(v.rows(), 1);
        for (int i = 0; i < v.rows(); i++) {
            w.set(i, 0, v.get(i, j));
        }
        return w;
    }
}
