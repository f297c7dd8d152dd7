package org.isospin.bench.conform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.isospin.Matrix;
import org.isospin.bench.Main;
import org.isospin.checkpoint.SafetensorsWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs the command on a folder of two groups: products, one of which is expected wrongly, and a group unheard of. */
class ConformCommandTest {
    private static final String WORST =
            "bf16_numeric/wrong: failed: f32 C(0,1) is 2.0, expected 3.0: off by 1.00," + " tolerance 0.500";

    @TempDir
    Path folder;

    private Path golden;
    private String out = "";
    private String err = "";

    @BeforeEach
    void write() throws IOException {
        golden = Files.createDirectory(folder.resolve("golden"));
        new SafetensorsWriter()
                .add("A", Matrix.wrap(new float[] {1, 2}, 1, 2))
                .add("I", Matrix.wrap(new float[] {1, 0, 0, 1}, 2, 2))
                .add("C", Matrix.wrap(new double[] {1, 3}, 1, 2))
                .write(golden.resolve("bf16_numeric.safetensors"));
        manifest("bf16_numeric", """
                {"name": "right", "hyperparameters": {}, "inputs": {%1$s}, "expected":
                 {"C": {"shape": [1, 2], "f64": "A", "f32": "A", "tolerance": {"f64": 0, "f32": 0}}}},
                {"name": "wrong", "hyperparameters": {}, "inputs": {%1$s}, "expected":
                 {"C": {"shape": [1, 2], "f64": "C", "tolerance": {"f32": 0.5}}}}""".formatted("""
                                "A": {"tensor": "A", "dtype": "F32", "shape": [1, 2]},
                                "B": {"tensor": "I", "dtype": "F32", "shape": [2, 2]}"""));
        new SafetensorsWriter()
                .add("A", Matrix.wrap(new float[] {1}, 1, 1))
                .write(golden.resolve("unheard.safetensors"));
        manifest("unheard", """
                {"name": "right", "hyperparameters": {}, "inputs": {}, "expected":
                 {"x": {"shape": [1, 1], "f64": "A", "tolerance": {"f64": 0}}}}""");
    }

    private void manifest(String group, String cases) throws IOException {
        Files.writeString(
                golden.resolve(group + ".json"),
                "{\"group\": \"%s\", \"file\": \"%s.safetensors\", \"cases\": [%s]}".formatted(group, group, cases));
    }

    private int conform(String... arguments) {
        List<String> line = new ArrayList<>(List.of("conform", golden.toString(), "--backend", "reference"));
        line.addAll(Arrays.asList(arguments));
        ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        int code = Main.run(stdout, stderr, line.toArray(new String[0]));
        out = stdout.toString(StandardCharsets.UTF_8);
        err = stderr.toString(StandardCharsets.UTF_8);
        return code;
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    @Test
    void aFailureNamesItsWorstElement() {
        assertThat(conform()).isEqualTo(1);
        assertThat(out.lines())
                .containsExactly(
                        "bf16_numeric: 1 passed, 1 failed, 0 skipped",
                        "  " + WORST,
                        "unheard: 0 passed, 0 failed, 1 skipped",
                        "  unheard/right: skipped: not implemented yet: unheard",
                        "1 passed, 1 failed, 1 skipped");
        assertThat(err).isEmpty();
    }

    @Test
    void aModeWithoutTheFailurePasses() {
        assertThat(conform("--group", "bf16_numeric", "--dtype", "f64")).isZero();
        assertThat(out.lines())
                .containsExactly(
                        "bf16_numeric: 1 passed, 0 failed, 1 skipped",
                        "  bf16_numeric/wrong: skipped: nothing to compare in f64",
                        "1 passed, 0 failed, 1 skipped");
    }

    @Test
    void aListRestrictsToItsCases() throws IOException {
        assertThat(conform("--list", file("list", "# those that pass\nbf16_numeric/right\n")))
                .isZero();
        assertThat(out.lines())
                .containsExactly("bf16_numeric: 1 passed, 0 failed, 0 skipped", "1 passed, 0 failed, 0 skipped");

        assertThat(conform("--list", file("list", "right"), "--group", "bf16_numeric"))
                .isZero();
        assertThat(conform("--list", file("list", "bf16_numeric/*\nunheard/right")))
                .isEqualTo(1);
        assertThat(out).endsWith("1 passed, 1 failed, 1 skipped\n");
    }

    @Test
    void aListOfMoreThanTheChosenGroupsIsNoError() throws IOException {
        String list = file("list", "bf16_numeric/right\nunheard/right");
        assertThat(conform("--list", list, "--group", "bf16_numeric")).isZero();
    }

    @Test
    void aCaseOfTheListThatIsNotThereIsWrongUsage() throws IOException {
        assertThat(conform("--list", file("list", "bf16_numeric/right\nbf16_numeric/rihgt")))
                .isEqualTo(2);
        assertThat(out).isEmpty();
        assertThat(err.lines()).singleElement().asString().endsWith("has no case bf16_numeric/rihgt");
        assertThat(conform("--list", file("list", "a b"))).isEqualTo(2);
        assertThat(err.lines()).singleElement().asString().contains("line 1: 'a b' is none of");
        assertThat(conform("--list", folder.resolve("absent").toString())).isEqualTo(2);
        assertThat(err.lines()).singleElement().asString().endsWith("absent: no such file");
    }

    @Test
    void aSkipOutsideTheAllowedFails() throws IOException {
        String right = file("list", "right");
        assertThat(conform("--list", right)).isZero();
        assertThat(conform("--list", right, "--allow-skips", file("skips", ""))).isEqualTo(1);
        assertThat(out).endsWith("1 passed, 0 failed, 1 skipped\n");
        assertThat(err.lines()).singleElement().asString().endsWith("first unheard/right");
        assertThat(conform("--list", right, "--allow-skips", file("skips", "unheard/* # later")))
                .isZero();
    }

    @Test
    void passingNothingIsNoSuccess() {
        assertThat(conform("--group", "unheard")).isEqualTo(2);
        assertThat(out).endsWith("0 passed, 0 failed, 1 skipped\n");
        assertThat(err.lines()).singleElement().asString().contains("no case passed");
    }

    @Test
    void anEmptyOrMissingFolderIsWrongUsage() throws IOException {
        golden = Files.createDirectory(folder.resolve("empty"));
        assertThat(conform()).isEqualTo(2);
        assertThat(err.lines()).singleElement().asString().contains("no golden vectors here");
        golden = folder.resolve("absent");
        assertThat(conform()).isEqualTo(2);
        assertThat(err.lines()).singleElement().asString().endsWith("absent: no such file");
    }

    @Test
    void anUnknownGroupModeOrBackendIsOneLine() {
        assertThat(conform("--group", "cayly")).isEqualTo(2);
        assertThat(err.lines()).singleElement().asString().contains("no group cayly; it has bf16_numeric, unheard");
        assertThat(conform("--dtype", "f16")).isEqualTo(2);
        assertThat(err.lines())
                .singleElement()
                .asString()
                .contains("--dtype: no mode is named 'f16'; there is f64, f32, native");
        assertThat(Main.run(
                        new ByteArrayOutputStream(),
                        new ByteArrayOutputStream(),
                        "conform",
                        golden.toString(),
                        "--backend",
                        "banana"))
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bf16_numeric.json", "bf16_numeric.safetensors"})
    void aTruncatedFileIsOneLine(String name) throws IOException {
        byte[] bytes = Files.readAllBytes(golden.resolve(name));
        Files.write(golden.resolve(name), Arrays.copyOf(bytes, bytes.length - 3));
        assertThat(conform()).isEqualTo(2);
        assertThat(err.lines())
                .singleElement()
                .asString()
                .startsWith("isospin: ")
                .contains(name);
        Files.write(golden.resolve(name), new byte[0]);
        assertThat(conform()).isEqualTo(2);
        assertThat(err.lines()).singleElement().asString().contains(name);
        Files.delete(golden.resolve(name));
        conform();
        assertThat(err.lines()).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void reportsAsJson() {
        assertThat(conform("--json", "-")).isEqualTo(1);
        JsonNode report = JsonMapper.shared().readTree(out);
        assertThat(report.get("schema").asString()).isEqualTo("isospin.conform/1");
        assertThat(report.get("backend").asString()).isEqualTo("reference");
        JsonNode group = report.get("groups").get(0);
        assertThat(group.get("passed").asInt()).isEqualTo(1);
        assertThat(group.at("/cases/1/worst/actual").asDouble()).isEqualTo(2);
        assertThat(group.at("/cases/1/worst/column").asInt()).isEqualTo(1);
        assertThat(report.at("/groups/1/cases/0/reason").asString()).isEqualTo("not implemented yet: unheard");
    }
}
