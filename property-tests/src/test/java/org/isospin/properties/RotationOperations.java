package org.isospin.properties;

import static org.isospin.properties.Operation.Domain.SQUARE;
import static org.isospin.properties.Operation.Domain.TALL;
import static org.isospin.properties.Operation.NonFinite.IS_REJECTED;
import static org.isospin.properties.Operation.NonFinite.PROPAGATES;
import static org.isospin.properties.Operation.Results.TO_OUTPUTS;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleUnaryOperator;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.properties.Operation.Body;
import org.isospin.properties.Operation.Problem;
import org.isospin.rotation.Geodesic;
import org.isospin.rotation.LogDerivative;
import org.isospin.rotation.RotationLog;
import org.isospin.rotation.RotationPath;
import org.isospin.rotation.Stiefel;
import org.isospin.rotation.StiefelGeodesic;
import org.isospin.rotation.StiefelMetric;
import org.isospin.rotation.StiefelRetraction;
import org.isospin.rotation.StiefelTransport;

/** Operations on rotations and on matrices with orthonormal columns: logarithm, geodesics, means, retractions. */
final class RotationOperations {
    private static final double TIME = 0.3;

    private static final Map<Integer, Matrix> FIXED = new ConcurrentHashMap<>();

    private RotationOperations() {}

    static List<Operation> all() {
        return List.of(
                new Operation(
                        "log",
                        SQUARE,
                        IS_REJECTED,
                        TO_OUTPUTS,
                        RotationOperations::logProblem,
                        RotationOperations::log),
                new Operation(
                        "log jvp",
                        SQUARE,
                        PROPAGATES,
                        TO_OUTPUTS,
                        RotationOperations::slopeProblem,
                        Body.of((iso, in, out) -> LogDerivative.jvp(
                                iso, fixed(in[0].rows()), in[0], Operations.skew(out[0], in[0].rows())))),
                new Operation(
                        "log vjp",
                        SQUARE,
                        PROPAGATES,
                        TO_OUTPUTS,
                        RotationOperations::gradientProblem,
                        Body.of((iso, in, out) -> LogDerivative.vjp(
                                iso, fixed(out[0].rows()), Operations.skew(in[0], out[0].rows()), out[0]))),
                new Operation("geodesic", SQUARE, IS_REJECTED, TO_OUTPUTS, paths(t -> TIME * t), (iso, in, out) -> {
                    RotationLog.Result result = Geodesic.point(iso, in[0], in[1], TIME, out[0]);
                    return new double[] {result.condition(), result.squareRoots()};
                }),
                new Operation(
                        "midpoint",
                        SQUARE,
                        IS_REJECTED,
                        TO_OUTPUTS,
                        paths(t -> 0.5 * t),
                        Body.of((iso, in, out) -> Geodesic.midpoint(iso, in[0], in[1], out[0]))),
                path("geodesic", RotationPath.GEODESIC, t -> TIME * t),
                path("cayley", RotationPath.CAYLEY, t -> 2 * Math.atan(TIME * Math.tan(t / 2))),
                path("root", RotationPath.CAYLEY_ROOT, t -> 2 * Math.atan(Math.sqrt(TIME) * Math.tan(t / 2))),
                tangent("stiefel euclidean", StiefelMetric.EUCLIDEAN),
                tangent("stiefel canonical", StiefelMetric.CANONICAL),
                retraction("retraction qr", StiefelRetraction.QR),
                retraction("retraction polar", StiefelRetraction.POLAR),
                retraction("retraction cayley", StiefelRetraction.CAYLEY),
                new Operation(
                        "stiefelGeodesic",
                        TALL,
                        PROPAGATES,
                        TO_OUTPUTS,
                        RotationOperations::orthonormal,
                        Body.of((iso, in, out) ->
                                StiefelGeodesic.exp(iso, in[0], in[1], StiefelMetric.EUCLIDEAN, out[0]))),
                new Operation(
                        "transport",
                        TALL,
                        PROPAGATES,
                        TO_OUTPUTS,
                        RotationOperations::transportProblem,
                        Body.of((iso, in, out) ->
                                StiefelTransport.alongCayley(iso, in[0], in[1], in[2], out[0], out[1]))));
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

    /** The rotation at which logarithms are derived. */
    private static Matrix fixed(int n) {
        return FIXED.computeIfAbsent(
                n, k -> KnownProblems.turned(k, Math::cos, Math::sin, 5).to(DType.F64));
    }

    /** Along a tangent that commutes with Q angles alone change. */
    private static Dense tangent(int n) {
        return KnownProblems.turned(n, t -> 0, t -> t, 5);
    }

    private static Problem slopeProblem(int m, int n, long seed) {
        Dense expected = KnownProblems.packed(tangent(n));
        Dense direction = Dense.of(fixed(n)).times(tangent(n));
        return new Problem(List.of(direction), List.of(expected), KnownProblems.distance(expected, n), 8);
    }

    private static Problem gradientProblem(int m, int n, long seed) {
        Dense expected = Dense.of(fixed(n)).times(tangent(n));
        Dense cotangent = Dense.zero(1, n * (n - 1) / 2).plus(2, KnownProblems.packed(tangent(n)));
        return new Problem(List.of(cotangent), List.of(expected), KnownProblems.distance(expected), 8);
    }

    /** From Q₀ to Q₁, whose planes have turned by c(θ) at the point that is sought. */
    private static Operation.Problems paths(DoubleUnaryOperator turned) {
        return (m, n, seed) -> {
            Dense from = Generators.orthonormal(n, n, seed + 1);
            Dense to = from.times(KnownProblems.turned(n, Math::cos, Math::sin, seed));
            Dense expected = from.times(KnownProblems.turned(
                    n, t -> Math.cos(turned.applyAsDouble(t)), t -> Math.sin(turned.applyAsDouble(t)), seed));
            return new Problem(List.of(from, to), List.of(expected), KnownProblems.distance(expected), 8);
        };
    }

    private static Operation path(String name, RotationPath path, DoubleUnaryOperator turned) {
        return new Operation(
                "rotationPath " + name,
                SQUARE,
                IS_REJECTED,
                TO_OUTPUTS,
                paths(turned),
                Body.of((iso, in, out) -> path.point(iso, in[0], in[1], TIME, out[0])));
    }

    /** The gradient of tr (XS + K)ᵀY with S skew and XᵀK = 0 is XS + K, or 2XS + K. */
    private static Operation tangent(String name, StiefelMetric metric) {
        double share = metric == StiefelMetric.EUCLIDEAN ? 1 : 2;
        return new Operation(
                name,
                TALL,
                PROPAGATES,
                TO_OUTPUTS,
                (m, n, seed) -> {
                    Dense x = Generators.orthonormal(m, n, seed);
                    Dense inside = inside(x, n, seed + 1);
                    Dense outside = outside(x, m, n, seed + 2);
                    // A symmetric part does not count.
                    Dense g = outside.plus(1, inside);
                    Dense expected = outside.plus(share, inside);
                    return new Problem(List.of(x, g), List.of(expected), KnownProblems.distance(expected), 32);
                },
                Body.of((iso, in, out) -> Stiefel.gradient(iso, in[0], in[1], metric, out[0])));
    }

    private static Dense inside(Dense x, int n, long seed) {
        Dense s = Generators.gaussian(n, n, seed);
        Dense skew = s.plus(-1, s.transposed());
        return x.times(Dense.zero(n, n).plus(0.5 / Math.max(1, skew.norm2()), skew));
    }

    private static Dense outside(Dense x, int m, int n, long seed) {
        Dense g = Generators.gaussian(m, n, seed);
        Dense k = g.plus(-1, x.times(x.transposed().times(g)));
        return Dense.zero(m, n).plus(0.5 / Math.max(1, k.norm2()), k);
    }

    private static Operation retraction(String name, StiefelRetraction retraction) {
        return new Operation(
                name,
                TALL,
                retraction == StiefelRetraction.POLAR ? IS_REJECTED : PROPAGATES,
                TO_OUTPUTS,
                RotationOperations::orthonormal,
                Body.of((iso, in, out) -> retraction.retract(iso, in[0], in[1], out[0])));
    }

    private static Problem orthonormal(int m, int n, long seed) {
        Dense x = Generators.orthonormal(m, n, seed);
        Dense u = inside(x, n, seed + 1).plus(1, outside(x, m, n, seed + 2));
        // The rounding of X shows in what is turned; that of QR is 10u and more.
        return new Problem(
                List.of(x, u),
                List.of(Dense.zero(m, n)),
                o -> o.matrices().getFirst().orthogonalityDefect(),
                24);
    }

    private static Problem transportProblem(int m, int n, long seed) {
        Problem retraction = orthonormal(m, n, seed);
        Dense x = retraction.inputs().getFirst();
        Dense v = inside(x, n, seed + 3).plus(1, outside(x, m, n, seed + 4));
        // XᵀV is the same before and after.
        Dense before = x.transposed().times(v);
        return new Problem(
                List.of(x, retraction.inputs().getLast(), v),
                List.of(Dense.zero(m, n), Dense.zero(m, n)),
                o -> o.matrices()
                                .getFirst()
                                .transposed()
                                .times(o.matrices().getLast())
                                .plus(-1, before)
                                .frobenius()
                        / Math.sqrt(Math.max(1, n)),
                24);
    }
}
