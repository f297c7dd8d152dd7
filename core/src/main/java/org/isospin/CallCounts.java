package org.isospin;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.isospin.backend.Place;
import org.isospin.placement.Operation;
import org.isospin.placement.Plan;
import org.jspecify.annotations.Nullable;

/** How many calls of each operation were computed in which place, and the latest decision. */
final class CallCounts {
    private static final int PLACES = Place.values().length;
    private static final int KINDS = Operation.values().length * PLACES;

    private final long[] calls = new long[KINDS];
    private final @Nullable Decision[] latest = new Decision[KINDS];

    synchronized void count(Decision decision) {
        int kind = decision.operation().ordinal() * PLACES + decision.place().ordinal();
        calls[kind]++;
        latest[kind] = decision;
    }

    /** {@return the counts that are not 0, by operation} */
    synchronized List<Description.Calls> list(Function<Decision, Plan> plan) {
        List<Description.Calls> list = new ArrayList<>();
        for (int kind = 0; kind < KINDS; kind++) {
            Decision decision = latest[kind];
            if (decision != null) {
                list.add(new Description.Calls(calls[kind], plan.apply(decision)));
            }
        }
        return list;
    }
}
