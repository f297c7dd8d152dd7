package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.LieOrtho;
import org.isospin.optim.MomentumForm;
import org.isospin.optim.MomentumOrder;
import org.isospin.optim.Muon;
import org.isospin.optim.MuonR;
import org.isospin.optim.Nesterov;
import org.isospin.optim.Optimizer;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterId;
import org.isospin.optim.ParameterSpec;
import org.isospin.optim.PionMsign;
import org.isospin.optim.RotationSides;
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

    /** {@return M₁₁, (1 − βᵗ) + 3(−1)ᵗ(1 − β)(1 − (−β)ᵗ)/(1 + β), 1 + 3(−1)ᵗ being the sum of 1 and a tone} */
    private static double momentum(int t) {
        return 1 - Math.pow(BETA, t) + 3 * tone(t);
    }

    /** {@return the average of the tone (−1)ᵗ} */
    private static double tone(int t) {
        int sign = t % 2 == 0 ? 1 : -1;
        return sign * (1 - BETA) * (1 - sign * Math.pow(BETA, t)) / (1 + BETA);
    }

    /** Half a tone of noise at the highest frequency is left by a factor of (1 − β)/(1 + β). */
    @Test
    void theMomentumIsItsClosedForm() {
        double[] printed = {-0.2, 0.22, -0.002, 0.3982, 0.15838, 0.542542};
        try (Isospin iso = Isospin.named("reference")) {
            Muon muon = Muon.kellerJordan()
                    .momentum(BETA, MomentumForm.AVERAGE)
                    .nesterov(Nesterov.OFF)
                    .build(iso);
            ParameterId id = muon.register(ParameterSpec.matrix("w", DType.F64, 2, 2, Orientation.OUT_IN));
            ParameterId pure = muon.register(ParameterSpec.matrix("tone", DType.F64, 1, 1, Orientation.OUT_IN));
            Matrix w = Matrix.allocate(DType.F64, 2, 2);
            for (int t = 1; t <= 30; t++) {
                int sign = t % 2 == 0 ? 1 : -1;
                muon.step(t, id, w, Matrix.wrap(new double[] {1 + 3 * sign, 0, 0, 1}, 2, 2));
                muon.step(t, pure, Matrix.allocate(DType.F64, 1, 1), Matrix.wrap(new double[] {sign}, 1, 1));
                double found = muon.state(id, "whole/momentum").get(0, 0);
                assertThat(found).as("step %d", t).isCloseTo(momentum(t), within(1e-14));
                if (t <= printed.length) {
                    assertThat(found).isCloseTo(printed[t - 1], within(1e-14));
                }
            }
            // The oracle has ten decimals.
            assertThat(tone(30)).isCloseTo(0.0504004654, within(1e-10));
            assertThat(muon.state(pure, "whole/momentum").get(0, 0)).isCloseTo(tone(30), within(1e-14));
        }
    }

    /**
     * Rotations average before the sign too: with G_t = (1 + 3(−1)ᵗ)e₁e₂ᵀ the plane of W = diag(2, 1) turns by the sign of M, against
     * the first and the third gradient's and from then on to one side.
     */
    @Test
    void rotationsTurnByTheSignOfTheMomentum() {
        try (Isospin iso = Isospin.named("reference")) {
            List<Optimizer> optimizers = List.of(
                    MuonR.builder().momentum(BETA).nesterov(Nesterov.OFF).build(iso),
                    PionMsign.builder().beta(BETA).sides(RotationSides.BOTH).build(iso),
                    LieOrtho.builder()
                            .momentum(BETA, Nesterov.OFF)
                            .sides(RotationSides.BOTH)
                            .build(iso));
            for (Optimizer optimizer : optimizers) {
                ParameterId id = optimizer.register(ParameterSpec.matrix("w", DType.F64, 2, 2, Orientation.OUT_IN));
                for (int t = 1; t <= 30; t++) {
                    Matrix w = Matrix.wrap(new double[] {2, 0, 0, 1}, 2, 2);
                    optimizer.step(t, id, w, Matrix.wrap(new double[] {0, 1 + 3 * (t % 2 == 0 ? 1 : -1), 0, 0}, 2, 2));
                    double sign = t == 1 || t == 3 ? 1 : -1;
                    assertThat(Math.signum(w.get(0, 1)))
                            .as("%s, step %d", optimizer.getClass(), t)
                            .isEqualTo(sign);
                    if (!(optimizer instanceof LieOrtho)) {
                        assertThat(optimizer.state(id, "whole/momentum").get(0, 1))
                                .isCloseTo(momentum(t), within(1e-14));
                    }
                }
            }
        }
    }
}
