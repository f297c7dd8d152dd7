package org.isospin;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.isospin.placement.Plan;

/**
 * What a context computes on, and why not on anything else.
 *
 * @param backend the name of the chosen backend
 * @param threads how many threads may work on one call, the caller's included
 * @param precision how F32 products are summed
 * @param facts what the backend tells of itself, in print order
 * @param others the backends that were not chosen
 * @param placement how calls are placed between the backend and a device, in words; empty where there is no choice
 * @param calls what was placed so far
 */
public record Description(
        String backend,
        int threads,
        Precision precision,
        SequencedMap<String, String> facts,
        List<Other> others,
        String placement,
        List<Calls> calls) {
    /**
     * A backend that was not chosen.
     *
     * @param name its name
     * @param reason why it cannot run here, or why another was preferred
     */
    public record Other(String name, String reason) {}

    /**
     * Calls of one operation that were computed in one place.
     *
     * @param count how many
     * @param latest the latest one, and why it was computed there
     */
    public record Calls(long count, Plan latest) {}

    /** Copies what it is given. */
    public Description {
        facts = new LinkedHashMap<>(facts);
        others = List.copyOf(others);
        calls = List.copyOf(calls);
    }

    /** {@return a line for each fact} */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append("backend: ").append(backend).append('\n');
        text.append("threads: ").append(threads).append('\n');
        text.append("precision: ").append(precision).append('\n');
        facts.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append('\n'));
        for (Other other : others) {
            text.append("not ")
                    .append(other.name)
                    .append(": ")
                    .append(other.reason)
                    .append('\n');
        }
        if (!placement.isEmpty()) {
            text.append("placement: ").append(placement).append('\n');
        }
        for (Calls each : calls) {
            text.append("calls: ")
                    .append(each.count)
                    .append(" of ")
                    .append(each.latest)
                    .append('\n');
        }
        return text.toString().stripTrailing();
    }
}
