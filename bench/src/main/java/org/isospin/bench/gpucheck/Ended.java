package org.isospin.bench.gpucheck;

import java.util.List;

/**
 * How a step ended.
 *
 * @param step its name
 * @param commands what was run
 * @param outcome in one word
 * @param code the exit code of the last command; -1 where it has none
 * @param seconds how long it took
 * @param reason why it did not pass; empty if it did
 * @param log the file of what it printed; empty if nothing was run
 */
record Ended(
        String step,
        List<List<String>> commands,
        Outcome outcome,
        int code,
        double seconds,
        String reason,
        String log) {
    /** What may become of a step. */
    enum Outcome {
        /** It did what it was to do, and found nothing wrong. */
        PASSED("passed"),
        /** It found something wrong, crashed, or took too long. */
        FAILED("FAILED"),
        /** There was no time left for it. */
        NO_TIME("NO TIME"),
        /** What it needs is not here. */
        NOT_HERE("left out");

        private final String title;

        Outcome(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    static Ended leftOut(Step step, Outcome outcome, String reason) {
        return new Ended(step.name(), List.of(), outcome, -1, 0, reason, "");
    }

    /** {@return whether a check with it is not complete} */
    boolean isMissed() {
        return outcome == Outcome.FAILED || outcome == Outcome.NO_TIME;
    }
}
