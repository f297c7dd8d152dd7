package org.isospin.properties;

import static java.util.Map.entry;
import static org.isospin.properties.Operation.Domain.ANY;
import static org.isospin.properties.Operation.Domain.SQUARE;
import static org.isospin.properties.Operation.NonFinite.PROPAGATES;
import static org.isospin.properties.Operation.Results.TO_OUTPUTS;

import java.util.List;
import java.util.Map;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.properties.Operation.Body;
import org.isospin.rotation.Cayley;
import org.isospin.rotation.CayleyDerivative;
import org.isospin.rotation.CayleyNeumannDerivative;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.FixedPointCayley;
import org.isospin.rotation.LowRankCayley;

/** The operations of the Cayley family that are not methods of the context. */
final class CayleyOperations {
    /** The order of the truncated transforms, POET's. */
    private static final int ORDER = 3;

    /** How often each waits, at most. */
    static final Map<String, Integer> WAITS = Map.ofEntries(
            entry("Cayley.inverse", 2),
            entry("FixedPointCayley.apply", 0),
            entry("LowRankCayley.apply", 1),
            entry("LowRankCayley.woodbury", 0),
            entry("CayleyDerivative.vjp", 1),
            entry("CayleyDerivative.jvp", 1),
            entry("CayleyDerivative.inverseVjp", 1),
            entry("CayleyDerivative.inverseJvp", 1),
            entry("CayleyNeumannDerivative.productVjp", 0),
            entry("CayleyNeumannDerivative.productJvp", 0),
            entry("CayleyNeumannDerivative.seriesVjp", 0),
            entry("CayleyNeumannDerivative.seriesJvp", 0));

    private CayleyOperations() {}

    /** {@return every operation} */
    static List<Operation> all() {
        return List.of(
                new Operation(
                        "Cayley.inverse",
                        SQUARE,
                        PROPAGATES,
                        TO_OUTPUTS,
                        KnownProblems.inverseCayley(CayleyStep.NEGATIVE_HALF),
                        (iso, in, out) -> {
                            SkewMatrix a = Operations.skew(out[0], in[0].rows());
                            Cayley.Inversion result = Cayley.inverse(iso, in[0], CayleyStep.NEGATIVE_HALF, a);
                            return new double[] {result.norm()};
                        }),
                new Operation(
                        "FixedPointCayley.apply",
                        SQUARE,
                        PROPAGATES,
                        TO_OUTPUTS,
                        CayleyProblems.fixedPoint(CayleyStep.HALF),
                        Body.of((iso, in, out) -> FixedPointCayley.apply(
                                iso, Operations.skew(in[0], in[1].rows()), CayleyStep.HALF, 2, in[1], out[0]))),
                new Operation(
                        "LowRankCayley.apply",
                        ANY,
                        PROPAGATES,
                        TO_OUTPUTS,
                        CayleyProblems.lowRank(CayleyStep.NEGATIVE_HALF),
                        Body.of((iso, in, out) ->
                                LowRankCayley.apply(iso, in[0], in[1], 1, CayleyStep.NEGATIVE_HALF, in[2], out[0]))),
                new Operation(
                        "LowRankCayley.woodbury",
                        ANY,
                        PROPAGATES,
                        TO_OUTPUTS,
                        CayleyProblems.lowRank(CayleyStep.FULL),
                        Body.of((iso, in, out) ->
                                LowRankCayley.woodbury(iso, in[0], in[1], 1, CayleyStep.FULL, in[2], out[0]))),
                ofSkewPair(
                        "CayleyDerivative.jvp",
                        CayleyProblems.jvp(CayleyProblems.cayley(CayleyStep.HALF)),
                        (iso, a, v, out) -> CayleyDerivative.jvp(iso, a, CayleyStep.HALF, v, out)),
                toSkew(
                        "CayleyDerivative.vjp",
                        CayleyProblems.vjp(CayleyProblems.cayley(CayleyStep.NEGATIVE_FULL)),
                        (iso, a, g, out) -> CayleyDerivative.vjp(iso, a, CayleyStep.NEGATIVE_FULL, g, out)),
                new Operation(
                        "CayleyDerivative.inverseJvp",
                        SQUARE,
                        PROPAGATES,
                        TO_OUTPUTS,
                        CayleyProblems.inverseJvp(CayleyStep.FULL),
                        Body.of((iso, in, out) -> CayleyDerivative.inverseJvp(
                                iso, in[0], CayleyStep.FULL, in[1], Operations.skew(out[0], in[0].rows())))),
                new Operation(
                        "CayleyDerivative.inverseVjp",
                        SQUARE,
                        PROPAGATES,
                        TO_OUTPUTS,
                        CayleyProblems.inverseVjp(CayleyStep.FULL),
                        Body.of((iso, in, out) -> CayleyDerivative.inverseVjp(
                                iso, in[0], CayleyStep.FULL, Operations.skew(in[1], in[0].rows()), out[0]))),
                ofSkewPair(
                        "CayleyNeumannDerivative.productJvp",
                        CayleyProblems.jvp(CayleyProblems.product()),
                        (iso, a, v, out) -> CayleyNeumannDerivative.productJvp(iso, a, ORDER, CayleyStep.FULL, v, out)),
                toSkew(
                        "CayleyNeumannDerivative.productVjp",
                        CayleyProblems.vjp(CayleyProblems.product()),
                        (iso, a, g, out) -> CayleyNeumannDerivative.productVjp(iso, a, ORDER, CayleyStep.FULL, g, out)),
                ofSkewPair(
                        "CayleyNeumannDerivative.seriesJvp",
                        CayleyProblems.jvp(CayleyProblems.series()),
                        (iso, a, v, out) -> CayleyNeumannDerivative.seriesJvp(iso, a, ORDER, CayleyStep.FULL, v, out)),
                toSkew(
                        "CayleyNeumannDerivative.seriesVjp",
                        CayleyProblems.vjp(CayleyProblems.series()),
                        (iso, a, g, out) -> CayleyNeumannDerivative.seriesVjp(iso, a, ORDER, CayleyStep.FULL, g, out)));
    }

    /** A call with two skew inputs and an output. */
    @FunctionalInterface
    private interface PairCall {
        void run(Isospin iso, SkewMatrix a, SkewMatrix b, Matrix out);
    }

    /** A call with a skew input, another one and a skew output. */
    @FunctionalInterface
    private interface ToSkewCall {
        void run(Isospin iso, SkewMatrix a, Matrix b, SkewMatrix out);
    }

    private static Operation ofSkewPair(String name, Operation.Problems problems, PairCall call) {
        return new Operation(
                name,
                SQUARE,
                PROPAGATES,
                TO_OUTPUTS,
                problems,
                Body.of((iso, in, out) -> call.run(
                        iso, Operations.skew(in[0], out[0].rows()), Operations.skew(in[1], out[0].rows()), out[0])));
    }

    private static Operation toSkew(String name, Operation.Problems problems, ToSkewCall call) {
        return new Operation(
                name,
                SQUARE,
                PROPAGATES,
                TO_OUTPUTS,
                problems,
                Body.of((iso, in, out) -> call.run(
                        iso, Operations.skew(in[0], in[1].rows()), in[1], Operations.skew(out[0], in[1].rows()))));
    }
}
