package org.isospin.bench.inspect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isospin.bench.cli.Page;
import org.isospin.bench.cli.SvgPlot;
import org.isospin.bench.cli.SvgPlot.Axes;
import org.isospin.bench.cli.SvgPlot.Names;
import org.isospin.bench.cli.SvgPlot.Point;
import org.isospin.bench.cli.SvgPlot.Series;

/** What was measured as one page: figures over the layers, spectra by kind of matrix, and the table. */
final class InspectPage {
    private static final List<String> COLOURS = List.of(
            "#1f5fbf", "#c0392b", "#2f8f3f", "#b9770e", "#6c3fa0", "#00838f", "#7a7a7a", "#ad1457", "#5d4037",
            "#33691e");
    /** The first number that is a part of a name by itself: the layer. */
    private static final Pattern LAYER = Pattern.compile("(?<=^|\\.)\\d{1,9}(?=\\.|$)");
    /** Lines of a plot of spectra, and points of a line: more cannot be told apart. */
    private static final int LINES = 8;

    private static final int POINTS = 200;
    /** Letters of a line's label, and of the word before where that is needed. */
    private static final int LABEL = 13;

    private static final int BEGINNING = 4;

    private final StringBuilder page = new StringBuilder(Page.head().replace("isospin bench", "isospin inspect"));
    /** By kind, the name without its layer, and layer. */
    private final SequencedMap<String, TreeMap<Integer, MatrixFigures>> kinds = new LinkedHashMap<>();

    private InspectPage(List<MatrixFigures> rows) {
        for (MatrixFigures row : rows) {
            String name = row.tensor().name();
            Matcher layer = LAYER.matcher(name);
            boolean isLayered = layer.find();
            String kind = isLayered ? name.substring(layer.end()).replaceFirst("^\\.", "") : name;
            int number = isLayered ? Integer.parseInt(layer.group()) : 0;
            kinds.computeIfAbsent(kind.replaceFirst("\\.weight$", ""), _ -> new TreeMap<>())
                    .put(number, row);
        }
    }

    static String of(
            SequencedMap<String, String> facts,
            List<MatrixFigures> rows,
            SequencedMap<String, String> leftOut,
            boolean isCompared) {
        InspectPage page = new InspectPage(rows);
        page.page.append("<h1>isospin inspect</h1>\n").append(Page.facts(facts));
        if (isCompared) {
            page.changes();
        }
        page.figures();
        page.spectra();
        page.table(rows, isCompared);
        leftOut.forEach((name, why) -> page.page
                .append("<p class='skips'>")
                .append(Page.escape(name + ": " + why))
                .append("</p>\n"));
        return page.page.append(Page.END).toString();
    }

    private void changes() {
        page.append("<h2>Since the base</h2>\n");
        page.append(
                Page.lead("By layer, a line for each kind of matrix: the change over the base's norm; the largest angle"
                        + " of the rotation that takes the base nearest, and the root mean square of all; the share of the change that"
                        + " it does not explain; the largest drift of a singular value over the largest one."));
        page.append("<div class='plots'>\n");
        plot("change, ‖W − W₀‖/‖W₀‖", "", row -> changed(row, MatrixFigures.Change::size));
        plot(
                "largest angle of the rotation",
                "degrees",
                row -> Math.toDegrees(changed(row, MatrixFigures.Change::angle)));
        plot(
                "mean angle of the rotation",
                "degrees",
                row -> Math.toDegrees(changed(row, MatrixFigures.Change::meanAngle)));
        plot("left after the rotation", "share of the change", row -> changed(row, MatrixFigures.Change::residual));
        plot("drift of singular values", "over σ₁", row -> changed(row, MatrixFigures.Change::drift));
        page.append("</div>\n");
    }

    private static double changed(MatrixFigures row, ToDoubleFunction<MatrixFigures.Change> figure) {
        return row.change() == null ? Double.NaN : figure.applyAsDouble(Objects.requireNonNull(row.change()));
    }

    private void figures() {
        page.append("<h2>Matrices</h2>\n");
        page.append(Page.lead(
                "By layer: the largest singular value; the entropy of the squared ones, 1 where all are alike;"
                        + " the stable rank, Σσ²/σ₁², over the full one; the hyperspherical energy of the rows over that of uniform"
                        + " directions."));
        page.append("<div class='plots'>\n");
        plot("σ₁", "", row -> row.spectrum().spectralNorm());
        plot("entropy", "", row -> row.spectrum().entropy());
        plot(
                "stable rank",
                "over the full rank",
                row -> row.spectrum().stableRank() / Math.max(1, row.spectrum().size()));
        plot("energy", "over uniform directions", MatrixFigures::energy);
        page.append("</div>\n");
    }

    /** A line for each kind with two layers or more. */
    private void plot(String title, String y, ToDoubleFunction<MatrixFigures> figure) {
        List<Series> series = new ArrayList<>();
        kinds.forEach((kind, layers) -> {
            List<Point> points = new ArrayList<>();
            layers.forEach((layer, row) -> {
                double value = figure.applyAsDouble(row);
                if (Double.isFinite(value)) {
                    points.add(new Point(layer, value));
                }
            });
            if (points.size() > 1) {
                series.add(new Series(label(kind), COLOURS.get(series.size() % COLOURS.size()), points));
            }
        });
        if (!series.isEmpty()) {
            page.append(SvgPlot.of(Axes.PLACES_FROM_ZERO, new Names(title, "layer", y, ""), series, Double.NaN))
                    .append('\n');
        }
    }

    /**
     * {@return what a plot has room for: the last word of a name that tells something, and the beginning of the one before where
     * another kind ends in the same}
     */
    private String label(String kind) {
        boolean isUnique = kinds.keySet().stream()
                        .filter(other -> last(other).equals(last(kind)))
                        .count()
                == 1;
        String before = kind.substring(0, Math.max(0, kind.lastIndexOf(last(kind)) - 1));
        String label = isUnique || before.isEmpty()
                ? last(kind)
                : last(before).substring(0, Math.min(BEGINNING, last(before).length())) + "." + last(kind);
        return label.length() > LABEL ? label.substring(0, LABEL - 1) + "…" : label;
    }

    private static String last(String kind) {
        String told = kind.replaceFirst("\\.(dense|linear|fc)$", "");
        return told.substring(told.lastIndexOf('.') + 1);
    }

    private void spectra() {
        page.append("<h2>Spectra</h2>\n");
        page.append(Page.lead(
                "Singular values over the largest, from the largest to the smallest, some layers of each kind."));
        page.append("<div class='plots'>\n");
        kinds.forEach((kind, layers) -> {
            List<Integer> all = List.copyOf(layers.keySet());
            int lines = Math.min(LINES, all.size());
            List<Series> series = new ArrayList<>();
            for (int i = 0; i < lines; i++) {
                int layer = all.get(lines == 1 ? 0 : i * (all.size() - 1) / (lines - 1));
                List<Point> points = points(Objects.requireNonNull(layers.get(layer)));
                if (!points.isEmpty()) {
                    String name = all.size() == 1 ? "" : "layer " + layer;
                    series.add(new Series(name, COLOURS.get(i % COLOURS.size()), points));
                }
            }
            if (!series.isEmpty()) {
                page.append(SvgPlot.of(
                                Axes.PLACES_FROM_ZERO,
                                new Names(kind, "singular value", "over σ₁", ""),
                                series,
                                Double.NaN))
                        .append('\n');
            }
        });
        page.append("</div>\n");
    }

    private static List<Point> points(MatrixFigures row) {
        double[] values = row.spectrum().values();
        List<Point> points = new ArrayList<>();
        int count = Math.min(POINTS, values.length);
        for (int i = 0; i < count && values[0] > 0; i++) {
            int j = count == 1 ? 0 : (int) ((long) i * (values.length - 1) / (count - 1));
            points.add(new Point(j + 1, values[j] / values[0]));
        }
        return points;
    }

    private void table(List<MatrixFigures> rows, boolean isCompared) {
        page.append(
                "<h2>Every matrix</h2>\n<div style='overflow-x: auto'><table><tr><th class='w'>tensor</th><th>shape</th>");
        MatrixFigures.headings(isCompared)
                .forEach(heading ->
                        page.append("<th>").append(Page.escape(heading)).append("</th>"));
        page.append("</tr>\n");
        for (MatrixFigures row : rows) {
            page.append("<tr>").append(Page.word(row.tensor().name()));
            page.append(Page.cell(InspectCommand.shape(row.tensor())));
            InspectCommand.cells(row, isCompared).forEach(cell -> page.append(Page.cell(cell)));
            page.append("</tr>\n");
        }
        page.append("</table></div>\n");
    }
}
