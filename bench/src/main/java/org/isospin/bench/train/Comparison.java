package org.isospin.bench.train;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.isospin.Isospin;

/**
 * Runs of several optimizers on one budget: each gets as many learning rates as the others and as many tokens; the best of
 * its rates, by the loss on what was held out, stands for it, and is run again where more seeds are asked for.
 *
 * @param runs all runs, of one recipe after the other
 */
record Comparison(List<RunResult> runs) {
    /** Hears how the runs go. */
    @FunctionalInterface
    interface Listener {
        /**
         * Hears of a step.
         *
         * @param run which run, from 0
         * @param runs how many there are
         * @param recipe of the run
         * @param rate of the run
         * @param step steps done
         * @param loss of the step
         * @param secondsPerStep mean so far
         * @param largestAngle of any rotation so far
         */
        void at(
                int run,
                int runs,
                Recipe recipe,
                double rate,
                int step,
                double loss,
                double secondsPerStep,
                double largestAngle);
    }

    /**
     * Runs.
     *
     * @param iso computes
     * @param corpus what is learnt
     * @param settings of all runs; the first seed
     * @param recipes the optimizers, with their rates
     * @param seeds how many seeds, from the first on
     * @param listener hears how it goes
     * @return all runs
     */
    static Comparison of(
            Isospin iso, Corpus corpus, Settings settings, List<Recipe> recipes, int seeds, Listener listener)
            throws IOException {
        int total = recipes.stream().mapToInt(r -> r.rates().size() + seeds - 1).sum();
        List<RunResult> runs = new ArrayList<>();
        for (Recipe recipe : recipes) {
            for (double rate : recipe.rates()) {
                runs.add(run(iso, corpus, settings, recipe, rate, runs.size(), total, listener));
            }
            double best = new Comparison(runs).best(recipe).rate();
            for (int i = 1; i < seeds; i++) {
                Settings other = settings.withSeed(settings.seed() + i);
                runs.add(run(iso, corpus, other, recipe, best, runs.size(), total, listener));
            }
        }
        return new Comparison(runs);
    }

    /**
     * Runs what is left of a single run.
     *
     * @param training the run
     * @param listener hears how it goes
     * @return the run
     */
    static Comparison of(Training training, Listener listener) throws IOException {
        return new Comparison(List.of(training.run((step, loss, seconds, angle) ->
                listener.at(0, 1, training.recipe(), training.rate(), step, loss, seconds, angle))));
    }

    private static RunResult run(
            Isospin iso,
            Corpus corpus,
            Settings settings,
            Recipe recipe,
            double rate,
            int run,
            int total,
            Listener listener)
            throws IOException {
        return new Training(iso, corpus, settings, recipe, rate)
                .run((step, loss, seconds, angle) -> listener.at(run, total, recipe, rate, step, loss, seconds, angle));
    }

    /** {@return the recipes that were run, in their order} */
    List<Recipe> recipes() {
        return runs.stream().map(RunResult::recipe).distinct().toList();
    }

    /**
     * {@return the run of a recipe whose rate stands for it: of the first seed, the least loss on what was held out; one that
     * broke off only where all did}
     *
     * @param recipe which
     */
    RunResult best(Recipe recipe) {
        List<RunResult> own =
                runs.stream().filter(r -> r.recipe().equals(recipe)).toList();
        RunResult best = own.getFirst();
        for (RunResult run : own) {
            if (run.seed() == best.seed() && (run.heldOut() < best.heldOut() || !best.isFinite())) {
                best = run;
            }
        }
        return best;
    }

    /**
     * {@return the losses on what was held out of all seeds at the best rate}
     *
     * @param recipe which
     */
    List<Double> overSeeds(Recipe recipe) {
        double rate = best(recipe).rate();
        return runs.stream()
                .filter(r -> r.recipe().equals(recipe) && r.rate() == rate)
                .map(RunResult::heldOut)
                .toList();
    }
}
