package org.isospin.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ScheduleTest {
    @Test
    void warmupReachesItsPeakAtItsLastStep() {
        Schedule warmup = Schedule.linearWarmup(0.8, 4);
        assertThat(new double[] {warmup.at(1), warmup.at(2), warmup.at(4), warmup.at(9)})
                .containsExactly(0.2, 0.4, 0.8, 0.8);
        assertThat(warmup).hasToString("linearWarmup(0.8, 4)");
    }

    @Test
    void cosineFallsFromTheFirstStepToTheLast() {
        Schedule cosine = Schedule.cosine(1, 0, 5);
        assertThat(cosine.at(1)).isEqualTo(1);
        // cos π/2 is 6e-17 in binary64.
        assertThat(cosine.at(3)).isEqualTo(0.5);
        assertThat(cosine.at(5)).isZero();
        assertThat(cosine.at(6)).isZero();
        assertThat(Schedule.cosine(1, 0.5, 1).at(1)).isEqualTo(0.5);
    }

    @Test
    void schedulesAreComposed() {
        Schedule all = Schedule.linearWarmup(1, 2).then(2, Schedule.constant(3)).times(2);
        assertThat(new double[] {all.at(1), all.at(2), all.at(3)}).containsExactly(1, 2, 6);
        assertThat(all).hasToString("2.0 x (linearWarmup(1.0, 2) for 2, then 3.0)");
        assertThat(Schedule.of("t", t -> t).at(7)).isEqualTo(7);
        assertThatIllegalArgumentException().isThrownBy(() -> Schedule.linearWarmup(1, 0));
    }
}
