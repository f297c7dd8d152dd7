package org.isospin.bench.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.isospin.backend.Availability;
import org.isospin.backend.Discovery;
import org.isospin.bench.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command from its arguments to its output. */
class BenchCommandTest {
    private record Ended(int code, String out, String err) {}

    private static Ended run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("bench"));
        all.addAll(List.of(arguments));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(out, err, all.toArray(String[]::new));
        return new Ended(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void printsATableAndAVerdict() {
        Ended ended = run("--quick", "--ops", "gemm", "--sizes", "7", "--dtypes", "f64", "--backends", "reference");
        assertThat(ended.err).isEmpty();
        assertThat(ended.code).isZero();
        assertThat(ended.out).contains("gemm  7  f64   reference").contains("gemm f64 n=7: reference");
    }

    @Test
    void writesJsonToStandardOutputAlone(@TempDir Path folder) throws IOException {
        Path page = folder.resolve("bench.html");
        Ended ended = run(
                "--quick",
                "--ops",
                "haar,gemm",
                "--sizes",
                "4,3",
                "--dtypes",
                "bf16",
                "--backends",
                "reference",
                "--threads",
                "1",
                "--peers",
                "ejml",
                "--json",
                "-",
                "--html",
                page.toString());
        assertThat(ended.code).isZero();
        JsonNode json = JsonMapper.shared().readTree(ended.out);
        assertThat(json.get("results")).hasSize(4);
        assertThat(json.get("results").get(0).get("operation").asString()).isEqualTo("haar");
        assertThat(json.get("results").get(0).get("n").asInt()).as("ascending").isEqualTo(3);
        assertThat(json.get("skipped")).as("EJML has no BF16").hasSize(4);
        assertThat(json.get("facts").get("command").asString()).startsWith("isospin bench --quick --ops haar,gemm");
        assertThat(Files.readString(page)).contains("<svg");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--sizes; banana; whole number from 1 to 16384",
                "--sizes; 0; whole number from 1 to 16384",
                "--ops; gemm,banana; no 'banana', but gemm, gemmt, exp",
                "--dtypes; f8; no 'f8', but f32, f64, bf16, f16",
                "--backends; banana; there is cuda, simd, reference",
                "--peers; mkl; no 'mkl', but openblas, ejml, all",
                "--threads; 0; at least 1",
                "--html; /nowhere/at/all.html; there is no folder",
                "--seconds; -1; '-1.0' is no time",
                "--precision; tf16; no 'tf16', but standard, tf32, bf16",
                "--ops; accuracy,gemm; accuracy times nothing and stands alone"
            })
    void wrongUsageIsOneLine(String option, String value, String expected) {
        Ended ended = run(option, value);
        assertThat(ended.code).isEqualTo(2);
        assertThat(ended.out).isEmpty();
        assertThat(ended.err.strip().lines()).hasSize(1);
        assertThat(ended.err).contains(expected);
    }

    @Test
    void accuracyIsATableOfErrors(@TempDir Path folder) throws IOException {
        Path page = folder.resolve("accuracy.html");
        Ended ended = run(
                "--ops",
                "accuracy",
                "--sizes",
                "6",
                "--dtypes",
                "f64",
                "--backends",
                "reference",
                "--html",
                page.toString());
        assertThat(ended.err).isEmpty();
        assertThat(ended.code).as("a missed goal is no failure").isZero();
        assertThat(ended.out).contains("command: isospin bench --ops accuracy", "polar: ", "no peer", "goals reached");
        assertThat(Files.readString(page)).contains("<h2>cayley</h2>");
        Ended json =
                run("--ops", "accuracy", "--sizes", "4", "--dtypes", "f32", "--backends", "reference", "--json", "-");
        assertThat(JsonMapper.shared().readTree(json.out).get("schema").asString())
                .isEqualTo("isospin.accuracy/1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--sizes; 2048; takes orders up to 1024, not 2048",
                "--dtypes; f32,bf16; takes f32 and f64, not bf16"
            })
    void accuracyRefusesInOneLine(String option, String value, String expected) {
        Ended ended = run("--ops", "accuracy", option, value);
        assertThat(ended.code).isEqualTo(2);
        assertThat(ended.out).isEmpty();
        assertThat(ended.err.strip().lines()).hasSize(1);
        assertThat(ended.err).contains(expected);
    }

    @Test
    void driftIsATableOfSingularValues(@TempDir Path folder) throws IOException {
        Path page = folder.resolve("drift.html");
        Ended ended = run(
                "--ops",
                "drift",
                "--sizes",
                "6x16",
                "--steps",
                "3",
                "--backends",
                "reference",
                "--html",
                page.toString());
        assertThat(ended.err).isEmpty();
        assertThat(ended.code).as("a missed goal is no failure").isZero();
        assertThat(ended.out)
                .contains("command: isospin bench --ops drift", "3 steps of a 6×16 weight", "goals reached");
        assertThat(Files.readString(page)).contains("<h1>isospin bench --ops drift</h1>");
        Ended json = run("--ops", "drift", "--sizes", "4x3", "--steps", "2", "--backends", "reference", "--json", "-");
        assertThat(JsonMapper.shared().readTree(json.out).get("schema").asString())
                .isEqualTo("isospin.drift/1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--sizes; 5xx; neither an order such as 512 nor a shape such as 512x1376",
                "--sizes; 4x4,5x5; takes one shape, not 2",
                "--sizes; 0x4; whole number from 1 to 16384",
                "--steps; 0; at least 1, not 0",
                "--dtypes; f32; has an element type for each optimizer",
                "--ops; gemm; drift times nothing and stands alone"
            })
    void driftRefusesInOneLine(String option, String value, String expected) {
        Ended ended = run("--ops", "drift", option, value);
        assertThat(ended.code).isEqualTo(2);
        assertThat(ended.out).isEmpty();
        assertThat(ended.err.strip().lines()).hasSize(1);
        assertThat(ended.err).contains(expected);
    }

    @Test
    void unavailableBackendTellsItsReason() {
        Availability cuda = Discovery.find().candidates().stream()
                .filter(c -> c.name().equals("cuda"))
                .findFirst()
                .orElseThrow()
                .availability();
        assumeFalse(cuda.isAvailable(), "CUDA works here");
        Ended ended = run("--quick", "--backends", "cuda");
        assertThat(ended.code).isEqualTo(3);
        assertThat(ended.err).contains(cuda.reason());
        assertThat(ended.err.strip().lines()).hasSize(1);
    }

    @Test
    void helpShowsEverything() {
        Ended ended = run("--help");
        assertThat(ended.code).isZero();
        assertThat(ended.out)
                .contains("--ops", "--sizes", "--dtypes", "--backends", "--threads", "--peers", "--quick", "--html")
                .contains("--json", "--seed");
    }
}
