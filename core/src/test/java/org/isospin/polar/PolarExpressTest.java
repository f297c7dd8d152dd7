package org.isospin.polar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against tables of the same polynomials from 40-digit Remez exchanges and from published code. */
class PolarExpressTest {
    private static void assertClose(List<OddPolynomial> actual, double[][] expected, double tolerance) {
        assertThat(actual).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            OddPolynomial p = actual.get(i);
            double[] found = {p.a(), p.b(), p.c()};
            for (int j = 0; j < 3; j++) {
                double e = j < expected[i].length ? expected[i][j] : 0;
                assertThat(Math.abs(found[j] - e))
                        .as("step %d, coefficient %d", i + 1, j)
                        .isLessThanOrEqualTo(tolerance);
            }
        }
    }

    /** The nearly singular last systems of a composition lose up to four digits, which its values do not feel. */
    private static final double LAST_DIGITS = 1e-11;

    @Test
    void quinticsWithoutCushionOrSafety() {
        double[][] expected = {
            {8.47032880384807, -25.10807470666187, 18.62927559911801},
            {4.182834183293942, -3.108701109889241, 0.580606681350049},
            {3.961857278961599, -2.9540637463593784, 0.5629761179538963},
            {3.28658621702796, -2.464720134531282, 0.5073576938614548},
            {2.273749994434039, -1.6446603679080696, 0.41619092749788633},
            {1.8887161973518292, -1.265157225338601, 0.3765189255574907}
        };
        assertClose(PolarExpress.quintics(6, 1e-3, 1, 0), expected, LAST_DIGITS);
    }

    @Test
    void quinticsWithSafetyReachTheLimit() {
        double[][] expected = {
            {8.461866936911157, -25.03290088028547, 18.536408009533467},
            {4.17872848309735, -3.099444215621644, 0.5777180948110121},
            {3.9584445847268785, -2.945602851267045, 0.5602132922602485},
            {3.285404491852868, -2.4589092455068013, 0.505005700923468},
            {2.2740082888735933, -1.6420206353752536, 0.41436191889548635},
            {1.8872120438813818, -1.2617890340755935, 0.3746840305249877},
            {1.8731279643093923, -1.246258697521994, 0.3731307326599123},
            {1.875, -1.25, 0.375}
        };
        assertClose(PolarExpress.quintics(8, 1e-3, 1.001, 0).subList(0, 6), Arrays.copyOf(expected, 6), LAST_DIGITS);
        // The interval of the seventh step is 2·10⁻³ wide, and its system singular to that power; the eighth is the
        // limit
        // at u = 1 + 1.7·10⁻⁸.
        assertClose(PolarExpress.quintics(8, 1e-3, 1.001, 0), expected, 1e-7);
    }

    @Test
    void quinticsForSmallSingularValues() {
        double[][] expected = {
            {8.505752330124938, -25.20588266392113, 18.673753665359246},
            {4.252822450140376, -3.150704771364687, 0.5835531646607754},
            {4.252575940858044, -3.15053461011257, 0.5835337935687888},
            {4.251527957300381, -3.149811176468952, 0.5834514382506282},
            {4.247078129867878, -3.146738909264125, 0.5831016945765637},
            {4.228281806810128, -3.1337523928846953, 0.581623354020247},
            {4.150604095446783, -3.079925389692863, 0.5754964855234346},
            {3.856966961247115, -2.873945431750965, 0.5520651825901682},
            {3.052554630537079, -2.282756701060443, 0.4851509145159482},
            {2.11396824143012, -1.4932294847930023, 0.39851498251047146}
        };
        List<OddPolynomial> thirteen = PolarExpress.quintics(13, 1e-6, 1.001, 0);
        assertClose(thirteen.subList(0, 10), expected, LAST_DIGITS);
        // The limit at u = 1 + 4·10⁻⁹.
        assertClose(thirteen.subList(12, 13), new double[][] {{1.875, -1.25, 0.375}}, 2e-8);
    }

    @Test
    void quinticsWithCushionAndSafetyAsPublished() {
        // modded-nanogpt and dion: l = 10⁻³, cushion 0.02, s = 1.02.
        double[][] nanogpt = {
            {8.156554524902461, -22.483292925577945, 15.878769915207455},
            {4.042929935166728, -2.808917465908707, 0.5000178451051303},
            {3.8916678022926634, -2.772484153217686, 0.5060648178503394},
            {3.285753657755655, -2.368129493342538, 0.4644902423300309},
            {2.3465413258596386, -1.7097828382687073, 0.4232355116930525}
        };
        assertClose(PolarExpress.quintics(5, 1e-3, 1.02, 0.02), nanogpt, LAST_DIGITS);
        double[][] paper = {
            {8.20516041400557, -22.901934987056045, 16.46072491018031},
            {4.06691561987959, -2.861284534588477, 0.5183804464778609},
            {3.913492611205463, -2.8242518767230886, 0.5248485625148537},
            {3.306013970133768, -2.430227567449684, 0.4869515205509476}
        };
        assertClose(PolarExpress.quintics(5, 1e-3, 1.01, 0.02407327424182761).subList(0, 4), paper, LAST_DIGITS);
    }

    @Test
    void publishedScheduleIsTheGeneratedOneDividedAfterwards() {
        List<OddPolynomial> generated = PolarExpress.quintics(8, 1e-3, 1, 0.02407327424182761);
        List<OddPolynomial> published = Msign.polarExpress(10).steps();
        for (int i = 0; i < 6; i++) {
            OddPolynomial p = generated.get(i);
            double[][] divided = {{p.a() / 1.01, p.b() / Math.pow(1.01, 3), p.c() / Math.pow(1.01, 5)}};
            assertClose(published.subList(i, i + 1), divided, LAST_DIGITS);
        }
        assertThat(published.subList(7, 10)).containsOnly(new OddPolynomial(1.875, -1.25, 0.375));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-16, 1e-10, 1e-6, 1e-3, 0.01, 0.1, 0.5, 0.9, 0.99})
    void errorsOfTheBestQuinticAndCubicAlternate(double lower) {
        for (double upper : new double[] {1, 1.7, 3}) {
            double l = lower * upper;
            OddPolynomial quintic = PolarExpress.quintic(l, upper);
            OddPolynomial cubic = PolarExpress.cubic(l, upper);
            double interior = Math.sqrt(-cubic.a() / (3 * cubic.b()));
            double error = 1 - cubic.apply(l);
            // The value at the end is as good as 1, so 1 − p is good to a few u.
            assertThat(cubic.apply(interior) - 1).isCloseTo(error, offset(2e-15));
            assertThat(1 - cubic.apply(upper)).isCloseTo(error, offset(2e-15));
            double largest = 1 - quintic.apply(l);
            assertThat(largest).isBetween(0.0, error);
            double worst = 0;
            for (int i = 0; i <= 20000; i++) {
                double x = l + (upper - l) * i / 20000;
                worst = Math.max(worst, Math.abs(1 - quintic.apply(x)));
            }
            // Terms of up to 25 cancel in p.
            assertThat(worst).isCloseTo(largest, offset(25 * 4 * 0x1p-53));
            assertThat(quintic.apply(upper) - 1).isCloseTo(largest, offset(25 * 4 * 0x1p-53));
        }
    }

    @Test
    void narrowIntervalsGiveTheTaylorLimit() {
        assertThat(PolarExpress.quintic(1, 1)).isEqualTo(new OddPolynomial(1.875, -1.25, 0.375));
        OddPolynomial half = PolarExpress.quintic(2 - 1e-9, 2);
        assertThat(half).isEqualTo(new OddPolynomial(1.875 / 2, -1.25 / 8, 0.375 / 32));
        OddPolynomial cubic = PolarExpress.cubic(1, 1);
        assertThat(cubic.a()).isCloseTo(1.5, offset(1e-15));
        assertThat(cubic.b()).isCloseTo(-0.5, offset(1e-15));
        assertThat(cubic.c()).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-2, 1e-3, 1e-6, 1e-12, 1e-16})
    void compositionsReachOne(double lower) {
        for (double cushion : new double[] {0, 0.024}) {
            List<OddPolynomial> steps = PolarExpress.quintics(35, lower, 1.001, cushion);
            List<OddPolynomial> cubics = PolarExpress.cubics(50, lower, 1.001, cushion);
            for (double x : new double[] {lower, 3 * lower, Math.sqrt(lower), 0.3, 0.9, 1}) {
                double y = x;
                for (OddPolynomial p : steps) {
                    y = p.apply(y);
                }
                assertThat(y).isCloseTo(1, offset(4 * 0x1p-53));
                double z = x;
                for (OddPolynomial p : cubics) {
                    z = p.apply(z);
                }
                // The safety factor leaves [1 − ε, 1 + ε] with ε = (3/2)·10⁻⁶ for the last step, a cubic ¾ε².
                assertThat(z).isCloseTo(1, offset(2e-12));
            }
        }
    }

    @Test
    void rejectsWhatHasNoComposition() {
        assertThatThrownBy(() -> PolarExpress.quintics(0, 0.1, 1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not 0");
        for (double lower : new double[] {0, -1, 1.5, Double.NaN}) {
            assertThatThrownBy(() -> PolarExpress.quintics(3, lower, 1, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(String.valueOf(lower));
        }
        assertThatThrownBy(() -> PolarExpress.cubics(3, 0.1, 0.99, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0.99");
        assertThatThrownBy(() -> PolarExpress.cubics(3, 0.1, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1.0");
        assertThatThrownBy(() -> PolarExpress.quintic(2, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PolarExpress.cubic(0, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
