package org.isospin.bench.timing;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.isospin.bench.cli.Figures;
import org.isospin.bench.cli.Table;
import org.isospin.bench.problem.Operation;

/** Results as tables on a terminal, one for each operation. */
final class TextReport {
    private TextReport() {}

    /** Prints what an operation gave. */
    static void print(Operation operation, List<Row> rows, List<Skip> skips, PrintWriter out) {
        out.println(operation.title() + ": " + operation.description() + "; useful flops: " + operation.flopFormula());
        Table table = new Table()
                .words("op")
                .numbers("n")
                .words("type")
                .words("by")
                .numbers("ms")
                .numbers("±")
                .numbers("GFLOP/s")
                .numbers("peak")
                .numbers("speed")
                .words("of")
                .numbers("error/u")
                .words("");
        for (Row row : rows) {
            Timing timing = row.timing();
            boolean isBaseline = row.contestant().equals(row.baseline());
            table.row(
                    row.isVerified() ? Table.Tint.PLAIN : Table.Tint.BAD,
                    operation.title(),
                    String.valueOf(row.n()),
                    Figures.name(row.dtype()),
                    row.contestant(),
                    Figures.significant(1e3 * row.seconds()),
                    timing == null ? "-" : Figures.percent(timing.spread() / timing.median()),
                    Figures.significant(1e-9 * row.flops()),
                    Figures.percent(row.peakShare()),
                    isBaseline ? "1" : Figures.ratio(row.ratio()),
                    row.baseline() == null ? "" : row.baseline(),
                    Figures.roundoffs(row.error()),
                    row.isVerified() ? "" : "FAILED " + row.trouble());
        }
        table.print(out);
        skipLines(skips).forEach(out::println);
        out.println();
        out.flush();
    }

    /** {@return what was left out, a line for each contestant and kind of reason} */
    static List<String> skipLines(List<Skip> skips) {
        Map<String, List<String>> lines = new LinkedHashMap<>();
        for (Skip skip : skips) {
            String what = Figures.name(skip.dtype()) + " n=" + skip.n();
            boolean isSlow = Double.isFinite(skip.seconds());
            lines.computeIfAbsent("left out: " + skip.contestant() + " " + skip.reason(), _ -> new ArrayList<>())
                    .add(isSlow ? what + " (about " + Figures.duration(skip.seconds()) + " a call)" : what);
        }
        return lines.entrySet().stream()
                .map(e -> e.getKey() + ": " + String.join(", ", e.getValue()))
                .toList();
    }
}
