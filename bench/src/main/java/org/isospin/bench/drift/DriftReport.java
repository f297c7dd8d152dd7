package org.isospin.bench.drift;

import java.io.PrintWriter;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import org.isospin.bench.cli.Figures;
import org.isospin.bench.cli.Page;
import org.isospin.bench.cli.Report;
import org.isospin.bench.cli.Table;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a run found, as a table and as JSON, {@code isospin.drift/1}. */
public final class DriftReport {
    private static final int VERSION = 1;

    private final DriftPlan plan;
    private final List<DriftRow> rows;

    DriftReport(DriftPlan plan, List<DriftRow> rows) {
        this.plan = plan;
        this.rows = List.copyOf(rows);
    }

    List<DriftRow> rows() {
        return rows;
    }

    /** {@return what was done, and what the columns mean} */
    List<String> legend() {
        return List.of(
                plan.steps() + " steps of a " + plan.shape() + " weight, Gaussian of deviation "
                        + DriftPlan.DEVIATION + ", η = " + DriftPlan.RATE
                        + ", by fresh Gaussian gradients of full rank, the same for all; singular values by SVD in F64.",
                "drift: max|σ/σ₀ - 1|, smallest: |σ/σ₀ - 1| of the smallest, growth: mean of ln(σ/σ₀),"
                        + " angle: the largest of a step in radians.",
                "Σθ⁴/8: the growth that degree 2 predicts where the shorter side is turned alone, as it is here for order 2.");
    }

    /** {@return whether everybody gave a finite result; a missed goal is no failure} */
    public boolean isComplete() {
        return rows.stream().allMatch(DriftRow::isGood);
    }

    /**
     * Prints the table, and the verdict.
     *
     * @param out standard output
     */
    public void print(PrintWriter out) {
        legend().forEach(out::println);
        out.println();
        Table table = new Table();
        for (int i = 0; i < DriftRow.HEADINGS.size(); i++) {
            if (isNumber(i)) {
                table.numbers(DriftRow.HEADINGS.get(i));
            } else {
                table.words(DriftRow.HEADINGS.get(i));
            }
        }
        rows.forEach(row -> table.row(
                row.isMissed() ? Table.Tint.BAD : Table.Tint.PLAIN, row.cells().toArray(new String[0])));
        table.print(out);
        out.println();
        verdicts().forEach(out::println);
    }

    private static boolean isNumber(int column) {
        return column >= DriftRow.WORDS && column < DriftRow.HEADINGS.size() - 2;
    }

    /** {@return how many goals each backend reaches, and a line for each that it misses} */
    List<String> verdicts() {
        List<String> lines = new ArrayList<>();
        for (String by : rows.stream().map(DriftRow::by).distinct().toList()) {
            List<DriftRow> judged = rows.stream()
                    .filter(r -> r.by().equals(by) && r.variant().goal() != Goal.NONE)
                    .toList();
            List<DriftRow> missed = judged.stream().filter(DriftRow::isMissed).toList();
            lines.add(by + ": " + (judged.size() - missed.size()) + " of " + judged.size() + " goals reached");
            missed.forEach(r -> lines.add(
                    "  " + r.variant().title() + " " + Figures.name(r.variant().dtype()) + " "
                            + r.variant().rounding() + ": " + r.verdict() + ", wanted "
                            + r.variant().goal().title()));
        }
        return lines;
    }

    /**
     * {@return the report as JSON}
     *
     * @param facts machine, versions and so on
     */
    public ObjectNode json(SequencedMap<String, String> facts) {
        ObjectNode report = Report.of("drift", VERSION);
        ObjectNode all = report.putObject("facts");
        facts.forEach(all::put);
        report.put("rows", plan.shape().outputs());
        report.put("columns", plan.shape().inputs());
        report.put("steps", plan.steps());
        report.put("seed", plan.seed());
        report.put("learningRate", DriftPlan.RATE);
        report.put("deviation", DriftPlan.DEVIATION);
        ArrayNode results = report.putArray("results");
        rows.forEach(row -> add(row, results.addObject()));
        ArrayNode verdicts = report.putArray("verdicts");
        verdicts().forEach(verdicts::add);
        return report;
    }

    private static void add(DriftRow row, ObjectNode node) {
        node.put("variant", row.variant().name());
        node.put("optimizer", row.variant().title());
        node.put("dtype", Figures.name(row.variant().dtype()));
        node.put("rounding", row.variant().rounding().toString());
        node.put("by", row.by());
        put(node, "drift", row.drift());
        put(node, "smallest", row.smallest());
        put(node, "growth", row.growth());
        put(node, "predictedGrowth", row.predicted());
        put(node, "largestAngle", row.angle());
        if (row.failure() != null) {
            node.put("failure", row.failure());
        }
        if (row.variant().goal() != Goal.NONE) {
            node.put("goal", row.variant().goal().title());
            node.put("holds", !row.isMissed());
        }
    }

    private static void put(ObjectNode node, String name, double value) {
        if (Double.isFinite(value)) {
            node.put(name, value);
        }
    }

    /**
     * {@return the report as a page}
     *
     * @param facts machine, versions and so on
     */
    public String html(SequencedMap<String, String> facts) {
        StringBuilder page = new StringBuilder(Page.head());
        page.append("<h1>isospin bench --ops drift</h1>\n");
        page.append(Page.lead(LocalDate.now(ZoneId.systemDefault()) + ". " + String.join(" ", legend())));
        page.append(Page.facts(facts)).append("<ul class='verdicts'>\n");
        verdicts().forEach(v -> page.append("<li>").append(Page.escape(v)).append("</li>\n"));
        page.append("</ul>\n<table><tr>");
        for (int i = 0; i < DriftRow.HEADINGS.size(); i++) {
            page.append(isNumber(i) ? "<th>" : "<th class='w'>")
                    .append(DriftRow.HEADINGS.get(i))
                    .append("</th>");
        }
        page.append("</tr>\n");
        for (DriftRow row : rows) {
            page.append(row.isMissed() ? "<tr class='bad'>" : "<tr>");
            List<String> cells = row.cells();
            for (int i = 0; i < cells.size(); i++) {
                page.append(isNumber(i) ? Page.cell(cells.get(i)) : Page.word(cells.get(i)));
            }
            page.append("</tr>\n");
        }
        return page.append("</table>\n").append(Page.END).toString();
    }
}
