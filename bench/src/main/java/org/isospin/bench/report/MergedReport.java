package org.isospin.bench.report;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.isospin.bench.cli.Figures;
import org.isospin.bench.cli.Page;
import org.isospin.bench.cli.SvgPlot;
import org.isospin.bench.cli.Table;

/** Merged runs as a table and as a page. */
final class MergedReport {
    private static final String LEGEND =
            "speed: as a multiple of the fastest verified one's in run A; over A: of the same"
                    + " contestant's in run A; error: the largest measured, in units of roundoff of the type";
    private static final List<String> COLOURS =
            List.of("#1f5fbf", "#c0392b", "#2f8f3f", "#b9770e", "#6c3fa0", "#7a7a7a", "#117a8b", "#a0522d");

    private MergedReport() {}

    /** {@return a letter for a run, A for the first} */
    static String letter(int run) {
        return String.valueOf((char) ('A' + run));
    }

    private static SequencedMap<String, String> facts(Merged merged, List<String> ignored) {
        SequencedMap<String, String> facts = new LinkedHashMap<>();
        for (int i = 0; i < merged.runs().size(); i++) {
            BenchRun run = merged.runs().get(i);
            facts.put(
                    letter(i),
                    run.file() + ": " + run.machine() + "; isospin " + run.version() + "; " + run.date() + "; inputs "
                            + run.inputs());
        }
        for (int i = 0; i < ignored.size(); i++) {
            facts.put("ignored " + (i + 1), ignored.get(i));
        }
        return facts;
    }

    private static String[] cells(Merged.Line line) {
        BenchRun.Entry entry = line.entry();
        return new String[] {
            entry.key().operation(),
            String.valueOf(entry.key().n()),
            entry.key().dtype(),
            letter(line.run()),
            entry.contestant(),
            Figures.significant(1e3 * entry.seconds()),
            Figures.significant(1e-9 * line.flops()),
            Figures.ratio(line.speed()),
            Figures.ratio(line.sameSpeed()),
            Figures.roundoffs(entry.error()),
            entry.isVerified() ? "" : "FAILED"
        };
    }

    /**
     * Prints a table.
     *
     * @param merged the runs
     * @param ignored differences that were let pass
     * @param out where
     */
    static void print(Merged merged, List<String> ignored, PrintWriter out) {
        facts(merged, ignored).forEach((name, value) -> out.println(name + ": " + value));
        out.println(LEGEND);
        out.println();
        Table table = new Table()
                .words("op")
                .numbers("n")
                .words("type")
                .words("run")
                .words("by")
                .numbers("ms")
                .numbers("GFLOP/s")
                .numbers("speed")
                .numbers("over A")
                .numbers("error/u")
                .words("");
        merged.lines()
                .forEach(line -> table.row(line.entry().isVerified() ? Table.Tint.PLAIN : Table.Tint.BAD, cells(line)));
        table.print(out);
    }

    /**
     * {@return a page}
     *
     * @param merged the runs
     * @param ignored differences that were let pass
     */
    static String html(Merged merged, List<String> ignored) {
        StringBuilder page = new StringBuilder(Page.head());
        page.append("<h1>isospin report</h1>\n").append(Page.lead(LEGEND + "."));
        page.append(Page.facts(facts(merged, ignored)));
        page.append("<div class='plots'>\n");
        plots(merged).forEach(page::append);
        page.append("</div>\n<table><tr><th class='w'>op</th><th>n</th><th class='w'>type</th><th class='w'>run</th>"
                + "<th class='w'>by</th><th>ms</th><th>GFLOP/s</th><th>speed</th><th>over A</th><th>error / u</th>"
                + "<th class='w'>measured</th></tr>\n");
        for (Merged.Line line : merged.lines()) {
            String[] cells = cells(line);
            page.append(line.entry().isVerified() ? "<tr>" : "<tr class='bad'>");
            for (int i = 0; i < cells.length - 1; i++) {
                boolean isWord = i == 0 || (i >= 2 && i <= 4);
                page.append(isWord ? Page.word(cells[i]) : Page.cell(cells[i]));
            }
            page.append(Page.word((cells[cells.length - 1] + " " + line.entry().measures()).strip()));
            page.append("</tr>\n");
        }
        return page.append("</table>\n").append(Page.END).toString();
    }

    /** {@return GFLOP/s over n, an image for each operation and type} */
    private static List<String> plots(Merged merged) {
        SequencedMap<String, SequencedMap<String, List<SvgPlot.Point>>> images = new LinkedHashMap<>();
        for (Merged.Line line : merged.lines()) {
            if (line.entry().isVerified() && Double.isFinite(line.flops())) {
                BenchRun.Key key = line.entry().key();
                images.computeIfAbsent(key.operation() + " " + key.dtype(), _ -> new LinkedHashMap<>())
                        .computeIfAbsent(letter(line.run()) + " " + line.entry().contestant(), _ -> new ArrayList<>())
                        .add(new SvgPlot.Point(key.n(), 1e-9 * line.flops()));
            }
        }
        List<String> plots = new ArrayList<>();
        images.forEach((title, lines) -> {
            List<SvgPlot.Series> series = new ArrayList<>();
            lines.forEach((name, points) ->
                    series.add(new SvgPlot.Series(name, COLOURS.get(series.size() % COLOURS.size()), points)));
            plots.add(SvgPlot.of(
                    SvgPlot.Axes.SIZES_FROM_ZERO, new SvgPlot.Names(title, "n", "GFLOP/s", ""), series, Double.NaN));
        });
        return plots;
    }
}
