package org.isospin.properties;

import static org.isospin.properties.Operation.Domain.ANY;
import static org.isospin.properties.Operation.NonFinite.PROPAGATES;
import static org.isospin.properties.Operation.Results.TO_OUTPUTS;

import java.util.List;
import java.util.Map;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.properties.Operation.Body;
import org.isospin.properties.Operation.Problem;
import org.isospin.reparam.BaseStorage;
import org.isospin.reparam.BlockGenerators;
import org.isospin.reparam.BlockPartition;
import org.isospin.reparam.EightBitMatrix;
import org.isospin.reparam.OftLayer;
import org.isospin.reparam.OftOptions;
import org.isospin.reparam.OftParameters;
import org.isospin.reparam.OptLayer;
import org.isospin.reparam.OptOptions;
import org.isospin.reparam.Orthogonalizer;
import org.isospin.reparam.PoetLayer;
import org.isospin.reparam.PoetOptions;
import org.isospin.reparam.PoetParameters;
import org.isospin.reparam.Primitive;
import org.isospin.reparam.RoutedRotation;

/** Layers that were not trained yet, whose function is known. */
final class ReparamOperations {
    /** How often each waits, at most. */
    static final Map<String, Integer> WAITS = Map.of(
            "PoetLayer.forward", 0,
            "PoetLayer.backward", 0,
            "PoetLayer.weight", 0,
            "OftLayer.forward", 0,
            "OftLayer.backward", 0,
            // A Cayley transform when it is made, and one when it is used.
            "OptLayer.forward", 2,
            "RoutedRotation.forward", 0,
            "EightBitMatrix.read", 0);

    private static final int TOKENS = 5;

    private static final OftOptions OFT = OftOptions.DEFAULT.withBlocks(4, 1);

    private ReparamOperations() {}

    /** {@return every operation} */
    static List<Operation> all() {
        return List.of(
                new Operation(
                        "PoetLayer.forward",
                        ANY,
                        PROPAGATES,
                        TO_OUTPUTS,
                        ReparamOperations::forward,
                        Body.of((iso, in, out) -> PoetLayer.of(iso, options(), in[0], in[2].copy(), 0)
                                .forward(in[1], out[0]))),
                new Operation(
                        "PoetLayer.backward",
                        ANY,
                        PROPAGATES,
                        TO_OUTPUTS,
                        ReparamOperations::backward,
                        Body.of(ReparamOperations::backward)),
                new Operation(
                        "PoetLayer.weight",
                        ANY,
                        PROPAGATES,
                        TO_OUTPUTS,
                        ReparamOperations::weight,
                        Body.of((iso, in, out) ->
                                PoetLayer.of(iso, options(), in[0]).weight(out[0]))),
                propagating(
                        "OftLayer.forward",
                        ReparamOperations::forward,
                        (iso, in, out) ->
                                OftLayer.of(iso, OFT, in[0], in[2].copy()).forward(in[1], out[0])),
                propagating("OftLayer.backward", ReparamOperations::backward, ReparamOperations::oftBackward),
                propagating(
                        "OptLayer.forward",
                        ReparamOperations::unbiased,
                        (iso, in, out) -> OptLayer.of(
                                        iso, OptOptions.DEFAULT.withOrthogonalizer(Orthogonalizer.CAYLEY), in[0])
                                .forward(in[1], out[0])),
                propagating(
                        "RoutedRotation.forward",
                        ReparamOperations::weight,
                        (iso, in, out) -> routed(in[0]).forward(iso, in[0], routes(in[0]), out[0])),
                propagating(
                        "EightBitMatrix.read",
                        ReparamOperations::twoLevels,
                        (iso, in, out) -> EightBitMatrix.of(
                                        iso, new BaseStorage.EightBit(3, BaseStorage.ZeroPoint.FREE), in[0])
                                .read(iso, out[0])));
    }

    private static Operation propagating(String name, Operation.Problems problems, Operation.Silent body) {
        return new Operation(name, ANY, PROPAGATES, TO_OUTPUTS, problems, Body.of(body));
    }

    /** Two experts that do not turn yet. */
    private static RoutedRotation routed(Matrix x) {
        BlockPartition blocks = BlockPartition.covering(x.columns(), 4);
        return new RoutedRotation(
                OFT.map(),
                List.of(BlockGenerators.allocate(x.dtype(), blocks), BlockGenerators.allocate(x.dtype(), blocks)));
    }

    private static int[] routes(Matrix x) {
        int[] routes = new int[x.rows()];
        for (int i = 0; i < routes.length; i++) {
            routes[i] = i % 2;
        }
        return routes;
    }

    private static void oftBackward(Isospin iso, Matrix[] in, Matrix[] out) {
        OftLayer layer = OftLayer.of(iso, OFT, in[0]);
        OftParameters gradient = layer.parameters().allocateLike();
        layer.backward(in[2], in[1], out[0], gradient);
        showInDx(gradient.generators(), out[0]);
    }

    /** What x alone spoils shows in the gradients of the generators. */
    private static void showInDx(List<Matrix> gradients, Matrix dx) {
        if (!gradients.stream().allMatch(g -> Dense.of(g).isFinite())) {
            dx.set(0, 0, Double.NaN);
        }
    }

    private static Problem unbiased(int m, int n, long seed) {
        Dense w = Generators.gaussian(m, n, seed);
        Dense x = Generators.gaussian(TOKENS, n, seed + 1);
        return problem(List.of(w, x), x.times(w.transposed()), x.frobenius() * w.frobenius());
    }

    /** Of two levels a group has both, to rounding. */
    private static Problem twoLevels(int m, int n, long seed) {
        Dense signs = Generators.gaussian(m, n, seed);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                signs.set(i, j, signs.get(i, j) < 0 ? -1.5 : 1);
            }
        }
        return problem(List.of(signs), signs, signs.frobenius());
    }

    private static PoetOptions options() {
        return PoetOptions.DEFAULT.withPrimitive(Primitive.blockStochastic(4));
    }

    private static Problem forward(int m, int n, long seed) {
        Dense w = Generators.gaussian(m, n, seed);
        Dense x = Generators.gaussian(TOKENS, n, seed + 1);
        Dense bias = Generators.gaussian(1, m, seed + 2);
        Dense ones = Dense.zero(TOKENS, 1);
        for (int i = 0; i < TOKENS; i++) {
            ones.set(i, 0, 1);
        }
        Dense y = x.timesPlus(w.transposed(), ones.times(bias));
        double size = x.frobenius() * w.frobenius() + bias.frobenius();
        return problem(List.of(w, x, bias), y, size);
    }

    private static Problem backward(int m, int n, long seed) {
        Dense w = Generators.gaussian(m, n, seed);
        Dense x = Generators.gaussian(TOKENS, n, seed + 1);
        Dense dy = Generators.gaussian(TOKENS, m, seed + 2);
        double size = dy.frobenius() * w.frobenius();
        return problem(List.of(w, dy), dy.times(w), size, x);
    }

    private static Problem problem(List<Dense> inputs, Dense expected, double size, Dense... more) {
        List<Dense> all = new java.util.ArrayList<>(inputs);
        all.addAll(List.of(more));
        // Rounding of inputs and output, and sums of products of n terms, whose errors are random.
        return new Problem(
                all,
                List.of(expected),
                o -> o.matrices().getFirst().plus(-1, expected).frobenius() / Math.max(Double.MIN_NORMAL, size),
                16);
    }

    private static void backward(Isospin iso, Matrix[] in, Matrix[] out) {
        PoetLayer layer = PoetLayer.of(iso, options().withMemory(PoetOptions.Memory.RECOMPUTE), in[0]);
        PoetParameters gradient = layer.parameters().allocateLike();
        layer.backward(in[2], in[1], out[0], gradient);
        showInDx(gradient.generators(), out[0]);
    }

    private static Problem weight(int m, int n, long seed) {
        Dense w = Generators.gaussian(m, n, seed);
        return problem(List.of(w), w, w.frobenius());
    }
}
