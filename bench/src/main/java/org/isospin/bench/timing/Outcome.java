package org.isospin.bench.timing;

import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * All that a run found.
 *
 * @param plan what was to be done
 * @param facts machine, JDK, versions, threads, command line and so on, in print order
 * @param notes what a reader must know, in sentences
 * @param rows the results
 * @param skips what was left out
 * @param devices what backends gave on devices of their own, each beside the host; empty where no device took part
 */
record Outcome(
        Plan plan,
        SequencedMap<String, String> facts,
        List<String> notes,
        List<Row> rows,
        List<Skip> skips,
        List<DeviceFindings> devices) {
    boolean isVerified() {
        return rows.stream().allMatch(Row::isVerified) && devices.stream().allMatch(DeviceFindings::isVerified);
    }

    List<String> verdicts() {
        return Stream.concat(
                        Verdicts.of(rows).stream(), devices.stream().flatMap(d -> DeviceReport.verdicts(d).stream()))
                .toList();
    }
}
