package org.isospin.bench.apply;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.bench.apply.Operation.Kernel;
import org.isospin.bench.apply.Operation.Outcome;
import org.isospin.bench.apply.Operation.Plain;
import org.isospin.bench.apply.Operation.Shape;
import org.isospin.bench.apply.Parameters.Declared;
import org.isospin.bench.cli.UsageException;
import org.isospin.polar.Msign;
import org.isospin.polar.MsignSchedule;
import org.isospin.polar.Polar;
import org.isospin.rotation.CayleyStep;

/** Every {@link Operation}, in the order of the help. */
final class Operations {
    private static final Declared PROJECT = Declared.choice("project", "false", "true");
    private static final Declared STEP = Declared.choice("step", "full", "half", "negative-full", "negative-half");
    private static final int MOST_STEPS = 50;
    private static final int MOST_ORDER = 100;

    static final List<Operation> ALL = List.of(
            new Operation(
                    "polar",
                    "the orthogonal polar factor, to full precision",
                    Shape.ANY,
                    List.of(),
                    _ -> Operations::polar),
            new Operation(
                    "msign",
                    "the polar factor, roughly, in a few products",
                    Shape.ANY,
                    List.of(
                            Declared.choice("schedule", "polar-express", "keller-jordan"),
                            Declared.number("steps", 5, "1..50")),
                    Operations::msign),
            new Operation(
                    "singular-values",
                    "a 1 x min(m, n) tensor, F64 if A is F64, else F32",
                    Shape.SPECTRUM,
                    List.of(),
                    _ -> plain(Isospin::singularValues)),
            new Operation(
                    "orthonormalise",
                    "Q of the QR decomposition of A (of Aᵀ, if A is wide)",
                    Shape.ANY,
                    List.of(),
                    _ -> plain(Operations::orthonormalise)),
            new Operation(
                    "exp",
                    "exp(A), a rotation; A skew-symmetric",
                    Shape.SQUARE,
                    List.of(PROJECT),
                    p -> skew(p, Isospin::exp)),
            new Operation(
                    "expm1",
                    "exp(A) - I, exact for small A; A skew-symmetric",
                    Shape.SQUARE,
                    List.of(PROJECT),
                    p -> skew(p, Isospin::expm1)),
            new Operation(
                    "cayley",
                    "(I + X)(I - X)⁻¹, X = A, A/2, -A or -A/2; A skew-symmetric",
                    Shape.SQUARE,
                    List.of(STEP, PROJECT),
                    p -> {
                        CayleyStep step = p.constant(CayleyStep.class, "step");
                        return skew(p, (iso, a, out) -> iso.cayley(a, step, out));
                    }),
            new Operation(
                    "cayley-neumann",
                    "(I + X)(I + X + … + X^order), X and A as above",
                    Shape.SQUARE,
                    List.of(Declared.number("order", 3, "0..100"), STEP, PROJECT),
                    p -> {
                        CayleyStep step = p.constant(CayleyStep.class, "step");
                        int order = (int) p.number("order", 0, MOST_ORDER);
                        return skew(p, (iso, a, out) -> iso.cayleyNeumann(a, order, step, out));
                    }),
            new Operation(
                    "cayley-series",
                    "I + 2(X + … + X^order), X and A as above",
                    Shape.SQUARE,
                    List.of(Declared.number("order", 3, "0..100"), STEP, PROJECT),
                    p -> {
                        CayleyStep step = p.constant(CayleyStep.class, "step");
                        int order = (int) p.number("order", 0, MOST_ORDER);
                        return skew(p, (iso, a, out) -> iso.cayleySeries(a, order, step, out));
                    }),
            new Operation(
                    "inverse-cayley",
                    "the skew-symmetric matrix whose Cayley transform A is",
                    Shape.SQUARE,
                    List.of(STEP),
                    p -> {
                        CayleyStep step = p.constant(CayleyStep.class, "step");
                        return plain((iso, a, out) -> inverseCayley(iso, step, a, out));
                    }),
            new Operation("inverse", "A⁻¹", Shape.SQUARE, List.of(), _ -> plain(Isospin::inverse)),
            new Operation(
                    "haar",
                    "a uniformly distributed orthogonal matrix of A's shape",
                    Shape.ANY,
                    List.of(Declared.number("seed", 1, "N")),
                    Operations::haar));

    private Operations() {}

    /**
     * {@return the operation of a name}
     *
     * @param name the name
     * @throws UsageException if there is none
     */
    static Operation named(String name) {
        return ALL.stream()
                .filter(operation -> operation.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new UsageException("apply has no operation '" + name + "'; it has "
                        + ALL.stream().map(Operation::name).collect(Collectors.joining(", "))));
    }

    private static Kernel plain(Plain plain) {
        return plain.kernel();
    }

    private static Outcome polar(Isospin iso, String tensor, Matrix a, Matrix out) {
        Polar.Result result = iso.polar(a, out);
        return new Outcome(
                result.converged(),
                Map.of(
                        "iterations", (double) result.iterations(),
                        "residual", result.residual(),
                        "condition", result.conditionEstimate()));
    }

    private static Kernel msign(Parameters p) {
        int steps = (int) p.number("steps", 1, MOST_STEPS);
        MsignSchedule schedule =
                p.value("schedule").equals("polar-express") ? Msign.polarExpress(steps) : Msign.kellerJordan(steps);
        return plain((iso, a, out) -> iso.msign(a, out, schedule));
    }

    private static void orthonormalise(Isospin iso, Matrix a, Matrix out) {
        boolean isWide = a.rows() < a.columns();
        iso.qr(isWide ? a.transposed() : a).q().copyTo(isWide ? out.transposed() : out);
    }

    private static void inverseCayley(Isospin iso, CayleyStep step, Matrix a, Matrix out) {
        SkewMatrix skew = SkewMatrix.allocate(a.dtype(), a.rows());
        iso.inverseCayley(a, step, skew);
        skew.toDense().copyTo(out);
    }

    /** Each tensor has a seed of its own, which its name decides: tensors of one shape must not be equal. */
    private static Kernel haar(Parameters p) {
        long seed = p.number("seed", Long.MIN_VALUE, Long.MAX_VALUE);
        return (iso, tensor, _, out) -> {
            iso.haarOrthogonal(seed + ((long) tensor.hashCode() << Integer.SIZE), out);
            return Outcome.GOOD;
        };
    }

    /** A map of skew matrices. */
    @FunctionalInterface
    private interface SkewMap {
        void apply(Isospin iso, SkewMatrix a, Matrix out);
    }

    private static Kernel skew(Parameters p, SkewMap map) {
        boolean projects = p.isSet("project");
        return plain((iso, a, out) -> map.apply(iso, projects ? SkewMatrix.project(a) : copyOf(a), out));
    }

    private static SkewMatrix copyOf(Matrix a) {
        try {
            return SkewMatrix.copyOf(a);
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage()).replaceFirst("; SkewMatrix.project .*", "");
            throw new IllegalArgumentException(message + "; --param project=true takes the skew part", e);
        }
    }
}
