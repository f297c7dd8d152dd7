package org.isospin.bench.calls;

import java.io.PrintWriter;
import java.util.List;
import java.util.SequencedMap;
import org.isospin.bench.cli.Figures;
import org.isospin.bench.cli.Page;
import org.isospin.bench.cli.Report;
import org.isospin.bench.cli.Table;
import org.isospin.bench.timing.Timing;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a run found, as a table, a page and JSON, {@code isospin.calls/1}. */
public final class CallReport {
    private static final int VERSION = 1;

    private static final String LEGEND =
            "The backend with operands in the device's memory, by the device's events, against the bare call of the same library,"
                    + " in turns; there and back by the host's clock; a first result from a process's start to its end. speed: the"
                    + " median over rounds, as a multiple of the other's. error: the larger of both, in units of roundoff of the type.";

    private static final List<String> HEADINGS =
            List.of("call", "type", "against", "n", "ms", "its ms", "speed", "goal", "error/u", "");

    private static final int WORDS = 3;

    private final List<CallRow> rows;
    private final List<String> notes;

    CallReport(List<CallRow> rows, List<String> notes) {
        this.rows = List.copyOf(rows);
        this.notes = List.copyOf(notes);
    }

    /** {@return whether every result was right; a missed goal is no failure} */
    public boolean isVerified() {
        return rows.stream().allMatch(CallRow::isVerified);
    }

    private static boolean isNumber(int column) {
        return column >= WORDS && column < HEADINGS.size() - 1;
    }

    private static List<String> cells(CallRow row) {
        return List.of(
                row.title(),
                Figures.name(row.dtype()),
                row.by(),
                String.valueOf(row.n()),
                Figures.significant(1e3 * row.ours().median()),
                Figures.significant(1e3 * row.bare().median()),
                Figures.ratio(row.speed()),
                Figures.ratio(row.goal()),
                Figures.roundoffs(row.error()),
                row.verdict());
    }

    /**
     * Prints the table.
     *
     * @param out standard output
     */
    public void print(PrintWriter out) {
        out.println(LEGEND);
        out.println();
        Table table = new Table();
        for (int i = 0; i < HEADINGS.size(); i++) {
            if (isNumber(i)) {
                table.numbers(HEADINGS.get(i));
            } else {
                table.words(HEADINGS.get(i));
            }
        }
        for (CallRow row : rows) {
            boolean isGood = row.isVerified() && !row.verdict().equals("missed");
            table.row(isGood ? Table.Tint.PLAIN : Table.Tint.BAD, cells(row).toArray(new String[0]));
        }
        table.print(out);
        notes.forEach(note -> out.println("note: " + note));
    }

    /**
     * {@return the report as JSON}
     *
     * @param facts machine, versions and so on
     */
    public ObjectNode json(SequencedMap<String, String> facts) {
        ObjectNode report = Report.of("calls", VERSION);
        ObjectNode all = report.putObject("facts");
        facts.forEach(all::put);
        ArrayNode list = report.putArray("notes");
        notes.forEach(list::add);
        ArrayNode results = report.putArray("results");
        for (CallRow row : rows) {
            ObjectNode node = results.addObject();
            node.put("call", row.title());
            node.put("against", row.by());
            node.put("n", row.n());
            node.put("dtype", Figures.name(row.dtype()));
            put(node, "error", row.error());
            node.put("tolerance", row.tolerance());
            node.put("verified", row.isVerified());
            add(row.ours(), node.putObject("seconds"));
            add(row.bare(), node.putObject("againstSeconds"));
            put(node, "speed", row.speed());
            put(node, "goal", row.goal());
            node.put("verdict", row.verdict());
        }
        report.put("verified", isVerified());
        return report;
    }

    private static void add(Timing timing, ObjectNode node) {
        put(node, "median", timing.median());
        put(node, "lowerQuartile", timing.lowerQuartile());
        put(node, "upperQuartile", timing.upperQuartile());
        node.put("callsPerRound", timing.callsPerRound());
        ArrayNode rounds = node.putArray("rounds");
        timing.seconds().forEach(rounds::add);
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
        page.append("<h1>isospin bench --ops calls</h1>\n").append(Page.lead(LEGEND));
        page.append(Page.facts(facts)).append("<table><tr>");
        for (int i = 0; i < HEADINGS.size(); i++) {
            page.append(isNumber(i) ? "<th>" : "<th class='w'>")
                    .append(HEADINGS.get(i))
                    .append("</th>");
        }
        page.append("</tr>\n");
        for (CallRow row : rows) {
            page.append(row.isVerified() ? "<tr>" : "<tr class='bad'>");
            List<String> cells = cells(row);
            for (int i = 0; i < cells.size(); i++) {
                page.append(isNumber(i) ? Page.cell(cells.get(i)) : Page.word(cells.get(i)));
            }
            page.append("</tr>\n");
        }
        page.append("</table>\n");
        notes.forEach(
                n -> page.append("<p class='note'>").append(Page.escape(n)).append("</p>\n"));
        return page.append(Page.END).toString();
    }
}
