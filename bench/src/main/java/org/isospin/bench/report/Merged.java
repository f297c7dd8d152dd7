package org.isospin.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Runs beside each other.
 *
 * @param runs in the order they were given
 * @param lines operation by operation
 */
record Merged(List<BenchRun> runs, List<Line> lines) {
    /**
     * One contestant in one run.
     *
     * @param run the number of the run, from 0
     * @param entry what it found
     * @param speed as a multiple of the first run's fastest at the same; NaN if there is none
     * @param sameSpeed as a multiple of the same contestant's in the first run; NaN if it is not there, or this is it
     */
    record Line(int run, BenchRun.Entry entry, double speed, double sameSpeed) {
        /** {@return useful flops a second} */
        double flops() {
            return entry.usefulFlops() / entry.seconds();
        }
    }

    static Merged of(List<BenchRun> runs) {
        SequencedMap<BenchRun.Key, List<Line>> groups = new LinkedHashMap<>();
        for (int i = 0; i < runs.size(); i++) {
            for (BenchRun.Entry entry : runs.get(i).entries()) {
                groups.computeIfAbsent(entry.key(), _ -> new ArrayList<>())
                        .add(new Line(i, entry, Double.NaN, Double.NaN));
            }
        }
        List<Line> lines = new ArrayList<>();
        groups.values().forEach(group -> group.forEach(line -> lines.add(compared(line, group))));
        return new Merged(runs, lines);
    }

    private static Line compared(Line line, List<Line> group) {
        List<BenchRun.Entry> first = group.stream()
                .filter(l -> l.run == 0 && l.entry.isVerified() && l.entry.seconds() > 0)
                .map(Line::entry)
                .toList();
        double fastest = first.stream()
                .min(Comparator.comparingDouble(BenchRun.Entry::seconds))
                .map(BenchRun.Entry::seconds)
                .orElse(Double.NaN);
        double same = line.run == 0
                ? Double.NaN
                : first.stream()
                        .filter(e -> e.contestant().equals(line.entry.contestant()))
                        .map(BenchRun.Entry::seconds)
                        .findFirst()
                        .orElse(Double.NaN);
        return new Line(line.run, line.entry, fastest / line.entry.seconds(), same / line.entry.seconds());
    }
}
