package org.isospin.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The reference's behaviour on a 3 × 2 weight, from two steps computed apart in F64. */
class PionReferenceTest {
    private static final double[] GRADIENT_1 = {.1, -.2, .3, .4, -.5, .6};
    private static final double[] GRADIENT_2 = {.2, .1, -.1, .3, .4, -.2};

    private final Isospin iso = Isospin.named("reference");

    @AfterEach
    void close() {
        iso.close();
    }

    private static Pion.Builder pion() {
        return Pion.megatron().learningRate(0.1).beta(0.9);
    }

    static Stream<Arguments> runs() {
        Pion.Builder transported = pion().momentum(PionMomentum.TRANSPORTED);
        return Stream.of(
                run(
                        "Lie, both",
                        pion(),
                        1,
                        1.017541550757786,
                        2.006940298167101,
                        3.004306827043965,
                        3.971077702670638,
                        5.031326019678453,
                        5.985586077654546),
                run(
                        "Lie, both",
                        pion(),
                        2,
                        1.024900861165796,
                        2.005792315031198,
                        2.994400387392038,
                        3.935170359283696,
                        5.062211778009535,
                        5.987352328877627),
                run(
                        "Lie, alternate",
                        alternating(pion()),
                        1,
                        1.010257865007073,
                        1.994838100463496,
                        3.020502543200959,
                        3.984540675016863,
                        5.030747221394845,
                        5.974243249570229),
                run(
                        "Lie, alternate",
                        alternating(pion()),
                        2,
                        1.011790563844465,
                        1.997171945900938,
                        2.994217743158969,
                        3.952290303733029,
                        5.046128629007005,
                        5.994850408993755),
                run(
                        "Lie with second moment, both",
                        second(pion()),
                        1,
                        1.025211749086700,
                        2.022571893123014,
                        2.994875258322437,
                        3.972306674429720,
                        5.020083841506009,
                        5.992362131196306),
                run(
                        "Lie with second moment, both",
                        second(pion()),
                        2,
                        1.032130887445110,
                        2.025904590404549,
                        2.976719665020827,
                        3.935956445627550,
                        5.044170781801081,
                        6.002844697550787),
                run(
                        "Lie with second moment, alternate",
                        alternating(second(pion())),
                        2,
                        1.013881920923932,
                        2.000048025625970,
                        2.994515128457928,
                        3.951854713519939,
                        5.045532357939162,
                        5.994178681998676),
                run(
                        "transported, both",
                        transported,
                        2,
                        1.024900861167299,
                        2.005792315032235,
                        2.994400387393722,
                        3.935170359283953,
                        5.062211778010177,
                        5.987352328875469),
                run(
                        "transported, alternate",
                        alternating(pion().momentum(PionMomentum.TRANSPORTED)),
                        2,
                        1.011790563846833,
                        1.997171945903820,
                        2.994217743158853,
                        3.952290303732754,
                        5.046128629006599,
                        5.994850408992976),
                run(
                        "transported with second moment, alternate",
                        alternating(second(pion().momentum(PionMomentum.TRANSPORTED))),
                        2,
                        1.005902065802269,
                        1.989953865266751,
                        2.994965426536402,
                        3.953625441734876,
                        5.046862124814348,
                        5.996370179804776),
                run(
                        "degree 1",
                        pion().map(RotationMap.truncatedExp(1)),
                        1,
                        1.017555355502526,
                        2.006964646401717,
                        3.004346105667831,
                        3.971128700933634,
                        5.031390814928230,
                        5.985664997680807),
                run(
                        "degree 4",
                        pion().map(RotationMap.truncatedExp(4)),
                        1,
                        1.017541513022026,
                        2.006940296565308,
                        3.004306792252724,
                        3.971077762296744,
                        5.031325934624578,
                        5.985586133261283));
    }

    private static Arguments run(String name, Pion.Builder pion, int steps, double... expected) {
        return Arguments.of(name, pion, steps, expected);
    }

    private static Pion.Builder alternating(Pion.Builder pion) {
        return pion.sides(RotationSides.ALTERNATE);
    }

    private static Pion.Builder second(Pion.Builder pion) {
        return pion.secondMoment(0.95, 1e-8);
    }

    @ParameterizedTest(name = "{0}, {2} steps")
    @MethodSource("runs")
    void stepsAsTheReference(String name, Pion.Builder pion, int steps, double[] expected) {
        for (DType dtype : new DType[] {DType.F64, DType.F32}) {
            for (Orientation orientation : Orientation.values()) {
                Matrix w = stepped(pion.build(iso), dtype, orientation, steps);
                // The figures have 15 decimals and are at most 6; F32 rounds each of some ten operations at 6.
                double tolerance = dtype == DType.F64 ? 2e-14 : 5e-6;
                for (int i = 0; i < expected.length; i++) {
                    assertThat(w.get(i / 2, i % 2)).as(dtype + " " + i).isCloseTo(expected[i], within(tolerance));
                }
            }
        }
    }

    private static Matrix stepped(Pion pion, DType dtype, Orientation orientation, int steps) {
        Matrix w = matrix(dtype, 1, 2, 3, 4, 5, 6);
        Matrix[] gradients = {matrix(dtype, GRADIENT_1), matrix(dtype, GRADIENT_2)};
        boolean isOutIn = orientation == Orientation.OUT_IN;
        Matrix stored = isOutIn ? w : w.transposed().copy();
        ParameterId id = pion.register(ParameterSpec.matrix("w", dtype, stored.rows(), stored.columns(), orientation));
        for (int t = 1; t <= steps; t++) {
            Matrix g = gradients[t - 1];
            pion.step(t, id, stored, isOutIn ? g : g.transposed().copy());
        }
        return isOutIn ? stored : stored.transposed();
    }

    private static Matrix matrix(DType dtype, double... elements) {
        Matrix m = Matrix.allocate(dtype, 3, 2);
        Matrix.wrap(elements, 3, 2).copyTo(m);
        return m;
    }

    /** (1 − β₁)G_in and (1 − β₁)G_out; that of the inputs with the other sign, see {@link Side}. */
    @Test
    void momentsAreTheGenerators() {
        Pion pion = pion().build(iso);
        ParameterId id = pion.register(ParameterSpec.matrix("w", DType.F64, 3, 2, Orientation.OUT_IN));
        pion.step(1, id, matrix(DType.F64, 1, 2, 3, 4, 5, 6), matrix(DType.F64, GRADIENT_1));
        assertThat(pion.state(id, "whole/generator_in").get(0, 0)).isCloseTo(-0.56, within(1e-15));
        Matrix out = pion.state(id, "whole/generator_out");
        double[] expected = {-0.16, -0.14, 0.30};
        for (int i = 0; i < expected.length; i++) {
            assertThat(out.get(0, i)).isCloseTo(expected[i], within(1e-15));
        }
    }

    /** The length of the first step: ηc√6 of first order, a little more of second. */
    @Test
    void reportsTheLengthOfTheStep() {
        Pion pion = pion().build(iso);
        ParameterId id = pion.register(ParameterSpec.matrix("w", DType.F64, 3, 2, Orientation.OUT_IN));
        pion.step(1, id, matrix(DType.F64, 1, 2, 3, 4, 5, 6), matrix(DType.F64, GRADIENT_1));
        assertThat(pion.report(id).updateNorm()).isCloseTo(0.0489898198599108, within(1e-15));
    }

    /** Of degree 1 and both sides at once it is ηc√6 itself. */
    @Test
    void theLinearStepIsAsLongAsItIsSaid() {
        Pion pion = Pion.linearized().learningRate(0.1).build(iso);
        ParameterId id = pion.register(ParameterSpec.matrix("w", DType.F64, 3, 2, Orientation.OUT_IN));
        pion.step(1, id, matrix(DType.F64, 1, 2, 3, 4, 5, 6), matrix(DType.F64, GRADIENT_1));
        assertThat(pion.report(id).updateNorm()).isCloseTo(0.0489897948556636, within(2e-15));
    }

    /** Angles are α‖A‖₂, and of a single plane the estimate is exact: ‖A‖₂ is that of the larger side's packed numbers. */
    @Test
    void stepsAreAsLongAsTheReferences() {
        double[][] alphas = {{0.00761188442622485, 0.0114845682712159}, {0.00917058198237499, 0.0138542619584894}};
        for (int k = 0; k < 2; k++) {
            Pion pion = (k == 0 ? pion() : alternating(pion())).build(iso);
            ParameterId id = pion.register(ParameterSpec.matrix("w", DType.F64, 3, 2, Orientation.OUT_IN));
            Matrix w = matrix(DType.F64, 1, 2, 3, 4, 5, 6);
            double[][] gradients = {GRADIENT_1, GRADIENT_2};
            for (int t = 1; t <= 2; t++) {
                pion.step(t, id, w, matrix(DType.F64, gradients[t - 1]));
                double in = norm(pion.state(id, "whole/generator_in"));
                double out = norm(pion.state(id, "whole/generator_out"));
                double largest = k == 0 ? Math.max(in, out) : t == 1 ? in : out;
                assertThat(pion.report(id).largestAngle() / largest)
                        .as("%d, step %d", k, t)
                        .isCloseTo(alphas[k][t - 1], within(1e-15));
            }
        }
    }

    private static double norm(Matrix packed) {
        double sum = 0;
        for (int i = 0; i < packed.columns(); i++) {
            sum += packed.get(0, i) * packed.get(0, i);
        }
        return Math.sqrt(sum);
    }

    static Stream<Arguments> spectra() {
        return Stream.of(
                Arguments.of(1, 9.525772575643240, 0.514308293418249),
                Arguments.of(2, 9.52551809252881, 0.514300580688260),
                Arguments.of(4, 9.525518091565111, 0.514300580658646));
    }

    /** From 9.525518091565107 and 0.514300580658644, by the degree alone. */
    @ParameterizedTest
    @MethodSource("spectra")
    void singularValuesMoveAsThoseOfTheReference(int degree, double first, double second) {
        Matrix s = iso.svd(matrix(DType.F64, 1, 2, 3, 4, 5, 6)).s();
        assertThat(s.get(0, 0)).isCloseTo(9.525518091565107, within(1e-14));
        assertThat(s.get(0, 1)).isCloseTo(0.514300580658644, within(1e-14));
        Pion.Builder pion = pion().map(RotationMap.truncatedExp(degree));
        Matrix after = iso.svd(stepped(pion.build(iso), DType.F64, Orientation.OUT_IN, 2))
                .s();
        assertThat(after.get(0, 0)).isCloseTo(first, within(2e-14));
        assertThat(after.get(0, 1)).isCloseTo(second, within(2e-14));
    }
}
