package org.isospin.bench.train;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.isospin.bench.cli.Figures;
import org.isospin.bench.cli.Report;
import org.isospin.bench.cli.Table;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Runs as a table and as JSON. */
final class TrainReport {
    private TrainReport() {}

    /** {@return what was trained on what, for the head of every report} */
    static SequencedMap<String, String> facts(Corpus corpus, String text, Settings settings) {
        ModelShape shape = settings.shape();
        SequencedMap<String, String> facts = new LinkedHashMap<>();
        facts.put("text", text + ", " + corpus.trainedLength() + " bytes, " + corpus.heldOutLength() + " held out");
        facts.put(
                "model",
                shape.layers() + " layers, width " + shape.width() + ", " + shape.heads() + " heads, context "
                        + shape.context() + ", " + shape.vocabulary() + " tokens"
                        + (shape.normalization() == ModelShape.Normalization.NONE ? ", no normalisation" : ""));
        facts.put(
                "budget",
                settings.steps() + " steps of " + settings.tokensPerStep() + " tokens, seed " + settings.seed());
        facts.put("bigram entropy", Figures.ratio(corpus.bigramEntropy()) + " nats a token of what was held out");
        return facts;
    }

    /** Prints a row a run. */
    static void print(Comparison comparison, double bigramEntropy, PrintWriter out) {
        Table table = new Table()
                .words("by")
                .numbers("rate")
                .numbers("seed")
                .numbers("held out")
                .numbers("drift")
                .numbers("angle")
                .numbers("ms/step")
                .numbers("optimizer")
                .numbers("tokens/s")
                .words("");
        for (RunResult run : comparison.runs()) {
            boolean isBest = comparison.best(run.recipe()).equals(run);
            table.row(
                    !run.isFinite() ? Table.Tint.BAD : isBest ? Table.Tint.PLAIN : Table.Tint.FAINT,
                    run.recipe().name(),
                    rate(run.rate()),
                    String.valueOf(run.seed()),
                    loss(run.heldOut()),
                    small(run.drift()),
                    small(run.largestAngle()),
                    Figures.significant(1e3 * run.secondsPerStep()),
                    Figures.percent(run.optimizerShare()),
                    String.valueOf(Math.round(run.tokensPerSecond())),
                    verdict(comparison, run, bigramEntropy));
        }
        table.print(out);
    }

    /** {@return what to remark of a run} */
    static String verdict(Comparison comparison, RunResult run, double bigramEntropy) {
        if (!run.isFinite()) {
            return "broke off after " + run.steps() + " steps: the loss was no longer finite";
        }
        List<String> remarks = new ArrayList<>();
        if (comparison.runs().size() > 1 && comparison.best(run.recipe()).equals(run)) {
            remarks.add("best");
        }
        if (run.heldOut() >= bigramEntropy) {
            remarks.add("above the bigram entropy");
        }
        return String.join(", ", remarks);
    }

    /** {@return a loss with three decimals} */
    static String loss(double nats) {
        return Double.isNaN(nats) ? "-" : String.format(Locale.ROOT, "%.3f", nats);
    }

    /** {@return a rate as it was given} */
    static String rate(double rate) {
        return Figures.significant(rate).replaceAll("(\\.\\d*?)0+$", "$1").replaceAll("\\.$", "");
    }

    /** {@return a number that may be tiny} */
    static String small(double x) {
        return Double.isNaN(x) ? "-" : x == 0 ? "0" : String.format(Locale.ROOT, "%.1e", x);
    }

    static ObjectNode json(Comparison comparison, SequencedMap<String, String> facts, double bigramEntropy) {
        ObjectNode report = Report.of("train", 1);
        facts.forEach(report::put);
        report.put("bigramEntropyNats", bigramEntropy);
        ArrayNode runs = report.putArray("runs");
        for (RunResult run : comparison.runs()) {
            ObjectNode node = runs.addObject();
            node.put("optimizer", run.recipe().name());
            node.put("rate", run.rate());
            node.put("seed", run.seed());
            node.put("steps", run.steps());
            put(node, "heldOutNats", run.heldOut());
            put(node, "drift", run.drift());
            put(node, "largestAngle", run.largestAngle());
            put(node, "secondsPerStep", run.secondsPerStep());
            put(node, "optimizerShare", run.optimizerShare());
            put(node, "tokensPerSecond", run.tokensPerSecond());
            node.put("stateBytes", run.stateBytes());
            ArrayNode curve = node.putArray("curve");
            run.curve().forEach(p -> put(curve.addObject().put("step", p.step()), "loss", p.loss()));
            ArrayNode matrices = node.putArray("matrices");
            for (RunResult.Spectra spectra : run.matrices()) {
                ObjectNode matrix = matrices.addObject();
                matrix.put("name", spectra.name());
                ArrayNode before = matrix.putArray("singularValuesBefore");
                ArrayNode after = matrix.putArray("singularValuesAfter");
                spectra.before().forEach(before::add);
                spectra.after().forEach(after::add);
            }
        }
        return report;
    }

    /** JSON has no NaN. */
    private static void put(ObjectNode node, String name, double value) {
        if (Double.isFinite(value)) {
            node.put(name, value);
        } else {
            node.putNull(name);
        }
    }
}
