package org.isospin.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdamWTest {
    private final Isospin iso = Isospin.named("reference");

    @AfterEach
    void close() {
        iso.close();
    }

    /** The first step is −η·sign(G), up to ε, whatever β is: the corrections undo both. */
    @Test
    void theFirstStepHasTheLengthOfTheLearningRate() {
        AdamW adam = AdamW.builder().learningRate(0.5).weightDecay(0).build(iso);
        ParameterId id = adam.register(ParameterSpec.vector("v", DType.F64, 3, Role.BIAS));
        Matrix v = Matrix.wrap(new double[] {1, 2, 3}, 1, 3);
        adam.step(1, id, v, Matrix.wrap(new double[] {100, -1e-3, 0}, 1, 3));
        // ε/|G| of the step is missing: 1e-5 for the smaller gradient.
        assertThat(v.get(0, 0)).isCloseTo(0.5, within(1e-9));
        assertThat(v.get(0, 1)).isCloseTo(2.5, within(1e-5));
        assertThat(v.get(0, 2)).isEqualTo(3);
    }

    @Test
    void decayIsDecoupled() {
        AdamW adam = AdamW.builder().learningRate(0.5).weightDecay(0.1).build(iso);
        ParameterId id = adam.register(ParameterSpec.vector("v", DType.F64, 1, Role.BIAS));
        Matrix v = Matrix.wrap(new double[] {8}, 1, 1);
        adam.step(1, id, v, Matrix.wrap(new double[] {0}, 1, 1));
        assertThat(v.get(0, 0)).isEqualTo(8 * (1 - 0.5 * 0.1));
    }

    @Test
    void optionsAreChecked() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AdamW.builder().betas(1, 0.9))
                .withMessage("beta1 must be in [0, 1), not 1.0");
        assertThatIllegalArgumentException().isThrownBy(() -> AdamW.builder().weightDecay(-1));
        AdamW adam = AdamW.builder()
                .learningRate(Schedule.of("bad", t -> Double.NaN))
                .build(iso);
        ParameterId id = adam.register(ParameterSpec.vector("v", DType.F32, 1, Role.BIAS));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> adam.step(1, id, Matrix.allocate(DType.F32, 1, 1), Matrix.allocate(DType.F32, 1, 1)))
                .withMessageContaining("bad is NaN at step 1");
    }
}
