package org.isospin.bench.timing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Everybody takes part, in turn. */
class RoundsTest {
    private static Rounds.Entrant slow(String name, List<String> log) {
        return new Rounds.Entrant(
                () -> {
                    log.add(name);
                    LockSupport.parkNanos(6_000_000);
                },
                false,
                true);
    }

    @Test
    void alternatesWhoBegins() {
        List<String> log = new ArrayList<>();
        List<Timing> timings = new Rounds(0, 2).run(List.of(slow("a", log), slow("b", log)));
        assertThat(timings).allSatisfy(t -> assertThat(t.seconds()).hasSize(3));
        List<String> rounds = log.subList(log.size() - 6, log.size());
        assertThat(rounds).containsExactly("a", "b", "b", "a", "a", "b");
    }

    @Test
    void samplesShortCallsInGroups() {
        long[] calls = {0};
        Timing timing = new Rounds(0, 1)
                .run(List.of(new Rounds.Entrant(() -> calls[0]++, false, false)))
                .getFirst();
        assertThat(timing.seconds()).hasSizeGreaterThanOrEqualTo(3);
        assertThat(calls[0]).isGreaterThan(timing.callsPerRound());
        assertThat(timing.median()).isPositive();
    }
}
