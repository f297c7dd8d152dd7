package org.isospin.bench.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.List;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.bench.peer.Method;
import org.isospin.bench.peer.Peer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Operands, errors, goals and published figures, and a whole run. */
class AccuracyRunTest {
    @ParameterizedTest
    @EnumSource(Kernel.class)
    void theRoundedTruthErrsByItsRounding(Kernel kernel) {
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            for (double parameter : kernel.parameters()) {
                Trial trial = kernel.trial(12, dtype, parameter, 5);
                Matrix rounded = trial.truth().to(Matrix.allocate(dtype, 12, 12));
                Trial.Errors errors = trial.errors(rounded);
                // Half an ulp of elements of which the largest are near 1.
                assertThat(errors.forward()).isBetween(0.0, 1.0);
                if (trial.isRotation()) {
                    assertThat(errors.orthogonality()).isBetween(0.0, 2.0);
                } else {
                    assertThat(errors.orthogonality()).isNaN();
                }
                rounded.set(3, 4, rounded.get(3, 4) + 100 * dtype.unitRoundoff());
                assertThat(trial.errors(rounded).forward()).isBetween(98 / trial.scale(), 102 / trial.scale());
                rounded.set(3, 4, Double.NaN);
                assertThat(trial.errors(rounded).forward()).isNaN();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 1, 10, 100})
    void skewOperandsHaveTheirNorm(double norm) {
        Matrix a = Kernel.EXP.trial(20, DType.F64, norm, 1).operands().getFirst();
        assertThat(Truth.norm2(a) / norm).isBetween(1 - 1e-14, 1 + 1e-14);
    }

    /** Every method of a peer is what it says: off by no more than errors of the kind grow to. */
    @ParameterizedTest
    @EnumSource(Kernel.class)
    void peersComputeTheKernels(Kernel kernel) {
        double[] parameters = {0.01, 0.2, 0.9, 2, 4, 20};
        boolean isSkew = kernel == Kernel.EXP || kernel == Kernel.CAYLEY;
        for (double parameter : isSkew ? parameters : new double[] {10}) {
            Trial trial = kernel.trial(16, DType.F64, parameter, 2);
            for (Method method : kernel.methods()) {
                try (Arena arena = Arena.ofShared()) {
                    Matrix result = Peer.EJML.result(method, trial.operands(), 1, arena);
                    assertThat(trial.errors(result).forward())
                            .as("%s %s", method, parameter)
                            .isLessThan(40 + 4 * parameter);
                }
            }
        }
    }

    @Test
    void goalsFollowTheBestPeer() {
        List<Trial.Errors> peers =
                List.of(new Trial.Errors(Double.NaN, 5), new Trial.Errors(4, 0.5), new Trial.Errors(10, Double.NaN));
        assertThat(Goal.of(true, peers)).isEqualTo(new Goal(0.9 * 4, 1));
        assertThat(Goal.of(false, peers)).isEqualTo(new Goal(1.6 * 4, 1.6 * 0.5));
        assertThat(Goal.of(true, List.of()).isUnknown()).isTrue();
        Goal goal = new Goal(2, 1);
        assertThat(goal.holds(new Trial.Errors(2, 1))).isTrue();
        assertThat(goal.holds(new Trial.Errors(2.1, 1))).isFalse();
        assertThat(goal.holds(new Trial.Errors(Double.NaN, 1.1))).isFalse();
        Operand operand = new Operand(Kernel.EXP, DType.F64, 64, 1);
        Row missed = new Row(operand, "simd", Row.Source.BACKEND, new Trial.Errors(3, 0.5), null, goal);
        assertThat(missed.verdict()).isEqualTo("MISSED orth 1.50 × goal");
        Row unknown = new Row(operand, "simd", Row.Source.BACKEND, Trial.Errors.UNKNOWN, null, goal);
        assertThat(unknown.verdict()).startsWith("FAILED");
        assertThat(unknown.holds()).isFalse();
    }

    @Test
    void publishedFiguresBelongToTheirOrder() {
        List<Published.Figure> exact = Published.of(new Operand(Kernel.EXP, DType.F32, 64, 10));
        assertThat(exact).contains(new Published.Figure("SciPy expm", 64, 12, 9, false));
        assertThat(Published.of(new Operand(Kernel.EXP, DType.F32, 256, 10)))
                .as("256 has a figure at ‖A‖ = 1 only, too far away")
                .isEmpty();
        assertThat(Published.of(new Operand(Kernel.POLAR, DType.F64, 256, 1e6)))
                .containsExactly(new Published.Figure("LAPACK (SVD)", 128, 22, 2.1e4, false));
        Published.Figure between =
                Published.of(new Operand(Kernel.CAYLEY, DType.F32, 64, 1)).getFirst();
        assertThat(between.isEstimate()).isTrue();
        assertThat(between.orthogonality()).isBetween(2.6, 3.3);
        assertThat(Published.of(new Operand(Kernel.CAYLEY, DType.F64, 64, 100)))
                .as("nothing is said of F64 beyond 20")
                .isEmpty();
    }

    @Test
    void parametersReadWell() {
        assertThat(List.of(0.05, 1.0, 100.0, 1e6, 1e-3, Math.PI - 1e-2).stream()
                        .map(p -> new Operand(Kernel.EXP, DType.F64, 2, p).parameterText())
                        .toList())
                .containsExactly("0.05", "1", "100", "1e6", "1e-3", "3.1316");
    }

    @Test
    void aRunMeasuresEverybody() {
        try (Isospin reference = Isospin.named("reference")) {
            LinkedHashMap<String, Isospin> backends = new LinkedHashMap<>();
            backends.put("reference", reference);
            AccuracyPlan plan = new AccuracyPlan(List.of(8), List.of(DType.F64), 1, 1);
            AccuracyReport report = new AccuracyRun(plan, backends, List.of(Peer.EJML), _ -> {}).run();
            int operands = 4 + 4 + 3 + 3;
            int logs = 4;
            assertThat(report.rows().stream().filter(r -> r.by().equals("reference")))
                    .hasSize(operands + logs)
                    .allMatch(r -> r.isJudged() == (r.operand().kernel() != Kernel.LOG));
            assertThat(report.rows().stream().filter(r -> r.source() == Row.Source.PEER))
                    .hasSize(2 * operands);
            assertThat(report.isComplete()).isTrue();
            assertThat(report.verdicts().getFirst()).matches("reference: \\d+ of " + operands + " goals reached");
            StringWriter text = new StringWriter();
            report.print(new PrintWriter(text, true));
            assertThat(text.toString()).contains("exp     0.05  8  f64   reference", "ejml Padé");
            assertThat(report.json(new LinkedHashMap<>(), List.of()).get("results"))
                    .hasSize(report.rows().size());
            assertThat(report.html(new LinkedHashMap<>(), List.of())).contains("<h2>procrustes</h2>");
        }
    }

    @Test
    void aContestantThatFailsIsARow() {
        Isospin closed = Isospin.named("reference");
        closed.close();
        LinkedHashMap<String, Isospin> backends = new LinkedHashMap<>();
        backends.put("reference", closed);
        AccuracyPlan plan = new AccuracyPlan(List.of(2), List.of(DType.F32), 1, 1);
        AccuracyReport report = new AccuracyRun(plan, backends, List.of(), _ -> {}).run();
        assertThat(report.isComplete()).isFalse();
        assertThat(report.rows().getFirst().verdict()).startsWith("FAILED IllegalStateException");
    }
}
