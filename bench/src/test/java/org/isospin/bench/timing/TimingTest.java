package org.isospin.bench.timing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.isospin.bench.cli.Figures;
import org.junit.jupiter.api.Test;

/** Order statistics. */
class TimingTest {
    @Test
    void interpolatesQuantiles() {
        Timing t = new Timing(List.of(5.0, 1.0, 2.0, 3.0, 4.0), 1);
        assertThat(t.median()).isEqualTo(3);
        assertThat(t.lowerQuartile()).isEqualTo(2);
        assertThat(t.upperQuartile()).isEqualTo(4);
        assertThat(t.spread()).isEqualTo(1);
        assertThat(t.least()).isEqualTo(1);
        assertThat(t.greatest()).isEqualTo(5);
        assertThat(new Timing(List.of(1.0, 2.0), 1).median()).isEqualTo(1.5);
        assertThat(new Timing(List.of(), 1).median()).isNaN();
    }

    @Test
    void comparesRoundByRound() {
        Timing steady = new Timing(List.of(1.0, 10.0, 1.0), 1);
        Timing twiceAsFast = new Timing(List.of(0.5, 5.0, 0.5, 7.0, 7.0), 1);
        assertThat(twiceAsFast.speedOver(steady))
                .as("the slow round was slow for both")
                .isEqualTo(2);
        assertThat(steady.speedOver(steady)).isEqualTo(1);
    }

    @Test
    void writesFiguresForPeople() {
        assertThat(Figures.significant(1234.5)).isEqualTo("1235");
        assertThat(Figures.significant(12.345)).isEqualTo("12.3");
        assertThat(Figures.significant(0.0012345)).isEqualTo("0.00123");
        assertThat(Figures.significant(Double.NaN)).isEqualTo("-");
        assertThat(Figures.significant(0)).isEqualTo("0");
        assertThat(Figures.percent(0.918)).isEqualTo("92 %");
        assertThat(Figures.percent(0.004)).isEqualTo("0.4 %");
        assertThat(Figures.ratio(0.981)).isEqualTo("0.98");
        assertThat(Figures.ratio(35.21)).isEqualTo("35.2");
        assertThat(Figures.ratio(0.004)).isEqualTo("0.004");
        assertThat(Figures.roundoffs(1.26)).isEqualTo("1.3");
        assertThat(Figures.roundoffs(Double.NaN)).isEqualTo("NaN");
        assertThat(Figures.duration(2.5e-5)).isEqualTo("25.0 µs");
        assertThat(Figures.duration(0.25)).isEqualTo("250 ms");
        assertThat(Figures.duration(1.5)).isEqualTo("1.50 s");
    }

    @Test
    void tellsOfOtherProcesses() {
        assertThat(OtherLoad.note(0.95, 0.45)).startsWith("other processes used 50 % of the processors");
        assertThat(OtherLoad.note(0.5, 0.45)).isEmpty();
        assertThat(OtherLoad.note(Double.NaN, 0.45)).isEmpty();
    }
}
