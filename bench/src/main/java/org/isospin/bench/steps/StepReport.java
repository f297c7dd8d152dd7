package org.isospin.bench.steps;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.isospin.bench.cli.Figures;
import org.isospin.bench.cli.Page;
import org.isospin.bench.cli.Report;
import org.isospin.bench.cli.Table;
import org.isospin.bench.timing.Timing;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a run found, as a table, a page and JSON, {@code isospin.steps/1}. */
public final class StepReport {
    private static final int VERSION = 1;

    private static final String LEGEND =
            "A whole F32 step, moments and norms included, against OpenBLAS's time for nothing but the dense products of the"
                    + " published code. speed: the median over interleaved rounds, and its quartiles; ceiling: the ratio of"
                    + " flops. error: of the first step's change, against F64.";

    private final List<StepRow> rows;
    private final List<String> skips;

    StepReport(List<StepRow> rows, List<String> skips) {
        this.rows = List.copyOf(rows);
        this.skips = List.copyOf(skips);
    }

    /** {@return whether every step agreed with F64; a missed goal is no failure} */
    public boolean isVerified() {
        return rows.stream().allMatch(StepRow::isVerified);
    }

    /**
     * Prints the table.
     *
     * @param out standard output
     */
    public void print(PrintWriter out) {
        out.println(LEGEND);
        for (Subject subject : Subject.values()) {
            out.println(subject.title() + ": " + subject.description());
        }
        out.println();
        Table table = new Table()
                .words("step")
                .numbers("shape")
                .words("by")
                .numbers("ms")
                .numbers("±")
                .numbers("products ms")
                .numbers("speed")
                .numbers("quartiles")
                .numbers("ceiling")
                .numbers("goal")
                .numbers("rounds")
                .numbers("error")
                .words("");
        for (StepRow row : rows) {
            boolean isGood = row.verdict().isEmpty() || row.verdict().equals("holds");
            table.row(isGood ? Table.Tint.PLAIN : Table.Tint.BAD, cells(row));
        }
        table.print(out);
        skips.forEach(skip -> out.println("left out: " + skip));
    }

    private static String[] cells(StepRow row) {
        Timing step = row.step();
        Timing dense = row.dense();
        return new String[] {
            row.subject().title(),
            row.shape().toString(),
            row.by(),
            Figures.significant(1e3 * step.median()),
            Figures.percent(step.spread() / step.median()),
            dense == null ? "-" : Figures.significant(1e3 * dense.median()),
            Figures.ratio(row.speed(0.5)),
            dense == null ? "-" : Figures.ratio(row.speed(0.25)) + " … " + Figures.ratio(row.speed(0.75)),
            Figures.ratio(row.ceiling()),
            Figures.ratio(row.subject().goal(row.shape())),
            String.valueOf(step.seconds().size()),
            String.format(Locale.ROOT, "%.0e", row.error()),
            row.verdict()
        };
    }

    /**
     * {@return the report as JSON}
     *
     * @param facts machine, versions and so on
     * @param notes what a reader must know
     */
    public ObjectNode json(SequencedMap<String, String> facts, List<String> notes) {
        ObjectNode report = Report.of("steps", VERSION);
        ObjectNode all = report.putObject("facts");
        facts.forEach(all::put);
        ArrayNode remarks = report.putArray("notes");
        notes.forEach(remarks::add);
        skips.forEach(remarks::add);
        ArrayNode results = report.putArray("results");
        for (StepRow row : rows) {
            ObjectNode node = results.addObject();
            node.put("step", row.subject().title());
            node.put("outputs", row.shape().outputs());
            node.put("inputs", row.shape().inputs());
            node.put("backend", row.by());
            node.put("verified", row.isVerified());
            node.put("error", row.error());
            node.put("seconds", row.step().median());
            put(node, "flops", row.subject().flops(row.shape()));
            node.put("denseFlops", row.subject().denseFlops(row.shape()));
            put(node, "goal", row.subject().goal(row.shape()));
            Timing dense = row.dense();
            if (dense != null) {
                node.put("denseSeconds", dense.median());
                node.put("speed", row.speed(0.5));
                node.put("speedLowerQuartile", row.speed(0.25));
                node.put("speedUpperQuartile", row.speed(0.75));
            }
        }
        return report;
    }

    private static void put(ObjectNode node, String name, double value) {
        if (!Double.isNaN(value)) {
            node.put(name, value);
        }
    }

    /**
     * {@return the report as a page}
     *
     * @param facts machine, versions and so on
     * @param notes what a reader must know
     */
    public String html(SequencedMap<String, String> facts, List<String> notes) {
        StringBuilder page = new StringBuilder(Page.head());
        page.append("<h1>isospin bench --ops steps</h1>\n").append(Page.lead(LEGEND));
        page.append(Page.facts(facts));
        page.append("<table><tr><th class='w'>step</th><th>shape</th><th class='w'>by</th><th>ms</th><th>±</th>"
                + "<th>products ms</th><th>speed</th><th>quartiles</th><th>ceiling</th><th>goal</th><th>rounds</th>"
                + "<th>error</th><th class='w'></th></tr>\n");
        for (StepRow row : rows) {
            page.append("<tr>");
            String[] cells = cells(row);
            for (int i = 0; i < cells.length; i++) {
                boolean isWord = i == 0 || i == 2 || i == cells.length - 1;
                page.append(isWord ? Page.word(cells[i]) : Page.cell(cells[i]));
            }
            page.append("</tr>\n");
        }
        page.append("</table>\n");
        notes.forEach(
                n -> page.append("<p class='note'>").append(Page.escape(n)).append("</p>\n"));
        return page.append(Page.END).toString();
    }
}
