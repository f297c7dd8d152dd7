package org.isospin.properties;

import static org.isospin.properties.Operation.Domain.ANY;
import static org.isospin.properties.Operation.NonFinite.IS_REJECTED;
import static org.isospin.properties.Operation.NonFinite.PROPAGATES;
import static org.isospin.properties.Operation.Results.TO_OUTPUTS;

import java.util.List;
import java.util.Map;
import org.isospin.optim.MsignMethod;
import org.isospin.optim.MsignPreconditioning;
import org.isospin.optim.PolarGradient;
import org.isospin.optim.RowCentering;
import org.isospin.polar.Msign;
import org.isospin.polar.MsignSchedule;
import org.isospin.properties.Operation.Body;
import org.isospin.properties.Operation.Problem;

/** The operations of the optimizers that can be called alone. */
final class OptimOperations {
    private static final MsignSchedule SCHEDULE = Msign.kellerJordan(2);

    /** What two steps of slope 3.4 each make of a few u, which the sum of three terms makes larger still. */
    private static final double AMPLIFIED = 128;

    /** How often each waits, at most. */
    static final Map<String, Integer> WAITS = Map.of("msign spectral", 0, "polarGradient", 4);

    private OptimOperations() {}

    static List<Operation> all() {
        MsignMethod spectral = MsignMethod.of(SCHEDULE).withPreconditioning(MsignPreconditioning.SPECTRAL);
        return List.of(
                new Operation(
                        "msign spectral",
                        ANY,
                        PROPAGATES,
                        TO_OUTPUTS,
                        OptimOperations::spectral,
                        Body.of((iso, in, out) -> spectral.msign(iso, in[0], out[0]))),
                new Operation(
                        "polarGradient",
                        ANY,
                        IS_REJECTED,
                        TO_OUTPUTS,
                        KnownProblems.mapped(s -> 1, 16),
                        Body.of((iso, in, out) -> PolarGradient.update(iso, in[0], 0, RowCentering.OFF, out[0]))));
    }

    /** The largest singular value of the table's matrices is 1. */
    private static Problem spectral(int m, int n, long seed) {
        Problem problem = KnownProblems.mapped(s -> 1, AMPLIFIED).make(m, n, seed);
        Dense expected = Generators.withSpectrum(m, n, j -> Msign.scalar(SCHEDULE, KnownProblems.sigma(m, n, j)), seed);
        return new Problem(problem.inputs(), List.of(expected), KnownProblems.distance(expected), AMPLIFIED);
    }
}
