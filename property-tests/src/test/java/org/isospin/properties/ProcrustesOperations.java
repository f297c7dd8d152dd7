package org.isospin.properties;

import static org.isospin.properties.Operation.Domain.ANY;
import static org.isospin.properties.Operation.Domain.SQUARE;
import static org.isospin.properties.Operation.Domain.TALL;
import static org.isospin.properties.Operation.NonFinite.IS_REJECTED;
import static org.isospin.properties.Operation.NonFinite.PROPAGATES;
import static org.isospin.properties.Operation.Results.TO_OUTPUTS;

import java.util.List;
import java.util.Map;
import org.isospin.measure.Orthogonality;
import org.isospin.polar.Group;
import org.isospin.polar.PolarDerivative;
import org.isospin.polar.ProcrustesDerivative;
import org.isospin.polar.ProcrustesFit;
import org.isospin.polar.ProcrustesOptions;
import org.isospin.polar.TwoSidedProcrustes;
import org.isospin.properties.Operation.Body;

/** The operations on polar factors, Procrustes problems and measures that are not methods of the context. */
final class ProcrustesOperations {
    /** How often each waits, at most. */
    static final Map<String, Integer> WAITS = Map.of(
            "PolarDerivative.vjp",
            5,
            "PolarDerivative.jvp",
            5,
            "ProcrustesDerivative.vjp",
            8,
            "ProcrustesFit.fit scaled",
            62,
            "ProcrustesFit.fit moved",
            62,
            "TwoSidedProcrustes.symmetric",
            10,
            "TwoSidedProcrustes.general",
            10,
            "Orthogonality.twoNorm",
            2,
            "Orthogonality.twoNormBound",
            1);

    private static final ProcrustesOptions SCALED =
            ProcrustesOptions.DEFAULT.withScaling(ProcrustesOptions.Scaling.OPTIMAL);

    private static final ProcrustesOptions MOVED = SCALED.withTranslation(ProcrustesOptions.Translation.OPTIMAL);

    private ProcrustesOperations() {}

    /** {@return every operation} */
    static List<Operation> all() {
        return List.of(
                new Operation(
                        "PolarDerivative.vjp",
                        ANY,
                        IS_REJECTED,
                        TO_OUTPUTS,
                        ProcrustesProblems::polarDerivative,
                        Body.of((iso, in, out) -> PolarDerivative.vjp(iso, in[0], in[1], out[0]))),
                new Operation(
                        "PolarDerivative.jvp",
                        ANY,
                        IS_REJECTED,
                        TO_OUTPUTS,
                        ProcrustesProblems::polarDerivative,
                        Body.of((iso, in, out) -> PolarDerivative.jvp(iso, in[0], in[1], out[0]))),
                new Operation(
                        "ProcrustesDerivative.vjp",
                        TALL,
                        IS_REJECTED,
                        TO_OUTPUTS,
                        ProcrustesProblems::procrustesDerivative,
                        Body.of((iso, in, out) ->
                                ProcrustesDerivative.vjp(iso, in[0], in[1], Group.ORTHOGONAL, in[2], out[0], out[1]))),
                fit("ProcrustesFit.fit scaled", ProcrustesProblems::scaled, SCALED),
                fit("ProcrustesFit.fit moved", ProcrustesProblems::moved, MOVED),
                new Operation(
                        "TwoSidedProcrustes.symmetric",
                        SQUARE,
                        IS_REJECTED,
                        TO_OUTPUTS,
                        ProcrustesProblems::symmetric,
                        (iso, in, out) -> numbers(TwoSidedProcrustes.symmetric(iso, in[0], in[1], out[0]))),
                new Operation(
                        "TwoSidedProcrustes.general",
                        ANY,
                        IS_REJECTED,
                        TO_OUTPUTS,
                        ProcrustesProblems::general,
                        (iso, in, out) -> numbers(TwoSidedProcrustes.general(iso, in[0], in[1], out[0], out[1]))),
                new Operation(
                        "Orthogonality.twoNorm",
                        ANY,
                        PROPAGATES,
                        TO_OUTPUTS,
                        ProcrustesProblems::twice,
                        (iso, in, out) -> new double[] {Orthogonality.twoNorm(iso, in[0])}),
                new Operation(
                        "Orthogonality.twoNormBound",
                        ANY,
                        PROPAGATES,
                        TO_OUTPUTS,
                        ProcrustesProblems::twiceTheIdentity,
                        (iso, in, out) -> new double[] {Orthogonality.twoNormBound(iso, in[0])}));
    }

    private static double[] numbers(TwoSidedProcrustes.Result result) {
        return new double[] {result.residual(), result.condition()};
    }

    private static Operation fit(String name, Operation.Problems problems, ProcrustesOptions options) {
        return new Operation(name, ANY, IS_REJECTED, TO_OUTPUTS, problems, (iso, in, out) -> {
            ProcrustesFit.Result result = ProcrustesFit.fit(iso, in[0], in[1], options, out[0], out[1]);
            return new double[] {result.scale(), result.residual(), result.condition(), result.rank()};
        });
    }
}
