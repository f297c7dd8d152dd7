package org.isospin.bench.accuracy;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.SequencedMap;
import org.isospin.bench.cli.Figures;
import org.isospin.bench.cli.Page;

/** Results as one page: verdicts, then a table for each kernel. */
final class AccuracyPage {
    private final StringBuilder page = new StringBuilder(Page.head());

    private AccuracyPage() {}

    static String of(AccuracyReport report, SequencedMap<String, String> facts, List<String> notes) {
        AccuracyPage page = new AccuracyPage();
        page.summary(report, facts, notes);
        for (Kernel kernel : Kernel.values()) {
            page.section(
                    kernel,
                    report.rows().stream()
                            .filter(r -> r.operand().kernel() == kernel)
                            .toList());
        }
        return page.page.append(Page.END).toString();
    }

    private void summary(AccuracyReport report, SequencedMap<String, String> facts, List<String> notes) {
        page.append("<h1>isospin bench --ops accuracy</h1>\n");
        page.append(Page.lead(LocalDate.now(ZoneId.systemDefault()) + ". " + String.join(" ", AccuracyReport.LEGEND)));
        page.append(Page.facts(facts)).append("<ul class='verdicts'>\n");
        report.verdicts()
                .forEach(v -> page.append("<li>").append(Page.escape(v)).append("</li>\n"));
        page.append("</ul>\n");
        notes.forEach(
                n -> page.append("<p class='note'>").append(Page.escape(n)).append("</p>\n"));
    }

    private void section(Kernel kernel, List<Row> rows) {
        page.append("<h2>").append(kernel.title()).append("</h2>\n");
        page.append(Page.lead(kernel.description()));
        page.append("<table><tr><th>")
                .append(kernel.parameterName())
                .append("</th><th>n</th><th class='w'>type</th><th class='w'>by</th><th>orth / u</th><th>error / u</th>"
                        + "<th>goals</th><th class='w'></th></tr>\n");
        Operand previous = null;
        for (Row row : rows) {
            Operand operand = row.operand();
            boolean isBad = !row.isGood() || (row.isJudged() && !row.holds());
            page.append("<tr class='")
                    .append(operand.equals(previous) ? "" : "first")
                    .append(isBad ? " bad" : "")
                    .append("'>");
            previous = operand;
            page.append(Page.cell(operand.parameterText()));
            page.append(Page.cell(String.valueOf(operand.n())));
            page.append(Page.word(Figures.name(operand.dtype())));
            page.append(Page.word(row.by()));
            page.append(Page.cell(AccuracyReport.figure(row.errors().orthogonality())));
            page.append(Page.cell(AccuracyReport.figure(row.errors().forward())));
            page.append(Page.cell(AccuracyReport.goals(row)));
            page.append(Page.word(row.verdict()));
            page.append("</tr>\n");
        }
        page.append("</table>\n");
    }
}
