package org.isospin.properties;

import static org.isospin.properties.Operation.Domain.ANY;
import static org.isospin.properties.Operation.NonFinite.NEVER_OCCURS;
import static org.isospin.properties.Operation.Results.TO_OUTPUTS;

import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.isospin.properties.Operation.Body;
import org.isospin.properties.Operation.Problem;
import org.isospin.rotation.Initialization;
import org.isospin.rotation.Initialization.Scale;

/** Initial weights, whose norms are known. */
final class InitializationOperations {
    /** How often each waits, at most. */
    static final Map<String, Integer> WAITS = Map.of(
            "Initialization.orthogonal", 0,
            "Initialization.gaussian rows", 0,
            "Initialization.gaussian spectral", 0,
            "Initialization.gaussian rms", 0,
            "Initialization.gaussian fan-in", 0,
            "Initialization.gaussian maximal update", 0);

    private static final long SEED = 7;

    private InitializationOperations() {}

    /** {@return every operation} */
    static List<Operation> all() {
        return List.of(
                new Operation(
                        "Initialization.orthogonal",
                        ANY,
                        NEVER_OCCURS,
                        TO_OUTPUTS,
                        KnownProblems::haar,
                        Body.of((iso, in, out) -> Initialization.orthogonal(iso, SEED, 1, out[0]))),
                gaussian("rows", Scale.UNIT_ROWS, w -> Math.abs(w.frobenius() - Math.sqrt(w.rows()))),
                // Anything up to 1 but for the bound's excess, which is n^(1/128) at most.
                gaussian("spectral", Scale.SPECTRAL, w -> Math.max(0, w.norm2() - 1)),
                gaussian("rms", Scale.RMS, w -> Math.abs(w.frobenius() - Math.sqrt(Math.min(w.rows(), w.columns())))),
                gaussian("fan-in", Scale.FAN_IN, w -> 0),
                gaussian("maximal update", Scale.MAXIMAL_UPDATE, w -> 0));
    }

    private static Operation gaussian(String name, Scale scale, ToDoubleFunction<Dense> error) {
        return new Operation(
                "Initialization.gaussian " + name,
                ANY,
                NEVER_OCCURS,
                TO_OUTPUTS,
                (m, n, seed) -> new Problem(
                        List.of(),
                        List.of(Dense.zero(m, n)),
                        o -> m == 0 || n == 0
                                ? 0
                                : error.applyAsDouble(o.matrices().getFirst()) / Math.sqrt(m),
                        2),
                Body.of((iso, in, out) -> Initialization.gaussian(iso, SEED, scale, 1, out[0])));
    }
}
