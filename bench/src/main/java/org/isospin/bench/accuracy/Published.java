package org.isospin.bench.accuracy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.isospin.bench.cli.Figures;

/**
 * Errors that other libraries were found to have: a table in the resources. Figures belong to the order they were measured
 * at, and are compared with orders up to twice as large or small. Between two parameters of the table they follow the power
 * law through both, and near its ends, up to four times beyond, the end itself; both are marked as estimates.
 */
final class Published {
    private static final String RESOURCE = "published.tsv";
    private static final double COMPARABLE_ORDERS = 2;
    private static final double NEAR = 4;
    private static final double SAME = 1.01;

    /**
     * An error.
     *
     * @param by whose
     * @param n the order it was measured at
     * @param orthogonality in u; NaN if unknown
     * @param forward in u
     * @param isEstimate whether it was measured at other parameters
     */
    record Figure(String by, int n, double orthogonality, double forward, boolean isEstimate) {}

    private record Line(
            String kernel, String dtype, int n, double parameter, String by, double orthogonality, double forward) {
        static Line of(String text) {
            String[] cells = text.split("\t", -1);
            return new Line(
                    cells[0],
                    cells[1],
                    Integer.parseInt(cells[2]),
                    Double.parseDouble(cells[3]),
                    cells[4],
                    number(cells[5]),
                    number(cells[6]));
        }

        private static double number(String cell) {
            return cell.equals("-") ? Double.NaN : Double.parseDouble(cell);
        }
    }

    private static final List<Line> LINES = read();

    private Published() {}

    private static List<Line> read() {
        InputStream stream = Objects.requireNonNull(Published.class.getResourceAsStream(RESOURCE), RESOURCE);
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            return reader.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(Line::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return what is known of a kernel at or near an order and a parameter, by library} */
    static List<Figure> of(Operand operand) {
        int n = operand.n();
        Map<String, List<Line>> byLibrary = new LinkedHashMap<>();
        for (Line line : LINES) {
            boolean isComparable = line.n <= COMPARABLE_ORDERS * n && n <= COMPARABLE_ORDERS * line.n;
            if (isComparable
                    && line.kernel.equals(operand.kernel().title())
                    && line.dtype.equals(Figures.name(operand.dtype()))) {
                byLibrary.computeIfAbsent(line.by, _ -> new ArrayList<>()).add(line);
            }
        }
        List<Figure> figures = new ArrayList<>();
        for (List<Line> lines : byLibrary.values()) {
            Figure figure = at(operand.parameter(), lines);
            if (!Double.isNaN(figure.forward)) {
                figures.add(figure);
            }
        }
        return figures;
    }

    private static Figure at(double parameter, List<Line> lines) {
        Line first = lines.getFirst();
        Line below = lines.stream()
                .filter(l -> l.parameter <= SAME * parameter)
                .max(Comparator.comparingDouble(Line::parameter))
                .orElse(null);
        Line above = lines.stream()
                .filter(l -> SAME * l.parameter >= parameter)
                .min(Comparator.comparingDouble(Line::parameter))
                .orElse(null);
        if (below != null && above != null && !below.equals(above)) {
            double part = Math.log(parameter / below.parameter) / Math.log(above.parameter / below.parameter);
            return new Figure(
                    first.by,
                    below.n,
                    between(below.orthogonality, above.orthogonality, part),
                    between(below.forward, above.forward, part),
                    true);
        }
        Line end = below == null ? Objects.requireNonNull(above) : below;
        double distance = Math.max(parameter / end.parameter, end.parameter / parameter);
        return distance <= NEAR
                ? new Figure(first.by, end.n, end.orthogonality, end.forward, distance > SAME)
                : new Figure(first.by, end.n, Double.NaN, Double.NaN, true);
    }

    private static double between(double low, double high, double part) {
        return low * Math.pow(high / low, part);
    }
}
