package org.isospin.properties;

import static org.isospin.properties.Operation.Domain.ANY;
import static org.isospin.properties.Operation.Domain.SQUARE;
import static org.isospin.properties.Operation.NonFinite.IS_REJECTED;
import static org.isospin.properties.Operation.NonFinite.PROPAGATES;
import static org.isospin.properties.Operation.Results.TO_OUTPUTS;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.Operands;
import org.isospin.polar.GramSchmidt;
import org.isospin.polar.GramSchmidtDerivative;
import org.isospin.polar.Lowdin;
import org.isospin.polar.LowdinDerivative;
import org.isospin.polar.Orthonormalization;
import org.isospin.polar.Orthonormalization.Method;
import org.isospin.polar.OrthonormalizationDerivative;
import org.isospin.polar.Polar;
import org.isospin.polar.Reorthonormalization;
import org.isospin.polar.Reorthonormalization.Step;
import org.isospin.properties.Operation.Body;
import org.isospin.properties.Operation.NonFinite;
import org.isospin.properties.Operation.Problems;
import org.isospin.rotation.HouseholderProduct;
import org.isospin.rotation.HouseholderProductDerivative;
import org.isospin.rotation.Reflectors;

/** Orthonormalisations, products of reflections, and their derivatives. */
final class OrthonormalizationOperations {
    /** How often each waits, at most. */
    static final Map<String, Integer> WAITS = new LinkedHashMap<>();

    private static final List<Operation> ALL = new ArrayList<>();

    static {
        orthonormalization(Method.HOUSEHOLDER, PROPAGATES, OrthonormalizationProblems::triangular, 2);
        orthonormalization(Method.REFLECTIONS, PROPAGATES, OrthonormalizationProblems::reflections, 4);
        orthonormalization(Method.CHOLESKY_QR2, PROPAGATES, OrthonormalizationProblems::triangular, 3);
        orthonormalization(Method.POLAR, IS_REJECTED, KnownProblems.mapped(s -> 1, 16), 5);
        orthonormalization(Method.LOWDIN, IS_REJECTED, KnownProblems.mapped(s -> 1, 16), 5);
        orthonormalization(Method.GRAM_SCHMIDT, IS_REJECTED, OrthonormalizationProblems::triangular, 3);
        for (GramSchmidt.Variant variant : GramSchmidt.Variant.values()) {
            add(
                    "GramSchmidt.orthonormalize " + variant.name().toLowerCase(Locale.ROOT),
                    IS_REJECTED,
                    OrthonormalizationProblems::triangular,
                    1,
                    Body.of((iso, in, out) -> GramSchmidt.orthonormalize(iso, in[0], variant, out[0])));
        }
        add("Lowdin.orthonormalize", IS_REJECTED, KnownProblems.mapped(s -> 1, 16), 3, (iso, in, out) -> {
            Polar.Result result = Lowdin.orthonormalize(iso, in[0], out[0]);
            return new double[] {result.iterations(), result.residual(), result.conditionEstimate()};
        });
        repair(Step.CUBIC, PROPAGATES, 3);
        repair(Step.QUINTIC, PROPAGATES, 3);
        repair(Step.AUTOMATIC, IS_REJECTED, 12);
        add(
                "GramSchmidtDerivative.vjp",
                PROPAGATES,
                OrthonormalizationProblems::triangularGradient,
                0,
                Body.of((iso, in, out) -> GramSchmidtDerivative.vjp(iso, in[0], in[1], out[0])));
        add(
                "GramSchmidtDerivative.jvp",
                PROPAGATES,
                OrthonormalizationProblems::triangularChange,
                0,
                Body.of((iso, in, out) -> GramSchmidtDerivative.jvp(iso, in[0], in[1], out[0])));
        add(
                "LowdinDerivative.vjp",
                IS_REJECTED,
                OrthonormalizationProblems::nearestChange,
                5,
                Body.of((iso, in, out) -> LowdinDerivative.vjp(iso, in[0], in[1], out[0])));
        add(
                "LowdinDerivative.jvp",
                IS_REJECTED,
                OrthonormalizationProblems::nearestChange,
                5,
                Body.of((iso, in, out) -> LowdinDerivative.jvp(iso, in[0], in[1], out[0])));
        add(
                "OrthonormalizationDerivative.vjp householder",
                PROPAGATES,
                OrthonormalizationProblems::triangularGradient,
                0,
                Body.of((iso, in, out) ->
                        OrthonormalizationDerivative.vjp(iso, in[0], Method.HOUSEHOLDER, in[1], out[0])));
        add(
                "HouseholderProduct.apply",
                PROPAGATES,
                OrthonormalizationProblems::reflected,
                0,
                Body.of(OrthonormalizationOperations::reflect));
        ALL.add(new Operation(
                "HouseholderProduct.form",
                SQUARE,
                PROPAGATES,
                TO_OUTPUTS,
                OrthonormalizationProblems::reflectionProduct,
                Body.of((iso, in, out) -> {
                    requireAsMany(in[0], out[0]);
                    HouseholderProduct.form(iso, in[0], Reflectors.OF_ANY_LENGTH, out[0]);
                })));
        WAITS.put("HouseholderProduct.form", 1);
        ALL.add(new Operation(
                "HouseholderProductDerivative.vjp",
                SQUARE,
                PROPAGATES,
                TO_OUTPUTS,
                OrthonormalizationProblems::reflectionGradient,
                Body.of((iso, in, out) -> {
                    requireAsMany(in[0], in[1]);
                    HouseholderProductDerivative.vjp(
                            iso, in[0], Reflectors.OF_ANY_LENGTH, in[1], in[2], out[0], out[1]);
                })));
        WAITS.put("HouseholderProductDerivative.vjp", 1);
    }

    private OrthonormalizationOperations() {}

    /** {@return every operation} */
    static List<Operation> all() {
        return ALL;
    }

    private static void add(String name, NonFinite nonFinite, Problems problems, int waits, Body body) {
        ALL.add(new Operation(name, ANY, nonFinite, TO_OUTPUTS, problems, body));
        WAITS.put(name, waits);
    }

    private static void orthonormalization(Method method, NonFinite nonFinite, Problems problems, int waits) {
        String name = "Orthonormalization.orthonormalize " + method.name().toLowerCase(Locale.ROOT);
        add(name, nonFinite, problems, waits, (iso, in, out) -> {
            Orthonormalization.Result result = Orthonormalization.orthonormalize(iso, in[0], method, out[0]);
            return new double[] {result.method().ordinal(), result.residual(), result.converged() ? 1 : 0};
        });
    }

    private static void repair(Step step, NonFinite nonFinite, int waits) {
        String name = "Reorthonormalization.repair " + step.name().toLowerCase(Locale.ROOT);
        add(name, nonFinite, OrthonormalizationProblems::drifted, waits, (iso, in, out) -> {
            Reorthonormalization.Result result = Reorthonormalization.repair(iso, in[0], step, out[0]);
            return new double[] {result.before(), result.after(), result.steps(), result.converged() ? 1 : 0};
        });
    }

    private static void reflect(Isospin iso, Matrix[] in, Matrix[] out) {
        requireAsMany(in[0], in[1]);
        HouseholderProduct.apply(iso, in[0], Reflectors.UNIT, in[1], out[0]);
    }

    /** Problems have as many vectors as columns; the operation takes any number of them. */
    private static void requireAsMany(Matrix v, Matrix other) {
        Operands.requireShape("problem", "v", v, other.rows(), other.columns());
    }
}
