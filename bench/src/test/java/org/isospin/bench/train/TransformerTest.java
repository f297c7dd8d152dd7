package org.isospin.bench.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.isospin.Isospin;
import org.isospin.bench.train.ModelShape.Normalization;
import org.isospin.reparam.MergeSchedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TransformerTest {
    private static final int WINDOWS = 3;

    private static ModelShape shape(Normalization normalization) {
        return new ModelShape(2, 12, 3, 20, 7, 5, normalization);
    }

    private static Batch batch(ModelShape shape, SplittableRandom random) {
        Batch batch = new Batch(WINDOWS, shape.context());
        for (int b = 0; b < WINDOWS; b++) {
            for (int i = 0; i < shape.context(); i++) {
                batch.set(b, i, random.nextInt(shape.vocabulary()), random.nextInt(shape.vocabulary()));
            }
        }
        return batch;
    }

    /**
     * The slope of the loss along each weight's gradient is the gradient's square. A central difference is off by h² times
     * a third derivative, and by the loss's roundoff, 10⁻⁷ × a few, over h‖g‖: a hundredth of the slope with room.
     */
    static Stream<Arguments> models() {
        LinearForm.Maker poet = new PoetForm.Maker(4, MergeSchedule.DEFAULT, 1);
        return Stream.of(
                Arguments.of(Normalization.RMS, DenseForm.Maker.INSTANCE),
                Arguments.of(Normalization.NONE, DenseForm.Maker.INSTANCE),
                Arguments.of(Normalization.RMS, poet),
                Arguments.of(Normalization.RMS, new OftForm.Maker(5)));
    }

    @ParameterizedTest
    @MethodSource("models")
    void gradientsAreTheSlopesOfTheLoss(Normalization normalization, LinearForm.Maker form) {
        ModelShape shape = shape(normalization);
        try (Isospin iso = Isospin.cpu()) {
            SplittableRandom random = new SplittableRandom(1);
            Transformer model = new Transformer(iso, shape, WINDOWS, random);
            model.trainAs(form, 4);
            turn(model, random);
            Batch batch = batch(shape, random);
            model.loss(batch);
            model.backward(batch);
            for (Weight weight : model.weights()) {
                float[] w = Floats.of(weight.value());
                float[] g = Floats.of(weight.gradient()).clone();
                double square = 0;
                for (float x : g) {
                    square += (double) x * x;
                }
                assertThat(square).as(weight.name()).isPositive();
                float h = (float) (0.004 / Math.sqrt(square));
                float[] original = w.clone();
                move(original, h, g, w);
                double above = model.loss(batch);
                move(original, -h, g, w);
                double below = model.loss(batch);
                System.arraycopy(original, 0, w, 0, w.length);
                assertThat((above - below) / (2 * h)).as(weight.name()).isCloseTo(square, within(0.01 * square));
            }
        }
    }

    /** Generators, which are zero at first, become a few hundredths. */
    private static void turn(Transformer model, SplittableRandom random) {
        for (Weight weight : model.weights()) {
            float[] w = Floats.of(weight.value());
            for (int i = 0; i < w.length && weight.name().contains(Weight.GENERATORS); i++) {
                w[i] = (float) (0.05 * random.nextGaussian());
            }
        }
    }

    private static void move(float[] from, float h, float[] direction, float[] to) {
        for (int i = 0; i < to.length; i++) {
            to[i] = from[i] + h * direction[i];
        }
    }

    @Test
    void predictionsDoNotSeeTheFuture() {
        ModelShape shape = shape(Normalization.RMS);
        try (Isospin iso = Isospin.cpu()) {
            SplittableRandom random = new SplittableRandom(2);
            Transformer model = new Transformer(iso, shape, WINDOWS, random);
            Batch batch = batch(shape, random);
            model.loss(batch);
            List<Double> before = model.losses();
            int last = shape.context() - 1;
            batch.set(1, last, (batch.token(shape.context() + last) + 1) % shape.vocabulary(), 0);
            model.loss(batch);
            List<Double> after = model.losses();
            for (int t = 0; t < before.size(); t++) {
                if (t != shape.context() + last) {
                    assertThat(after.get(t)).isEqualTo(before.get(t));
                }
            }
            assertThat(after.get(shape.context() + last)).isNotEqualTo(before.get(shape.context() + last));
        }
    }

    @Test
    void aSeedGivesTheSameLoss() {
        ModelShape shape = shape(Normalization.RMS);
        try (Isospin iso = Isospin.cpu()) {
            double[] losses = new double[2];
            for (int i = 0; i < 2; i++) {
                SplittableRandom random = new SplittableRandom(3);
                Transformer model = new Transformer(iso, shape, WINDOWS, random);
                losses[i] = model.loss(batch(shape, random));
            }
            assertThat(losses[1]).isEqualTo(losses[0]);
            // All tokens start about equally likely.
            assertThat(losses[0]).isCloseTo(Math.log(shape.vocabulary()), within(0.1));
        }
    }
}
