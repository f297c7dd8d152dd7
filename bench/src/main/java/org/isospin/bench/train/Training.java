package org.isospin.bench.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.bench.cli.UsageException;
import org.isospin.bench.train.RunResult.Spectra;
import org.isospin.optim.Optimizer;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterId;
import org.isospin.optim.ParameterSpec;
import org.isospin.optim.Routing;
import org.isospin.optim.Update;
import org.jspecify.annotations.Nullable;

/**
 * A run: a model of random weights, trained for a number of steps. The loop is what any trainer does: draw a batch, loss,
 * gradients, one step of the optimizer.
 */
final class Training {
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
    private final Map<String, ParameterId> ids = new HashMap<>();
    private final Map<String, List<Double>> initial;
    private final double[] losses;
    private int done;
    private double largestAngle;
    private @Nullable RunFolder folder;
    private int interval;

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
        if (settings.start() != null) {
            settings.start().load(model);
        }
        model.trainAs(recipe.form(), settings.seed());
        this.hidden = recipe.optimizer().apply(iso, Recipe.schedule(rate, settings.steps()));
        this.optimizer = Routing.builder()
                .hidden(hidden)
                .named("*" + Weight.GENERATORS + "*", hidden)
                .rest(Recipe.others(iso, settings.steps()))
                .build();
        for (Weight w : trained()) {
            ParameterId id = optimizer.register(spec(w), w.value());
            ids.put(w.name(), id);
            updates.add(new Update(id, w.value(), w.gradient()));
        }
        this.initial = HiddenSpectra.of(iso, model);
        this.losses = new double[settings.steps()];
    }

    private List<Weight> trained() {
        return switch (recipe.form().scope()) {
            case ALL -> model.weights();
            case HIDDEN ->
                model.hidden().stream().flatMap(l -> l.weights().stream()).toList();
        };
    }

    /** {@return what is trained} */
    Transformer model() {
        return model;
    }

    /** {@return how many numbers train} */
    long trainedNumbers() {
        return trained().stream().mapToLong(w -> w.value().elements()).sum();
    }

    /**
     * Writes the model as it is, its matrices as they act.
     *
     * @param file where to
     */
    void write(Path file) throws IOException {
        ModelFile.write(file, model, corpus.alphabet());
    }

    /** {@return the optimizer of the hidden matrices} */
    Recipe recipe() {
        return recipe;
    }

    /** {@return its peak learning rate} */
    double rate() {
        return rate;
    }

    /**
     * Keeps this run in a folder, and goes on from where a run that was kept there was: as if it had never ended, bit for bit.
     *
     * @param path the folder; made if it is not there
     * @param every after how many steps; the end is always kept
     * @throws UsageException if what is there is another run
     * @throws IOException if what is there cannot be read
     */
    void keepIn(Path path, int every) throws IOException {
        SequencedMap<String, String> identity = new LinkedHashMap<>();
        identity.put("optimizer", recipe.name());
        identity.put("rate", Double.toString(rate));
        if (recipe.form() != DenseForm.Maker.INSTANCE) {
            // Runs kept before there were others do not name it.
            identity.put("form", recipe.form().toString());
        }
        identity.put("settings", settings.identity());
        identity.put("text", Long.toHexString(corpus.checksum()));
        RunFolder kept = new RunFolder(path, identity);
        folder = kept;
        interval = every;
        if (kept.holdsRun()) {
            RunFolder.Position position = kept.load(state(), optimizer);
            int steps = position.losses().size();
            model.hidden().forEach(l -> l.form().resume(steps));
            largestAngle = position.largestAngle();
            for (double loss : position.losses()) {
                corpus.draw(windows, batch);
                losses[done++] = loss;
            }
        }
    }

    private void keep() throws IOException {
        if (folder != null && (done % interval == 0 || done == settings.steps())) {
            List<Double> soFar = Arrays.stream(losses, 0, done).boxed().toList();
            model.hidden().forEach(l -> l.form().keep());
            folder.save(new RunFolder.Position(soFar, largestAngle), state(), optimizer);
        }
    }

    /** {@return all that makes the model, what trains and what does not} */
    private List<Weight> state() {
        List<Weight> all = new ArrayList<>(model.weights());
        model.hidden().forEach(l -> all.addAll(l.form().frozen()));
        return all;
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
     * @throws IOException if the run is kept in a folder and that cannot be written
     */
    RunResult run(Listener listener) throws IOException {
        int first = done;
        double[] seconds = new double[settings.steps()];
        double[] optimizing = new double[settings.steps()];
        double total = 0;
        boolean isFinite = done == 0 || Double.isFinite(losses[done - 1]);
        while (done < settings.steps() && isFinite) {
            corpus.draw(windows, batch);
            long start = System.nanoTime();
            double loss = model.loss(batch);
            model.backward(batch);
            long stepping = System.nanoTime();
            losses[done++] = loss;
            step();
            long end = System.nanoTime();
            int timed = done - first;
            optimizing[timed - 1] = 1e-9 * (end - stepping);
            seconds[timed - 1] = 1e-9 * (end - start);
            total += seconds[timed - 1];
            for (Update update : updates) {
                largestAngle =
                        Math.max(largestAngle, optimizer.report(update.id()).largestAngle());
            }
            isFinite = Double.isFinite(loss);
            keep();
            listener.at(done, loss, total / timed, largestAngle);
        }
        List<Spectra> matrices = new ArrayList<>();
        if (isFinite) {
            Map<String, List<Double>> after = HiddenSpectra.of(iso, model);
            initial.forEach(
                    (name, values) -> matrices.add(new Spectra(name, values, after.getOrDefault(name, List.of()))));
        }
        double median = median(seconds, done - first);
        return new RunResult(
                recipe,
                rate,
                settings.seed(),
                LossCurve.of(losses, done),
                isFinite ? heldOut() : Double.NaN,
                matrices,
                done,
                median,
                median(optimizing, done - first) / median,
                settings.tokensPerStep() / median,
                matrices.stream().mapToDouble(Spectra::drift).max().orElse(Double.NaN),
                largestAngle,
                hidden.stateBytes());
    }

    /** The optimizers' part of a step. */
    private void step() {
        List<Matrix> gradients = model.hidden().stream()
                .flatMap(l -> l.weights().stream())
                .map(Weight::gradient)
                .toList();
        Floats.clip(gradients, recipe.form().clip(done));
        optimizer.step(done, updates);
        for (Linear linear : model.hidden()) {
            linear.form().stepped(done, optimizer, ids);
        }
    }

    private double heldOut() {
        double sum = 0;
        for (int i = 0; i < HELD_OUT_BATCHES; i++) {
            corpus.heldOut(i, HELD_OUT_BATCHES, batch);
            sum += model.loss(batch);
        }
        return sum / HELD_OUT_BATCHES;
    }

    private static double median(double[] values, int count) {
        double[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        return count == 0 ? Double.NaN : sorted[count / 2];
    }
}
