package org.isospin.bench.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.isospin.Isospin;
import org.isospin.bench.steps.StepShape;
import org.junit.jupiter.api.Test;

/** Goals and verdicts, and a small run. */
class DriftRunTest {
    private static DriftReport run(Isospin iso, int rows, int columns, int steps, List<String> heard) {
        LinkedHashMap<String, Isospin> backends = new LinkedHashMap<>();
        backends.put("reference", iso);
        return new DriftRun(new DriftPlan(new StepShape(rows, columns), steps, 1), backends, heard::add).run();
    }

    private static DriftRow row(DriftReport report, Variant variant) {
        return report.rows().stream()
                .filter(r -> r.variant() == variant)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aRunMeasuresEveryVariant() {
        try (Isospin reference = Isospin.named("reference")) {
            for (int[] shape : new int[][] {{12, 30}, {30, 12}}) {
                List<String> heard = new ArrayList<>();
                DriftReport report = run(reference, shape[0], shape[1], 20, heard);
                assertThat(report.rows()).hasSize(Variant.values().length);
                assertThat(report.isComplete()).isTrue();
                assertThat(heard).hasSize(20 * Variant.values().length);
                assertThat(heard.getLast())
                        .isEqualTo("8/8  Pion, Cayley, BF16 stochastic(1) by reference: step 20 of 20");
                DriftRow order2 = row(report, Variant.ORDER_2);
                // The next order in θ is θ²/3 of the first.
                assertThat(order2.growth() / order2.predicted()).isCloseTo(1, within(0.01));
                for (Variant exact : new Variant[] {Variant.CAYLEY, Variant.EXP, Variant.MUONR}) {
                    assertThat(row(report, exact).verdict()).as("%s", exact).isEqualTo("holds");
                    assertThat(row(report, exact).angle()).isBetween(0.9e-3, 0.1);
                }
                assertThat(row(report, Variant.NEAREST).verdict()).isEmpty();
                assertThat(report.verdicts()).containsExactly("reference: 5 of 5 goals reached");
                StringWriter text = new StringWriter();
                report.print(new PrintWriter(text, true));
                assertThat(text.toString()).contains("20 steps of a " + shape[0] + "×" + shape[1], "compensated");
                assertThat(report.json(new LinkedHashMap<>()).get("results")).hasSize(Variant.values().length);
                assertThat(report.html(new LinkedHashMap<>())).contains("<td class='w'>compensated</td>");
            }
        }
    }

    @Test
    void goalsAreWhatTheySay() {
        assertThat(of(Variant.CAYLEY, 1e-5, 1, 0, 0).verdict()).isEqualTo("holds");
        assertThat(of(Variant.MUONR, 1.1e-5, 0, 0, 0).verdict()).isEqualTo("MISSED");
        assertThat(of(Variant.ORDER_2, 1, 1, 1.05, 1).verdict()).isEqualTo("holds");
        assertThat(of(Variant.ORDER_2, 1, 1, 0.85, 1).verdict()).isEqualTo("MISSED");
        assertThat(of(Variant.COMPENSATED, 1, 0.01, 0, 0).verdict()).isEqualTo("holds");
        assertThat(of(Variant.COMPENSATED, 1, 0.011, 0, 0).verdict()).isEqualTo("MISSED");
        assertThat(of(Variant.NEAREST, 1, 1, 0, 0).verdict()).isEmpty();
        assertThat(of(Variant.NEAREST, Double.NaN, 1, 0, 0).verdict()).startsWith("FAILED not finite");
    }

    private static DriftRow of(Variant variant, double drift, double smallest, double growth, double predicted) {
        return new DriftRow(variant, "simd", drift, smallest, growth, predicted, 0, null);
    }

    @Test
    void aBackendThatFailsIsARow() {
        Isospin closed = Isospin.named("reference");
        closed.close();
        DriftReport report = run(closed, 2, 3, 1, new ArrayList<>());
        assertThat(report.isComplete()).isFalse();
        assertThat(report.rows().getFirst().verdict()).startsWith("FAILED IllegalStateException");
    }
}
