package org.isospin.bench.merge;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.isospin.bench.cli.Table;
import org.isospin.bench.merge.Treatment.Action;
import org.isospin.checkpoint.TensorView;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What becomes of tensors, as tables and as JSON.
 *
 * @param title what is done, in a word
 * @param plan every tensor
 */
record Listing(String title, List<Treatment> plan) {
    /** Adds the plan to a report. */
    void tell(ObjectNode report) {
        ArrayNode all = report.putArray("tensors");
        for (Treatment treatment : plan) {
            ObjectNode one = all.addObject();
            one.put("tensor", treatment.tensor().name());
            one.put("action", treatment.action().toString());
            one.put("note", treatment.note());
        }
    }

    /** Prints every tensor of a dry run, or the notes of another, and sums. */
    void print(PrintWriter stdout, ObjectNode report, boolean isDry) {
        if (isDry) {
            all().print(stdout);
            sums().print(stdout);
            return;
        }
        report.get("notes").valueStream().forEach(note -> stdout.println(note.asString()));
        sums().print(stdout);
        stdout.println(String.format(
                Locale.ROOT,
                "%s: %.1f MB, %.1f s on %s",
                report.get("out").asString(),
                report.get("bytes").asLong() / 1e6,
                report.get("seconds").asDouble(),
                report.get("backend").asString()));
    }

    private Table all() {
        Table table = new Table()
                .words("tensor")
                .words("type")
                .words("shape")
                .words("becomes")
                .words("why");
        for (Treatment treatment : plan) {
            TensorView tensor = treatment.tensor();
            table.row(
                    treatment.action() == Action.REFUSE ? Table.Tint.BAD : Table.Tint.PLAIN,
                    tensor.name(),
                    tensor.type().name(),
                    Arrays.toString(tensor.shape()),
                    treatment.action().toString(),
                    treatment.note());
        }
        return table;
    }

    private Table sums() {
        Table sums = new Table().words(title).numbers("tensors").numbers("MB");
        for (Action action : Action.values()) {
            List<Treatment> some =
                    plan.stream().filter(t -> t.action() == action).toList();
            if (!some.isEmpty()) {
                double bytes = some.stream()
                        .mapToDouble(t -> t.tensor().bytes().byteSize())
                        .sum();
                sums.row(
                        action.toString(),
                        Integer.toString(some.size()),
                        String.format(Locale.ROOT, "%.1f", bytes / 1e6));
            }
        }
        return sums;
    }
}
