package org.isospin.bench.calls;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.Backend;
import org.isospin.backend.DeviceClock;
import org.isospin.backend.Discovery;
import org.isospin.bench.timing.Timing;
import org.isospin.gpu.DeviceScope;

/**
 * Times calls of the backend and bare ones in turns, by the device's events; results of both are verified first and last. Then what
 * goes to the device and back, and what a fresh process does first.
 */
public final class CallRun {
    private static final String CUDA = "cuda";
    /** Shorter samples are of several calls. */
    private static final double SHORTEST_SAMPLE = 2e-3;

    private static final int MOST_CALLS = 1000;
    private static final int FEWEST_ROUNDS = 3;
    private static final int MOST_ROUNDS = 41;
    private static final int WARM_UP_CALLS = 3;

    private final CallPlan plan;
    private final Consumer<String> progress;

    /**
     * Prepares a run.
     *
     * @param plan what to measure
     * @param progress hears what goes on
     */
    public CallRun(CallPlan plan, Consumer<String> progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /** {@return the results} */
    public CallReport run() {
        List<CallRow> rows = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        Backend backend = Discovery.find().named(CUDA);
        DeviceClock clock = backend.clock().orElseThrow();
        try (Isospin iso = Isospin.on(backend);
                BareCuda cuda = new BareCuda()) {
            for (int n : plan.sizes()) {
                for (DType dtype : plan.dtypes()) {
                    measure(iso, clock, cuda, n, dtype, rows);
                }
            }
            progress.accept("to the device and back");
            rows.add(Link.measure(cuda, plan.linkOrder()));
        }
        progress.accept("a fresh process");
        FirstResult.measure(plan.firstOrder(), rows, notes);
        return new CallReport(rows, notes);
    }

    private void measure(Isospin iso, DeviceClock clock, BareCuda cuda, int n, DType dtype, List<CallRow> rows) {
        try (DeviceScope scope = DeviceScope.open();
                Arena arena = Arena.ofShared()) {
            for (CallCase one : new CallCases(iso, scope, cuda, arena, n, dtype, plan.seed()).all()) {
                progress.accept(one.title() + " " + dtype + " n=" + n);
                rows.add(row(one, clock, cuda));
            }
        } finally {
            cuda.free();
        }
    }

    private CallRow row(CallCase one, DeviceClock clock, BareCuda cuda) {
        double error = error(one);
        DoubleSupplier ours = () -> clock.seconds(one.ours());
        DoubleSupplier bare = () -> cuda.seconds(one.bare());
        int calls = Math.min(callsFor(ours), callsFor(bare));
        Runnable ourCalls = repeated(one.ours(), calls);
        Runnable bareCalls = repeated(one.bare(), calls);
        List<Double> mine = new ArrayList<>();
        List<Double> others = new ArrayList<>();
        long start = System.nanoTime();
        while (mine.size() < FEWEST_ROUNDS
                || (mine.size() < MOST_ROUNDS && 1e-9 * (System.nanoTime() - start) < plan.cellSeconds())) {
            mine.add(clock.seconds(ourCalls) / calls);
            others.add(cuda.seconds(bareCalls) / calls);
        }
        boolean isJudged = one.n() >= CallCase.GOAL_FROM;
        return new CallRow(
                one.title(),
                one.by(),
                one.n(),
                one.dtype(),
                new Timing(mine, calls),
                new Timing(others, calls),
                Math.max(error, error(one)),
                Residual.tolerance(one.n()),
                isJudged ? CallCase.GOAL : Double.NaN);
    }

    /** {@return the larger error of both; NaN if one is} */
    private static double error(CallCase one) {
        one.ours().run();
        one.bare().run();
        Matrix mine = one.ourResult().get();
        Matrix other = one.bareResult().get();
        return Math.max(one.error().applyAsDouble(mine), one.error().applyAsDouble(other));
    }

    private static int callsFor(DoubleSupplier call) {
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < WARM_UP_CALLS; i++) {
            least = Math.min(least, call.getAsDouble());
        }
        return Math.clamp((long) Math.ceil(SHORTEST_SAMPLE / Math.max(least, 1e-9)), 1, MOST_CALLS);
    }

    private static Runnable repeated(Runnable call, int times) {
        return () -> {
            for (int i = 0; i < times; i++) {
                call.run();
            }
        };
    }
}
