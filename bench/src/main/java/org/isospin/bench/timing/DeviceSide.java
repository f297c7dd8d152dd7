package org.isospin.bench.timing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.DeviceClock;
import org.isospin.bench.problem.Batch;
import org.isospin.bench.problem.Check;
import org.isospin.bench.problem.Placement;
import org.isospin.bench.problem.Problem;
import org.isospin.bench.problem.Session;
import org.isospin.bench.problem.Task;
import org.isospin.gpu.DeviceScope;
import org.jspecify.annotations.Nullable;

/** A backend with memory of its own, called on operands that are there already and timed by its events. */
final class DeviceSide {
    private static final double WARM_UP = 0.05;
    /** Shorter samples are of several calls. */
    private static final double SHORTEST_SAMPLE = 2e-3;

    private static final int MOST_CALLS = 1000;
    private static final int FEWEST_SAMPLES = 3;
    private static final int MOST_SAMPLES = 21;

    private final String name;
    private final Isospin context;
    private final DeviceClock clock;
    private Ceilings ceilings = new Ceilings(Map.of(), Double.NaN, Double.NaN, Double.NaN);

    /**
     * Prepares.
     *
     * @param name the backend
     * @param context on it
     * @param clock the device's
     */
    DeviceSide(String name, Isospin context, DeviceClock clock) {
        this.name = name;
        this.context = context;
        this.clock = clock;
    }

    String name() {
        return name;
    }

    /** Measures what the device reaches; a second or two. */
    void probe(List<DType> dtypes) {
        ceilings = new CeilingProbe(context, clock).measure(dtypes);
    }

    /** {@return what {@link #probe} measured} */
    Ceilings ceilings() {
        return ceilings;
    }

    /**
     * Verifies and times a problem on the device.
     *
     * @param step what the problem is of
     * @param problem operands and checks
     * @param seconds the time for it, about
     * @param transfers this backend's row, with operands on the host; null if there is none
     * @param host the fastest row of those who compute on the host; null if there is none
     */
    DeviceRow measure(Plan.Step step, Problem problem, double seconds, @Nullable Row transfers, @Nullable Row host) {
        AtomicLong placed = new AtomicLong();
        try (DeviceScope scope = DeviceScope.open()) {
            Task task = problem.isospin(new Session(context, placement(scope, placed)));
            task.spoil();
            task.run();
            List<Matrix> results = task.results();
            long written = results.stream().mapToLong(DeviceSide::bytes).sum();
            List<Check> checks = problem.check(results);
            Timing timing = null;
            if (checks.stream().allMatch(Check::isPassed)) {
                timing = time(task, seconds);
                checks = Bench.worse(checks, problem.check(task.results()));
            }
            return new DeviceRow(step, 1, checks, null, placed.get() - written, written, timing, transfers, host);
        } catch (RuntimeException e) {
            return new DeviceRow(step, 1, List.of(), Bench.message(e), 0, 0, null, transfers, host);
        }
    }

    /**
     * Verifies and times a batch of equal blocks.
     *
     * @param step what the problem is of
     * @param problem operand and checks
     * @param seconds the time for it, about
     * @param most how many blocks at most
     * @return one block's share; empty where the problem has no batch
     */
    Optional<DeviceRow> measureBatch(Plan.Step step, Problem problem, double seconds, int most) {
        AtomicLong placed = new AtomicLong();
        try (DeviceScope scope = DeviceScope.open()) {
            Optional<Batch> batch = problem.batch(new Session(context, placement(scope, placed)), most);
            return batch.map(b -> batchRow(step, problem, b, seconds, placed.get() / b.count()));
        } catch (RuntimeException e) {
            return Optional.of(new DeviceRow(step, most, List.of(), Bench.message(e), 0, 0, null, null, null));
        }
    }

    private DeviceRow batchRow(Plan.Step step, Problem problem, Batch batch, double seconds, long bytes) {
        Task task = batch.task();
        task.spoil();
        task.run();
        List<Check> checks = checks(problem, task);
        Timing timing = null;
        if (checks.stream().allMatch(Check::isPassed)) {
            Timing all = time(task, seconds);
            timing = new Timing(
                    all.seconds().stream().map(s -> s / batch.count()).toList(), all.callsPerRound());
            checks = Bench.worse(checks, checks(problem, task));
        }
        long written = (long) step.n() * step.n() * step.dtype().bytes();
        return new DeviceRow(step, batch.count(), checks, null, bytes - written, written, timing, null, null);
    }

    /** {@return the worst of every block that is shown} */
    private static List<Check> checks(Problem problem, Task task) {
        List<Check> worst = List.of();
        for (Matrix block : task.results()) {
            List<Check> checks = problem.check(List.of(block));
            worst = worst.isEmpty() ? checks : Bench.worse(worst, checks);
        }
        return worst;
    }

    private static Placement placement(DeviceScope scope, AtomicLong placed) {
        return matrix -> {
            placed.addAndGet(bytes(matrix));
            return scope.upload(matrix);
        };
    }

    private static long bytes(Matrix m) {
        return (long) m.rows() * m.columns() * m.dtype().bytes();
    }

    private Timing time(Task task, double seconds) {
        long start = System.nanoTime();
        double best;
        do {
            best = clock.seconds(task::run);
        } while (since(start) < Math.min(WARM_UP, seconds / 4));
        int calls = Math.clamp((long) Math.ceil(SHORTEST_SAMPLE / Math.max(best, 1e-9)), 1, MOST_CALLS);
        List<Double> samples = new ArrayList<>();
        while (samples.size() < FEWEST_SAMPLES || (samples.size() < MOST_SAMPLES && since(start) < seconds)) {
            double all = clock.seconds(() -> {
                for (int i = 0; i < calls; i++) {
                    task.run();
                }
            });
            samples.add(all / calls);
        }
        return new Timing(samples, calls);
    }

    private static double since(long start) {
        return 1e-9 * (System.nanoTime() - start);
    }
}
