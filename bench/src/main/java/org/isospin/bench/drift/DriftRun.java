package org.isospin.bench.drift;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.measure.Spectrum;
import org.isospin.optim.Optimizer;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterId;
import org.isospin.optim.ParameterSpec;

/**
 * Steps one weight by each {@link Variant} on each backend. All get the same numbers, which the seed decides: a Gaussian weight,
 * and a fresh Gaussian gradient of full rank for each step, both F32; 16-bit weights are measured against what they
 * were when rounded first.
 */
public final class DriftRun {
    /** How often a line of progress changes in one weight's steps. */
    private static final int LINES = 100;

    private final DriftPlan plan;
    private final SequencedMap<String, Isospin> backends;
    private final Consumer<String> progress;

    /**
     * Prepares a run.
     *
     * @param plan what to measure
     * @param backends contexts by the names of their backends
     * @param progress hears what goes on
     */
    public DriftRun(DriftPlan plan, SequencedMap<String, Isospin> backends, Consumer<String> progress) {
        this.plan = plan;
        this.backends = backends;
        this.progress = progress;
    }

    /** {@return the results} */
    public DriftReport run() {
        List<DriftRow> rows = new ArrayList<>();
        int all = backends.size() * Variant.values().length;
        for (Variant variant : Variant.values()) {
            for (Map.Entry<String, Isospin> backend : backends.entrySet()) {
                String text = (rows.size() + 1) + "/" + all + "  " + variant.title() + ", " + variant.dtype() + " "
                        + variant.rounding() + " by " + backend.getKey();
                rows.add(row(variant, backend.getKey(), backend.getValue(), text));
            }
        }
        return new DriftReport(plan, rows);
    }

    private DriftRow row(Variant variant, String by, Isospin iso, String text) {
        try {
            return measured(variant, by, iso, text);
        } catch (RuntimeException e) {
            String failure = e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
            return DriftRow.failed(variant, by, failure);
        }
    }

    private DriftRow measured(Variant variant, String by, Isospin iso, String text) {
        int rows = plan.shape().outputs();
        int columns = plan.shape().inputs();
        SplittableRandom random = new SplittableRandom(plan.seed());
        float[] numbers = new float[rows * columns];
        Matrix gradient = Matrix.wrap(numbers, rows, columns);
        draw(random, DriftPlan.DEVIATION, numbers);
        Matrix w = Matrix.allocate(variant.dtype(), rows, columns);
        gradient.copyTo(w);
        Spectrum first = Spectrum.of(iso, w);
        Optimizer optimizer = variant.optimizer(iso, rows <= columns);
        ParameterId id = optimizer.register(ParameterSpec.matrix("w", w.dtype(), rows, columns, Orientation.OUT_IN)
                .withRounding(variant.rounding()));
        boolean isPredicted = variant.goal() == Goal.GROWTH;
        GrowthPrediction prediction = new GrowthPrediction(iso, rows, columns);
        Matrix before = Matrix.allocate(DType.F64, rows, columns);
        double angle = 0;
        for (int t = 1; t <= plan.steps(); t++) {
            if (t % Math.max(1, plan.steps() / LINES) == 0) {
                progress.accept(text + ": step " + t + " of " + plan.steps());
            }
            draw(random, 1, numbers);
            if (isPredicted) {
                w.copyTo(before);
            }
            optimizer.step(t, id, w, gradient);
            angle = Math.max(angle, optimizer.report(id).largestAngle());
            if (isPredicted) {
                prediction.add(optimizer, id, before);
            }
        }
        Spectrum last = Spectrum.of(iso, w);
        double growth = 0;
        for (int i = 0; i < first.size(); i++) {
            growth += Math.log(last.value(i) / first.value(i)) / first.size();
        }
        int smallest = first.size() - 1;
        return new DriftRow(
                variant,
                by,
                last.driftFrom(first).maxRelative(),
                Math.abs(last.value(smallest) / first.value(smallest) - 1),
                growth,
                isPredicted ? prediction.meanGrowth() : Double.NaN,
                angle,
                null);
    }

    private static void draw(SplittableRandom random, double deviation, float[] numbers) {
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) (deviation * random.nextGaussian());
        }
    }
}
