package org.isospin.bench.timing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.isospin.bench.cli.Figures;
import org.isospin.bench.problem.Operation;

/**
 * A line for each operation: what Isospin's fastest backend reaches at the largest size of each type, or what failed.
 */
final class Verdicts {
    private Verdicts() {}

    static List<String> of(List<Row> rows) {
        Map<Operation, List<Row>> byOperation = new LinkedHashMap<>();
        rows.forEach(r -> byOperation
                .computeIfAbsent(r.operation(), _ -> new ArrayList<>())
                .add(r));
        List<String> lines = new ArrayList<>();
        byOperation.forEach((operation, all) -> lines.add(line(operation, all)));
        return lines;
    }

    private static String line(Operation operation, List<Row> rows) {
        List<String> parts = new ArrayList<>();
        rows.stream().map(Row::dtype).distinct().forEach(dtype -> {
            List<Row> mine =
                    rows.stream().filter(r -> r.dtype() == dtype && !r.isPeer()).toList();
            best(mine).ifPresent(best -> parts.add(part(best)));
        });
        long failed = rows.stream().filter(r -> !r.isVerified()).count();
        if (failed > 0) {
            parts.add("FAILED " + failed + " of " + rows.size() + " verifications");
        }
        return operation.title() + " " + String.join("; ", parts.isEmpty() ? List.of("by peers only") : parts);
    }

    /** {@return the fastest at the largest size that a backend beyond the reference took part in, if any did} */
    private static Optional<Row> best(List<Row> rows) {
        List<Row> timed = rows.stream().filter(r -> r.timing() != null).toList();
        int largest = timed.stream()
                .filter(r -> !r.contestant().equals(BackendContestant.REFERENCE))
                .mapToInt(Row::n)
                .max()
                .orElse(timed.stream().mapToInt(Row::n).max().orElse(0));
        return timed.stream().filter(r -> r.n() == largest).min(Comparator.comparingDouble(Row::seconds));
    }

    private static String part(Row row) {
        StringBuilder text = new StringBuilder();
        text.append(Figures.name(row.dtype())).append(" n=").append(row.n());
        text.append(": ").append(row.contestant()).append(' ');
        text.append(Figures.significant(1e-9 * row.flops())).append(" GFLOP/s");
        if (row.baseline() != null && !row.baseline().equals(row.contestant())) {
            text.append(", ").append(Figures.ratio(row.ratio()));
            text.append(row.ratio() < 1 ? " of " : " × ").append(row.baseline());
        }
        if (!Double.isNaN(row.peakShare())) {
            text.append(", ").append(Figures.percent(row.peakShare())).append(" of peak");
        }
        return text.toString();
    }
}
