package org.isospin.properties;

import static org.isospin.properties.Operation.Domain.ANY;
import static org.isospin.properties.Operation.Domain.SQUARE;
import static org.isospin.properties.Operation.Domain.TALL;
import static org.isospin.properties.Operation.NonFinite.IS_REJECTED;
import static org.isospin.properties.Operation.NonFinite.NEVER_OCCURS;
import static org.isospin.properties.Operation.NonFinite.PROPAGATES;
import static org.isospin.properties.Operation.Results.TO_NEW_MATRICES;
import static org.isospin.properties.Operation.Results.TO_OUTPUTS;

import java.util.List;
import java.util.stream.Stream;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.decomposition.Qr;
import org.isospin.decomposition.Svd;
import org.isospin.measure.Orthogonality;
import org.isospin.polar.Group;
import org.isospin.polar.Msign;
import org.isospin.polar.MsignSchedule;
import org.isospin.polar.Polar;
import org.isospin.polar.Procrustes;
import org.isospin.properties.Operation.Body;
import org.isospin.rotation.CayleyStep;

/** The table of all public operations: what is not in it is not held to the contract. */
final class Operations {
    /** The order of the truncated Cayley transforms, POET's. */
    private static final int ORDER = 3;

    private Operations() {}

    /** {@return every operation} */
    static List<Operation> all() {
        return Stream.of(
                        ofContext(), //
                        RotationOperations.all(),
                        OrthonormalizationOperations.all(),
                        CayleyOperations.all(),
                        ExpOperations.all(),
                        MsignOperations.all(),
                        ButterflyOperations.all(),
                        InitializationOperations.all(),
                        OptimOperations.all(),
                        ProcrustesOperations.all(),
                        MergeOperations.all(),
                        EnergyOperations.all(),
                        ReparamOperations.all())
                .flatMap(List::stream)
                .toList();
    }

    /** {@return whether an operation is a method of the context} */
    static boolean isOfContext(Operation operation) {
        return ofContext().stream().anyMatch(o -> o.name().equals(operation.name()));
    }

    /** {@return the methods of the context} */
    static List<Operation> ofContext() {
        return List.of(
                ofSkew("exp", KnownProblems.ofPlanes(Math::cos, Math::sin), Isospin::exp),
                ofSkew("expm1", KnownProblems.ofPlanes(t -> -2 * square(Math.sin(t / 2)), Math::sin), Isospin::expm1),
                ofSkew("cayley full", KnownProblems.cayley(CayleyStep.FULL), Isospin::cayley),
                ofSkew(
                        "cayley half",
                        KnownProblems.cayley(CayleyStep.HALF),
                        (iso, a, out) -> iso.cayley(a, CayleyStep.HALF, out)),
                inverseCayley("inverseCayley full", CayleyStep.FULL),
                inverseCayley("inverseCayley half", CayleyStep.HALF),
                ofSkew(
                        "cayleyNeumann",
                        KnownProblems.ofPlanes(t -> 1 - 2 * t * t + square(t * t), t -> 2 * t - 2 * t * t * t),
                        (iso, a, out) -> iso.cayleyNeumann(a, ORDER, CayleyStep.FULL, out)),
                ofSkew(
                        "cayleySeries",
                        KnownProblems.ofPlanes(t -> 1 - 2 * t * t, t -> 2 * t - 2 * t * t * t),
                        (iso, a, out) -> iso.cayleySeries(a, ORDER, CayleyStep.FULL, out)),
                new Operation(
                        "haarOrthogonal",
                        ANY,
                        NEVER_OCCURS,
                        TO_OUTPUTS,
                        KnownProblems::haar,
                        Body.of((iso, in, out) -> iso.haarOrthogonal(7, out[0]))),
                new Operation(
                        "haarRotation",
                        SQUARE,
                        NEVER_OCCURS,
                        TO_OUTPUTS,
                        KnownProblems::haar,
                        Body.of((iso, in, out) -> iso.haarRotation(7, out[0]))),
                msign("msign Keller Jordan", Msign.kellerJordan(5)),
                msign("msign Polar Express", Msign.polarExpress(5)),
                new Operation(
                        "polar", ANY, IS_REJECTED, TO_OUTPUTS, KnownProblems.mapped(s -> 1, 16), Operations::polar),
                procrustes("procrustes orthogonal", Group.ORTHOGONAL),
                procrustes("procrustes rotation", Group.ROTATION),
                new Operation(
                        "orthogonality",
                        ANY,
                        PROPAGATES,
                        TO_OUTPUTS,
                        KnownProblems::orthogonality,
                        Operations::orthogonality),
                new Operation(
                        "multiply",
                        ANY,
                        PROPAGATES,
                        TO_OUTPUTS,
                        KnownProblems::product,
                        Body.of((iso, in, out) -> iso.multiply(in[0], in[1], out[0]))),
                new Operation(
                        "singularValues",
                        ANY,
                        IS_REJECTED,
                        TO_OUTPUTS,
                        KnownProblems::spectrum,
                        Body.of((iso, in, out) -> iso.singularValues(in[0], out[0]))),
                new Operation("svd", ANY, IS_REJECTED, TO_NEW_MATRICES, KnownProblems::svd, Body.of(Operations::svd)),
                new Operation("qr", TALL, PROPAGATES, TO_NEW_MATRICES, KnownProblems::qr, Body.of(Operations::qr)),
                new Operation(
                        "inverse",
                        SQUARE,
                        IS_REJECTED,
                        TO_OUTPUTS,
                        KnownProblems::inverse,
                        Body.of((iso, in, out) -> iso.inverse(in[0], out[0]))));
    }

    private static double square(double x) {
        return x * x;
    }

    /** A call with a skew input and an output. */
    @FunctionalInterface
    private interface SkewCall {
        void run(Isospin iso, SkewMatrix a, Matrix out);
    }

    private static Operation ofSkew(String name, Operation.Problems problems, SkewCall call) {
        return new Operation(
                name,
                SQUARE,
                PROPAGATES,
                TO_OUTPUTS,
                problems,
                Body.of((iso, in, out) -> call.run(iso, skew(in[0], out[0].rows()), out[0])));
    }

    private static Operation inverseCayley(String name, CayleyStep step) {
        return new Operation(
                name,
                SQUARE,
                PROPAGATES,
                TO_OUTPUTS,
                KnownProblems.inverseCayley(step),
                Body.of((iso, in, out) -> iso.inverseCayley(in[0], step, skew(out[0], in[0].rows()))));
    }

    private static Operation msign(String name, MsignSchedule schedule) {
        // Rounding errors grow by the slope of the schedule, which is largest at 0.
        double slope = Msign.scalar(schedule, 0x1p-40) * 0x1p40;
        return new Operation(
                name,
                ANY,
                PROPAGATES,
                TO_OUTPUTS,
                KnownProblems.mapped(sigma -> Msign.scalar(schedule, sigma), slope),
                Body.of((iso, in, out) -> iso.msign(in[0], out[0], schedule)));
    }

    private static Operation procrustes(String name, Group group) {
        return new Operation(name, ANY, IS_REJECTED, TO_OUTPUTS, KnownProblems::procrustes, (iso, in, out) -> {
            Procrustes.Result result = iso.procrustes(in[0], in[1], group, out[0]);
            return new double[] {result.scale(), result.residual(), result.condition()};
        });
    }

    private static double[] polar(Isospin iso, Matrix[] in, Matrix[] out) {
        Polar.Result result = iso.polar(in[0], out[0]);
        return new double[] {
            result.iterations(), result.residual(), result.converged() ? 1 : 0, result.conditionEstimate()
        };
    }

    private static double[] orthogonality(Isospin iso, Matrix[] in, Matrix[] out) {
        Orthogonality result = iso.orthogonality(in[0]);
        return new double[] {result.frobenius(), result.max(), result.order()};
    }

    private static void svd(Isospin iso, Matrix[] in, Matrix[] out) {
        Svd found = iso.svd(in[0]);
        found.u().copyTo(out[0]);
        found.s().copyTo(out[1]);
        found.v().copyTo(out[2]);
    }

    private static void qr(Isospin iso, Matrix[] in, Matrix[] out) {
        Qr found = iso.qr(in[0]);
        found.q().copyTo(out[0]);
        found.r().copyTo(out[1]);
    }

    /**
     * {@return the skew matrix of packed elements}
     *
     * @param packed n(n − 1)/2 elements
     * @param hint what tells order 0 from order 1
     */
    static SkewMatrix skew(Matrix packed, int hint) {
        int order = (int) Math.round((1 + Math.sqrt(1 + 8.0 * packed.columns())) / 2);
        return SkewMatrix.wrap(order == 1 ? Math.min(1, hint) : order, packed);
    }
}
