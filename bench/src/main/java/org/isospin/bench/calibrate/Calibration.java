package org.isospin.bench.calibrate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.bench.cli.Figures;
import org.isospin.bench.timing.Rounds;
import org.isospin.bench.timing.Timing;
import org.isospin.gpu.DeviceScope;
import org.isospin.placement.Hardware;
import org.isospin.placement.Link;
import org.isospin.placement.Operation;
import org.isospin.placement.Profile;
import org.isospin.placement.Profile.Entry;
import org.isospin.placement.TimeTable;
import org.jspecify.annotations.Nullable;

/**
 * Times calls of growing order on the processor and on a device, in turns, and what a transfer takes. Calls on the device are timed
 * with operands and results there; the link is timed apart, so that any shape and type can be predicted.
 */
final class Calibration {
    private static final List<DType> TYPES = List.of(DType.F32, DType.F64);

    private final Effort effort;
    private final List<Operation> operations;
    private final Isospin host;
    private final @Nullable Isospin device;
    private final Consumer<String> progress;
    private final Map<Entry, List<TimeTable.Point>> onHost = new LinkedHashMap<>();
    private final Map<Entry, List<TimeTable.Point>> onDevice = new LinkedHashMap<>();

    /**
     * Prepares a calibration.
     *
     * @param effort how much is measured
     * @param operations which operations
     * @param host a context on the processor
     * @param device a context on a device; null if there is none
     * @param progress hears what is being measured
     */
    Calibration(
            Effort effort,
            List<Operation> operations,
            Isospin host,
            @Nullable Isospin device,
            Consumer<String> progress) {
        this.effort = effort;
        this.operations = operations;
        this.host = host;
        this.device = device;
        this.progress = progress;
    }

    /**
     * {@return the times}
     *
     * @param hardware what they hold for
     */
    Profile run(Hardware hardware) {
        Link link = null;
        if (device != null) {
            progress.accept("transfers");
            try (DeviceScope scope = DeviceScope.open()) {
                link = link(scope);
            }
        }
        effort.orders().forEach(n -> TYPES.forEach(dtype -> order(n, dtype)));
        return new Profile(hardware, link, tables(onHost), tables(onDevice));
    }

    private static Map<Entry, TimeTable> tables(Map<Entry, List<TimeTable.Point>> points) {
        Map<Entry, TimeTable> tables = new LinkedHashMap<>();
        points.forEach((entry, list) -> tables.put(entry, new TimeTable(list)));
        return tables;
    }

    private void order(int n, DType dtype) {
        List<Operation> timed = operations.stream()
                .filter(o -> expected(new Entry(o, dtype), n) < effort.longestCall())
                .toList();
        if (timed.isEmpty()) {
            return;
        }
        Inputs inputs = Inputs.of(host, n, dtype);
        for (Operation operation : timed) {
            progress.accept(operation.title() + " " + Figures.name(dtype) + " n=" + n);
            time(new Entry(operation, dtype), n, inputs);
        }
    }

    private double expected(Entry entry, int n) {
        List<TimeTable.Point> before = onHost.get(entry);
        return before == null ? 0 : new TimeTable(before).onProcessor(n);
    }

    private void time(Entry entry, int n, Inputs inputs) {
        List<Rounds.Entrant> entrants = new ArrayList<>();
        boolean isFamiliar = onHost.containsKey(entry);
        entrants.add(new Rounds.Entrant(Workload.of(entry.operation(), host, inputs, Room.HOST), false, isFamiliar));
        if (device == null) {
            put(onHost, entry, n, rounds(entrants).getFirst());
            return;
        }
        try (DeviceScope scope = DeviceScope.open()) {
            entrants.add(new Rounds.Entrant(
                    Workload.of(entry.operation(), device, inputs, Room.of(scope)), false, isFamiliar));
            List<Timing> timings = rounds(entrants);
            put(onHost, entry, n, timings.get(0));
            put(onDevice, entry, n, timings.get(1));
        }
    }

    private List<Timing> rounds(List<Rounds.Entrant> entrants) {
        return new Rounds(effort.nanoseconds() * entrants.size(), entrants.size()).run(entrants);
    }

    private static void put(Map<Entry, List<TimeTable.Point>> tables, Entry entry, int n, Timing timing) {
        tables.computeIfAbsent(entry, _ -> new ArrayList<>()).add(new TimeTable.Point(n, nanoseconds(timing)));
    }

    private static long nanoseconds(Timing timing) {
        return Math.max(1, Math.round(1e9 * timing.median()));
    }

    /** The latency is the mean of the shortest transfers there and back, a rate what the longest ones take beyond it. */
    private Link link(DeviceScope scope) {
        int bytes = effort.transferBytes();
        Matrix large = Matrix.allocate(DType.F32, bytes / Float.BYTES / 1024, 1024);
        Matrix small = Matrix.allocate(DType.F32, 1, 1);
        Matrix largeThere = scope.upload(large);
        Matrix smallThere = scope.upload(small);
        List<Timing> timings = rounds(List.of(
                new Rounds.Entrant(() -> small.copyTo(smallThere), false, false),
                new Rounds.Entrant(() -> smallThere.copyTo(small), false, false),
                new Rounds.Entrant(() -> large.copyTo(largeThere), false, true),
                new Rounds.Entrant(() -> largeThere.copyTo(large), false, true)));
        double up = timings.get(0).median();
        double down = timings.get(1).median();
        return new Link(
                rate(bytes, timings.get(2).median() - up),
                rate(bytes, timings.get(3).median() - down),
                Math.round(1e9 * (up + down) / 2));
    }

    private static long rate(int bytes, double seconds) {
        return Math.max(1, Math.round(bytes / Math.max(1e-9, seconds)));
    }
}
