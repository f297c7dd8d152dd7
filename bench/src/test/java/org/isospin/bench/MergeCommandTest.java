package org.isospin.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.checkpoint.Checkpoint;
import org.isospin.checkpoint.Safetensors;
import org.isospin.checkpoint.SafetensorsWriter;
import org.isospin.checkpoint.TensorType;
import org.isospin.checkpoint.TensorView;
import org.isospin.merge.Dare;
import org.isospin.merge.EuclideanMerge;
import org.isospin.merge.IntrinsicMean;
import org.isospin.merge.OrthoMerge;
import org.isospin.merge.OrthoMergeOptions;
import org.isospin.merge.TaskArithmetic;
import org.isospin.merge.Ties;
import org.isospin.merge.TsvM;
import org.isospin.properties.Dense;
import org.isospin.properties.Generators;
import org.isospin.rotation.KarcherMean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class MergeCommandTest {
    private static final int USAGE = 2;
    private static final double[] WEIGHTS = {1, 3};

    @TempDir
    Path folder;

    private Path file(String name) {
        return folder.resolve(name);
    }

    /** A base and what training made of it: a F32 6 × 4, b BF16 4 × 6, a bias, a tensor of three dimensions, integers. */
    private static SafetensorsWriter model(int tuning) {
        double change = tuning == 0 ? 0 : 0.25;
        Dense a = Generators.gaussian(6, 4, 1).plus(change, Generators.gaussian(6, 4, 10 + tuning));
        Dense b = Generators.gaussian(4, 6, 2).plus(change, Generators.gaussian(4, 6, 20 + tuning));
        return new SafetensorsWriter()
                .add("a", a.to(DType.F32))
                .add("b", b.to(DType.BF16))
                .add("bias", TensorType.F32, new long[] {2}, MemorySegment.ofArray(new float[] {tuning, -4 * tuning}))
                .add("conv", TensorType.F32, new long[] {2, 1, 2}, MemorySegment.ofArray(new float[] {
                    tuning, 5, 6, 8 * tuning
                }))
                .add("ids", TensorType.I64, new long[] {1}, MemorySegment.ofArray(new long[] {tuning}))
                .metadata("format", "pt")
                .metadata("model" + tuning, "yes");
    }

    private Path write(int tuning) throws IOException {
        return Checkpoints.write(file("m" + tuning), model(tuning));
    }

    private Cli merge(String method, Path out, Object... more) throws IOException {
        List<Object> arguments = new ArrayList<>(
                List.of("merge", "--experts", write(1), write(2), "--method", method, "-o", out, "--weights", "1,3"));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray());
    }

    private static byte[] bytes(TensorView tensor) {
        return tensor.bytes().toArray(ValueLayout.JAVA_BYTE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"orthomerge-g", "orthomerge-c", "task-arithmetic", "ties", "dare", "tsv-m", "karcher"})
    void aMatrixIsMergedAsTheLibraryDoes(String method) throws IOException {
        merge(method, file("out"), "--base", write(0)).succeeds();
        try (Checkpoint base = Safetensors.open(file("m0"));
                Checkpoint one = Safetensors.open(file("m1"));
                Checkpoint two = Safetensors.open(file("m2"));
                Checkpoint out = Safetensors.open(file("out"));
                Isospin iso = Isospin.auto()) {
            for (String name : List.of("a", "b")) {
                Matrix merged = out.matrix(name);
                Matrix expected = Matrix.allocate(one.matrix(name).dtype(), merged.rows(), merged.columns());
                expect(iso, method, base.matrix(name), List.of(one.matrix(name), two.matrix(name)), expected);
                assertThat(merged.dtype()).isEqualTo(expected.dtype());
                assertThat(Dense.of(merged).plus(-1, Dense.of(expected)).max()).isZero();
                assertThat(Dense.of(merged)
                                .plus(-1, Dense.of(base.matrix(name)))
                                .max())
                        .isPositive();
            }
        }
    }

    private static void expect(Isospin iso, String method, Matrix base, List<Matrix> experts, Matrix out) {
        OrthoMergeOptions g = OrthoMergeOptions.DEFAULT;
        TaskArithmetic sum = TaskArithmetic.DEFAULT;
        switch (method) {
            case "orthomerge-g" -> OrthoMerge.merge(iso, base, experts, WEIGHTS, g, sum, out);
            case "orthomerge-c" ->
                OrthoMerge.merge(
                        iso, base, experts, WEIGHTS, g.withTargets(OrthoMergeOptions.Targets.CONFLICTS), sum, out);
            case "task-arithmetic" -> EuclideanMerge.merge(iso, base, experts, WEIGHTS, sum, out);
            case "ties" -> EuclideanMerge.merge(iso, base, experts, WEIGHTS, Ties.DEFAULT, out);
            case "dare" -> EuclideanMerge.merge(iso, base, experts, WEIGHTS, new Dare(0.5, 1, sum.scale()), out);
            case "tsv-m" -> EuclideanMerge.merge(iso, base, experts, WEIGHTS, TsvM.DEFAULT, out);
            case "karcher" ->
                OrthoMerge.merge(
                        iso,
                        base,
                        experts,
                        new double[] {0.25, 0.75},
                        g.withMean(new IntrinsicMean(KarcherMean.Options.DEFAULT)),
                        new TaskArithmetic(1),
                        out);
            default -> throw new AssertionError(method);
        }
    }

    @Test
    void whatIsNoMatrixIsAveragedOrTaken() throws IOException {
        merge("ties", file("out"), "--base", write(0)).succeeds();
        merge("ties", file("mean"), "--base", "mean").succeeds();
        try (Checkpoint out = Safetensors.open(file("out"));
                Checkpoint mean = Safetensors.open(file("mean"))) {
            assertThat(out.metadata())
                    .containsOnlyKeys("format", "model1", "model2")
                    .containsEntry("format", "pt");
            assertThat(out.tensor("bias")).hasToString("bias F32 [2]");
            // (1·1 + 3·2)/4 and so on, exact in F32.
            assertThat(out.tensor("bias").bytes().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED))
                    .containsExactly(1.75f, -7);
            assertThat(out.tensor("conv")).hasToString("conv F32 [2, 1, 2]");
            assertThat(out.tensor("conv").bytes().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED))
                    .containsExactly(1.75f, 5, 6, 14);
            assertThat(out.tensor("ids").bytes().get(ValueLayout.JAVA_LONG_UNALIGNED, 0))
                    .isZero();
            assertThat(mean.tensor("ids").bytes().get(ValueLayout.JAVA_LONG_UNALIGNED, 0))
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"orthomerge-g", "orthomerge-c", "task-arithmetic", "ties", "dare", "tsv-m", "karcher"})
    void equalModelsComeOutToTheLastBit(String method) throws IOException {
        Path model = write(1);
        for (Object base : List.of("mean", model)) {
            Cli.run(
                            "merge",
                            "--experts",
                            model,
                            model,
                            model,
                            "--base",
                            base,
                            "--method",
                            method,
                            "-o",
                            file("out"),
                            "--force")
                    .succeeds();
            assertThat(file("out")).hasSameBinaryContentAs(model);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"orthomerge-g", "ties", "karcher"})
    void theResultDoesNotDependOnThreads(String method) throws IOException {
        for (int threads = 1; threads <= 3; threads++) {
            Dense one = Generators.gaussian(70, 90, 1);
            Dense two = one.plus(0.1, Generators.gaussian(70, 90, 2));
            Path first = Checkpoints.of(file("one"), DType.F32, one);
            Path second = Checkpoints.of(file("two"), DType.F32, two);
            Cli.run(
                            "merge",
                            "--experts",
                            first,
                            second,
                            "--base",
                            "mean",
                            "--method",
                            method,
                            "-o",
                            file("out" + threads),
                            "--threads",
                            threads)
                    .succeeds();
            assertThat(file("out" + threads)).hasSameBinaryContentAs(file("out1"));
        }
    }

    @Test
    void namesThatNotAllHaveAreTakenFromWhoHasThemAndShapesMustAgree() throws IOException {
        Path one = Checkpoints.write(
                file("one"), model(1).add("head", Dense.identity(2).to(DType.F32)));
        Path two = Checkpoints.write(
                file("two"), model(2).add("tail", Dense.identity(3).to(DType.BF16)));
        Path base = Checkpoints.write(
                file("base"), model(0).add("gone", Dense.identity(3).to(DType.F32)));
        Object[] run = {"merge", "--experts", one, two, "--base", base, "--method", "ties", "-o", file("out")};
        Cli.run(run).succeeds();
        try (Checkpoint first = Safetensors.open(one);
                Checkpoint second = Safetensors.open(two);
                Checkpoint out = Safetensors.open(file("out"))) {
            assertThat(bytes(out.tensor("head"))).isEqualTo(bytes(first.tensor("head")));
            assertThat(bytes(out.tensor("tail"))).isEqualTo(bytes(second.tensor("tail")));
            assertThat(out.names()).doesNotContain("gone");
        }
        Files.delete(file("out"));
        Checkpoints.write(two, model(2).add("head", Dense.identity(3).to(DType.F32)));
        Cli.run(run).fails(USAGE, "head F32 [2, 2]", "expert 2 has shape [3, 3]");
        assertThat(file("out")).doesNotExist();
    }

    @Test
    void aDryRunTellsWhatBecomesOfEachTensorAndWritesNothing() throws IOException {
        String table = merge("ties", file("out"), "--base", write(0), "--dry-run", "--tensor", "^a$")
                .succeeds()
                .out();
        assertThat(table)
                .containsPattern("a +F32 +\\[6, 4] +merge\n")
                .containsPattern("b +BF16 +\\[4, 6] +average +not chosen\n")
                .containsPattern("bias +F32 +\\[2] +average +no matrix\n")
                .containsPattern("ids +I64 +\\[1] +copy +I64 that differs: from the base\n");
        assertThat(file("out")).doesNotExist();
        JsonNode report = merge("karcher", file("out"), "--dry-run", "--json", "-")
                .succeeds()
                .json();
        assertThat(report.get("schema").asString()).isEqualTo("isospin.merge/1");
        assertThat(report.get("tensors").valueStream()).hasSize(5);
    }

    @Test
    void aFailureInTheMiddleLeavesNothingBehind() throws IOException {
        Path good = write(1);
        // z comes last, after everything else was merged.
        Dense broken = Dense.identity(3);
        broken.set(1, 1, Double.NaN);
        Path one = Checkpoints.write(file("one"), model(1).add("z", broken.to(DType.BF16)));
        Path two = Checkpoints.write(
                file("two"), model(2).add("z", Dense.identity(3).to(DType.BF16)));
        Path old = Files.writeString(file("out"), "old");
        Cli.run("merge", "--experts", one, two, "--base", "mean", "--method", "orthomerge-g", "-o", old, "--force")
                .fails(USAGE, "z: ", "not finite");
        assertThat(old).hasContent("old");
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactlyInAnyOrder(good, one, two, old);
        }
    }

    @Test
    void aShardedFolderIsAModel() throws IOException {
        Path shards = Files.createDirectory(file("shards"));
        Checkpoints.write(
                shards.resolve("1.safetensors"),
                new SafetensorsWriter().add("w", Generators.gaussian(3, 3, 1).to(DType.F32)));
        Checkpoints.write(
                shards.resolve("2.safetensors"),
                new SafetensorsWriter().add("v", Generators.gaussian(3, 3, 2).to(DType.F32)));
        Path index = shards.resolve("model.safetensors.index.json");
        Object[] run = {"merge", "--experts", shards, shards, "--method", "karcher", "-o", file("out")};
        Cli.run(run).fails(USAGE, shards + ": a folder without model.safetensors");
        Files.writeString(index, "{\"weight_map\": {\"w\": \"1.safetensors\", \"v\": \"2.safetensors\"}}");
        Cli.run(run).succeeds();
        try (Checkpoint out = Safetensors.open(file("out"))) {
            assertThat(out.names()).containsExactly("v", "w");
        }
    }

    @Test
    void wrongUsageIsOneLine() throws IOException {
        Path out = file("out");
        merge("ties", out).fails(USAGE, "ties needs a base", "--base mean");
        merge("tees", out, "--base", "mean").fails(USAGE, "no 'tees'", "orthomerge-g", "tsv-m");
        merge("ties", out, "--base", "mean", "--drop", "0.5").fails(USAGE, "--drop: ties has no use for it");
        merge("ties", out, "--base", "mean", "--keep", "2").fails(USAGE, "ties: the share kept", "2.0");
        merge("karcher", out, "--scale", "1").fails(USAGE, "--scale: karcher");
        merge("karcher", out, "--side", "long").fails(USAGE, "--side", "'long'");
        merge("karcher", out, "--base", file("none")).fails(USAGE, "none: no such file");
        Path one = write(1);
        Object[] run = {"merge", "--experts", one, one, "--method", "karcher", "-o", out, "--weights"};
        for (String[] wrong : new String[][] {{"1", "1 for 2 experts"}, {"1,-1", "-1.0"}, {"0,0", "sum is 0.0"}}) {
            Object[] arguments = java.util.Arrays.copyOf(run, run.length + 1);
            arguments[run.length] = wrong[0];
            Cli.run(arguments).fails(USAGE, "--weights", wrong[1]);
        }
        assertThat(out).doesNotExist();
        Files.writeString(out, "old");
        merge("karcher", out).fails(USAGE, out + ": exists already", "--force");
        merge("karcher", out, "--force").succeeds();
    }
}
