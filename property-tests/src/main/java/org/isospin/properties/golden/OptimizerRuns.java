package org.isospin.properties.golden;

import java.util.function.UnaryOperator;
import org.isospin.Matrix;
import org.isospin.optim.Optimizer;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterId;
import org.isospin.optim.ParameterSpec;
import org.isospin.properties.Generators;

/**
 * Steps a case's W, or x, by its G_1, G_2, … with an optimizer; W_t and a state of any name are compared after the steps that the
 * case records.
 */
final class OptimizerRuns {
    /** Tells an optimizer what a case needs before the first step. */
    @FunctionalInterface
    interface Preparation {
        void run(Optimizer optimizer, ParameterId id);
    }

    /** Does to the state what a case's reference does to it between steps. */
    @FunctionalInterface
    interface AfterStep {
        void run(Optimizer optimizer, ParameterId id, int t, Matrix weight);
    }

    private OptimizerRuns() {}

    /** {@return whether a case is a run of steps} */
    static boolean isRun(GoldenCase golden) {
        return golden.inputs().contains("G_1");
    }

    /**
     * Runs a case.
     *
     * @param golden the case
     * @param mode the mode
     * @param optimizer without parameters
     * @param spec changes the specification, of a hidden matrix with a row for each output
     * @param out takes PREFIX_t for each recorded step
     * @param prefixes pairs: the name of a quantity without _t, and that of the state, W for the weight
     */
    static void run(
            GoldenCase golden,
            GoldenMode mode,
            Optimizer optimizer,
            UnaryOperator<ParameterSpec> spec,
            Computed out,
            String... prefixes) {
        run(golden, mode, optimizer, spec, (o, id) -> {}, (o, id, t, w) -> {
            for (int i = 0; i < prefixes.length; i += 2) {
                Matrix value = prefixes[i + 1].equals("W") ? w : o.state(id, "whole/" + prefixes[i + 1]);
                boolean isTurned = id.spec().orientation() == Orientation.IN_OUT && !prefixes[i + 1].equals("W");
                out.put(prefixes[i] + "_" + t, (isTurned ? value.transposed() : value).copy());
            }
        });
    }

    /**
     * Runs a case.
     *
     * @param golden the case
     * @param mode the mode
     * @param optimizer without parameters
     * @param spec changes the specification, of a hidden matrix with a row for each output
     * @param preparation called after the parameter was registered
     * @param after called after each step
     */
    static void run(
            GoldenCase golden,
            GoldenMode mode,
            Optimizer optimizer,
            UnaryOperator<ParameterSpec> spec,
            Preparation preparation,
            AfterStep after) {
        Matrix w = golden.input(golden.inputs().contains("W") ? "W" : "x", mode);
        ParameterId id = optimizer.register(
                spec.apply(ParameterSpec.matrix(golden.name(), w.dtype(), w.rows(), w.columns(), Orientation.OUT_IN)));
        preparation.run(optimizer, id);
        for (int t = 1; golden.inputs().contains("G_" + t); t++) {
            optimizer.step(t, id, w, golden.input("G_" + t, mode));
            after.run(optimizer, id, t, w);
        }
    }

    /** {@return scratch for a result, full of garbage} */
    static Matrix result(Matrix like) {
        return Generators.garbage(Matrix.allocate(like.dtype(), like.rows(), like.columns()));
    }
}
