package org.isospin.properties;

import static org.isospin.properties.Operation.Domain.ANY;
import static org.isospin.properties.Operation.Domain.SQUARE;
import static org.isospin.properties.Operation.NonFinite.PROPAGATES;
import static org.isospin.properties.Operation.Results.TO_OUTPUTS;

import java.util.List;
import java.util.Map;
import org.isospin.properties.Operation.Body;
import org.isospin.properties.Operation.Problem;
import org.isospin.rotation.Butterfly;
import org.isospin.rotation.ButterflyDerivative;
import org.isospin.rotation.ButterflyPattern;

/** Butterfly products of two factors where the order allows it, and their derivatives. */
final class ButterflyOperations {
    /** How often each waits, at most. */
    static final Map<String, Integer> WAITS = Map.of(
            "Butterfly.apply", 0,
            "Butterfly.applyTransposed", 0,
            "Butterfly.form", 0,
            "ButterflyDerivative.vjp", 0,
            "ButterflyDerivative.jvp", 0);

    private ButterflyOperations() {}

    /** {@return every operation} */
    static List<Operation> all() {
        return List.of(
                new Operation(
                        "Butterfly.apply",
                        ANY,
                        PROPAGATES,
                        TO_OUTPUTS,
                        (m, n, seed) -> product(m, n, seed, Side.FORWARD),
                        Body.of((iso, in, out) -> Butterfly.apply(iso, pattern(in[1].rows()), in[0], in[1], out[0]))),
                new Operation(
                        "Butterfly.applyTransposed",
                        ANY,
                        PROPAGATES,
                        TO_OUTPUTS,
                        (m, n, seed) -> product(m, n, seed, Side.TRANSPOSED),
                        Body.of((iso, in, out) ->
                                Butterfly.applyTransposed(iso, pattern(in[1].rows()), in[0], in[1], out[0]))),
                new Operation(
                        "Butterfly.form",
                        SQUARE,
                        PROPAGATES,
                        TO_OUTPUTS,
                        (m, n, seed) -> formed(n, seed),
                        Body.of((iso, in, out) -> Butterfly.form(iso, pattern(out[0].rows()), in[0], out[0]))),
                new Operation(
                        "ButterflyDerivative.vjp",
                        ANY,
                        PROPAGATES,
                        TO_OUTPUTS,
                        ButterflyOperations::gradients,
                        Body.of((iso, in, out) -> ButterflyDerivative.vjp(
                                iso, pattern(in[1].rows()), in[0], in[1], in[2], out[0], out[1]))),
                new Operation(
                        "ButterflyDerivative.jvp",
                        ANY,
                        PROPAGATES,
                        TO_OUTPUTS,
                        ButterflyOperations::change,
                        Body.of((iso, in, out) -> ButterflyDerivative.jvp(
                                iso, pattern(in[1].rows()), in[0], in[1], in[2], in[3], out[0]))));
    }

    private enum Side {
        FORWARD,
        TRANSPOSED
    }

    private static ButterflyPattern pattern(int n) {
        if (n % 4 == 0) {
            return ButterflyPattern.of(n, 2, 2);
        }
        return ButterflyPattern.of(n, n % 6 == 0 ? 6 : n % 3 == 0 ? 3 : 1, 1);
    }

    private static Dense blocks(ButterflyPattern pattern, long seed) {
        return Generators.gaussian(pattern.stackedRows(), pattern.blockSize(), seed);
    }

    /** Factor f, element by element. */
    private static Dense factor(ButterflyPattern pattern, Dense blocks, int f) {
        int n = pattern.order();
        int b = pattern.blockSize();
        Dense out = Dense.zero(n, n);
        int[] permutation = pattern.permutation(f);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                int row = permutation[i];
                int column = permutation[j];
                out.set(i, j, row / b == column / b ? blocks.get(f * n + row, column % b) : 0);
            }
        }
        return out;
    }

    private static Dense dense(ButterflyPattern pattern, Dense blocks) {
        Dense r = Dense.identity(pattern.order());
        for (int f = 0; f < pattern.factors(); f++) {
            r = factor(pattern, blocks, f).times(r);
        }
        return r;
    }

    private static Problem product(int m, int n, long seed, Side side) {
        ButterflyPattern pattern = pattern(m);
        Dense blocks = blocks(pattern, seed);
        Dense x = Generators.gaussian(m, n, seed + 1);
        Dense r = dense(pattern, blocks);
        Dense expected = (side == Side.FORWARD ? r : r.transposed()).times(x);
        return new Problem(
                List.of(blocks, x),
                List.of(expected),
                o -> error(expected, o.matrices().getFirst()),
                32);
    }

    private static Problem formed(int n, long seed) {
        ButterflyPattern pattern = pattern(n);
        Dense blocks = blocks(pattern, seed);
        Dense expected = dense(pattern, blocks);
        return new Problem(
                List.of(blocks),
                List.of(expected),
                o -> error(expected, o.matrices().getFirst()),
                32);
    }

    private static double error(Dense expected, Dense actual) {
        return actual.plus(-1, expected).frobenius() / Math.max(Double.MIN_NORMAL, expected.frobenius());
    }

    /** The gradient of ⟨G, F₁F₀X⟩ in Fᵢ is a product of what surrounds it, of which the blocks' elements are taken. */
    private static Problem gradients(int m, int n, long seed) {
        ButterflyPattern pattern = pattern(m);
        int b = pattern.blockSize();
        Dense blocks = blocks(pattern, seed);
        Dense x = Generators.gaussian(m, n, seed + 1);
        Dense g = Generators.gaussian(m, n, seed + 2);
        Dense byBlocks = Dense.zero(pattern.stackedRows(), b);
        Dense cotangent = g;
        for (int f = pattern.factors() - 1; f >= 0; f--) {
            Dense taken = f == 0 ? x : factor(pattern, blocks, 0).times(x);
            Dense outer = cotangent.times(taken.transposed());
            int[] permutation = pattern.permutation(f);
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < m; j++) {
                    if (permutation[i] / b == permutation[j] / b) {
                        byBlocks.set(f * m + permutation[i], permutation[j] % b, outer.get(i, j));
                    }
                }
            }
            cotangent = factor(pattern, blocks, f).transposed().times(cotangent);
        }
        Dense byX = cotangent;
        // A block's gradient is a sum over columns, small where it cancels.
        double size = Math.max(Double.MIN_NORMAL, x.frobenius() * g.frobenius());
        return new Problem(
                List.of(blocks, x, g),
                List.of(byBlocks, byX),
                o -> o.matrices().get(0).plus(-1, byBlocks).frobenius() / size
                        + error(byX, o.matrices().get(1)),
                64);
    }

    private static Problem change(int m, int n, long seed) {
        ButterflyPattern pattern = pattern(m);
        Dense blocks = blocks(pattern, seed);
        Dense change = blocks(pattern, seed + 5);
        Dense x = Generators.gaussian(m, n, seed + 1);
        Dense dx = Generators.gaussian(m, n, seed + 2);
        Dense expected = dense(pattern, blocks).times(dx);
        for (int f = 0; f < pattern.factors(); f++) {
            Dense part = x;
            for (int k = 0; k < pattern.factors(); k++) {
                part = factor(pattern, k == f ? change : blocks, k).times(part);
            }
            expected = expected.plus(1, part);
        }
        Dense sum = expected;
        return new Problem(
                List.of(blocks, x, change, dx),
                List.of(sum),
                o -> error(sum, o.matrices().getFirst()),
                64);
    }
}
