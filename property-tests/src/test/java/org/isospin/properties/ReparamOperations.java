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
import org.isospin.reparam.PoetLayer;
import org.isospin.reparam.PoetOptions;
import org.isospin.reparam.PoetParameters;
import org.isospin.reparam.Primitive;

/** Layers that were not trained yet, whose function is known. */
final class ReparamOperations {
    /** How often each waits, at most. */
    static final Map<String, Integer> WAITS =
            Map.of("PoetLayer.forward", 0, "PoetLayer.backward", 0, "PoetLayer.weight", 0);

    private static final int TOKENS = 5;

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
                                PoetLayer.of(iso, options(), in[0]).weight(out[0]))));
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
        if (!gradient.generators().stream().allMatch(g -> Dense.of(g).isFinite())) {
            // What x alone spoils shows in the gradients of the generators.
            out[0].set(0, 0, Double.NaN);
        }
    }

    private static Problem weight(int m, int n, long seed) {
        Dense w = Generators.gaussian(m, n, seed);
        return problem(List.of(w), w, w.frobenius());
    }
}
