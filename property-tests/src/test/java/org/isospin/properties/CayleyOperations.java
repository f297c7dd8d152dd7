package org.isospin.properties;

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

/** The operations of the Cayley family that are not methods of the context. */
final class CayleyOperations {
    /** The order of the truncated transforms, POET's. */
    private static final int ORDER = 3;

    /** How often each waits, at most. */
    static final Map<String, Integer> WAITS = Map.of(
            "Cayley.inverse",
            2,
            "CayleyDerivative.vjp",
            1,
            "CayleyDerivative.jvp",
            1,
            "CayleyDerivative.inverseVjp",
            1,
            "CayleyDerivative.inverseJvp",
            1,
            "CayleyNeumannDerivative.productVjp",
            0,
            "CayleyNeumannDerivative.productJvp",
            0,
            "CayleyNeumannDerivative.seriesVjp",
            0,
            "CayleyNeumannDerivative.seriesJvp",
            0);

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
