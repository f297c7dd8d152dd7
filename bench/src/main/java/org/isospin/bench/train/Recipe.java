package org.isospin.bench.train;

import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.isospin.Isospin;
import org.isospin.bench.cli.UsageException;
import org.isospin.optim.AdamW;
import org.isospin.optim.Muon;
import org.isospin.optim.MuonR;
import org.isospin.optim.Optimizer;
import org.isospin.optim.Pion;
import org.isospin.optim.Schedule;

/**
 * An optimizer of the hidden matrices as {@code train} uses it. Everything else, embeddings, gains and the head, is left to
 * AdamW at one learning rate for all recipes, so that only the hidden matrices tell them apart.
 *
 * @param name its name on the command line
 * @param title its name on the page
 * @param rates the learning rates tried, from small to large
 * @param optimizer makes it
 */
record Recipe(String name, String title, List<Double> rates, BiFunction<Isospin, Schedule, Optimizer> optimizer) {
    /** Every recipe, in the order of the page. */
    static final List<Recipe> ALL = List.of(
            new Recipe("adamw", "AdamW", List.of(3e-4, 1e-3, 3e-3), Recipe::adamW),
            new Recipe(
                    "muon",
                    "Muon",
                    List.of(0.005, 0.01, 0.02),
                    (iso, rate) -> Muon.kellerJordan().learningRate(rate).build(iso)),
            new Recipe(
                    "pion",
                    "Pion",
                    List.of(0.0005, 0.001, 0.002),
                    (iso, rate) -> Pion.builder().learningRate(rate).build(iso)),
            new Recipe(
                    "muonr",
                    "MuonR",
                    List.of(0.003, 0.006, 0.01),
                    (iso, rate) -> MuonR.builder().learningRate(rate).build(iso)));

    private static final double OTHERS_RATE = 3e-3;

    /**
     * {@return a recipe}
     *
     * @param name its name
     * @throws UsageException if there is none
     */
    static Recipe named(String name) {
        return ALL.stream()
                .filter(r -> r.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new UsageException("there is no optimizer " + name + ": known are "
                        + ALL.stream().map(Recipe::name).collect(Collectors.joining(", "))));
    }

    /**
     * {@return this recipe with other rates}
     *
     * @param other the rates
     */
    Recipe withRates(List<Double> other) {
        return new Recipe(name, title, other, optimizer);
    }

    /** {@return the middle one of its rates} */
    List<Double> middle() {
        return List.of(rates.get(rates.size() / 2));
    }

    /** {@return what updates all that is not a hidden matrix} */
    static Optimizer others(Isospin iso, int steps) {
        return adamW(iso, schedule(OTHERS_RATE, steps));
    }

    /** {@return a twentieth of the steps up to the rate, then a cosine down to a tenth of it} */
    static Schedule schedule(double rate, int steps) {
        int warmup = Math.max(1, steps / 20);
        return Schedule.linearWarmup(rate, warmup)
                .then(warmup, Schedule.cosine(rate, 0.1 * rate, Math.max(1, steps - warmup)));
    }

    private static Optimizer adamW(Isospin iso, Schedule rate) {
        return AdamW.builder()
                .learningRate(rate)
                .betas(0.9, 0.95)
                .weightDecay(0)
                .build(iso);
    }
}
