package org.isospin.bench.steps;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.bench.peer.Peer;
import org.isospin.bench.timing.Rounds;
import org.isospin.bench.timing.Timing;
import org.isospin.optim.Optimizer;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterId;
import org.isospin.optim.ParameterSpec;

/**
 * Times steps of F32 weights, σ 0.02, by a gradient of σ 10⁻³, in rounds interleaved with OpenBLAS's products if it takes part.
 * The first step is held against the same step in F64.
 */
public final class StepRun {
    private static final double WEIGHT_DEVIATION = 0.02;
    private static final double GRADIENT_DEVIATION = 1e-3;

    /** Backends slower than this by experience, in flops a second, are not timed where a step would take a second. */
    private static final double REFERENCE_FLOPS = 3e9;

    private final StepPlan plan;
    private final SequencedMap<String, Isospin> backends;
    private final boolean isCompared;
    private final Consumer<String> progress;

    /**
     * Prepares a run.
     *
     * @param plan what to measure
     * @param backends contexts by the names of their backends
     * @param peers other libraries, of which OpenBLAS alone takes part
     * @param progress hears what goes on
     */
    public StepRun(StepPlan plan, SequencedMap<String, Isospin> backends, List<Peer> peers, Consumer<String> progress) {
        this.plan = plan;
        this.backends = backends;
        this.isCompared = peers.contains(Peer.OPENBLAS);
        this.progress = progress;
    }

    /** {@return the results; call it on a thread with 64 MiB of stack if OpenBLAS takes part} */
    public StepReport run() {
        List<StepRow> rows = new ArrayList<>();
        List<String> skips = new ArrayList<>();
        for (Subject subject : Subject.values()) {
            for (StepShape shape : plan.shapes()) {
                for (Map.Entry<String, Isospin> backend : backends.entrySet()) {
                    String cell = subject.title() + " " + shape + " on " + backend.getKey();
                    if (backend.getKey().equals("reference") && subject.denseFlops(shape) > REFERENCE_FLOPS) {
                        skips.add(cell + " takes seconds a step");
                        continue;
                    }
                    progress.accept(cell);
                    rows.add(row(subject, shape, backend.getKey(), backend.getValue()));
                }
            }
        }
        return new StepReport(rows, skips);
    }

    private StepRow row(Subject subject, StepShape shape, String by, Isospin iso) {
        try (Arena arena = Arena.ofShared()) {
            Stepping single = new Stepping(subject.optimizer(iso), shape, DType.F32, plan.seed(), arena);
            double error = error(single, new Stepping(subject.optimizer(iso), shape, DType.F64, plan.seed(), arena));
            List<Rounds.Entrant> entrants = new ArrayList<>();
            entrants.add(new Rounds.Entrant(single::step, false, false));
            if (isCompared) {
                DenseProducts products = new DenseProducts(shape, plan.threads(), plan.seed(), arena);
                boolean isSpinning = Peer.OPENBLAS.isSpinning(plan.threads());
                entrants.add(new Rounds.Entrant(() -> products.run(subject), isSpinning, false));
            }
            System.gc();
            List<Timing> timings = new Rounds((long) (1e9 * plan.cellSeconds()), entrants.size()).run(entrants);
            return new StepRow(subject, shape, by, error, timings.getFirst(), isCompared ? timings.getLast() : null);
        }
    }

    /** Both start from the weights that F32 rounds to. */
    private static double error(Stepping single, Stepping twice) {
        Matrix before = single.weight.copy();
        before.copyTo(twice.weight);
        single.gradient.copyTo(twice.gradient);
        single.step();
        twice.step();
        double difference = 0;
        double length = 0;
        for (int i = 0; i < before.rows(); i++) {
            for (int j = 0; j < before.columns(); j++) {
                double moved = twice.weight.get(i, j) - before.get(i, j);
                double own = single.weight.get(i, j) - before.get(i, j);
                difference += (own - moved) * (own - moved);
                length += moved * moved;
            }
        }
        return Math.sqrt(difference / length);
    }

    /** A weight that is stepped again and again by one gradient. */
    private static final class Stepping {
        private final Optimizer optimizer;
        private final ParameterId id;
        private final Matrix weight;
        private final Matrix gradient;
        private long t;

        Stepping(Optimizer optimizer, StepShape shape, DType dtype, long seed, Arena arena) {
            SplittableRandom random = new SplittableRandom(seed);
            this.optimizer = optimizer;
            this.weight = gaussian(dtype, shape, WEIGHT_DEVIATION, random, arena);
            this.gradient = gaussian(dtype, shape, GRADIENT_DEVIATION, random, arena);
            this.id = optimizer.register(
                    ParameterSpec.matrix("weight", dtype, shape.outputs(), shape.inputs(), Orientation.OUT_IN));
        }

        private static Matrix gaussian(
                DType dtype, StepShape shape, double deviation, SplittableRandom random, Arena arena) {
            Matrix m = Matrix.allocate(arena, dtype, shape.outputs(), shape.inputs());
            for (int i = 0; i < m.rows(); i++) {
                for (int j = 0; j < m.columns(); j++) {
                    m.set(i, j, deviation * random.nextGaussian());
                }
            }
            return m;
        }

        void step() {
            t++;
            optimizer.step(t, id, weight, gradient);
        }
    }
}
