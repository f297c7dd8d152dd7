package org.isospin.bench.timing;

import java.util.List;
import java.util.SequencedMap;

/**
 * All that a run found.
 *
 * @param facts machine, JDK, versions, threads, command line and so on, in print order
 * @param notes what a reader must know, in sentences
 * @param rows the results
 * @param skips what was left out
 */
record Outcome(SequencedMap<String, String> facts, List<String> notes, List<Row> rows, List<Skip> skips) {
    boolean isVerified() {
        return rows.stream().allMatch(Row::isVerified);
    }

    List<String> verdicts() {
        return Verdicts.of(rows);
    }
}
