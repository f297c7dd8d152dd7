package org.isospin.bench.timing;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.isospin.bench.cli.Figures;
import org.isospin.bench.cli.Page;
import org.isospin.bench.cli.SvgPlot;
import org.isospin.bench.cli.Table;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A device beside the host, as a table, as JSON, as a part of the page. */
final class DeviceReport {
    private static final String LEGEND =
            "resident: operands and results in its memory, by its events; peak: useful flops, of its gemm;"
                    + " memory: operands read and results written once, of its copy bandwidth; transfers: operands and results in"
                    + " host memory, by the host's clock; copies: the part of that which copying takes at the measured bandwidth;"
                    + " op × N: of N blocks at once, a block's share";
    private static final String[] HEADINGS = {
        "op",
        "n",
        "type",
        "resident ms",
        "±",
        "GFLOP/s",
        "peak",
        "memory",
        "transfers ms",
        "copies",
        "host ms",
        "by",
        "error/u"
    };

    private DeviceReport() {}

    private static boolean isWord(String heading) {
        return heading.equals("op") || heading.equals("type") || heading.equals("by");
    }

    private static String[] cells(DeviceRow row, Ceilings ceilings) {
        Timing resident = row.resident();
        Row host = row.host();
        return new String[] {
            row.title(),
            String.valueOf(row.step().n()),
            Figures.name(row.step().dtype()),
            Figures.significant(1e3 * row.residentSeconds()),
            resident == null ? "-" : Figures.percent(resident.spread() / resident.median()),
            Figures.significant(1e-9 * row.flops()),
            Figures.percent(row.peakShare(ceilings)),
            Figures.percent(row.memoryShare(ceilings)),
            Figures.significant(1e3 * row.transferSeconds()),
            Figures.percent(row.copyShare(ceilings)),
            Figures.significant(1e3 * row.hostSeconds()),
            host == null ? "" : host.contestant(),
            Figures.roundoffs(row.error()) + (row.isVerified() ? "" : " FAILED " + row.trouble())
        };
    }

    /** Prints a table. */
    static void print(DeviceFindings findings, PrintWriter out) {
        out.println("on " + findings.backend() + "; " + LEGEND);
        Table table = new Table();
        for (String heading : HEADINGS) {
            if (isWord(heading)) {
                table.words(heading);
            } else {
                table.numbers(heading);
            }
        }
        for (DeviceRow row : findings.rows()) {
            table.row(row.isVerified() ? Table.Tint.PLAIN : Table.Tint.BAD, cells(row, findings.ceilings()));
        }
        table.print(out);
        out.println();
    }

    /** {@return from which orders on the device pays, a line for each operation and type} */
    static List<String> verdicts(DeviceFindings findings) {
        return findings.curves().stream().map(DeviceFindings.Curve::verdict).toList();
    }

    static void json(DeviceFindings findings, ObjectNode node) {
        Ceilings ceilings = findings.ceilings();
        node.put("backend", findings.backend());
        ObjectNode measured = node.putObject("ceilings");
        ObjectNode gemm = measured.putObject("gemmFlopsPerSecond");
        ceilings.gemm().forEach((dtype, flops) -> gemm.put(Figures.name(dtype), flops));
        measured.put("memoryBytesPerSecond", ceilings.memory());
        measured.put("uploadBytesPerSecond", ceilings.upload());
        measured.put("downloadBytesPerSecond", ceilings.download());
        ArrayNode results = node.putArray("results");
        for (DeviceRow row : findings.rows()) {
            ObjectNode result = results.addObject();
            result.put("operation", row.step().operation().title());
            result.put("n", row.step().n());
            result.put("dtype", Figures.name(row.step().dtype()));
            if (row.blocks() > 1) {
                result.put("blocks", row.blocks());
            }
            result.put("verified", row.isVerified());
            result.put("error", row.error());
            result.put("bytesRead", row.read());
            result.put("bytesWritten", row.written());
            if (row.resident() != null) {
                JsonReport.add(row.resident(), result.putObject("residentSeconds"));
                result.put("peakShare", row.peakShare(ceilings));
                result.put("memoryShare", row.memoryShare(ceilings));
            }
            result.put("transferSeconds", row.transferSeconds());
            result.put("copyShare", row.copyShare(ceilings));
            Row host = row.host();
            if (host != null) {
                result.put("host", host.contestant());
                result.put("hostSeconds", row.hostSeconds());
            }
        }
        ArrayNode crossovers = node.putArray("crossovers");
        for (DeviceFindings.Curve curve : findings.curves()) {
            ObjectNode crossover = crossovers.addObject();
            crossover.put("operation", curve.operation().title());
            crossover.put("dtype", Figures.name(curve.dtype()));
            json(curve.resident(), crossover.putObject("resident"));
            json(curve.transfers(), crossover.putObject("transfers"));
        }
    }

    private static void json(Crossover crossover, ObjectNode node) {
        node.put("kind", crossover.kind().name().toLowerCase(Locale.ROOT));
        node.put("n", crossover.n());
    }

    /** {@return a section with plots and a table} */
    static String html(DeviceFindings findings) {
        StringBuilder page = new StringBuilder("<h2>on " + Page.escape(findings.backend()) + "</h2>\n");
        page.append(Page.lead("Ceilings, measured: " + findings.ceilings() + "."));
        page.append(Page.lead(LEGEND + "."));
        page.append("<div class='plots'>\n");
        findings.curves().forEach(curve -> page.append(plot(curve, findings)));
        page.append("</div>\n<table><tr>");
        for (String heading : HEADINGS) {
            page.append(isWord(heading) ? "<th class='w'>" : "<th>")
                    .append(heading)
                    .append("</th>");
        }
        page.append("</tr>\n");
        for (DeviceRow row : findings.rows()) {
            page.append(row.isVerified() ? "<tr>" : "<tr class='bad'>");
            String[] cells = cells(row, findings.ceilings());
            for (int i = 0; i < cells.length; i++) {
                page.append(isWord(HEADINGS[i]) ? Page.word(cells[i]) : Page.cell(cells[i]));
            }
            page.append("</tr>\n");
        }
        return page.append("</table>\n").toString();
    }

    private static String plot(DeviceFindings.Curve curve, DeviceFindings findings) {
        SequencedMap<String, List<SvgPlot.Point>> lines = new LinkedHashMap<>();
        for (DeviceRow row : curve.rows()) {
            double flops = 1e-9 * curve.operation().flops(row.step().n(), curve.dtype());
            add(lines, "resident", row.step().n(), flops / row.residentSeconds());
            add(lines, "transfers", row.step().n(), flops / row.transferSeconds());
            add(lines, "host", row.step().n(), flops / row.hostSeconds());
        }
        if (lines.isEmpty()) {
            return "";
        }
        List<SvgPlot.Series> series = lines.entrySet().stream()
                .map(e -> new SvgPlot.Series(e.getKey(), colour(e.getKey()), e.getValue()))
                .toList();
        String title = curve.operation().title() + " " + Figures.name(curve.dtype()) + " on " + findings.backend();
        return SvgPlot.of(
                SvgPlot.Axes.SIZES_FROM_ZERO, new SvgPlot.Names(title, "n", "GFLOP/s", ""), series, Double.NaN);
    }

    private static void add(SequencedMap<String, List<SvgPlot.Point>> lines, String name, int n, double y) {
        if (Double.isFinite(y)) {
            lines.computeIfAbsent(name, _ -> new ArrayList<>()).add(new SvgPlot.Point(n, y));
        }
    }

    private static String colour(String line) {
        return switch (line) {
            case "resident" -> "#2f8f3f";
            case "transfers" -> "#b9770e";
            default -> "#1f5fbf";
        };
    }
}
