package org.isospin.bench.train;

import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.isospin.Isospin;
import org.isospin.bench.cli.UsageException;
import org.isospin.optim.AdamEpsilon;
import org.isospin.optim.AdamW;
import org.isospin.optim.Muon;
import org.isospin.optim.MuonR;
import org.isospin.optim.Optimizer;
import org.isospin.optim.Pion;
import org.isospin.optim.Schedule;
import org.isospin.reparam.MergeSchedule;

/**
 * How the hidden matrices train: as what, and by which optimizer. Everything else, embeddings, gains and the head, is left to
 * AdamW at one learning rate for all recipes, so that only the hidden matrices tell them apart; a form of narrower {@link
 * LinearForm.Scope} leaves it as it is.
 *
 * @param name its name on the command line
 * @param title its name on the page
 * @param rates the learning rates tried, from small to large
 * @param optimizer makes it
 * @param form what a hidden matrix trains as
 */
record Recipe(
        String name,
        String title,
        List<Double> rates,
        BiFunction<Isospin, Schedule, Optimizer> optimizer,
        LinearForm.Maker form) {
    /** Coordinates that rotate together. */
    static final int BLOCK = 64;

    /** Steps between two merges. */
    static final int MERGE_EVERY = 20;

    private static final double POET_CLIP = 0.1;

    /** Every recipe, in the order of the page. */
    static final List<Recipe> ALL = List.of(
            dense("adamw", "AdamW", List.of(3e-4, 1e-3, 3e-3), Recipe::adamW),
            dense(
                    "muon",
                    "Muon",
                    List.of(0.005, 0.01, 0.02),
                    (iso, rate) -> Muon.kellerJordan().learningRate(rate).build(iso)),
            dense(
                    "pion",
                    "Pion",
                    List.of(0.0005, 0.001, 0.002),
                    (iso, rate) -> Pion.builder().learningRate(rate).build(iso)),
            dense(
                    "muonr",
                    "MuonR",
                    List.of(0.003, 0.006, 0.01),
                    (iso, rate) -> MuonR.builder().learningRate(rate).build(iso)),
            new Recipe("poet", "POET-X", List.of(0.001, 0.002, 0.004), Recipe::poetAdamW, poet(BLOCK, MERGE_EVERY)),
            new Recipe("oft", "OFT", List.of(0.0005, 0.001, 0.002), Recipe::adamW, new OftForm.Maker(BLOCK)));

    private static final double OTHERS_RATE = 3e-3;

    private static PoetForm.Maker poet(int blockSize, int mergeEvery) {
        return new PoetForm.Maker(blockSize, MergeSchedule.DEFAULT.withInterval(mergeEvery), POET_CLIP);
    }

    private static Recipe dense(
            String name, String title, List<Double> rates, BiFunction<Isospin, Schedule, Optimizer> optimizer) {
        return new Recipe(name, title, rates, optimizer, DenseForm.Maker.INSTANCE);
    }

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
                .orElseThrow(() -> new UsageException("there is no method " + name + ": known are "
                        + ALL.stream().map(Recipe::name).collect(Collectors.joining(", "))));
    }

    /**
     * {@return this recipe with other rates}
     *
     * @param other the rates
     */
    Recipe withRates(List<Double> other) {
        return new Recipe(name, title, other, optimizer, form);
    }

    /**
     * {@return this recipe with other rotations, where it trains rotations}
     *
     * @param blockSize coordinates that rotate together
     * @param mergeEvery steps between two merges
     */
    Recipe withRotations(int blockSize, int mergeEvery) {
        LinearForm.Maker other = switch (form) {
            case PoetForm.Maker _ -> poet(blockSize, mergeEvery);
            case OftForm.Maker _ -> new OftForm.Maker(blockSize);
            default -> form;
        };
        return new Recipe(name, title, rates, optimizer, other);
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

    /** {@return the AdamW of POET-X's code, without its factor ½ of the rate} */
    private static Optimizer poetAdamW(Isospin iso, Schedule rate) {
        return AdamW.builder()
                .learningRate(rate)
                .betas(0.9, 0.999)
                .epsilon(1e-6, AdamEpsilon.BEFORE_BIAS_CORRECTION)
                .weightDecay(0)
                .build(iso);
    }

    private static Optimizer adamW(Isospin iso, Schedule rate) {
        return AdamW.builder()
                .learningRate(rate)
                .betas(0.9, 0.95)
                .weightDecay(0)
                .build(iso);
    }
}
