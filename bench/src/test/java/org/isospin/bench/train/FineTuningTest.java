package org.isospin.bench.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.bench.Cli;
import org.isospin.bench.cli.ExitCode;
import org.isospin.bench.cli.UsageException;
import org.isospin.bench.train.ModelShape.Normalization;
import org.isospin.bench.train.RunResult.Spectra;
import org.isospin.checkpoint.SafetensorsWriter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models in files: what is written is what was trained, rotations multiplied in, and what starts from it goes on with it. */
class FineTuningTest {
    private static final int WINDOWS = 3;
    private static final int BLOCK = 4;
    private static final double U = DType.F32.unitRoundoff();
    private static final Isospin ISO = Isospin.cpu();
    private static final byte[] FIRST =
            "a rose is a rose is a rose; ".repeat(60).getBytes(UTF_8);
    private static final byte[] SECOND =
            "so: is a sea a sea as a rose is? ".replace("?", ";").repeat(60).getBytes(UTF_8);

    @TempDir
    Path folder;

    @AfterAll
    static void close() {
        ISO.close();
    }

    private static byte[] alphabet() {
        return Corpus.of((new String(FIRST, UTF_8) + new String(SECOND, UTF_8)).getBytes(UTF_8))
                .alphabet();
    }

    /** A model that was trained a little, in a file. */
    private ModelFile trained() throws IOException {
        Corpus corpus = Corpus.of(FIRST, alphabet());
        ModelShape shape = new ModelShape(2, 12, 3, 20, 7, corpus.vocabulary(), Normalization.RMS);
        Training training =
                new Training(ISO, corpus, new Settings(shape, WINDOWS, 40, 5), Recipe.named("adamw"), 0.005);
        training.run((step, loss, seconds, angle) -> {});
        Path file = folder.resolve("base.safetensors");
        training.write(file);
        return ModelFile.read(file);
    }

    private static Transformer model(ModelFile file) {
        Transformer model = new Transformer(ISO, file.shape(), WINDOWS, new SplittableRandom(9));
        file.load(model);
        return model;
    }

    private static double[] logits(Transformer model, Corpus corpus) {
        Batch batch = new Batch(WINDOWS, model.shape().context());
        corpus.heldOut(0, 1, batch);
        Matrix found = model.logits(batch);
        double[] all = new double[Math.toIntExact(found.elements())];
        for (int i = 0; i < all.length; i++) {
            all[i] = found.get(i / found.columns(), i % found.columns());
        }
        return all;
    }

    private static double loss(Transformer model, Corpus corpus) {
        Batch batch = new Batch(WINDOWS, model.shape().context());
        corpus.heldOut(0, 1, batch);
        return model.loss(batch);
    }

    private static double distance(double[] a, double[] b) {
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs(a[i] - b[i]));
        }
        return largest;
    }

    /**
     * How far logits move if every product of a matrix inside the blocks is off by so much of ‖x‖‖W‖: measured, by matrices that are
     * off by a thousandth of their norm in a random direction, and scaled down.
     */
    private static double sensitivity(ModelFile file, Corpus corpus, double relative) {
        double step = 1e-3;
        Transformer model = model(file);
        double[] before = logits(model, corpus);
        SplittableRandom random = new SplittableRandom(4);
        for (Linear linear : model.hidden()) {
            float[] w = Floats.of(linear.form().weight());
            double square = 0;
            for (float x : w) {
                square += (double) x * x;
            }
            double deviation = step * Math.sqrt(square / w.length);
            for (int i = 0; i < w.length; i++) {
                w[i] += (float) (deviation * random.nextGaussian());
            }
        }
        return distance(logits(model, corpus), before) * relative / step;
    }

    /**
     * The layer turns x and multiplies by W₀, the merged weight has W₀ turned: inner products of b and n terms with rotations of norm
     * √b a block, on both sides, of which a random direction shows a part; eight times that.
     */
    @Test
    void mergedWeightsGiveTheSameLogits() throws IOException {
        ModelFile base = trained();
        Corpus corpus = Corpus.of(SECOND, base.alphabet());
        Settings settings = new Settings(base.shape(), WINDOWS, 100, 6, base);
        Recipe oft = Recipe.named("oft").withRotations(BLOCK, 1);
        Training training = new Training(ISO, corpus, settings, oft, 0.01);
        RunResult result = training.run((step, loss, seconds, angle) -> {});
        Path file = folder.resolve("tuned.safetensors");
        training.write(file);
        ModelFile tuned = ModelFile.read(file);
        double[] merged = logits(model(tuned), corpus);
        double terms = 2 * (20 + BLOCK) * Math.sqrt(BLOCK);
        double tolerance = 8 * sensitivity(tuned, corpus, terms * U);
        double moved = distance(merged, logits(model(base), corpus));
        assertThat(distance(merged, logits(training.model(), corpus))).isLessThanOrEqualTo(tolerance);
        assertThat(tolerance).isLessThan(0.01 * moved);
        assertThat(loss(model(tuned), corpus)).isLessThan(loss(model(base), corpus));
        assertOnlyRotationsMoved(base, tuned, result);
    }

    private static void assertOnlyRotationsMoved(ModelFile base, ModelFile tuned, RunResult result) {
        List<String> hidden = result.matrices().stream().map(Spectra::name).toList();
        for (Map.Entry<String, Matrix> entry : base.matrices().entrySet()) {
            float[] before = Floats.of(entry.getValue());
            float[] after = Floats.of(Objects.requireNonNull(tuned.matrices().get(entry.getKey())));
            assertThat(java.util.Arrays.equals(before, after))
                    .as(entry.getKey())
                    .isEqualTo(!hidden.contains(entry.getKey()));
        }
    }

    /** Without a step the file has the model's own bits, whatever it trains as; only POET's permutations round nothing either. */
    @ParameterizedTest
    @ValueSource(strings = {"adamw", "poet", "oft"})
    void whatStartsFromAModelIsThatModel(String recipe) throws IOException {
        ModelFile base = trained();
        Settings settings = new Settings(base.shape(), WINDOWS, 3, 6, base);
        Training training = new Training(
                ISO,
                Corpus.of(SECOND, base.alphabet()),
                settings,
                Recipe.named(recipe).withRotations(BLOCK, 2),
                0.01);
        Path file = folder.resolve("copy.safetensors");
        training.write(file);
        assertThat(ModelFile.read(file).checksum()).isEqualTo(base.checksum());
    }

    @Test
    void theCommandFineTunes() throws IOException {
        Path first = Files.write(folder.resolve("first.txt"), FIRST);
        Path second = Files.write(folder.resolve("second.txt"), FIRST);
        Path base = folder.resolve("model.safetensors");
        Path tuned = folder.resolve("tuned.safetensors");
        List<Object> shape = List.of("--context", 6, "--layers", 1, "--width", 8, "--heads", 2);
        run(shape, "train", first, "--windows", 2, "--steps", 4, "--output", base)
                .succeeds();
        List<Object> more = List.of("--windows", 2, "--steps", 4, "--block", 4);
        run(more, "train", second, "--from", base, "--method", "oft", "-o", tuned)
                .succeeds();
        assertThat(ModelFile.read(tuned).shape()).isEqualTo(ModelFile.read(base).shape());
        run(more, "train", second, "--method", "oft").fails(ExitCode.USAGE, "--from names");
        run(shape, "train", second, "--from", base).fails(ExitCode.USAGE, "no --context");
        Path other = Files.writeString(folder.resolve("other.txt"), "ZYX".repeat(200));
        run(more, "train", other, "--from", base).fails(ExitCode.USAGE, "byte 0", "0x5a", "none of the model's");
        run(more, "train", second, "--compare", "pion,muon", "-o", tuned)
                .fails(ExitCode.USAGE, "--output writes a single");
    }

    private static Cli run(List<Object> more, Object... command) {
        return Cli.run(Stream.concat(Stream.of(command), more.stream()).toArray());
    }

    @Test
    void anotherFileIsRefused() throws IOException {
        Path file = folder.resolve("other.safetensors");
        new SafetensorsWriter()
                .add("weight/norm", Matrix.allocate(DType.F32, 1, 2))
                .write(file);
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> ModelFile.read(file))
                .withMessageContaining("no model that train --output wrote");
        new SafetensorsWriter()
                .metadata("model.alphabet", "6g")
                .add("weight/norm", Matrix.allocate(DType.F32, 1, 2))
                .write(file);
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> ModelFile.read(file))
                .withMessageContaining("no model that train --output wrote");
    }
}
