package org.isospin.optim;

import org.isospin.Matrix;
import org.isospin.backend.Scalar;

/**
 * The 2-norm of a side's skew generator from below, by {@link PowerIteration}: singular values come in pairs, so that two steps
 * stay in the leading plane once it was found.
 */
final class LargestAngle {
    private static final String PROBE = "probe";

    private LargestAngle() {}

    static void declare(StateLayout layout) {
        layout.matrix(Side.OUT.named(PROBE), layout.outputs(), 1);
        layout.matrix(Side.IN.named(PROBE), layout.inputs(), 1);
    }

    /** Leaves the vector of a side that is not turned as it is. */
    static void keep(BlockStep step, Side side) {
        step.stream().copy(step.state(side.named(PROBE)), step.next(side.named(PROBE)));
    }

    /** {@return about ‖A‖₂ of the side's generator, never more} */
    static Scalar estimate(BlockStep step, Side side, Matrix a) {
        return PowerIteration.norm(step, side.named(PROBE), a, a);
    }
}
