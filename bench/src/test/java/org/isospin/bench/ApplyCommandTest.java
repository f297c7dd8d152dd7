package org.isospin.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.checkpoint.Checkpoint;
import org.isospin.checkpoint.Safetensors;
import org.isospin.checkpoint.SafetensorsWriter;
import org.isospin.checkpoint.TensorType;
import org.isospin.checkpoint.TensorView;
import org.isospin.polar.Msign;
import org.isospin.properties.Dense;
import org.isospin.properties.Generators;
import org.isospin.rotation.CayleyStep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ApplyCommandTest {
    private static final int USAGE = 2;

    @TempDir
    Path folder;

    private Path file(String name) {
        return folder.resolve(name);
    }

    private Path skew() throws IOException {
        SkewMatrix a = Generators.skew(DType.F64, 6, 0.8, 1);
        return Checkpoints.write(file("skew"), new SafetensorsWriter().add("w", a.toDense()));
    }

    private static byte[] bytes(TensorView tensor) {
        return tensor.bytes().toArray(ValueLayout.JAVA_BYTE);
    }

    @Test
    void polarChangesTheMatricesAndNothingElse() throws IOException {
        Path in = Checkpoints.mixed(file("in"));
        assertThat(Cli.run("apply", "polar", in, file("out")).succeeds().out())
                .startsWith("polar: 4 matrices computed on ")
                .contains("2 tensors copied")
                .hasLineCount(1);
        try (Checkpoint before = Safetensors.open(in);
                Checkpoint after = Safetensors.open(file("out"));
                Isospin iso = Isospin.auto()) {
            assertThat(after.names()).isEqualTo(before.names());
            assertThat(after.metadata()).isEqualTo(before.metadata());
            for (TensorView tensor : before.tensors()) {
                TensorView result = after.tensor(tensor.name());
                assertThat(result.type()).isEqualTo(tensor.type());
                assertThat(result.shape()).isEqualTo(tensor.shape());
                if (tensor.type() == TensorType.I64 || tensor.dimensions() != 2) {
                    assertThat(bytes(result)).isEqualTo(bytes(tensor));
                } else {
                    DType dtype = result.matrix().dtype();
                    assertThat(iso.orthogonality(result.matrix()).relative())
                            .isLessThanOrEqualTo(4 * dtype.unitRoundoff());
                }
            }
        }
    }

    @Test
    void onlyTensorsThatMatchAreChanged() throws IOException {
        Path in = Checkpoints.mixed(file("in"));
        assertThat(Cli.run("apply", "haar", in, file("out"), "--tensor", "^[ab]$")
                        .succeeds()
                        .out())
                .startsWith("haar: 2 matrices");
        try (Checkpoint before = Safetensors.open(in);
                Checkpoint after = Safetensors.open(file("out"))) {
            for (TensorView tensor : before.tensors()) {
                boolean isSame = Arrays.equals(bytes(tensor), bytes(after.tensor(tensor.name())));
                assertThat(isSame)
                        .isEqualTo(!tensor.name().equals("a") && !tensor.name().equals("b"));
            }
        }
    }

    /** Singular values are F64 for F64 and else F32, whose 24 bits hold those of a BF16 matrix. */
    @Test
    void singularValuesAreARow() throws IOException {
        Path in = Checkpoints.mixed(file("in"));
        Cli.run("apply", "singular-values", in, file("out")).succeeds();
        try (Checkpoint before = Safetensors.open(in);
                Checkpoint after = Safetensors.open(file("out"));
                Isospin iso = Isospin.auto()) {
            assertThat(after.tensor("a")).hasToString("a F32 [1, 4]");
            assertThat(after.tensor("b")).hasToString("b F32 [1, 4]");
            assertThat(after.tensor("c")).hasToString("c F64 [1, 5]");
            assertThat(after.tensor("d")).hasToString("d F32 [1, 0]");
            Matrix expected = Matrix.allocate(DType.F32, 1, 4);
            iso.singularValues(before.matrix("b"), expected);
            assertThat(Dense.of(after.matrix("b")).plus(-1, Dense.of(expected)).max())
                    .isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "exp",
                "expm1",
                "cayley",
                "cayley --param step=half",
                "cayley-neumann --param order=5",
                "cayley-series --param order=2 --param step=half",
                "inverse",
                "orthonormalise",
                "msign --param steps=3",
                "msign --param schedule=keller-jordan"
            })
    void anOperationIsTheLibrarys(String command) throws IOException {
        String[] words = command.split(" ");
        Object[] arguments = new Object[words.length + 3];
        arguments[0] = "apply";
        arguments[1] = words[0];
        arguments[2] = skew();
        arguments[3] = file("out");
        System.arraycopy(words, 1, arguments, 4, words.length - 1);
        Cli.run(arguments).succeeds();
        SkewMatrix a = Generators.skew(DType.F64, 6, 0.8, 1);
        Matrix expected = Matrix.allocate(DType.F64, 6, 6);
        try (Checkpoint after = Safetensors.open(file("out"));
                Isospin iso = Isospin.auto()) {
            switch (command) {
                case "exp" -> iso.exp(a, expected);
                case "expm1" -> iso.expm1(a, expected);
                case "cayley" -> iso.cayley(a, expected);
                case "cayley --param step=half" -> iso.cayley(a, CayleyStep.HALF, expected);
                case "cayley-neumann --param order=5" -> iso.cayleyNeumann(a, 5, CayleyStep.FULL, expected);
                case "cayley-series --param order=2 --param step=half" ->
                    iso.cayleySeries(a, 2, CayleyStep.HALF, expected);
                case "inverse" -> iso.inverse(a.toDense(), expected);
                case "orthonormalise" -> iso.qr(a.toDense()).q().copyTo(expected);
                case "msign --param steps=3" -> iso.msign(a.toDense(), expected, Msign.polarExpress(3));
                case "msign --param schedule=keller-jordan" -> iso.msign(a.toDense(), expected, Msign.kellerJordan(5));
                default -> throw new AssertionError(command);
            }
            assertThat(Dense.of(after.matrix("w")).plus(-1, Dense.of(expected)).max())
                    .isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"full", "half"})
    void inverseCayleyUndoesCayley(String step) throws IOException {
        Path in = skew();
        Cli.run("apply", "cayley", in, file("q"), "--param", "step=" + step).succeeds();
        Cli.run("apply", "inverse-cayley", file("q"), file("a"), "--param", "step=" + step)
                .succeeds();
        try (Checkpoint before = Safetensors.open(in);
                Checkpoint after = Safetensors.open(file("a"))) {
            // ‖A‖ = 0.8: each way loses a few roundoffs.
            assertThat(Dense.of(after.matrix("w"))
                            .plus(-1, Dense.of(before.matrix("w")))
                            .max())
                    .isLessThan(32 * DType.F64.unitRoundoff());
        }
    }

    @Test
    void aWideMatrixIsOrthonormalisedByRows() throws IOException {
        Path in = Checkpoints.of(file("in"), DType.F64, Generators.gaussian(3, 7, 1));
        Cli.run("apply", "orthonormalise", in, file("out")).succeeds();
        Cli.run("check", file("out"), "--orthogonal", "1e-14").succeeds();
    }

    @Test
    void haarDrawsAnotherMatrixForEachTensorAndSeed() throws IOException {
        Dense any = Dense.zero(4, 4);
        Path in = Checkpoints.write(
                file("in"), new SafetensorsWriter().add("a", any.to(DType.F64)).add("b", any.to(DType.F64)));
        Cli.run("apply", "haar", in, file("one")).succeeds();
        Cli.run("apply", "haar", in, file("again"), "--param", "seed=1").succeeds();
        Cli.run("apply", "haar", in, file("two"), "--param", "seed=2").succeeds();
        assertThat(file("one")).hasSameBinaryContentAs(file("again"));
        try (Checkpoint one = Safetensors.open(file("one"));
                Checkpoint two = Safetensors.open(file("two"))) {
            assertThat(bytes(one.tensor("a"))).isNotEqualTo(bytes(one.tensor("b")));
            assertThat(bytes(one.tensor("a"))).isNotEqualTo(bytes(two.tensor("a")));
        }
        Cli.run("check", file("one"), "--orthogonal", "1e-14").succeeds();
    }

    @Test
    void aMatrixThatIsNotSkewIsRejectedOrProjected() throws IOException {
        Path in = Checkpoints.of(file("in"), DType.F64, Generators.gaussian(4, 4, 1));
        Cli.run("apply", "exp", in, file("out"))
                .fails(USAGE, in + ": w: not skew-symmetric: (0,0)", "--param project=true");
        assertThat(file("out")).doesNotExist();
        Cli.run("apply", "exp", in, file("out"), "--param", "project=true").succeeds();
        Cli.run("check", file("out"), "--orthogonal", "1e-14").succeeds();
    }

    @Test
    void outIsReplacedOnlyByForceAndMayBeIn() throws IOException {
        Path in = skew();
        Path old = Files.writeString(file("out"), "old");
        Cli.run("apply", "exp", in, old).fails(USAGE, old + ": exists already", "--force");
        assertThat(old).hasContent("old");
        Cli.run("apply", "exp", in, old, "--force").succeeds();
        Cli.run("apply", "exp", in, in).fails(USAGE, in + ": exists already");
        Cli.run("apply", "exp", in, in, "--force").succeeds();
        assertThat(in).hasSameBinaryContentAs(old);
        Path link = Files.createSymbolicLink(file("link"), in);
        Cli.run("apply", "inverse", link, in, "--force").succeeds();
        Cli.run("apply", "inverse", in, link, "--force").succeeds();
        assertThat(link).isSymbolicLink();
    }

    @Test
    void aFailureLeavesOutAsItWas() throws IOException {
        Path in = Checkpoints.write(
                file("in"),
                new SafetensorsWriter()
                        .add("a", Dense.identity(2).to(DType.F64))
                        .add("b", Matrix.allocate(DType.F64, 2, 2)));
        Path old = Files.writeString(file("out"), "old");
        Cli.run("apply", "inverse", in, old, "--force").fails(USAGE, in + ": b: there is no inverse");
        assertThat(old).hasContent("old");
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactlyInAnyOrder(in, old);
        }
        Cli.run("apply", "polar", in, file("no/such")).fails(USAGE, "there is no folder " + file("no"));
    }

    @Test
    void wrongUsageIsOneLine() throws IOException {
        Path in = Checkpoints.mixed(file("in"));
        Path out = file("out");
        Cli.run("apply").fails(USAGE, "OP", "isospin apply --help");
        Cli.run("apply", "polar", in).fails(USAGE, "OUT");
        Cli.run("apply", "poler", in, out).fails(USAGE, "no operation 'poler'", "polar", "haar");
        Cli.run("apply", "exp", in, out).fails(USAGE, "exp needs square matrices", "--tensor");
        Cli.run("apply", "polar", in, out, "--param", "steps=5").fails(USAGE, "'steps'", "it has none");
        Cli.run("apply", "msign", in, out, "--param", "step=5").fails(USAGE, "'step'", "schedule", "steps");
        Cli.run("apply", "msign", in, out, "--param", "schedule=x").fails(USAGE, "polar-express|keller-jordan", "'x'");
        Cli.run("apply", "msign", in, out, "--param", "steps=0").fails(USAGE, "steps must be an integer from 1", "'0'");
        Cli.run("apply", "cayley-neumann", in, out, "--param", "order=x").fails(USAGE, "order", "'x'");
        Cli.run("apply", "msign", in, out, "--param", "steps").fails(USAGE, "--param", "KEY=VALUE");
        Cli.run("apply", "polar", in, out, "--tensor", "nothing").fails(USAGE, "no 2-D tensor");
        Cli.run("apply", "polar", file("none"), out).fails(USAGE, "none: no such file");
        assertThat(out).doesNotExist();
    }

    @Test
    void theReportTellsEachMatrix() throws IOException {
        Path in = Checkpoints.mixed(file("in"));
        JsonNode report = Cli.run(
                        "apply", "polar", in, file("out"), "--json", "-", "--backend", "reference", "--threads", 1)
                .succeeds()
                .json();
        assertThat(report.get("schema").asString()).isEqualTo("isospin.apply/1");
        assertThat(report.get("backend").asString()).isEqualTo("reference");
        assertThat(report.get("copied").asInt()).isEqualTo(2);
        assertThat(report.get("bytes").asLong()).isEqualTo(Files.size(file("out")));
        assertThat(report.get("matrices").valueStream())
                .hasSize(4)
                .allSatisfy(matrix -> assertThat(matrix.has("residual")).isTrue());
    }
}
