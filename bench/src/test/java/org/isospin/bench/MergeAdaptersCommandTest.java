package org.isospin.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewBatch;
import org.isospin.checkpoint.Checkpoint;
import org.isospin.checkpoint.Safetensors;
import org.isospin.checkpoint.SafetensorsWriter;
import org.isospin.merge.AdapterMerge;
import org.isospin.merge.GeneratorMean;
import org.isospin.peft.Adapter;
import org.isospin.peft.AdapterConfig;
import org.isospin.peft.AdapterWriter;
import org.isospin.properties.Dense;
import org.isospin.properties.Generators;
import org.isospin.reparam.OftMerge;
import org.isospin.reparam.OftOptions;
import org.isospin.reparam.OftParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MergeAdaptersCommandTest {
    private static final int USAGE = 2;
    private static final int INPUTS = 8;
    private static final AdapterConfig OFT = AdapterConfig.oft(4);
    private static final List<String> MODULES = List.of("layers.2.q", "layers.10.q");

    @TempDir
    Path folder;

    private Path file(String name) {
        return folder.resolve(name);
    }

    /** Two adapted weights, one that is not, and a bias. */
    private Path base() throws IOException {
        return Checkpoints.write(
                file("base"),
                new SafetensorsWriter()
                        .add(
                                "layers.2.q.weight",
                                Generators.gaussian(6, INPUTS, 1).to(DType.F32))
                        .add(
                                "layers.10.q.weight",
                                Generators.gaussian(3, INPUTS, 2).to(DType.BF16))
                        .add("layers.2.q.bias", Generators.gaussian(1, 6, 3).to(DType.F32))
                        .add("head.weight", Generators.gaussian(2, INPUTS, 4).to(DType.F32))
                        .metadata("format", "pt"));
    }

    private static OftParameters parameters(AdapterConfig config, double size, long seed) {
        OftParameters parameters = OftParameters.allocate(config.options(INPUTS), DType.F64, 6, INPUTS);
        for (Matrix m : parameters.matrices()) {
            Dense.zero(m.rows(), m.columns())
                    .plus(size, Generators.gaussian(m.rows(), m.columns(), seed))
                    .to(DType.F64)
                    .copyTo(m);
        }
        return parameters;
    }

    private Path adapter(String name, AdapterConfig config, double size, long seed, String... modules)
            throws IOException {
        AdapterWriter writer = new AdapterWriter(config);
        for (String module : modules) {
            writer.add(module, parameters(config, size, seed + module.length()), DType.F64);
        }
        writer.write(file(name));
        return file(name);
    }

    private Path adapter(String name, AdapterConfig config, double size, long seed) throws IOException {
        return adapter(name, config, size, seed, MODULES.toArray(String[]::new));
    }

    private Cli run(Path out, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("merge-adapters", "-o", out, "--adapters"));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray());
    }

    private static OftParameters read(Adapter adapter, String module) {
        return Objects.requireNonNull(adapter.modules().get(module)).parameters();
    }

    private static void assertTurned(Isospin iso, Path base, Path out, String module, OftParameters by)
            throws IOException {
        assertTurned(iso, base, out, module, OFT.options(INPUTS), by);
    }

    private static void assertTurned(
            Isospin iso, Path base, Path out, String module, OftOptions options, OftParameters by) throws IOException {
        try (Checkpoint before = Safetensors.open(base);
                Checkpoint after = Safetensors.open(out)) {
            Matrix w = before.matrix(module + ".weight");
            Matrix expected = Matrix.allocate(w.dtype(), w.rows(), w.columns());
            OftMerge.merge(iso, options, by, w, expected);
            Dense found = Dense.of(after.matrix(module + ".weight"));
            assertThat(found.hasBitsOf(Dense.of(expected))).isTrue();
            assertThat(found.hasBitsOf(Dense.of(w))).isFalse();
        }
    }

    @Test
    void oneAdapterIsMergedAndUnmerged() throws IOException {
        Path base = base();
        Path a = adapter("a", OFT, 0.05, 7);
        run(file("out"), a, "--base", base).succeeds();
        run(file("back"), a, "--base", file("out"), "--unmerge").succeeds();
        try (Isospin iso = Isospin.auto();
                Adapter adapter = Adapter.open(a);
                Checkpoint before = Safetensors.open(base);
                Checkpoint out = Safetensors.open(file("out"));
                Checkpoint back = Safetensors.open(file("back"))) {
            for (String module : MODULES) {
                assertTurned(iso, base, file("out"), module, read(adapter, module));
                Matrix w = before.matrix(module + ".weight");
                Dense difference = Dense.of(back.matrix(module + ".weight")).plus(-1, Dense.of(w));
                // Two roundings to the type, the first of them turned back.
                assertThat(difference.frobenius())
                        .isLessThanOrEqualTo(
                                2 * w.dtype().unitRoundoff() * Dense.of(w).frobenius());
            }
            for (String same : List.of("layers.2.q.bias", "head.weight")) {
                assertThat(Dense.of(out.matrix(same)).hasBitsOf(Dense.of(before.matrix(same))))
                        .isTrue();
            }
            assertThat(out.metadata()).containsOnlyKeys("format");
        }
    }

    @Test
    void severalAreAveragedInTheLieAlgebraByTheirWeights() throws IOException {
        Path base = base();
        Path a = adapter("a", OFT, 0.05, 7);
        Path b = adapter("b", OFT, 0.1, 17, MODULES.getFirst());
        run(file("out"), a, b, "--base", base, "--weights", "1,3").succeeds();
        run(file("both"), a, b, "--weights", "1,3").succeeds();
        run(file("again"), file("both"), "--base", base).succeeds();
        try (Isospin iso = Isospin.auto();
                Adapter first = Adapter.open(a);
                Adapter second = Adapter.open(b)) {
            for (String module : MODULES) {
                OftParameters mean = read(first, module);
                // Who has no such module does not turn it.
                OftParameters other = second.modules().containsKey(module)
                        ? read(second, module)
                        : read(first, module).allocateLike();
                SkewBatch out = mean.factors().getFirst().blocks();
                AdapterMerge.merge(
                        iso,
                        List.of(out, other.factors().getFirst().blocks()),
                        new double[] {1, 3},
                        GeneratorMean.DEFAULT,
                        out);
                assertTurned(iso, base, file("out"), module, mean);
            }
        }
        // The merged adapter, in F64, loses nothing.
        assertThat(file("again")).hasSameBinaryContentAs(file("out"));
    }

    @Test
    void oppositeAdaptersGiveTheBase() throws IOException {
        Path base = base();
        Path a = adapter("a", OFT, 0.05, 7);
        Path b = adapter("b", OFT, -0.05, 7);
        String out = run(file("out"), a, b, "--base", base).succeeds().out();
        assertThat(out).contains("layers.10.q.weight: adapters cancel, it is not turned");
        assertThat(file("out")).hasSameBinaryContentAs(base);
    }

    @Test
    void theResultDoesNotDependOnThreads() throws IOException {
        Path base = base();
        Path a = adapter("a", OFT.with("coft", true).with("eps", 0.1), 0.3, 7);
        for (int threads = 1; threads <= 3; threads++) {
            run(file("out" + threads), a, "--base", base, "--threads", threads).succeeds();
            assertThat(file("out" + threads)).hasSameBinaryContentAs(file("out1"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.5", "weakest", "first:1"})
    void adaptersAreRewound(String rule) throws IOException {
        Path base = base();
        AdapterWriter writer = new AdapterWriter(OFT);
        OftParameters weak = parameters(OFT, 0.125, 7);
        OftParameters strong = parameters(OFT, 0.25, 7);
        // By number: 2 comes before 10.
        writer.add(MODULES.get(0), weak, DType.F64)
                .add(MODULES.get(1), strong, DType.F64)
                .write(file("a"));
        run(file("out"), file("a"), "--base", base, "--rewind", rule).succeeds();
        try (Isospin iso = Isospin.auto()) {
            boolean isUniform = rule.equals("0.5");
            // Halves of powers of two are exact; the strong one is twice the weak one.
            assertTurned(iso, base, file("out"), MODULES.get(1), weak);
            assertTurned(iso, base, file("out"), MODULES.get(0), isUniform ? parameters(OFT, 0.0625, 7) : weak);
        }
    }

    @Test
    void aButterflyIsMergedByItself() throws IOException {
        AdapterConfig config = AdapterConfig.boft(4, 2);
        Path base = base();
        Path a = adapter("a", config, 0.1, 7, MODULES.getFirst());
        run(file("out"), a, "--base", base).succeeds();
        try (Isospin iso = Isospin.auto();
                Adapter adapter = Adapter.open(a)) {
            OftOptions options = config.options(INPUTS);
            assertTurned(iso, base, file("out"), MODULES.getFirst(), options, read(adapter, MODULES.getFirst()));
        }
        run(file("x"), a, a, "--base", base).fails(USAGE, "one BOFT adapter is merged at a time");
        run(file("x"), a, "--base", base, "--rewind", "0.5").fails(USAGE, "not rewound");
        Path wide = adapter("wide", config, 0.1, 7, MODULES.getLast());
        run(file("x"), wide, "--base", base).fails(USAGE, "scales 6 outputs, and it has 3");
    }

    @Test
    void tensorsThatAdaptersHaveWholeReplaceThoseOfTheBase() throws IOException {
        Path base = base();
        Path a = adapter("a", OFT, 0.05, 7);
        Path tensors = a.resolve(Adapter.FILE);
        Matrix head = Generators.gaussian(2, INPUTS, 40).to(DType.F32);
        try (Checkpoint old = Safetensors.open(tensors)) {
            SafetensorsWriter more = new SafetensorsWriter();
            old.tensors().forEach(more::add);
            more.add("base_model.model.head.weight", head).write(file("more"));
        }
        Files.move(file("more"), tensors, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        run(file("out"), a, "--base", base).succeeds();
        try (Checkpoint out = Safetensors.open(file("out"))) {
            assertThat(Dense.of(out.matrix("head.weight")).hasBitsOf(Dense.of(head)))
                    .isTrue();
        }
        run(file("x"), a, "--base", file("out"), "--unmerge").fails(USAGE, "head.weight", "no file has what it was");
    }

    @Test
    void aDryRunTellsWhatBecomesOfEachTensor() throws IOException {
        Path a = adapter("a", OFT, 0.05, 7);
        Path b = adapter("b", OFT, 0.05, 7, MODULES.getFirst());
        String table =
                run(file("out"), a, b, "--base", base(), "--dry-run").succeeds().out();
        assertThat(table)
                .containsPattern("layers.2.q.weight +F32 +\\[6, 8] +rotate\n")
                .containsPattern("layers.10.q.weight +BF16 +\\[3, 8] +rotate +of 2 adapters only 1\n")
                .containsPattern("head.weight +F32 +\\[2, 8] +copy +not adapted\n");
        String merged = run(file("out"), a, b, "--dry-run").succeeds().out();
        assertThat(merged).containsPattern("base_model.model.layers.2.q.oft_R.weight +F64 +\\[2, 6] +merge\n");
        assertThat(file("out")).doesNotExist();
    }

    @Test
    void namesOfTheBaseMayHaveMoreInFront() throws IOException {
        Path a = adapter("a", OFT, 0.05, 7, MODULES.getFirst());
        Path base = Checkpoints.write(
                file("base"),
                new SafetensorsWriter()
                        .add(
                                "bert.layers.2.q.weight",
                                Generators.gaussian(6, INPUTS, 1).to(DType.F32)));
        run(file("out"), a, "--base", base).succeeds();
        Checkpoints.write(
                base,
                new SafetensorsWriter()
                        .add(
                                "a.layers.2.q.weight",
                                Generators.gaussian(6, INPUTS, 1).to(DType.F32))
                        .add(
                                "b.layers.2.q.weight",
                                Generators.gaussian(6, INPUTS, 1).to(DType.F32)));
        run(file("x"), a, "--base", base).fails(USAGE, "several tensors for layers.2.q.weight");
        Checkpoints.of(base, DType.F32, Generators.gaussian(6, INPUTS, 1));
        run(file("x"), a, "--base", base).fails(USAGE, "no tensor layers.2.q.weight");
    }

    @Test
    void whatCannotBeMergedIsOneLineAndLeavesWhatThereWas() throws IOException {
        Path base = base();
        Path a = adapter("a", OFT, 0.05, 7);
        Path exact = adapter("exact", OFT.with("use_cayley_neumann", false), 0.05, 7);
        run(file("x"), a, exact, "--base", base).fails(USAGE, "use_cayley_neumann=false", "different rotations");
        run(file("x"), a, "--unmerge").fails(USAGE, "--unmerge", "--base");
        run(file("x"), a, "--base", base, "--rewind", "2").fails(USAGE, "--rewind", "2.0");
        run(file("x"), a, "--base", base, "--rewind", "strong").fails(USAGE, "'strong'");
        run(file("x"), a, "--base", base, "--weights", "1,2").fails(USAGE, "2 for 1");
        run(file("x"), file("none"), "--base", base).fails(USAGE, "no such file");
        Path narrow = adapter("narrow", AdapterConfig.oft(2), 0.05, 7);
        run(file("x"), a, narrow, "--base", base).fails(USAGE, "F64 [4, 1]", "F64 [2, 6]");
        Path old = adapter("old", OFT, 0.05, 7);
        Path config = old.resolve(AdapterConfig.FILE);
        Files.writeString(config, Files.readString(config).replace("0.18.0", "0.16.0"));
        run(file("x"), old, "--base", base).fails(USAGE, "peft_version", "is 0.16.0", "merged wrongly");
        assertThat(file("x")).doesNotExist();
        run(a, a, exact, "--force").fails(USAGE, "different rotations");
        run(a, a).fails(USAGE, "exists already");
        run(file("base"), a).fails(USAGE, "is no folder");
        Adapter.open(a).close();
    }
}
