package org.isospin.bench.train;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import org.isospin.bench.cli.Figures;
import org.isospin.bench.cli.Page;
import org.isospin.bench.cli.SvgPlot;
import org.isospin.bench.cli.SvgPlot.Axes;
import org.isospin.bench.cli.SvgPlot.Names;
import org.isospin.bench.cli.SvgPlot.Point;
import org.isospin.bench.cli.SvgPlot.Series;
import org.isospin.bench.train.RunResult.Spectra;

/** Runs as one page: the losses, then what became of the matrices. */
final class TrainPage {
    private static final Map<String, String> COLOURS = Map.of(
            "adamw", "#7a7a7a", "muon", "#c0392b", "pion", "#1f5fbf", "muonr", "#2f8f3f", "poet", "#b8860b", "oft",
            "#6c3fa0");

    /** Matrices whose singular values are drawn: one of each kind, of the first block and the last. */
    private static final int DRAWN = 4;

    private final StringBuilder page = new StringBuilder(Page.head());
    private final Comparison comparison;

    private TrainPage(Comparison comparison) {
        this.comparison = comparison;
    }

    static String of(Comparison comparison, SequencedMap<String, String> facts, double bigramEntropy) {
        TrainPage page = new TrainPage(comparison);
        page.summary(facts, bigramEntropy);
        page.losses(bigramEntropy);
        page.spectra();
        page.runs(bigramEntropy);
        return page.page.append(Page.END).toString();
    }

    private void summary(SequencedMap<String, String> facts, double bigramEntropy) {
        page.append("<h1>isospin train</h1>\n");
        page.append(Page.lead(LocalDate.now(ZoneId.systemDefault())
                + ". Each optimizer updates the matrices inside the blocks, at the best of as many learning rates, on the same"
                + " tokens; embeddings, gains and the head are AdamW's in every run."));
        page.append(Page.facts(facts));
        page.append("<table><tr><th class='w'>optimizer</th><th>rate</th><th>held out, nats</th><th>bits</th>"
                + "<th>drift</th><th>largest angle</th><th>‖W‖ before</th><th>after</th><th>ms a step</th>"
                + "<th>of it optimizer</th><th>state, MB</th></tr>\n");
        for (Recipe recipe : comparison.recipes()) {
            RunResult best = comparison.best(recipe);
            page.append("<tr class='first")
                    .append(best.isFinite() ? "" : " bad")
                    .append("'><td class='w'>");
            page.append("<i class='dot' style='background:")
                    .append(colour(recipe))
                    .append("'></i>");
            page.append(Page.escape(recipe.title())).append("</td>");
            page.append(Page.cell(TrainReport.rate(best.rate())));
            page.append(Page.cell(heldOut(recipe)));
            page.append(Page.cell(
                    best.isFinite() ? String.format(Locale.ROOT, "%.3f", best.heldOut() / Math.log(2)) : "-"));
            page.append(Page.cell(TrainReport.small(best.drift())));
            page.append(Page.cell(TrainReport.small(best.largestAngle())));
            page.append(Page.cell(Figures.significant(
                    norm(best.matrices().stream().map(Spectra::before).toList()))));
            page.append(Page.cell(Figures.significant(
                    norm(best.matrices().stream().map(Spectra::after).toList()))));
            page.append(Page.cell(Figures.significant(1e3 * best.secondsPerStep())));
            page.append(Page.cell(Figures.percent(best.optimizerShare())));
            page.append(Page.cell(String.format(Locale.ROOT, "%.2f", best.stateBytes() / 1e6)));
            page.append("</tr>\n");
        }
        page.append("</table>\n");
        page.append(Page.lead(
                "Drift: the largest relative change of a singular value of a hidden matrix, measured in F64. ‖W‖: of all hidden"
                        + " matrices together, Frobenius. A model that sees one token cannot do better than "
                        + TrainReport.loss(bigramEntropy) + " nats."));
    }

    private String heldOut(Recipe recipe) {
        List<Double> losses = comparison.overSeeds(recipe);
        double least = losses.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
        double most = losses.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
        String best = TrainReport.loss(comparison.best(recipe).heldOut());
        return losses.size() == 1 ? best : best + " (" + TrainReport.loss(least) + " … " + TrainReport.loss(most) + ")";
    }

    private static double norm(List<List<Double>> spectra) {
        double sum = 0;
        for (List<Double> values : spectra) {
            double norm = Spectra.frobenius(values);
            sum += norm * norm;
        }
        return spectra.isEmpty() ? Double.NaN : Math.sqrt(sum);
    }

    private void losses(double bigramEntropy) {
        List<Series> series = new ArrayList<>();
        for (Recipe recipe : comparison.recipes()) {
            List<Point> points = comparison.best(recipe).curve().stream()
                    .filter(p -> Double.isFinite(p.loss()))
                    .map(p -> new Point(p.step(), p.loss()))
                    .toList();
            if (!points.isEmpty()) {
                series.add(new Series(recipe.title(), colour(recipe), points));
            }
        }
        page.append("<h2>Loss</h2>\n");
        page.append(Page.lead("Of the batches along the way, at each optimizer's best rate."));
        plots(() -> {
            if (!series.isEmpty()) {
                page.append(SvgPlot.of(
                        Axes.PLACES_FROM_LEAST,
                        new Names("loss", "steps", "nats a token", "bigram"),
                        series,
                        bigramEntropy));
            }
        });
    }

    private void spectra() {
        page.append("<h2>Singular values</h2>\n");
        page.append(Page.lead("Of some matrices before, in black, and after training, in the optimizers' colours."));
        List<Spectra> first = comparison.recipes().stream()
                .map(r -> comparison.best(r).matrices())
                .filter(m -> !m.isEmpty())
                .findFirst()
                .orElse(List.of());
        plots(() -> {
            for (int i = 0; i < DRAWN && i < first.size(); i++) {
                spectrum(first.get(i * (first.size() - 1) / Math.max(1, DRAWN - 1)));
            }
        });
    }

    private void spectrum(Spectra before) {
        List<Series> series = new ArrayList<>();
        for (Recipe recipe : comparison.recipes()) {
            comparison.best(recipe).matrices().stream()
                    .filter(m -> m.name().equals(before.name()))
                    .forEach(m -> series.add(new Series(recipe.title(), colour(recipe), points(m.after()))));
        }
        series.add(new Series("before", "#111", points(before.before())));
        page.append(SvgPlot.of(
                Axes.PLACES_FROM_ZERO, new Names(before.name(), "number", "singular value", ""), series, Double.NaN));
    }

    private static List<Point> points(List<Double> values) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            points.add(new Point(i + 1, values.get(i)));
        }
        return points;
    }

    private void runs(double bigramEntropy) {
        page.append(
                "<h2>All runs</h2>\n<table><tr><th class='w'>optimizer</th><th>rate</th><th>seed</th><th>held out</th>"
                        + "<th>drift</th><th>largest angle</th><th>ms a step</th><th class='w'></th></tr>\n");
        for (RunResult run : comparison.runs()) {
            page.append("<tr class='").append(run.isFinite() ? "" : "bad").append("'>");
            page.append(Page.word(run.recipe().title()));
            page.append(Page.cell(TrainReport.rate(run.rate())));
            page.append(Page.cell(String.valueOf(run.seed())));
            page.append(Page.cell(TrainReport.loss(run.heldOut())));
            page.append(Page.cell(TrainReport.small(run.drift())));
            page.append(Page.cell(TrainReport.small(run.largestAngle())));
            page.append(Page.cell(Figures.significant(1e3 * run.secondsPerStep())));
            page.append(Page.word(TrainReport.verdict(comparison, run, bigramEntropy)));
            page.append("</tr>\n");
        }
        page.append("</table>\n");
    }

    private void plots(Runnable content) {
        page.append("<div class='plots'>\n");
        content.run();
        page.append("</div>\n");
    }

    private static String colour(Recipe recipe) {
        return COLOURS.getOrDefault(recipe.name(), "#111");
    }
}
