package org.isospin.bench.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.bench.train.ModelShape.Normalization;
import org.isospin.bench.train.RunResult.Spectra;
import org.isospin.optim.AdamW;
import org.isospin.optim.Optimizer;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterId;
import org.isospin.optim.ParameterSpec;
import org.isospin.reparam.MergeSchedule;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A transformer whose matrices train as POET's: what merges change, what becomes of spectra, how gradients are bounded. */
class PoetTrainingTest {
    private static final int BLOCK = 4;
    private static final int MERGE_EVERY = 3;
    private static final int WINDOWS = 3;
    private static final double U = DType.F32.unitRoundoff();
    private static final Isospin ISO = Isospin.cpu();
    private static final ModelShape SHAPE = new ModelShape(2, 12, 3, 20, 7, 5, Normalization.RMS);

    @AfterAll
    static void close() {
        ISO.close();
    }

    private static Transformer model() {
        return new Transformer(ISO, SHAPE, WINDOWS, new SplittableRandom(1));
    }

    private static Batch batch(SplittableRandom random) {
        Batch batch = new Batch(WINDOWS, SHAPE.context());
        for (int b = 0; b < WINDOWS; b++) {
            for (int i = 0; i < SHAPE.context(); i++) {
                batch.set(b, i, random.nextInt(SHAPE.vocabulary()), random.nextInt(SHAPE.vocabulary()));
            }
        }
        return batch;
    }

    @Test
    void mergesAreInvisibleInTheLoss() {
        Transformer model = model();
        model.trainAs(new PoetForm.Maker(BLOCK, MergeSchedule.DEFAULT.withInterval(MERGE_EVERY), 1), 7);
        Optimizer adam = AdamW.builder().learningRate(0.02).weightDecay(0).build(ISO);
        Map<String, ParameterId> ids = new HashMap<>();
        for (Weight w : generators(model)) {
            ids.put(
                    w.name(),
                    adam.register(ParameterSpec.matrix(
                            w.name(), DType.F32, w.value().rows(), w.value().columns(), Orientation.OUT_IN)));
        }
        SplittableRandom random = new SplittableRandom(2);
        double first = model.loss(batch(new SplittableRandom(2)));
        for (int t = 1; t <= 4 * MERGE_EVERY; t++) {
            Batch batch = batch(random);
            model.loss(batch);
            model.backward(batch);
            for (Weight w : generators(model)) {
                adam.step(t, Objects.requireNonNull(ids.get(w.name())), w.value(), w.gradient());
            }
            double before = model.loss(batch);
            double tolerance = tolerance(model, batch);
            for (Linear linear : model.hidden()) {
                linear.form().stepped(t, adam, ids);
                assertThat(((PoetForm) linear.form()).layer().merges()).isEqualTo(t / MERGE_EVERY);
            }
            // Without a merge nothing at all happens.
            assertThat(model.loss(batch)).isCloseTo(before, within(t % MERGE_EVERY == 0 ? tolerance : 0));
            // What a merge may change is far less than what steps do.
            assertThat(tolerance).isLessThan(0.05 * Math.abs(before - first));
        }
    }

    private static List<Weight> generators(Transformer model) {
        return model.hidden().stream().flatMap(l -> l.weights().stream()).toList();
    }

    /**
     * What roundings of W by δW may change in the loss, ‖∂L/∂W‖·‖δW‖ of every matrix to first order, with the gradients of a
     * model of the same matrices. A merge turns both sides, and the products before and after it too, each by inner products of
     * b terms with rotations of norm √b a block, beside those of n terms with W: (n + 2b)√b·u‖W‖ thrice. Tokens are rounded each
     * on its own, hence the root of their number; the loss itself is rounded from scores of F32.
     */
    private static double tolerance(Transformer model, Batch batch) {
        Transformer twin = model();
        List<Linear> own = model.hidden();
        List<Linear> others = twin.hidden();
        for (int i = 0; i < own.size(); i++) {
            own.get(i).form().weight().copyTo(others.get(i).form().weight());
        }
        double loss = twin.loss(batch);
        twin.backward(batch);
        double sum = 16 * U * loss;
        for (Linear linear : others) {
            Weight w = linear.weights().getFirst();
            double terms = (w.value().columns() + 2 * BLOCK) * Math.sqrt(BLOCK);
            sum += 3 * Math.sqrt(batch.size()) * terms * U * norm(w.value()) * norm(w.gradient());
        }
        return sum;
    }

    private static double norm(Matrix m) {
        double sum = 0;
        for (float x : Floats.of(m)) {
            sum += (double) x * x;
        }
        return Math.sqrt(sum);
    }

    /**
     * Adam's steps move a number by 2η at most here, so that between merges ‖Q‖ stays below 2η·T·b, of which CNP₃ scales a plane by
     * 1 − θ⁴ on each side; each merge and the product that is measured round W to (n + 2b)√b·u‖W‖.
     */
    @Test
    void theSpectrumStays() {
        int steps = 9;
        double rate = 0.002;
        Corpus corpus = Corpus.of(
                "the quick brown fox jumps over the lazy dog. ".repeat(40).getBytes(UTF_8));
        ModelShape shape = new ModelShape(1, 12, 3, 20, 7, corpus.vocabulary(), Normalization.RMS);
        Settings settings = new Settings(shape, WINDOWS, steps, 5);
        Recipe poet = Recipe.named("poet").withRotations(BLOCK, MERGE_EVERY);
        RunResult run = run(corpus, settings, poet, rate);
        double theta = 2 * rate * MERGE_EVERY * BLOCK;
        int merges = steps / MERGE_EVERY;
        double least = Math.pow(1 - Math.pow(theta, 4), 2 * merges);
        for (Spectra spectra : run.matrices()) {
            double size = Spectra.frobenius(spectra.before());
            double rounding = (merges + 1) * (20 + 2 * BLOCK) * Math.sqrt(BLOCK) * U * size;
            for (int i = 0; i < spectra.before().size(); i++) {
                double sigma = spectra.before().get(i);
                assertThat(spectra.after().get(i))
                        .as(spectra.name())
                        .isBetween(least * sigma - rounding, sigma + rounding);
            }
        }
        // The steps are large enough to see what else would become of them.
        assertThat(run(corpus, settings, Recipe.named("adamw"), rate).drift()).isGreaterThan(100 * run.drift());
        assertThat(run.curve().getLast().loss())
                .isLessThan(run.curve().getFirst().loss());
    }

    private static RunResult run(Corpus corpus, Settings settings, Recipe recipe, double rate) {
        try {
            return new Training(ISO, corpus, settings, recipe, rate).run((step, loss, seconds, angle) -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aBoundIsOfAllGradientsTogether() {
        Matrix a = Matrix.wrap(new float[] {3, 0}, 1, 2);
        Matrix b = Matrix.wrap(new float[] {4}, 1, 1);
        Floats.clip(List.of(a, b), 5);
        assertThat(Floats.of(a)).containsExactly(3, 0);
        Floats.clip(List.of(a, b), 2.5);
        assertThat(Floats.of(a)).containsExactly(1.5f, 0);
        assertThat(Floats.of(b)).containsExactly(2);
        Floats.of(b)[0] = Float.NaN;
        Floats.clip(List.of(a, b), 1);
        assertThat(Floats.of(a)).containsExactly(1.5f, 0);
        PoetForm.Maker maker = new PoetForm.Maker(BLOCK, new MergeSchedule(3, 2, 0.1, 100), 2);
        // The bound of steps 1 to 6: whole until the first merge, then from a tenth up.
        assertThat(List.of(1, 2, 3, 4, 5, 6).stream().map(maker::clip)).containsExactly(2.0, 2.0, 2.0, 0.2, 1.1, 2.0);
    }
}
