package org.isospin.bench.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class CrossoverTest {
    /** log(host/device) goes from −log 4 to log 4 between 64 and 1024: 0 lies in the middle, at √(64·1024). */
    @Test
    void liesWhereTheLogarithmsMeet() {
        Crossover found = Crossover.of(List.of(new Crossover.Point(64, 1, 4), new Crossover.Point(1024, 8, 2)));
        assertThat(found.kind()).isEqualTo(Crossover.Kind.BETWEEN);
        assertThat(found.n()).isCloseTo(256, within(1e-9));
        // Rounded up: 256 and a roundoff would be 257.
        assertThat(found.toString()).matches("from n = 25[67]");
    }

    /** Powers of n: host n³·10⁻⁹, device n²·10⁻⁷, equal at n = 100, which lies between 64 and 256. */
    @Test
    void isExactForPowersOfTheOrder() {
        List<Crossover.Point> points = List.of(power(16), power(64), power(256), power(1024));
        assertThat(Crossover.of(points).n()).isCloseTo(100, within(1e-9));
    }

    private static Crossover.Point power(int n) {
        return new Crossover.Point(n, 1e-9 * n * n * n, 1e-7 * n * n);
    }

    @Test
    void lastsToTheLargestOrder() {
        // Faster at 64 by an accident, slower again at 128: it pays beyond 128.
        Crossover found = Crossover.of(
                List.of(new Crossover.Point(64, 2, 1), new Crossover.Point(128, 1, 2), new Crossover.Point(256, 2, 1)));
        assertThat(found.n()).isCloseTo(Math.sqrt(128 * 256), within(1e-9));
    }

    @Test
    void equalTimesAreNoGain() {
        assertThat(Crossover.of(List.of(new Crossover.Point(64, 1, 1))))
                .isEqualTo(new Crossover(Crossover.Kind.NOWHERE, 64));
    }

    @Test
    void saysWhatWasMeasuredWhereThereIsNone() {
        assertThat(Crossover.of(List.of(new Crossover.Point(64, 1, 2), new Crossover.Point(128, 1, 1.5))))
                .hasToString("not up to n = 128");
        assertThat(Crossover.of(List.of(new Crossover.Point(64, 2, 1), new Crossover.Point(128, 3, 1))))
                .hasToString("from n = 64, the smallest measured,");
        assertThat(Crossover.of(List.of())).hasToString("unknown");
    }

    @Test
    void ordersThatOneSideLacksDoNotCount() {
        List<Crossover.Point> points = List.of(
                new Crossover.Point(32, Double.NaN, 1),
                new Crossover.Point(64, 1, 2),
                new Crossover.Point(128, Double.NaN, 1));
        assertThat(Crossover.of(points)).isEqualTo(new Crossover(Crossover.Kind.NOWHERE, 64));
        assertThat(Crossover.of(List.of(new Crossover.Point(32, 1, Double.NaN))))
                .isEqualTo(new Crossover(Crossover.Kind.UNKNOWN, 0));
    }
}
