package org.isospin.properties;

import static org.isospin.properties.Operation.Domain.SQUARE;
import static org.isospin.properties.Operation.NonFinite.IS_REJECTED;
import static org.isospin.properties.Operation.Results.TO_OUTPUTS;

import java.util.List;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.properties.Operation.Problem;
import org.isospin.rotation.RotationLog;

/** Operations on rotations: logarithm, geodesics, means. */
final class RotationOperations {
    private RotationOperations() {}

    static List<Operation> all() {
        return List.of(new Operation(
                "log", SQUARE, IS_REJECTED, TO_OUTPUTS, RotationOperations::logProblem, RotationOperations::log));
    }

    private static Problem logProblem(int m, int n, long seed) {
        Dense q = KnownProblems.turned(n, Math::cos, Math::sin, seed);
        Dense expected = KnownProblems.packed(KnownProblems.turned(n, t -> 0, t -> t, seed));
        return new Problem(List.of(q), List.of(expected), KnownProblems.distance(expected, n), 8);
    }

    private static double[] log(Isospin iso, Matrix[] in, Matrix[] out) {
        RotationLog.Result result = RotationLog.log(iso, in[0], Operations.skew(out[0], in[0].rows()));
        return new double[] {result.condition(), result.squareRoots()};
    }
}
