package org.isospin.bench.timing;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.isospin.DType;
import org.isospin.bench.cli.Figures;
import org.isospin.bench.cli.Page;
import org.isospin.bench.cli.SvgPlot;
import org.isospin.bench.problem.Check;
import org.isospin.bench.problem.Operation;

/** Results as one page without scripts or anything from elsewhere: verdicts, plots, tables. */
final class HtmlPage {
    private static final Map<String, String> COLOURS = Map.of(
            "simd", "#1f5fbf", "reference", "#7a7a7a", "cuda", "#2f8f3f", "openblas", "#c0392b", "ejml", "#b9770e");

    /** The part of the peak below which its line would only flatten the others. */
    private static final double PEAK_SHOWN_FROM = 0.25;

    private final StringBuilder page = new StringBuilder(Page.head());

    private HtmlPage() {}

    static String of(Outcome outcome) {
        HtmlPage page = new HtmlPage();
        page.summary(outcome);
        Map<Operation, List<Row>> byOperation = new LinkedHashMap<>();
        outcome.rows()
                .forEach(r -> byOperation
                        .computeIfAbsent(r.operation(), _ -> new ArrayList<>())
                        .add(r));
        byOperation.forEach((operation, rows) -> page.section(
                operation,
                rows,
                outcome.skips().stream().filter(s -> s.operation() == operation).toList()));
        outcome.devices().forEach(findings -> page.page.append(DeviceReport.html(findings)));
        page.page.append(Page.END);
        return page.page.toString();
    }

    private void summary(Outcome outcome) {
        page.append("<h1>isospin bench</h1>\n<p class='lead'>")
                .append(LocalDate.now(ZoneId.systemDefault()))
                .append(". Every result was verified before and after it was timed; contestants alternate in rounds.")
                .append("</p>\n")
                .append(Page.facts(outcome.facts()));
        page.append("<ul class='verdicts'>\n");
        outcome.verdicts()
                .forEach(v -> page.append("<li>")
                        .append(Page.escape(v).replace(" %", "&nbsp;%"))
                        .append("</li>\n"));
        page.append("</ul>\n<p class='lead'>");
        page.append(
                "ms: the median of the rounds; ±: half the distance of their quartiles. GFLOP/s: useful flops, counted"
                        + " for the cheapest algorithm known, whoever computes. Speed: as a multiple of the baseline's, the median over"
                        + " rounds. Error: the largest measured, in units of roundoff u of the type; what was measured shows on it.");
        page.append("</p>\n");
        outcome.notes()
                .forEach(n ->
                        page.append("<p class='note'>").append(Page.escape(n)).append("</p>\n"));
    }

    private void section(Operation operation, List<Row> rows, List<Skip> skips) {
        page.append("<h2>").append(operation.title()).append("</h2>\n<p class='lead'>");
        page.append(Page.escape(operation.description() + ". Useful flops: " + operation.flopFormula() + "."));
        page.append("</p>\n<div class='plots'>\n");
        for (DType dtype : rows.stream().map(Row::dtype).distinct().toList()) {
            plot(operation, dtype, rows.stream().filter(r -> r.dtype() == dtype).toList());
        }
        page.append("</div>\n");
        table(rows);
        TextReport.skipLines(skips)
                .forEach(line -> page.append("<p class='skips'>")
                        .append(Page.escape(line))
                        .append("</p>\n"));
    }

    private void plot(Operation operation, DType dtype, List<Row> rows) {
        Map<String, List<SvgPlot.Point>> points = new LinkedHashMap<>();
        double most = 0;
        double peak = Double.NaN;
        for (Row row : rows) {
            Timing timing = row.timing();
            if (timing != null) {
                double flops = 1e-9 * operation.flops(row.n(), dtype);
                points.computeIfAbsent(row.contestant(), _ -> new ArrayList<>())
                        .add(new SvgPlot.Point(
                                row.n(),
                                flops / timing.median(),
                                flops / timing.upperQuartile(),
                                flops / timing.lowerQuartile()));
                most = Math.max(most, flops / timing.median());
                peak = Double.isNaN(peak) ? 1e-9 * row.peakFlops() : Math.max(peak, 1e-9 * row.peakFlops());
            }
        }
        if (points.isEmpty()) {
            return;
        }
        List<SvgPlot.Series> series = points.entrySet().stream()
                .map(e -> new SvgPlot.Series(e.getKey(), colour(e.getKey()), e.getValue()))
                .toList();
        String title = operation.title() + " " + Figures.name(dtype);
        double limit = most >= PEAK_SHOWN_FROM * peak ? peak : Double.NaN;
        page.append(SvgPlot.of(
                SvgPlot.Axes.SIZES_FROM_ZERO, new SvgPlot.Names(title, "n", "GFLOP/s", "peak"), series, limit));
    }

    private static String colour(String contestant) {
        return COLOURS.getOrDefault(contestant, "#6c3fa0");
    }

    private void table(List<Row> rows) {
        page.append("<table><tr><th>n</th><th class='w'>type</th><th class='w'>by</th><th>ms</th><th>±</th>"
                + "<th>GFLOP/s</th><th>of peak</th><th>speed</th><th class='w'>of</th><th>error / u</th></tr>\n");
        Row previous = null;
        for (Row row : rows) {
            boolean isFirst = previous == null || previous.n() != row.n() || previous.dtype() != row.dtype();
            previous = row;
            Timing timing = row.timing();
            page.append("<tr class='")
                    .append(isFirst ? "first" : "")
                    .append(row.isVerified() ? "" : " bad")
                    .append("'>");
            page.append(Page.cell(String.valueOf(row.n())));
            page.append(Page.word(Figures.name(row.dtype())));
            page.append("<td class='w'><i class='dot' style='background:")
                    .append(colour(row.contestant()))
                    .append("'></i>")
                    .append(Page.escape(row.contestant()))
                    .append("</td>");
            if (timing == null) {
                page.append("<td colspan='7' class='w'>FAILED ")
                        .append(Page.escape(row.trouble()))
                        .append("</td></tr>\n");
                continue;
            }
            page.append(Page.cell(Figures.significant(1e3 * row.seconds())));
            page.append(Page.cell(Figures.percent(timing.spread() / timing.median())));
            page.append(Page.cell(Figures.significant(1e-9 * row.flops())));
            page.append(Page.cell(Figures.percent(row.peakShare())));
            page.append(Page.cell(row.contestant().equals(row.baseline()) ? "1" : Figures.ratio(row.ratio())));
            page.append(Page.word(row.baseline() == null ? "" : row.baseline()));
            page.append("<td title='").append(Page.escape(checks(row))).append("'>");
            page.append(Figures.roundoffs(row.error()));
            page.append(row.isVerified() ? "" : " FAILED").append("</td></tr>\n");
        }
        page.append("</table>\n");
    }

    private static String checks(Row row) {
        List<String> lines = new ArrayList<>();
        for (Check check : row.checks()) {
            lines.add(check.name() + ": " + Figures.roundoffs(check.error()) + " u, at most "
                    + Figures.roundoffs(check.tolerance()));
        }
        return String.join("\n", lines);
    }
}
