package org.isospin.properties;

import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.isospin.properties.Operation.Outcome;
import org.isospin.properties.Operation.Problem;

/** Problems of polar factors, Procrustes problems and measures with answers known by construction. */
final class ProcrustesProblems {
    private static final double CONDITION = 3;

    private ProcrustesProblems() {}

    private static double sigma(int m, int n, int j) {
        return Generators.geometric(m, n, CONDITION, j);
    }

    private static double root(int n) {
        return Math.sqrt(Math.max(1, n));
    }

    private static double distance(Dense found, Dense expected) {
        return found.plus(-1, expected).frobenius() / root(Math.min(expected.rows(), expected.columns()));
    }

    /** K with Kᵢⱼ = (Mᵢⱼ − Mⱼᵢ)/(σᵢ + σⱼ). */
    private static Dense sylvester(Dense m, IntToDoubleFunction sigma) {
        Dense k = Dense.zero(m.rows(), m.rows());
        for (int i = 0; i < m.rows(); i++) {
            for (int j = 0; j < m.rows(); j++) {
                double gap = sigma.applyAsDouble(i) + sigma.applyAsDouble(j);
                k.set(i, j, i == j ? 0 : (m.get(i, j) - m.get(j, i)) / gap);
            }
        }
        return k;
    }

    /** DU(A)[E] of a tall A = X·diag(σ)·Yᵀ. */
    private static Dense polarDerivative(Dense x, IntToDoubleFunction sigma, Dense y, Dense e) {
        Dense right = e.times(y);
        Dense m = x.transposed().times(right);
        Dense rest = right.plus(-1, x.times(m));
        for (int i = 0; i < rest.rows(); i++) {
            for (int j = 0; j < rest.columns(); j++) {
                rest.set(i, j, x.rows() == x.columns() ? 0 : rest.get(i, j) / sigma.applyAsDouble(j));
            }
        }
        return x.timesPlus(sylvester(m, sigma), rest).times(y.transposed());
    }

    static Problem polarDerivative(int m, int n, long seed) {
        int p = Math.min(m, n);
        Dense a = Generators.conditioned(m, n, CONDITION, seed);
        Dense left = Generators.orthonormal(m, p, seed);
        Dense right = Generators.orthonormal(n, p, seed + 1);
        Dense e = Generators.orthonormal(m, n, seed + 2);
        IntToDoubleFunction sigma = j -> sigma(m, n, j);
        Dense expected = m >= n
                ? polarDerivative(left, sigma, right, e)
                : polarDerivative(right, sigma, left, e.transposed()).transposed();
        return new Problem(
                List.of(a, e),
                List.of(expected),
                o -> distance(o.matrices().getFirst(), expected),
                // Rounding A by u moves the derivative by its own, of twice κ² each way, and E by κ.
                2 + CONDITION + 4 * CONDITION * CONDITION);
    }

    static Problem procrustesDerivative(int m, int n, long seed) {
        Dense a = Generators.conditioned(m, n, CONDITION, seed);
        Dense r = Generators.orthonormal(n, n, seed + 2);
        Dense b = a.times(r);
        Dense g = Generators.orthonormal(n, n, seed + 3);
        Dense x = Generators.orthonormal(n, n, seed + 1);
        Dense y = r.transposed().times(x);
        IntToDoubleFunction sigma = j -> sigma(m, n, j) * sigma(m, n, j);
        Dense gamma =
                x.times(sylvester(x.transposed().times(g).times(y), sigma)).times(y.transposed());
        Dense inA = b.times(gamma.transposed());
        Dense inB = a.times(gamma);
        return new Problem(
                List.of(a, b, g),
                List.of(inA, inB),
                o -> distance(o.matrices().get(0), inA) + distance(o.matrices().get(1), inB),
                // AᵀB has the condition κ², squared as for polar factors, and two gradients.
                4 + 8 * CONDITION * CONDITION * CONDITION * CONDITION);
    }

    static Problem scaled(int m, int n, long seed) {
        Dense a = Generators.conditioned(m, n, CONDITION, seed);
        Dense r = Generators.orthonormal(n, n, seed + 2);
        Dense b = Dense.zero(m, n).plus(2, a.times(r));
        return new Problem(
                List.of(a, b),
                List.of(r, Dense.zero(1, n)),
                o -> (m >= n
                                ? distance(o.matrices().get(0), r)
                                : o.matrices().get(0).orthogonalityDefect())
                        + (m == 0 || n == 0 ? 0 : Math.abs(o.numbers().getFirst() - 2))
                        + o.matrices().get(1).max(),
                // As for the plain problem, and of the scale.
                12 + 4 * CONDITION * CONDITION);
    }

    static Problem moved(int m, int n, long seed) {
        Dense a = Generators.conditioned(m, n, CONDITION, seed);
        Dense r = Generators.orthonormal(n, n, seed + 2);
        Dense t = Generators.gaussian(1, n, seed + 3);
        Dense ones = Dense.zero(m, 1);
        for (int i = 0; i < m; i++) {
            ones.set(i, 0, 1);
        }
        Dense b = ones.timesPlus(t, Dense.zero(m, n).plus(2, a.times(r)));
        return new Problem(
                List.of(a, b),
                List.of(r, t),
                // R is as well known as centred rows tell; that they fit is known better.
                o -> o.matrices().getFirst().orthogonalityDefect()
                        + o.numbers().get(1) / Math.max(1, b.frobenius() + 2 * a.frobenius()),
                8);
    }

    private static Dense symmetric(int n, long seed) {
        Dense g = Generators.gaussian(n, n, seed);
        return Dense.zero(n, n).plus(0.5, g.plus(1, g.transposed()));
    }

    static Problem symmetric(int m, int n, long seed) {
        Dense a = symmetric(n, seed);
        Dense p = Generators.orthonormal(n, n, seed + 1);
        Dense b = p.times(a).times(p.transposed());
        return new Problem(
                List.of(a, b),
                List.of(p),
                o -> o.matrices().getFirst().orthogonalityDefect() + residual(o, a),
                // A and B are rounded, and P, which comes twice.
                8);
    }

    static Problem general(int m, int n, long seed) {
        Dense a = Generators.conditioned(m, n, CONDITION, seed);
        Dense p = Generators.orthonormal(m, m, seed + 3);
        Dense q = Generators.orthonormal(n, n, seed + 4);
        return new Problem(
                List.of(a, p.times(a).times(q)),
                List.of(p, q),
                o -> o.matrices().get(0).orthogonalityDefect()
                        + o.matrices().get(1).orthogonalityDefect()
                        + residual(o, a),
                8);
    }

    private static double residual(Outcome o, Dense a) {
        return o.numbers().getFirst() / Math.max(Double.MIN_NORMAL, a.frobenius());
    }

    /** 2·Q has the defect 3·I. */
    static Problem twice(int m, int n, long seed) {
        Dense q = Dense.zero(m, n).plus(2, Generators.orthonormal(m, n, seed));
        double expected = Math.min(m, n) == 0 ? 0 : 3;
        // 2·Q is rounded by u in each element: by as much in the 2-norm, twice, and as much again for their roots.
        return new Problem(List.of(q), List.of(), o -> Math.abs(o.numbers().getFirst() - expected), 24);
    }

    static Problem twiceTheIdentity(int m, int n, long seed) {
        Dense q = Dense.zero(m, n);
        for (int i = 0; i < Math.min(m, n); i++) {
            q.set(i, i, 2);
        }
        double expected = Math.min(m, n) == 0 ? 0 : 3;
        return new Problem(List.of(q), List.of(), o -> Math.abs(o.numbers().getFirst() - expected), 0);
    }
}
