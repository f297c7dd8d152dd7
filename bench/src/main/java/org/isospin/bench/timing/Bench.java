package org.isospin.bench.timing;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.isospin.DType;
import org.isospin.bench.problem.Check;
import org.isospin.bench.problem.Problem;
import org.isospin.bench.problem.Setting;
import org.isospin.bench.problem.Task;
import org.jspecify.annotations.Nullable;

/**
 * A run: every step is verified, then timed, within a share of the time that is left. A contestant whose calls would take
 * too much of it, as far as smaller sizes tell, is left out, with a reason.
 */
final class Bench {
    /** Calls that a contestant makes at least: to be verified, warmed up and timed. */
    private static final int FEWEST_CALLS = 5;

    /** The part of a step's time that rounds get; the rest is for operands and checks. */
    private static final double TIMED = 0.7;

    /** The part of a step's time that a device gets besides, with operands in its memory. */
    private static final double DEVICE_TIMED = 0.15;

    /** The part of its share that every step gets, however much time the others took. */
    private static final double LEAST_PACE = 0.25;

    /** How many times its share Isospin's fastest backend may take: a step without it says little. */
    private static final double SUBJECT_SHARE = 2;

    /** Contestants up to this many times slower stay with it. */
    private static final double NEAR = 3;

    private record Known(int n, double seconds) {}

    private record Entry(Contestant contestant, Task task, List<Check> checks) {}

    private final Plan plan;
    private final List<? extends Contestant> contestants;
    private final Map<DType, Double> peaks;
    private final Listener listener;
    private final Map<List<Object>, Known> known = new HashMap<>();
    private final List<Row> rows = new ArrayList<>();
    private final List<Skip> skips = new ArrayList<>();
    private final Map<String, List<DeviceRow>> deviceRows = new HashMap<>();

    /**
     * Prepares a run.
     *
     * @param plan what to do
     * @param contestants who takes part
     * @param peaks flops a second of the machine's peak by the type that is computed in
     * @param listener hears of progress
     */
    Bench(Plan plan, List<? extends Contestant> contestants, Map<DType, Double> peaks, Listener listener) {
        this.plan = plan;
        this.contestants = contestants;
        this.peaks = peaks;
        this.listener = listener;
    }

    List<Row> rows() {
        return rows;
    }

    List<Skip> skips() {
        return skips;
    }

    /** {@return what a backend gave on its device} */
    List<DeviceRow> deviceRows(String backend) {
        return deviceRows.getOrDefault(backend, List.of());
    }

    /** Does it all; call it on a thread with 64 MiB of stack if OpenBLAS takes part. */
    void run() {
        long end = System.nanoTime() + (long) (1e9 * plan.seconds());
        List<Plan.Step> steps = plan.steps();
        double weight = steps.stream().mapToDouble(Plan.Step::weight).sum();
        double left = weight;
        int firstRow = 0;
        int firstSkip = 0;
        for (int i = 0; i < steps.size(); i++) {
            Plan.Step step = steps.get(i);
            listener.begins(step, i + 1, steps.size());
            double pace = Math.max(1e-9 * (end - System.nanoTime()) / left, LEAST_PACE * plan.seconds() / weight);
            left -= step.weight();
            double seconds = pace * step.weight();
            run(step, seconds);
            if (i + 1 == steps.size() || steps.get(i + 1).operation() != step.operation()) {
                listener.ends(
                        step.operation(), rows.subList(firstRow, rows.size()), skips.subList(firstSkip, skips.size()));
                firstRow = rows.size();
                firstSkip = skips.size();
            }
        }
    }

    private void run(Plan.Step step, double seconds) {
        List<Contestant> entrants = new ArrayList<>();
        for (Contestant contestant : contestants) {
            Skip skip = skip(contestant, step, seconds);
            if (skip == null) {
                entrants.add(contestant);
            } else {
                skips.add(skip);
            }
        }
        // shared: what a confined arena holds is worked on by the caller's thread alone
        try (Arena arena = Arena.ofShared()) {
            Problem problem =
                    step.operation().problem(new Setting(step.n(), step.dtype(), plan.precision(), plan.seed(), arena));
            List<Entry> entries = new ArrayList<>();
            List<Row> found = new ArrayList<>();
            for (Contestant contestant : entrants) {
                verify(contestant, problem, step, arena, entries, found);
            }
            time(entries, problem, step, seconds, found);
            List<String> order = entrants.stream().map(Contestant::name).toList();
            found.sort(Comparator.comparingInt(row -> order.indexOf(row.contestant())));
            rows.addAll(compared(found));
            for (Entry entry : entries) {
                entry.contestant.device().ifPresent(device -> onDevice(device, problem, step, seconds, found));
            }
        }
    }

    private void onDevice(DeviceSide device, Problem problem, Plan.Step step, double seconds, List<Row> rows) {
        Row transfers = rows.stream()
                .filter(r -> r.contestant().equals(device.name()))
                .findFirst()
                .orElse(null);
        List<String> devices = contestants.stream()
                .filter(c -> c.device().isPresent())
                .map(Contestant::name)
                .toList();
        Row host = rows.stream()
                .filter(r -> r.timing() != null && r.isVerified() && !devices.contains(r.contestant()))
                .min(Comparator.comparingDouble(Row::seconds))
                .orElse(null);
        double share = Math.min(DEVICE_TIMED * seconds, plan.cellSeconds());
        List<DeviceRow> found = deviceRows.computeIfAbsent(device.name(), _ -> new ArrayList<>());
        found.add(device.measure(step, problem, share, transfers, host));
        device.measureBatch(step, problem, share, plan.blocks()).ifPresent(found::add);
    }

    private @Nullable Skip skip(Contestant contestant, Plan.Step step, double seconds) {
        String name = contestant.name();
        if (!contestant.takes(step.dtype())) {
            return new Skip(step.operation(), step.n(), step.dtype(), name, "has no such type", Double.NaN);
        }
        double expected = expected(contestant, step);
        double limit = seconds / FEWEST_CALLS;
        double subject = contestants.stream()
                .filter(c -> !c.isPeer())
                .mapToDouble(c -> expected(c, step))
                .min()
                .orElse(Double.POSITIVE_INFINITY);
        boolean isNear = expected <= NEAR * subject && subject <= SUBJECT_SHARE * limit;
        if (contestant.isNamed() || expected <= limit || isNear) {
            return null;
        }
        return new Skip(
                step.operation(), step.n(), step.dtype(), name, "is too slow for its share of the time", expected);
    }

    private double expected(Contestant contestant, Plan.Step step) {
        double atWorst = step.operation().flops(step.n(), step.dtype()) / contestant.slowestRate();
        Known smaller = known.get(key(contestant, step));
        return smaller == null
                ? atWorst
                : Math.min(atWorst, smaller.seconds * Math.pow((double) step.n() / smaller.n, 3));
    }

    private static List<Object> key(Contestant contestant, Plan.Step step) {
        return List.of(contestant.name(), step.operation(), step.dtype());
    }

    private void verify(
            Contestant contestant, Problem problem, Plan.Step step, Arena arena, List<Entry> entries, List<Row> found) {
        try {
            Task task = contestant.task(step.operation(), problem, arena);
            task.spoil();
            task.run();
            List<Check> checks = problem.check(task.results());
            if (checks.stream().allMatch(Check::isPassed)) {
                entries.add(new Entry(contestant, task, checks));
            } else {
                found.add(row(contestant, step, checks, null, null));
            }
        } catch (RuntimeException e) {
            found.add(row(contestant, step, List.of(), message(e), null));
        }
    }

    static String message(RuntimeException e) {
        return e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
    }

    private void time(List<Entry> entries, Problem problem, Plan.Step step, double seconds, List<Row> found) {
        double timed = Math.min(TIMED * seconds, plan.cellSeconds());
        // Verification left garbage; collecting it is nobody's time.
        System.gc();
        List<Timing> timings = new Rounds((long) (1e9 * timed), entries.size())
                .run(entries.stream()
                        .map(e -> new Rounds.Entrant(
                                e.task::run, e.contestant.isSpinning(), known.containsKey(key(e.contestant, step))))
                        .toList());
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            List<Check> checks = worse(entry.checks, problem.check(entry.task.results()));
            Timing timing = timings.get(i);
            known.put(key(entry.contestant, step), new Known(step.n(), timing.least()));
            found.add(row(entry.contestant, step, checks, null, timing));
        }
    }

    private Row row(
            Contestant contestant,
            Plan.Step step,
            List<Check> checks,
            @Nullable String failure,
            @Nullable Timing timing) {
        double peak = contestant
                .device()
                .map(device -> device.ceilings().gemm(step.dtype()))
                .orElseGet(() -> peaks.getOrDefault(step.dtype().computeType(), Double.NaN));
        return new Row(
                step.operation(),
                step.n(),
                step.dtype(),
                contestant.name(),
                contestant.isPeer(),
                checks,
                failure,
                timing,
                peak,
                null,
                Double.NaN);
    }

    /** {@return each check's larger error} */
    static List<Check> worse(List<Check> before, List<Check> after) {
        List<Check> worse = new ArrayList<>();
        for (int i = 0; i < before.size(); i++) {
            Check one = before.get(i);
            worse.add(new Check(one.name(), Math.max(one.error(), after.get(i).error()), one.tolerance()));
        }
        return worse;
    }

    /** {@return the rows against the fastest peer, or against the reference backend where there is no peer} */
    static List<Row> compared(List<Row> rows) {
        Row baseline = rows.stream()
                .filter(Row::isPeer)
                .min(Comparator.comparingDouble(Row::seconds))
                .or(() -> rows.stream()
                        .filter(r -> r.contestant().equals(BackendContestant.REFERENCE))
                        .findFirst())
                .orElse(null);
        if (baseline == null || baseline.timing() == null) {
            return rows;
        }
        Timing base = baseline.timing();
        return rows.stream()
                .map(r -> r.timing() == null
                        ? r
                        : r.against(baseline.contestant(), r.timing().speedOver(base)))
                .toList();
    }
}
