package org.isospin.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.checkpoint.Checkpoint;
import org.isospin.checkpoint.Safetensors;
import org.isospin.checkpoint.SafetensorsWriter;
import org.isospin.checkpoint.TensorType;
import org.isospin.merge.Interpolation;
import org.isospin.merge.OrthoMergeOptions;
import org.isospin.properties.Dense;
import org.isospin.properties.Generators;
import org.isospin.rotation.RotationPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InterpolateCommandTest {
    private static final int USAGE = 2;

    @TempDir
    Path folder;

    private Path file(String name) {
        return folder.resolve(name);
    }

    private Path model(int tuning) throws IOException {
        Dense a = Generators.gaussian(6, 4, 1).plus(0.25 * tuning, Generators.gaussian(6, 4, 10));
        Dense b = Generators.gaussian(4, 6, 2).plus(0.25 * tuning, Generators.gaussian(4, 6, 20));
        return Checkpoints.write(
                file("m" + tuning),
                new SafetensorsWriter()
                        .add("a", a.to(DType.F32))
                        .add("b", b.to(DType.BF16))
                        .add("same", Dense.identity(3).to(DType.F32))
                        .add("conv", TensorType.F32, new long[] {2, 1, 2}, MemorySegment.ofArray(new float[] {
                            tuning, 5, 6, 8 * tuning
                        }))
                        .add("ids", TensorType.I64, new long[] {1}, MemorySegment.ofArray(new long[] {tuning}))
                        .add("only" + tuning, Dense.identity(2).to(DType.F32))
                        .metadata("format", "pt")
                        .metadata("model" + tuning, "yes"));
    }

    private Cli run(Path from, Path to, double alpha, String form, Object... more) {
        Object[] first = {"interpolate", from, to, "--alpha", alpha, "--form", form, "-o", file("out")};
        Object[] all = java.util.Arrays.copyOf(first, first.length + more.length);
        System.arraycopy(more, 0, all, first.length, more.length);
        return Cli.run(all);
    }

    @ParameterizedTest
    @ValueSource(strings = {"linear", "geodesic", "cayley", "cayley-root"})
    void matricesFollowThePathOfTheLibrary(String form) throws IOException {
        run(model(0), model(1), 0.25, form).succeeds();
        try (Checkpoint from = Safetensors.open(file("m0"));
                Checkpoint to = Safetensors.open(file("m1"));
                Checkpoint out = Safetensors.open(file("out"));
                Isospin iso = Isospin.auto()) {
            for (String name : List.of("a", "b")) {
                Matrix start = from.matrix(name);
                Matrix expected = Matrix.allocate(start.dtype(), start.rows(), start.columns());
                if (form.equals("linear")) {
                    Interpolation.linear(iso, start, to.matrix(name), 0.25, expected);
                } else {
                    RotationPath path = RotationPath.valueOf(
                            form.toUpperCase(java.util.Locale.ROOT).replace('-', '_'));
                    Interpolation.rotated(iso, start, to.matrix(name), path, OrthoMergeOptions.DEFAULT, 0.25, expected);
                }
                assertThat(Dense.of(out.matrix(name)).hasBitsOf(Dense.of(expected)))
                        .isTrue();
            }
            assertThat(out.tensor("conv")).hasToString("conv F32 [2, 1, 2]");
            // Exact in F32: 0 to 1 and to 8.
            assertThat(out.tensor("conv").bytes().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED))
                    .containsExactly(0.25f, 5, 6, 2);
            assertThat(out.tensor("ids").bytes().get(ValueLayout.JAVA_LONG_UNALIGNED, 0))
                    .isZero();
            assertThat(out.names()).containsExactlyInAnyOrder("a", "b", "same", "conv", "ids", "only0", "only1");
            assertThat(out.metadata()).containsOnlyKeys("format", "model0", "model1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"linear", "geodesic", "cayley", "cayley-root"})
    void equalModelsAndTheBeginningComeOutToTheLastBit(String form) throws IOException {
        Path model = model(0);
        run(model, model, 0.3, form).succeeds();
        assertThat(file("out")).hasSameBinaryContentAs(model);
        run(model, model(1), 0, form, "--force").succeeds();
        try (Checkpoint from = Safetensors.open(model);
                Checkpoint out = Safetensors.open(file("out"))) {
            for (String name : from.names()) {
                assertThat(out.tensor(name).bytes().mismatch(from.tensor(name).bytes()))
                        .as(name)
                        .isEqualTo(-1);
            }
        }
    }

    private static Dense turn(double angle) {
        return Generators.planes(2, angle, Math::cos, Math::sin);
    }

    @Test
    void rotatedCopiesMeetHalfWay() throws IOException {
        Dense w = Generators.gaussian(5, 2, 1);
        Path from = Checkpoints.of(file("from"), DType.F64, w);
        Path to = Checkpoints.of(file("to"), DType.F64, w.times(turn(Math.PI / 2)));
        for (String form : List.of("geodesic", "cayley", "cayley-root")) {
            run(from, to, 0.5, form, "--force").succeeds();
            double angle = switch (form) {
                case "geodesic" -> Math.PI / 4;
                case "cayley" -> 2 * Math.atan(0.5);
                default -> 2 * Math.atan(Math.sqrt(0.5));
            };
            try (Checkpoint out = Safetensors.open(file("out"))) {
                // A few u times the condition of the 5 × 2 matrix, below 10.
                assertThat(Dense.of(out.matrix("w"))
                                .plus(-1, w.times(turn(angle)))
                                .max())
                        .isLessThanOrEqualTo(200 * DType.F64.unitRoundoff() * w.frobenius());
            }
        }
    }

    @Test
    void theResultDoesNotDependOnThreads() throws IOException {
        Dense one = Generators.gaussian(70, 90, 1);
        Path from = Checkpoints.of(file("one"), DType.F32, one);
        Path to = Checkpoints.of(file("two"), DType.F32, one.plus(0.1, Generators.gaussian(70, 90, 2)));
        run(from, to, 0.3, "geodesic", "--threads", 1).succeeds();
        java.nio.file.Files.move(file("out"), file("out1"));
        for (int threads = 2; threads <= 3; threads++) {
            run(from, to, 0.3, "geodesic", "--threads", threads, "--force").succeeds();
            assertThat(file("out")).hasSameBinaryContentAs(file("out1"));
        }
    }

    @Test
    void aDryRunTellsWhatBecomesOfEachTensor() throws IOException {
        String table = run(model(0), model(1), 0.5, "cayley", "--dry-run", "--tensor", "^a$")
                .succeeds()
                .out();
        assertThat(table)
                .containsPattern("a +F32 +\\[6, 4] +interpolate\n")
                .containsPattern("b +BF16 +\\[4, 6] +blend\n")
                .containsPattern("same +F32 +\\[3, 3] +copy +equal in both\n")
                .containsPattern("ids +I64 +\\[1] +copy +no floating point");
        assertThat(file("out")).doesNotExist();
    }

    @Test
    void wrongUsageIsOneLine() throws IOException {
        run(model(0), model(1), 0.5, "curved").fails(USAGE, "no 'curved'", "cayley-root");
        run(model(0), model(1), -0.5, "cayley-root").fails(USAGE, "--alpha: -0.5");
        run(model(0), model(1), Double.NaN, "linear").fails(USAGE, "--alpha: NaN");
        Path other = Checkpoints.write(
                file("other"),
                new SafetensorsWriter().add("a", Dense.identity(2).to(DType.F32)));
        run(model(0), other, 0.5, "linear").fails(USAGE, "a F32 [6, 4]", "B has shape [2, 2]");
        assertThat(file("out")).doesNotExist();
    }
}
