package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.MomentumForm;
import org.isospin.optim.MomentumOrder;
import org.isospin.optim.Muon;
import org.isospin.optim.Nesterov;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterId;
import org.isospin.optim.ParameterSpec;
import org.isospin.optim.ScaleRule;
import org.isospin.polar.Msign;
import org.junit.jupiter.api.Test;

/**
 * The sequence G_t = diag(1 + 3(−1)ᵗ, 1), whose mean is the identity, separates the orders: gathering before finds the mean's sign
 * after a few steps, gathering after stays near zero, and without gathering the sign alternates for ever.
 */
class MomentumOrderTest {
    private static final double BETA = 0.9;

    /** {@return the first diagonal element of the update of steps 1, 2, …} */
    private static double[] updates(MomentumOrder order, int steps) {
        double[] updates = new double[steps];
        try (Isospin iso = Isospin.named("reference")) {
            Muon muon = Muon.kellerJordan()
                    .learningRate(1)
                    .momentum(BETA, MomentumForm.AVERAGE)
                    .nesterov(Nesterov.OFF)
                    .scale(ScaleRule.NONE, 1)
                    .order(order)
                    // The smallest M₁₁ is 0.0074 of the norm.
                    .msign(Msign.polarExpress(14, 1e-3))
                    .build(iso);
            ParameterId id = muon.register(ParameterSpec.matrix("w", DType.F64, 2, 2, Orientation.OUT_IN));
            for (int t = 1; t <= steps; t++) {
                Matrix w = Matrix.allocate(DType.F64, 2, 2);
                Matrix g = Matrix.wrap(new double[] {1 + 3 * (t % 2 == 0 ? 1 : -1), 0, 0, 1}, 2, 2);
                muon.step(t, id, w, g);
                updates[t - 1] = -w.get(0, 0);
            }
        }
        return updates;
    }

    /** M₁₁ is −0.2, 0.22, −0.002, 0.3982, … and positive from then on. */
    @Test
    void beforeFindsTheSignOfTheMean() {
        double[] updates = updates(MomentumOrder.BEFORE, 30);
        for (int t = 1; t <= 30; t++) {
            double sign = t == 1 || t == 3 ? -1 : 1;
            assertThat(updates[t - 1]).as("step %d", t).isCloseTo(sign, within(1e-12));
        }
    }

    /** ±1 gathered: −0.1, 0.01, −0.091, … to ±1/19 about 0. */
    @Test
    void afterStaysNearZero() {
        double[] updates = updates(MomentumOrder.AFTER, 40);
        double[] first = {-0.1, 0.01, -0.091, 0.0181, -0.08371, 0.024661};
        for (int t = 1; t <= first.length; t++) {
            assertThat(updates[t - 1]).as("step %d", t).isCloseTo(first[t - 1], within(1e-12));
        }
        // The oracle has ten decimals.
        assertThat(updates[38]).isCloseTo(-0.0534959581, within(1e-10));
        assertThat(updates[39]).isCloseTo(0.0518536377, within(1e-10));
    }

    @Test
    void withoutMomentumTheSignAlternates() {
        double[] updates = updates(MomentumOrder.NONE, 10);
        for (int t = 1; t <= 10; t++) {
            assertThat(updates[t - 1]).isCloseTo(t % 2 == 0 ? 1 : -1, within(1e-12));
        }
    }
}
