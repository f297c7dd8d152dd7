package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.isospin.reparam.MergeSchedule;
import org.junit.jupiter.api.Test;

/** The published warm-up of the clipping: clip·(0.1 + 0.9p/10) for p = s mod interval below 10, interval ≤ s ≤ 2000, s from 0. */
class MergeScheduleTest {
    @Test
    void lowersTheBoundAfterEachMergeOfTheBeginning() {
        MergeSchedule schedule = MergeSchedule.DEFAULT;
        double roundoff = 0x1p-52;
        for (long s = 0; s < 2500; s++) {
            long p = s % 200;
            double expected = s >= 200 && s <= 2000 && p < 10 ? 2 * (0.1 + 0.9 * p / 10) : 2;
            assertThat(schedule.clip(s + 1, 2)).isCloseTo(expected, within(2 * roundoff));
            assertThat(schedule.isDue(s + 1)).isEqualTo((s + 1) % 200 == 0);
        }
        assertThat(new MergeSchedule(5, 0, 0.1, 2000).clip(6, 3)).isEqualTo(3);
        assertThat(schedule.withInterval(400).isDue(200)).isFalse();
    }

    @Test
    void refusesWhatIsNoSchedule() {
        assertThatThrownBy(() -> schedule(0, 1, 0.1)).hasMessageContaining("not 0, 1");
        assertThatThrownBy(() -> schedule(1, -1, 0.1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> schedule(1, 1, 1.5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> schedule(1, 1, Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }

    private static boolean schedule(long interval, int warmup, double least) {
        return new MergeSchedule(interval, warmup, least, 10).isDue(1);
    }
}
