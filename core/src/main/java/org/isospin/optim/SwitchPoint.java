package org.isospin.optim;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;

/** When {@link MuonThenMuonR} goes over to rotations, for good. */
public final class SwitchPoint {
    private static final String SWITCHED = "switched";
    private static final String PROBE = "probe";

    /** What is compared with the limit. */
    private enum Measure {
        STEP,
        FROBENIUS,
        SPECTRAL
    }

    private final Measure measure;
    private final String name;
    private final double limit;

    private SwitchPoint(Measure measure, String name, double limit) {
        this.measure = measure;
        this.name = name;
        this.limit = limit;
    }

    /**
     * {@return after a step, which is the last of Muon; no waits}
     *
     * @param last 0 or more
     * @throws IllegalArgumentException if it is negative
     */
    public static SwitchPoint afterStep(long last) {
        if (last < 0) {
            throw new IllegalArgumentException("the last step of Muon must not be negative: " + last);
        }
        return new SwitchPoint(Measure.STEP, "afterStep(" + last + ")", last);
    }

    /**
     * {@return with the first step that finds a block's ‖W‖_F above a threshold; each step waits once}
     *
     * @param threshold not negative
     * @throws IllegalArgumentException if the threshold is negative or not finite
     */
    public static SwitchPoint frobeniusAbove(double threshold) {
        LearningRate.requireNotNegative("threshold", threshold);
        return new SwitchPoint(Measure.FROBENIUS, "frobeniusAbove(" + threshold + ")", threshold);
    }

    /**
     * {@return with the first step that finds a block's ‖W‖₂ above a threshold; each step waits once}
     *
     * <p>The norm is estimated from below, by one step of a power iteration in each step: the switch may come some steps late. It
     * takes a vector of state.
     *
     * @param threshold not negative
     * @throws IllegalArgumentException if the threshold is negative or not finite
     */
    public static SwitchPoint spectralAbove(double threshold) {
        LearningRate.requireNotNegative("threshold", threshold);
        return new SwitchPoint(Measure.SPECTRAL, "spectralAbove(" + threshold + ")", threshold);
    }

    void declare(StateLayout layout) {
        if (measure == Measure.STEP) {
            return;
        }
        layout.add(new StateLayout.Entry(SWITCHED, DType.F64, 1, 1, StateLayout.Change.EVERY_STEP));
        if (measure == Measure.SPECTRAL) {
            layout.matrix(PROBE, layout.inputs(), 1);
        }
    }

    /** {@return whether this is a step of MuonR; waits where a norm decides} */
    boolean isPast(BlockStep step) {
        if (measure == Measure.STEP) {
            return step.t() > limit;
        }
        ComputeStream stream = step.stream();
        Matrix w = step.weight();
        Scalar norm = stream.scalar();
        if (measure == Measure.FROBENIUS) {
            stream.reduce(Reduction.FROBENIUS, w, norm);
        } else {
            norm = PowerIteration.norm(step, PROBE, w, w.transposed());
        }
        Scalar isAbove = StreamScalars.isGreater(stream, norm, StreamScalars.of(stream, limit));
        // Rounding may bring the norm back below: once is for good.
        Scalar wasAbove = stream.scalar();
        stream.reduce(Reduction.TRACE, step.state(SWITCHED), wasAbove);
        stream.scalarOp(ScalarOp.MAX, isAbove, wasAbove, isAbove);
        StreamScalars.store(stream, isAbove, step.next(SWITCHED));
        return stream.read(isAbove) > 0;
    }

    /** {@return the name, which state files compare} */
    @Override
    public String toString() {
        return name;
    }
}
