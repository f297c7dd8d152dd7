package org.isospin.bench.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.bench.train.RunResult.Point;
import org.isospin.bench.train.RunResult.Spectra;
import org.isospin.optim.Optimizer;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterSpec;
import org.isospin.optim.Role;
import org.isospin.optim.Routing;
import org.isospin.optim.Update;

/**
 * A run: a model of random weights, trained for a number of steps. The loop is what any trainer does: draw a batch, loss,
 * gradients, one step of the optimizer.
 */
final class Training {
    /** Points of the loss curve. */
    private static final int POINTS = 60;

    private static final int HELD_OUT_BATCHES = 16;

    /** Hears how a run goes. */
    @FunctionalInterface
    interface Listener {
        /**
         * Hears of a step.
         *
         * @param step steps done
         * @param loss of the step
         * @param secondsPerStep mean so far
         * @param largestAngle of any rotation so far
         */
        void at(int step, double loss, double secondsPerStep, double largestAngle);
    }

    private final Isospin iso;
    private final Corpus corpus;
    private final Settings settings;
    private final Recipe recipe;
    private final double rate;
    private final Transformer model;
    private final Batch batch;
    private final SplittableRandom windows;
    private final Optimizer hidden;
    private final Routing optimizer;
    private final List<Update> updates = new ArrayList<>();

    /**
     * Draws a model.
     *
     * @param iso computes
     * @param corpus what is learnt
     * @param settings what all runs have in common
     * @param recipe the optimizer of the hidden matrices
     * @param rate its peak learning rate
     */
    Training(Isospin iso, Corpus corpus, Settings settings, Recipe recipe, double rate) {
        this.iso = iso;
        this.corpus = corpus;
        this.settings = settings;
        this.recipe = recipe;
        this.rate = rate;
        SplittableRandom weights = new SplittableRandom(settings.seed());
        this.windows = weights.split();
        this.model = new Transformer(iso, settings.shape(), settings.windows(), weights);
        this.batch = new Batch(settings.windows(), settings.shape().context());
        this.hidden = recipe.optimizer().apply(iso, Recipe.schedule(rate, settings.steps()));
        this.optimizer = Routing.of(hidden, Recipe.others(iso, settings.steps()));
        for (Weight w : model.weights()) {
            updates.add(new Update(optimizer.register(spec(w), w.value()), w.value(), w.gradient()));
        }
    }

    private static ParameterSpec spec(Weight weight) {
        return ParameterSpec.matrix(
                        weight.name(),
                        weight.value().dtype(),
                        weight.value().rows(),
                        weight.value().columns(),
                        Orientation.OUT_IN)
                .withRole(weight.role());
    }

    /**
     * {@return what became of it, once all steps are done or a loss is not finite}
     *
     * @param listener hears of every step
     */
    RunResult run(Listener listener) {
        Map<String, List<Double>> before = spectra();
        double[] seconds = new double[settings.steps()];
        double[] optimizing = new double[settings.steps()];
        List<Point> curve = new ArrayList<>();
        double largestAngle = 0;
        double sum = 0;
        double total = 0;
        int steps = 0;
        int since = 0;
        boolean isFinite = true;
        while (steps < settings.steps() && isFinite) {
            corpus.draw(windows, batch);
            long start = System.nanoTime();
            double loss = model.loss(batch);
            model.backward(batch);
            long stepping = System.nanoTime();
            steps++;
            optimizer.step(steps, updates);
            long end = System.nanoTime();
            optimizing[steps - 1] = 1e-9 * (end - stepping);
            seconds[steps - 1] = 1e-9 * (end - start);
            total += seconds[steps - 1];
            for (Update update : updates) {
                largestAngle =
                        Math.max(largestAngle, optimizer.report(update.id()).largestAngle());
            }
            isFinite = Double.isFinite(loss);
            sum += loss;
            since++;
            if (steps * POINTS / settings.steps() > (steps - since) * POINTS / settings.steps() || !isFinite) {
                curve.add(new Point(steps, sum / since));
                sum = 0;
                since = 0;
            }
            listener.at(steps, loss, total / steps, largestAngle);
        }
        List<Spectra> matrices = new ArrayList<>();
        if (isFinite) {
            Map<String, List<Double>> after = spectra();
            before.forEach(
                    (name, values) -> matrices.add(new Spectra(name, values, after.getOrDefault(name, List.of()))));
        }
        double median = median(seconds, steps);
        return new RunResult(
                recipe,
                rate,
                settings.seed(),
                curve,
                isFinite ? heldOut() : Double.NaN,
                matrices,
                steps,
                median,
                median(optimizing, steps) / median,
                settings.tokensPerStep() / median,
                matrices.stream().mapToDouble(Spectra::drift).max().orElse(Double.NaN),
                largestAngle,
                hidden.stateBytes());
    }

    private double heldOut() {
        double sum = 0;
        for (int i = 0; i < HELD_OUT_BATCHES; i++) {
            corpus.heldOut(i, HELD_OUT_BATCHES, batch);
            sum += model.loss(batch);
        }
        return sum / HELD_OUT_BATCHES;
    }

    /** The singular values of every hidden matrix that is finite. */
    private Map<String, List<Double>> spectra() {
        Map<String, List<Double>> all = new LinkedHashMap<>();
        for (Weight weight : model.weights()) {
            if (weight.role() == Role.HIDDEN) {
                Matrix w = weight.value();
                Matrix values = Matrix.allocate(DType.F64, 1, Math.min(w.rows(), w.columns()));
                iso.singularValues(w, values);
                all.put(
                        weight.name(),
                        IntStream.range(0, values.columns())
                                .mapToObj(i -> values.get(0, i))
                                .toList());
            }
        }
        return all;
    }

    private static double median(double[] values, int count) {
        double[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        return count == 0 ? Double.NaN : sorted[count / 2];
    }
}
