package org.isospin.properties.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The runner believes nothing: a doctored value fails, and so does NaN, a missing result, another shape, an exception. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GoldenRunnerTest {
    private static final Set<GoldenMode> ALL = EnumSet.allOf(GoldenMode.class);

    @TempDir
    Path folder;

    private Isospin iso;
    private GoldenGroup group;

    @BeforeAll
    void open() throws Exception {
        iso = Isospin.named("reference").withThreads(1);
        group = GoldenFolder.open(GoldenFiles.folder()).group("bf16_numeric");
    }

    @AfterAll
    void close() {
        group.close();
        iso.close();
    }

    private GoldenCase product() {
        return group.cases().get(3);
    }

    private GoldenResult runWith(GroupRunner runner) {
        return new GoldenRunner(iso, Map.of("bf16_numeric", runner)).run(product(), ALL);
    }

    /** Returns what is expected, in every mode. */
    private static void cheat(GoldenCase golden, GoldenMode mode, Computed out) {
        for (GoldenQuantity quantity : golden.quantities(mode)) {
            out.put(quantity.name(), quantity.expected(mode));
        }
    }

    private static Matrix doctored(GoldenCase golden, GoldenMode mode, double value) {
        Matrix c = golden.quantities(mode).get(0).expected(mode).copy();
        c.set(2, 5, value);
        return c;
    }

    @Test
    void equalValuesUseNothingOfTheTolerance() {
        assertThat(runWith((i, golden, mode, out) -> cheat(golden, mode, out)))
                .isEqualTo(new GoldenResult.Passed("bf16_numeric/matmul_8x8x8", 0));
    }

    @Test
    void aDoctoredValueFailsAndIsNamed() {
        GoldenQuantity c = product().quantities().get(0);
        double expected = c.expected(GoldenMode.F32).get(2, 5);
        GoldenResult result = runWith((i, golden, mode, out) -> {
            if (mode == GoldenMode.F32) {
                out.put("C", doctored(golden, mode, expected + 1));
            } else {
                cheat(golden, mode, out);
            }
        });
        GoldenDeviation worst =
                new GoldenDeviation(GoldenMode.F32, "C", 2, 5, (float) (expected + 1), expected, 5.3e-5);
        assertThat(result)
                .isEqualTo(new GoldenResult.Failed("bf16_numeric/matmul_8x8x8", worst.toString(), worst))
                .asString()
                .startsWith("bf16_numeric/matmul_8x8x8: failed: f32 C(2,5) is ")
                .endsWith(": off by 1.00, tolerance 5.30e-05");
    }

    @Test
    void aDeviationWithinTheTolerancePassesAndIsMeasured() {
        double half = product().quantities().get(0).tolerance(GoldenMode.F64) / 2;
        GoldenResult result = new GoldenRunner(
                        iso,
                        Map.of(
                                "bf16_numeric",
                                (i, golden, mode, out) -> out.put(
                                        "C",
                                        doctored(
                                                golden,
                                                mode,
                                                golden.quantities(mode)
                                                                .get(0)
                                                                .expected(mode)
                                                                .get(2, 5)
                                                        + half))))
                .run(product(), EnumSet.of(GoldenMode.F64));
        assertThat(result)
                .isInstanceOfSatisfying(
                        GoldenResult.Passed.class,
                        passed -> assertThat(passed.share())
                                // The sum of expected value and half the tolerance is rounded: to 2^-53 of a value
                                // below 8.
                                .isCloseTo(0.5, org.assertj.core.api.Assertions.within(8 * 0x1p-53 / half)));
    }

    @Test
    void nanAndInfinityNeverPass() {
        for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            GoldenResult result = runWith((i, golden, mode, out) -> out.put("C", doctored(golden, mode, value)));
            assertThat(result)
                    .isInstanceOfSatisfying(
                            GoldenResult.Failed.class,
                            failed -> assertThat(failed.reason()).contains("f64 C(2,5) is " + value));
        }
    }

    @Test
    void everyWayOfComputingAQuantityIsCompared() {
        GoldenResult result = runWith((i, golden, mode, out) -> {
            cheat(golden, mode, out);
            out.put("C", "guessing", doctored(golden, mode, 100));
        });
        assertThat(result).asString().contains("f64 C by guessing (2,5) is 100.0");
    }

    @Test
    void aMissingQuantityAnotherShapeAndAnExceptionFail() {
        assertThat(runWith((i, golden, mode, out) -> {}))
                .hasToString("bf16_numeric/matmul_8x8x8: failed: f64 C was not computed");
        assertThat(runWith((i, golden, mode, out) -> out.put("C", 1)))
                .hasToString("bf16_numeric/matmul_8x8x8: failed: f64 C is 1 x 1, expected 8 x 8");
        assertThat(runWith((i, golden, mode, out) -> {
                    throw new ArithmeticException("no result");
                }))
                .hasToString("bf16_numeric/matmul_8x8x8: failed: f64 ArithmeticException: no result");
    }

    @Test
    void skipsWhatItCannotComputeOrCompare() {
        assertThat(new GoldenRunner(iso, Map.of()).run(product(), ALL))
                .hasToString("bf16_numeric/matmul_8x8x8: skipped: not implemented yet: bf16_numeric");
        assertThat(new GoldenRunner(iso).run(group.cases().get(0), EnumSet.of(GoldenMode.F64, GoldenMode.F32)))
                .hasToString("bf16_numeric/convert_random_bits: skipped: nothing to compare in f64, f32");
    }

    @Test
    void aDoctoredManifestFailsByTheRealRunner() throws Exception {
        GoldenFolder doctored = Scratch.copy(folder, "bf16_numeric", "matmul_8x8x8/f64/C", "matmul_8x8x8/in/A");
        try (GoldenGroup other = doctored.group("bf16_numeric")) {
            assertThat(new GoldenRunner(iso).run(other.cases().get(3), EnumSet.of(GoldenMode.F64)))
                    .isInstanceOfSatisfying(
                            GoldenResult.Failed.class,
                            failed -> assertThat(failed.worst()).isNotNull().matches(worst -> !worst.isWithin()));
            assertThat(new GoldenRunner(iso).run(other.cases().get(3), EnumSet.of(GoldenMode.F32)))
                    .isInstanceOf(GoldenResult.Passed.class);
        }
    }
}
