package org.isospin.bench.accuracy;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import org.isospin.bench.cli.Figures;
import org.isospin.bench.cli.Report;
import org.isospin.bench.cli.Table;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a run found, as tables and as JSON, {@code isospin.accuracy/1}. */
public final class AccuracyReport {
    private static final int VERSION = 1;

    /** What the columns mean. */
    static final List<String> LEGEND = List.of(
            "orth: ‖QᵀQ - I‖_F/√n, error: ‖Q - Q*‖_F/√n, both in u of the type, Q* what exact arithmetic gives.",
            "Of log the error is ‖L - A‖_F/‖A‖_F, that of rounding Q included.",
            "Goals: 0.9 × the best peer's, at least 1, for ‖A‖ or θ ≤ 1; else 1.6 × the best peer's.",
            "Rows with an n of their own: spec tables, measured with SciPy, PyTorch and LAPACK; estimates lie between two"
                    + " parameters of a table.");

    private final List<Row> rows;

    AccuracyReport(List<Row> rows) {
        this.rows = List.copyOf(rows);
    }

    List<Row> rows() {
        return rows;
    }

    /** {@return whether everybody gave a finite result; a missed goal is no failure} */
    public boolean isComplete() {
        return rows.stream().allMatch(Row::isGood);
    }

    /**
     * Prints a table for each kernel, and the verdicts.
     *
     * @param out standard output
     */
    public void print(PrintWriter out) {
        LEGEND.forEach(out::println);
        for (Kernel kernel : Kernel.values()) {
            out.println();
            out.println(kernel.title() + ": " + kernel.description());
            Table table = new Table()
                    .words("kernel")
                    .numbers(kernel.parameterName())
                    .numbers("n")
                    .words("type")
                    .words("by")
                    .numbers("orth")
                    .numbers("error")
                    .words("goals")
                    .words("");
            rows.stream().filter(r -> r.operand().kernel() == kernel).forEach(r -> add(r, table));
            table.print(out);
        }
        out.println();
        verdicts().forEach(out::println);
    }

    private static void add(Row row, Table table) {
        Operand operand = row.operand();
        boolean isMissed = !row.isGood() || (row.isJudged() && !row.holds());
        table.row(
                isMissed ? Table.Tint.BAD : row.goal() == null ? Table.Tint.FAINT : Table.Tint.PLAIN,
                operand.kernel().title(),
                operand.parameterText(),
                String.valueOf(operand.n()),
                Figures.name(operand.dtype()),
                row.by(),
                figure(row.errors().orthogonality()),
                figure(row.errors().forward()),
                goals(row),
                row.verdict());
    }

    /** {@return two digits or a rounded number; a dash for what does not apply} */
    static String figure(double errors) {
        return Double.isNaN(errors) ? "-" : errors < 10 ? Figures.ratio(errors) : Figures.roundoffs(errors);
    }

    static String goals(Row row) {
        Goal goal = row.goal();
        return goal == null || goal.isUnknown() ? "" : figure(goal.orthogonality()) + " / " + figure(goal.forward());
    }

    /** {@return how many goals each backend reaches, and a line for each that it misses} */
    List<String> verdicts() {
        List<String> lines = new ArrayList<>();
        for (String by : rows.stream()
                .filter(r -> r.source() == Row.Source.BACKEND)
                .map(Row::by)
                .distinct()
                .toList()) {
            List<Row> judged =
                    rows.stream().filter(r -> r.by().equals(by) && r.isJudged()).toList();
            List<Row> missed = judged.stream().filter(r -> !r.holds()).toList();
            lines.add(by + ": " + (judged.size() - missed.size()) + " of " + judged.size() + " goals reached");
            missed.forEach(r ->
                    lines.add("  " + r.operand() + ": orth " + figure(r.errors().orthogonality()) + ", error "
                            + figure(r.errors().forward()) + ", goals " + goals(r) + ": " + r.verdict()));
        }
        if (rows.stream().anyMatch(r -> r.source() == Row.Source.BACKEND && r.isGood() && !r.isJudged())) {
            lines.add(
                    "note: of what has no peer here no figures are published at that order; --peers all measures installed libraries");
        }
        return lines;
    }

    /**
     * {@return the report as JSON}
     *
     * @param facts machine, versions and so on
     * @param notes what a reader must know
     */
    public ObjectNode json(SequencedMap<String, String> facts, List<String> notes) {
        ObjectNode report = Report.of("accuracy", VERSION);
        ObjectNode all = report.putObject("facts");
        facts.forEach(all::put);
        ArrayNode remarks = report.putArray("notes");
        notes.forEach(remarks::add);
        ArrayNode results = report.putArray("results");
        rows.forEach(row -> add(row, results.addObject()));
        ArrayNode verdicts = report.putArray("verdicts");
        verdicts().forEach(verdicts::add);
        return report;
    }

    private static void add(Row row, ObjectNode node) {
        Operand operand = row.operand();
        node.put("kernel", operand.kernel().title());
        node.put("description", operand.kernel().description());
        node.put("parameterName", operand.kernel().parameterName());
        node.put("parameter", operand.parameter());
        node.put("n", operand.n());
        node.put("dtype", Figures.name(operand.dtype()));
        node.put("by", row.by());
        node.put("source", row.source().name());
        put(node, "orthogonality", row.errors().orthogonality());
        put(node, "forward", row.errors().forward());
        if (row.failure() != null) {
            node.put("failure", row.failure());
        }
        Goal goal = row.goal();
        if (goal != null && row.isJudged()) {
            put(node, "orthogonalityGoal", goal.orthogonality());
            put(node, "forwardGoal", goal.forward());
            node.put("holds", row.holds());
        }
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
        return AccuracyPage.of(this, facts, notes);
    }
}
