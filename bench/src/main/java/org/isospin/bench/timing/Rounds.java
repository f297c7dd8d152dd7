package org.isospin.bench.timing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Times contestants against each other: each is warmed up until its calls stop getting faster and the JIT is quiet; then
 * every round calls each of them once or, if a call is short, several times, beginning with another one each time. What
 * disturbs the machine so hits all alike. Durations are wall time.
 */
public final class Rounds {
    /** Shorter samples are of several calls. */
    private static final long SHORTEST_SAMPLE = 2_000_000;

    /** Samples of several calls that take longer than this are shortened. */
    private static final long LONGEST_SAMPLE = 4 * SHORTEST_SAMPLE;

    private static final int FEWEST_ROUNDS = 3;

    /** From here on a median that stands still ends the rounds. */
    private static final int ENOUGH_ROUNDS = 21;

    private static final int MOST_ROUNDS = 301;

    /** A median stands still when half the distance of the quartiles over √rounds, its error about, is below this part. */
    private static final double STEADY = 0.002;

    /** Warm-up: at least this long without a faster call and with an idle JIT. */
    private static final long QUIET = 100_000_000;

    private static final long FAMILIAR_QUIET = 25_000_000;

    /** Warm-up: at most this long, or the contestant's share of the time if that is longer. */
    private static final long LONGEST_WARM_UP = 5_000_000_000L;

    /** How often the JIT is looked at. */
    private static final long ASK_EVERY = 10_000_000;

    /** A call counts as faster from 3 % on. */
    private static final double FASTER = 0.97;

    /** How long the workers of a spinning library are waited for: OpenBLAS's spin for 2²⁶ cycles. */
    private static final long SPIN = 30_000_000;

    /**
     * Who takes part.
     *
     * @param computation one call
     * @param isSpinning whether its workers keep a processor busy after a call
     * @param isFamiliar whether it was timed at another size before, so that its code is compiled already
     */
    public record Entrant(Runnable computation, boolean isSpinning, boolean isFamiliar) {}

    private static final class State {
        final Entrant entrant;
        final List<Double> samples = new ArrayList<>();
        int calls = 1;
        long used;

        State(Entrant entrant) {
            this.entrant = entrant;
        }
    }

    private final Jit jit = new Jit();
    private final long share;

    /**
     * Sets the time.
     *
     * @param budget nanoseconds for all contestants together, about
     * @param contestants how many share it
     */
    public Rounds(long budget, int contestants) {
        share = budget / Math.max(1, contestants);
    }

    /**
     * {@return a timing for each entrant}
     *
     * @param entrants who takes part
     */
    public List<Timing> run(List<Entrant> entrants) {
        List<State> states = entrants.stream().map(State::new).toList();
        for (State state : states) {
            warmUp(state);
        }
        for (int round = 0; round < MOST_ROUNDS && states.stream().anyMatch(this::isGoingOn); round++) {
            for (int i = 0; i < states.size(); i++) {
                State state = states.get((round + i) % states.size());
                if (isGoingOn(state)) {
                    sample(state);
                }
            }
        }
        return states.stream().map(s -> new Timing(s.samples, s.calls)).toList();
    }

    private boolean isGoingOn(State state) {
        int rounds = state.samples.size();
        return rounds < FEWEST_ROUNDS || (state.used < share && (rounds < ENOUGH_ROUNDS || !isSteady(state)));
    }

    private static boolean isSteady(State state) {
        Timing timing = new Timing(state.samples, state.calls);
        return timing.spread() < STEADY * Math.sqrt(state.samples.size()) * timing.median();
    }

    private void sample(State state) {
        long start = System.nanoTime();
        for (int i = 0; i < state.calls; i++) {
            state.entrant.computation.run();
        }
        long duration = Math.max(1, System.nanoTime() - start);
        state.samples.add(1e-9 * duration / state.calls);
        state.used += duration;
        if (duration > LONGEST_SAMPLE) {
            // The calls became slower than they were at their best in the warm-up.
            state.calls = callsFor(duration / state.calls);
        }
        settle(state);
    }

    /** Waits until the workers of a spinning library sleep, so that they take no time from the next contestant. */
    private static void settle(State state) {
        if (state.entrant.isSpinning) {
            long start = System.nanoTime();
            while (System.nanoTime() - start < SPIN) {
                LockSupport.parkNanos(SPIN);
            }
        }
    }

    private void warmUp(State state) {
        long start = System.nanoTime();
        long best = Long.MAX_VALUE;
        long lastProgress = start;
        long lastAsked = start;
        long now = start;
        long quiet = state.entrant.isFamiliar ? FAMILIAR_QUIET : QUIET;
        do {
            long before = now;
            state.entrant.computation.run();
            now = Math.max(before + 1, System.nanoTime());
            long duration = now - before;
            if (duration < FASTER * best) {
                best = duration;
                lastProgress = now;
            }
            if (now - lastAsked > ASK_EVERY) {
                lastAsked = now;
                if (!jit.isIdle()) {
                    lastProgress = now;
                }
            }
        } while (now - start < Math.max(share, LONGEST_WARM_UP) && now - lastProgress < quiet);
        state.calls = callsFor(best);
        settle(state);
    }

    private static int callsFor(long duration) {
        return Math.clamp((SHORTEST_SAMPLE + duration) / Math.max(1, duration), 1, 1_000_000);
    }
}
