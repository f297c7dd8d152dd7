package org.isospin.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.checkpoint.SafetensorsWriter;
import org.isospin.properties.Dense;
import org.isospin.properties.Generators;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

class CheckCommandTest {
    private static final int CHECK_FAILED = 1;
    private static final int USAGE = 2;

    @TempDir
    Path folder;

    private Path file(String name) {
        return folder.resolve(name);
    }

    private static List<String> tensors(Cli run) {
        return run.out()
                .lines()
                .skip(1)
                .takeWhile(line -> !line.isEmpty())
                .map(line -> line.substring(0, line.indexOf(' ')))
                .toList();
    }

    @Test
    void orthogonalMatricesPassAndOthersDoNotWorstFirst() throws IOException {
        Matrix nan = Generators.orthonormal(3, 3, 4).to(DType.F32);
        nan.set(1, 1, Double.NaN);
        Path path = Checkpoints.write(
                file("q"),
                new SafetensorsWriter()
                        .add("good", Generators.orthonormal(9, 5, 1).to(DType.F32))
                        .add("wide", Generators.orthonormal(4, 8, 2).to(DType.F64))
                        .add(
                                "twice",
                                Dense.zero(3, 3).plus(2, Dense.identity(3)).to(DType.BF16))
                        .add("nan", nan)
                        .add("empty", Matrix.allocate(DType.F32, 0, 3)));
        Cli run = Cli.run("check", path, "--orthogonal", "1e-6");
        assertThat(run.code()).isEqualTo(CHECK_FAILED);
        assertThat(run.err()).isEmpty();
        assertThat(tensors(run)).startsWith("nan", "twice", "good").hasSize(5);
        assertThat(run.out())
                .containsPattern("nan +F32 +3 x 3 .*NOT FINITE")
                .containsPattern("twice +BF16 +3 x 3 +3.00e\\+00 +3.00e\\+00 +1.00e-06 +BEYOND")
                .containsPattern("wide +F64 +4 x 8 .*ok")
                .contains("2 of 5 matrices of " + path + " are beyond tolerance");
        assertThat(Cli.run("check", path, "--orthogonal", "1e-6", "--tensor", "^(good|wide|empty)$")
                        .succeeds()
                        .out())
                .contains("all 3 matrices");
        // NaN passes no tolerance at all.
        Cli infinite = Cli.run("check", path, "--orthogonal", "Infinity", "--tensor", "nan");
        assertThat(infinite.code()).isEqualTo(CHECK_FAILED);
    }

    @Test
    void theReportHasARowForEachMatrix() throws IOException {
        Path path = Checkpoints.of(file("q"), DType.F64, Dense.zero(2, 2).plus(2, Dense.identity(2)));
        Cli run = Cli.run("check", path, "--orthogonal", "0.5", "--json", "-");
        assertThat(run.code()).isEqualTo(CHECK_FAILED);
        JsonNode report = run.json();
        assertThat(report.get("schema").asString()).isEqualTo("isospin.check/1");
        assertThat(report.get("measure").asString()).isEqualTo("orthogonality");
        assertThat(report.get("failed").asInt()).isEqualTo(1);
        JsonNode row = report.get("matrices").get(0);
        assertThat(row.get("tensor").asString()).isEqualTo("w");
        assertThat(row.get("dtype").asString()).isEqualTo("F64");
        assertThat(row.get("max").asDouble()).isEqualTo(3);
        assertThat(row.get("relativeFrobenius").asDouble()).isCloseTo(3, within(4 * Math.ulp(3.0)));
        assertThat(row.get("passes").asBoolean()).isFalse();
    }

    /** The default tolerance allows what storing a rotated matrix costs, and little more. */
    @ParameterizedTest
    @EnumSource(DType.class)
    void aRotationKeepsTheSpectrumAndAPerturbationDoesNot(DType dtype) throws IOException {
        Dense a = Generators.gaussian(48, 20, 1);
        Dense rotated = Generators.orthonormal(48, 48, 2).times(a);
        Path base = Checkpoints.of(file("base"), dtype, a);
        Path turned = Checkpoints.of(file("turned"), dtype, rotated);
        Cli.run("check", turned, "--spectrum-of", base).succeeds();
        double shift = 200 * dtype.unitRoundoff();
        Path scaled = Checkpoints.of(file("scaled"), dtype, Dense.zero(48, 20).plus(1 + shift, rotated));
        Cli run = Cli.run("check", scaled, "--spectrum-of", base, "--json", "-");
        assertThat(run.code()).isEqualTo(CHECK_FAILED);
        // Scaling moves every singular value by the same share, σ₁ by the whole of it.
        assertThat(run.json().get("matrices").get(0).get("difference").asDouble())
                .isBetween(0.95 * shift, 1.05 * shift);
        Cli.run("check", scaled, "--spectrum-of", base, "--tolerance", 2 * shift)
                .succeeds();
    }

    @Test
    void aSpectrumThatIsNotFiniteNeverPasses() throws IOException {
        Matrix infinite = Matrix.allocate(DType.F32, 2, 2);
        infinite.set(0, 1, Double.POSITIVE_INFINITY);
        Path bad = Checkpoints.write(file("bad"), new SafetensorsWriter().add("w", infinite));
        Path good = Checkpoints.of(file("good"), DType.F32, Dense.identity(2));
        for (Path[] pair : new Path[][] {{bad, good}, {good, bad}, {bad, bad}}) {
            Cli run = Cli.run("check", pair[0], "--spectrum-of", pair[1], "--tolerance", "Infinity");
            assertThat(run.code()).isEqualTo(CHECK_FAILED);
            assertThat(run.out()).contains("NOT FINITE");
        }
        Path zero = Checkpoints.of(file("zero"), DType.F32, Dense.zero(2, 2));
        Cli.run("check", zero, "--spectrum-of", zero).succeeds();
        assertThat(Cli.run("check", good, "--spectrum-of", zero).code()).isEqualTo(CHECK_FAILED);
    }

    @Test
    void counterpartsMustBeThereInTheSameShape() throws IOException {
        Path path = Checkpoints.mixed(file("mixed"));
        Path other = Checkpoints.of(file("other"), DType.F32, Dense.identity(2));
        Cli.run("check", path, "--spectrum-of", other).fails(USAGE, other + ": has no tensor ");
        Path reshaped = Checkpoints.of(file("reshaped"), DType.F32, Dense.zero(2, 3));
        Cli.run("check", reshaped, "--spectrum-of", other)
                .fails(USAGE, "has w F32 [2, 2] where w F32 [2, 3] is compared");
        Cli.run("check", path, "--spectrum-of", path).succeeds();
    }

    @Test
    void wrongUsageIsOneLine() throws IOException {
        Path path = Checkpoints.mixed(file("mixed"));
        Cli.run("check").fails(USAGE, "isospin check --help");
        Cli.run("check", path).fails(USAGE, "--orthogonal", "--spectrum-of");
        Cli.run("check", path, "--orthogonal", "banana").fails(USAGE, "--orthogonal", "'banana'");
        Cli.run("check", path, "--orthogonal", "NaN").fails(USAGE, "--orthogonal must be 0 or more, not NaN");
        Cli.run("check", path, "--orthogonal", "-1").fails(USAGE, "--orthogonal must be 0 or more, not -1");
        Cli.run("check", path, "--orthogonal", "1", "--spectrum-of", path).fails(USAGE, "mutually exclusive");
        Cli.run("check", path, "--orthogonal", "1", "--tolerance", "1").fails(USAGE, "--spectrum-of");
        Cli.run("check", path, "--spectrum-of", path, "--tolerance", "-1").fails(USAGE, "--tolerance must be 0");
        Cli.run("check", path, "--orthogonal", "1", "--tensor", "[")
                .fails(USAGE, "--tensor", "'[' is not a regular expression");
        Cli.run("check", path, "--orthogonal", "1", "--tensor", "nothing")
                .fails(USAGE, "no 2-D tensor", "'nothing'", "among its 6");
        Cli.run("check", path, "--orthogonal", "1", "--tensor", "bias|ids").fails(USAGE, "no 2-D tensor");
    }

    @Test
    void unreadableFilesAreOneLine() throws IOException {
        Cli.run("check", file("none"), "--orthogonal", "1").fails(USAGE, "none: no such file");
        Cli.run("check", folder, "--orthogonal", "1").fails(USAGE, "not a regular file");
        byte[] bytes = Files.readAllBytes(Checkpoints.mixed(file("mixed")));
        Path truncated = Files.write(file("truncated"), Arrays.copyOf(bytes, bytes.length - 1));
        Cli.run("check", truncated, "--orthogonal", "1").fails(USAGE, truncated.toString());
        Cli.run("check", file("mixed"), "--spectrum-of", truncated).fails(USAGE, truncated.toString());
        Path empty = Files.createFile(file("empty"));
        Cli.run("check", empty, "--orthogonal", "1").fails(USAGE, "the file has 0 bytes");
    }
}
