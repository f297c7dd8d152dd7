package org.isospin.optim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Routes as text: a line for each parameter, then a line for each optimizer. */
final class RoutingTable {
    private static final List<String> HEADER =
            List.of("parameter", "type", "shape", "role", "split", "optimizer", "state bytes", "rule");

    private static final int NUMBERS = HEADER.indexOf("state bytes");

    private RoutingTable() {}

    static String of(List<Route> routes) {
        List<List<String>> lines = new ArrayList<>(List.of(HEADER));
        Map<String, Long> counts = new LinkedHashMap<>();
        Map<String, Long> bytes = new LinkedHashMap<>();
        for (Route route : routes) {
            lines.add(line(route));
            counts.merge(route.optimizer(), 1L, Long::sum);
            bytes.merge(route.optimizer(), route.stateBytes(), Long::sum);
        }
        StringBuilder text = new StringBuilder();
        int[] widths = new int[HEADER.size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        for (List<String> line : lines) {
            append(text, line, widths);
        }
        counts.forEach((optimizer, count) -> text.append(optimizer)
                .append(": ")
                .append(count)
                .append(count == 1 ? " parameter, " : " parameters, ")
                .append(number(bytes.getOrDefault(optimizer, 0L)))
                .append(" bytes\n"));
        return text.toString();
    }

    private static List<String> line(Route route) {
        ParameterSpec spec = route.spec();
        String shape = Arrays.toString(spec.shape());
        return List.of(
                spec.name(),
                spec.dtype().toString(),
                spec.isMatrix() ? shape + " " + spec.orientation() : shape,
                spec.role().toString(),
                spec.split().toString(),
                route.optimizer(),
                number(route.stateBytes()),
                route.rule());
    }

    private static void append(StringBuilder text, List<String> line, int[] widths) {
        int start = text.length();
        for (int i = 0; i < widths.length; i++) {
            String padding = " ".repeat(widths[i] - line.get(i).length());
            text.append(i == NUMBERS ? padding + line.get(i) : line.get(i) + padding)
                    .append("  ");
        }
        text.setLength(start + text.substring(start).stripTrailing().length());
        text.append('\n');
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
