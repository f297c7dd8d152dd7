package org.isospin.bench.conform;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isospin.bench.cli.Report;
import org.isospin.properties.golden.GoldenDeviation;
import org.isospin.properties.golden.GoldenList;
import org.isospin.properties.golden.GoldenMode;
import org.isospin.properties.golden.GoldenResult;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The results of all groups: counts, lines, and a report. */
final class Tally {
    private final @Nullable GoldenList allowed;
    private final Map<String, List<GoldenResult>> results = new LinkedHashMap<>();

    Tally(@Nullable GoldenList allowed) {
        this.allowed = allowed;
    }

    void add(String group, List<GoldenResult> ofGroup) {
        results.put(group, List.copyOf(ofGroup));
    }

    long passed() {
        return count(GoldenResult.Passed.class);
    }

    long failed() {
        return count(GoldenResult.Failed.class);
    }

    private long count(Class<? extends GoldenResult> kind) {
        return results.values().stream()
                .mapToLong(ofGroup -> count(ofGroup, kind))
                .sum();
    }

    private static long count(List<GoldenResult> results, Class<? extends GoldenResult> kind) {
        return results.stream().filter(kind::isInstance).count();
    }

    /** {@return the skipped cases that the list of allowed skips does not name; none where there is no list} */
    List<String> forbiddenSkips() {
        GoldenList list = allowed;
        if (list == null) {
            return List.of();
        }
        return results.values().stream()
                .flatMap(List::stream)
                .filter(GoldenResult.Skipped.class::isInstance)
                .map(GoldenResult::id)
                .filter(id -> !list.contains(id))
                .toList();
    }

    /** Prints a group: its counts, then a line for each case that did not pass. */
    static void print(String group, List<GoldenResult> results, PrintWriter out) {
        out.println(group + ": " + counts(results));
        results.stream()
                .filter(result -> !(result instanceof GoldenResult.Passed))
                .forEach(result -> out.println("  " + result));
    }

    private static String counts(List<GoldenResult> results) {
        return count(results, GoldenResult.Passed.class) + " passed, "
                + count(results, GoldenResult.Failed.class) + " failed, "
                + count(results, GoldenResult.Skipped.class) + " skipped";
    }

    /** {@return the counts of all groups} */
    @Override
    public String toString() {
        return counts(results.values().stream().flatMap(List::stream).toList());
    }

    /** {@return everything, for programs} */
    ObjectNode report(String backend, Set<GoldenMode> modes) {
        ObjectNode report = Report.of("conform", 1);
        report.put("backend", backend);
        ArrayNode labels = report.putArray("modes");
        modes.forEach(mode -> labels.add(mode.label()));
        ArrayNode groups = report.putArray("groups");
        results.forEach((name, ofGroup) -> {
            ObjectNode group = groups.addObject();
            group.put("name", name);
            group.put("passed", count(ofGroup, GoldenResult.Passed.class));
            group.put("failed", count(ofGroup, GoldenResult.Failed.class));
            group.put("skipped", count(ofGroup, GoldenResult.Skipped.class));
            ArrayNode cases = group.putArray("cases");
            ofGroup.forEach(result -> describe(result, cases.addObject()));
        });
        return report;
    }

    private static void describe(GoldenResult result, ObjectNode node) {
        node.put("id", result.id());
        switch (result) {
            case GoldenResult.Passed passed -> node.put("result", "passed").put("share", passed.share());
            case GoldenResult.Skipped skipped -> node.put("result", "skipped").put("reason", skipped.reason());
            case GoldenResult.Failed failed -> {
                node.put("result", "failed").put("reason", failed.reason());
                GoldenDeviation worst = failed.worst();
                if (worst != null) {
                    node.putObject("worst")
                            .put("mode", worst.mode().label())
                            .put("quantity", worst.quantity())
                            .put("row", worst.row())
                            .put("column", worst.column())
                            .put("actual", worst.actual())
                            .put("expected", worst.expected())
                            .put("tolerance", worst.tolerance());
                }
            }
        }
    }
}
