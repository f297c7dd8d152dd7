package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.merge.DeltaMerge;
import org.isospin.merge.ExpertRotation;
import org.isospin.merge.GeneratorMean;
import org.isospin.merge.IntrinsicMean;
import org.isospin.merge.OrthoMerge;
import org.isospin.merge.OrthoMergeOptions;
import org.isospin.merge.TaskArithmetic;
import org.isospin.merge.Ties;
import org.isospin.merge.TsvM;
import org.isospin.polar.Group;
import org.isospin.polar.NullSpace;
import org.isospin.rotation.KarcherMean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rotations and residuals of models without adapters: exact rotations, bases with null spaces, reflections and half turns. */
class OrthoMergeTest {
    private static final OrthoMergeOptions DEFAULT = OrthoMergeOptions.DEFAULT;
    private static final OrthoMergeOptions INTRINSIC = DEFAULT.withMean(new IntrinsicMean(KarcherMean.Options.DEFAULT));

    static Stream<String> backends() {
        return Backends.available().stream();
    }

    private static double[] ones(int count) {
        double[] ones = new double[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    private record Parts(Dense rotation, Dense rotated, List<Dense> residuals, OrthoMerge.Result result) {}

    private static Parts decouple(
            Isospin iso, OrthoMergeOptions options, double[] weights, Dense base, Dense... experts) {
        int order = options.side() == OrthoMergeOptions.Side.SHORTER
                ? Math.min(base.rows(), base.columns())
                : base.columns();
        Matrix rotation = Generators.garbage(Matrix.allocate(DType.F64, order, order));
        Matrix rotated = Generators.garbage(Matrix.allocate(DType.F64, base.rows(), base.columns()));
        List<Matrix> inputs = new ArrayList<>();
        List<Matrix> residuals = new ArrayList<>();
        for (Dense expert : experts) {
            inputs.add(expert.to(DType.F64));
            residuals.add(Generators.garbage(Matrix.allocate(DType.F64, base.rows(), base.columns())));
        }
        OrthoMerge.Result result =
                OrthoMerge.decouple(iso, base.to(DType.F64), inputs, weights, options, rotation, rotated, residuals);
        return new Parts(
                Dense.of(rotation),
                Dense.of(rotated),
                residuals.stream().map(Dense::of).toList(),
                result);
    }

    private static Dense rotation(Isospin iso, int n, double angle, long seed) {
        return Dense.of(iso.exp(Generators.skew(DType.F64, n, angle, seed)));
    }

    private static double distance(Dense a, Dense b) {
        return a.plus(-1, b).max();
    }

    /** With the base of full column rank a rotated copy has no residual, and one alone comes back. */
    @ParameterizedTest
    @MethodSource("backends")
    void rotatedCopyOfATallBaseHasNoResidual(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : new int[][] {{1, 1}, {5, 5}, {12, 8}, {70, 66}}) {
            int n = shape[1];
            Dense base = Generators.gaussian(shape[0], n, 3);
            Dense r = rotation(iso, n, 0.7, 4);
            double size = 1e-11 * base.norm2();
            Parts one = decouple(iso, DEFAULT, ones(1), base, base.times(r));
            assertThat(one.residuals.getFirst().max()).isLessThan(size);
            assertThat(distance(one.rotated, base.times(r))).isLessThan(size);
            assertThat(one.rotation.orthogonalityDefect()).isLessThan(1e-15);
            // Opposite rotations cancel, in every mean.
            for (OrthoMergeOptions options : List.of(DEFAULT, INTRINSIC)) {
                Parts both = decouple(iso, options, ones(2), base, base.times(r), base.times(r.transposed()));
                assertThat(distance(both.rotation, Dense.identity(n))).isLessThan(1e-10);
                assertThat(both.residuals.getLast().max()).isLessThan(size);
            }
        }
    }

    /** Two rotations of one plane: half the angles' sum by logarithms, the tangents' mean by Cayley. */
    @ParameterizedTest
    @MethodSource("backends")
    void meansOfPlaneRotationsAreKnown(String backend) {
        Isospin iso = Backends.shared(backend);
        Dense base = Generators.gaussian(3, 2, 9);
        Dense[] experts = {base.times(turn(30)), base.times(turn(60))};
        assertThat(degrees(decouple(iso, DEFAULT, ones(2), base, experts).rotation))
                .isCloseTo(45.82267383802617, within(1e-11));
        assertThat(degrees(decouple(iso, INTRINSIC, ones(2), base, experts).rotation))
                .isCloseTo(45, within(1e-11));
        assertThat(degrees(decouple(iso, INTRINSIC, new double[] {3, 1}, base, experts).rotation))
                .isCloseTo(37.5, within(1e-11));
        double weighted = 0.75 * Math.tan(Math.toRadians(15)) + 0.25 * Math.tan(Math.toRadians(30));
        assertThat(degrees(decouple(iso, DEFAULT, new double[] {3, 1}, base, experts).rotation))
                .isCloseTo(2 * Math.toDegrees(Math.atan(weighted)), within(1e-11));
    }

    private static Dense turn(double degrees) {
        double t = Math.toRadians(degrees);
        Dense r = Dense.identity(2);
        r.set(0, 0, Math.cos(t));
        r.set(1, 1, Math.cos(t));
        r.set(0, 1, -Math.sin(t));
        r.set(1, 0, Math.sin(t));
        return r;
    }

    private static double degrees(Dense r) {
        return Math.toDegrees(Math.atan2(r.get(1, 0), r.get(0, 0)));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void expertsThatAreTheBaseGiveItToTheLastBit(String backend) {
        Isospin iso = Backends.shared(backend);
        for (DType dtype : DType.values()) {
            for (int[] shape : new int[][] {{0, 0}, {0, 3}, {3, 0}, {4, 8}, {8, 4}, {6, 6}}) {
                Matrix base = Generators.gaussian(shape[0], shape[1], 1).to(dtype);
                for (OrthoMergeOptions.Targets targets : OrthoMergeOptions.Targets.values()) {
                    for (OrthoMergeOptions options : List.of(DEFAULT, INTRINSIC)) {
                        for (DeltaMerge method : List.of(TaskArithmetic.DEFAULT, Ties.DEFAULT, TsvM.DEFAULT)) {
                            Matrix out = Generators.garbage(Matrix.allocate(dtype, shape[0], shape[1]));
                            OrthoMerge.merge(
                                    iso,
                                    base,
                                    List.of(base.copy(), base),
                                    ones(2),
                                    options.withTargets(targets),
                                    method,
                                    out);
                            assertThat(Dense.of(out).hasBitsOf(Dense.of(base))).isTrue();
                        }
                    }
                }
            }
        }
    }

    /** Fewer outputs than inputs: most rotations are free, and what the policies make of them. */
    @ParameterizedTest
    @MethodSource("backends")
    void wideBaseIsTurnedNoFurtherThanItMust(String backend) {
        Isospin iso = Backends.shared(backend);
        Dense base = Generators.gaussian(4, 8, 21);
        for (long seed = 0; seed < 10; seed++) {
            Dense expert = base.plus(0.01, Generators.gaussian(4, 8, 30 + seed));
            double change = expert.plus(-1, base).frobenius();
            Parts nearest = decouple(iso, DEFAULT, ones(1), base, expert);
            ExpertRotation found = nearest.result.experts().getFirst();
            assertThat(found.outcome()).isEqualTo(ExpertRotation.Outcome.ROTATED);
            assertThat(found.rank()).isEqualTo(4);
            // A change of 1 % turns by about as much, amplified by the least singular value.
            assertThat(found.angle()).isLessThan(0.2);
            assertThat(found.residual()).isLessThan(change);
            assertThat(found.change()).isCloseTo(change, within(1e-14));
            assertThat(nearest.residuals.getFirst().frobenius()).isCloseTo(found.residual(), within(1e-13));
            // The optimum is the same whichever solution is taken.
            Parts any = decouple(
                    iso,
                    DEFAULT.withNullSpace(NullSpace.ANY)
                            .withGroup(Group.ORTHOGONAL)
                            .withMean(INTRINSIC.mean()),
                    ones(1),
                    base,
                    expert);
            assertThat(any.result.experts().getFirst().residual()).isCloseTo(found.residual(), within(1e-12));
            Parts shorter = decouple(iso, DEFAULT.withSide(OrthoMergeOptions.Side.SHORTER), ones(1), base, expert);
            assertThat(shorter.rotation.rows()).isEqualTo(4);
            assertThat(distance(shorter.rotated, shorter.rotation.transposed().times(base)))
                    .isLessThan(1e-14);
            assertThat(shorter.result.experts().getFirst().residual()).isLessThan(change);
        }
    }

    /** W₀ = diag(1, 2), T = W₀·diag(1, −1): the best reflection has no generator, and the best rotation is a half turn. */
    @ParameterizedTest
    @MethodSource("backends")
    void reflectionsAndHalfTurnsAreDealtWithAsAskedFor(String backend) {
        Isospin iso = Backends.shared(backend);
        Dense base = Dense.identity(2);
        base.set(1, 1, 2);
        Dense expert = base.times(Dense.identity(2));
        expert.set(1, 1, -2);
        for (Group group : Group.values()) {
            OrthoMergeOptions options = DEFAULT.withGroup(group);
            Parts left = decouple(iso, options, ones(1), base, expert);
            ExpertRotation found = left.result.experts().getFirst();
            assertThat(found.outcome()).isEqualTo(ExpertRotation.Outcome.HALF_TURN);
            assertThat(found.angle()).isCloseTo(Math.PI, within(1e-12));
            assertThat(left.rotation.hasBitsOf(Dense.identity(2))).isTrue();
            assertThat(left.residuals.getFirst().get(1, 1)).isEqualTo(-4);
            OrthoMergeOptions strict = options.withHalfTurns(OrthoMergeOptions.HalfTurns.REJECT, Math.PI);
            assertThatThrownBy(() -> decouple(iso, strict, ones(1), base, expert))
                    .isInstanceOf(SingularMatrixException.class)
                    .hasMessageContaining("expert 0");
        }
        // SO(2)'s optimum −I costs 4σ₂ = 4 more in the square; on the group it is a rotation like any other.
        Parts turned = decouple(iso, INTRINSIC, ones(1), base, expert);
        assertThat(turned.result.experts().getFirst().residual()).isCloseTo(2, within(1e-14));
        assertThat(distance(turned.rotation, Dense.zero(2, 2).plus(-1, Dense.identity(2))))
                .isLessThan(1e-15);
        // A limit of the angle treats what turns further in the same way, and leaves the others.
        OrthoMergeOptions limited = DEFAULT.withHalfTurns(OrthoMergeOptions.HalfTurns.TO_RESIDUAL, 1);
        Parts some = decouple(iso, limited, ones(2), base, base.times(turn(50)), base.times(turn(60)));
        assertThat(some.result.experts().stream().map(ExpertRotation::outcome))
                .containsExactly(ExpertRotation.Outcome.ROTATED, ExpertRotation.Outcome.HALF_TURN);
        assertThat(some.result.experts().getFirst().residual()).isLessThan(1e-14);
    }

    /** Rows that conflict by the definition are the only ones fitted. */
    @ParameterizedTest
    @MethodSource("backends")
    void conflictsAreRowsAgainstTheMeanChange(String backend) {
        Isospin iso = Backends.shared(backend);
        OrthoMergeOptions conflicts = DEFAULT.withTargets(OrthoMergeOptions.Targets.CONFLICTS);
        for (double threshold : new double[] {0, 0.4, -0.2}) {
            Dense base = Generators.gaussian(9, 5, 40);
            Dense[] experts = new Dense[4];
            Dense mean = Dense.zero(9, 5);
            for (int i = 0; i < 4; i++) {
                experts[i] = base.plus(0.3, Generators.gaussian(9, 5, 50 + i));
                for (int j = 0; j < 5; j++) {
                    experts[i].set(0, j, base.get(0, j));
                }
                mean = mean.plus(0.25, experts[i].plus(-1, base));
            }
            Parts parts = decouple(iso, conflicts.withConflictThreshold(threshold), ones(4), base, experts);
            for (int i = 0; i < 4; i++) {
                Dense target = base.plus(1, Dense.zero(9, 5));
                for (int r = 0; r < 9; r++) {
                    double dot = 0;
                    double square = 0;
                    double other = 0;
                    for (int j = 0; j < 5; j++) {
                        double d = experts[i].get(r, j) - base.get(r, j);
                        dot += d * mean.get(r, j);
                        square += d * d;
                        other += mean.get(r, j) * mean.get(r, j);
                    }
                    if (dot < threshold * Math.sqrt(square * other)) {
                        for (int j = 0; j < 5; j++) {
                            target.set(r, j, experts[i].get(r, j));
                        }
                    }
                }
                Dense r = decouple(iso, DEFAULT, ones(1), base, target).rotation;
                assertThat(distance(parts.residuals.get(i), experts[i].plus(-1, base.times(r))))
                        .isLessThan(1e-13);
            }
        }
        // Two of equal norms never conflict; the changes are exact, lest rounding decide.
        Dense base = Dense.of(Generators.gaussian(3, 3, 60).to(DType.F32));
        Dense up = base.plus(1, Dense.identity(3));
        Dense down = base.plus(1, Dense.identity(3));
        down.set(0, 0, base.get(0, 0) - 1);
        Parts still = decouple(iso, conflicts, ones(2), base, up, down);
        assertThat(still.result.experts()).allMatch(e -> e.outcome() == ExpertRotation.Outcome.UNCHANGED);
        assertThat(still.rotated.hasBitsOf(base)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void orderDoesNotMatterAndOneAtFullScaleComesBack(String backend) {
        Isospin iso = Backends.shared(backend);
        for (DType dtype : DType.values()) {
            double scale = dtype == DType.F64 ? 0x1p400 : dtype == DType.F32 ? 0x1p-100 : 1;
            Matrix base =
                    Dense.zero(7, 5).plus(scale, Generators.gaussian(7, 5, 70)).to(dtype);
            Matrix a = Dense.of(base)
                    .plus(scale / 4, Generators.gaussian(7, 5, 71))
                    .to(dtype);
            Matrix b = Dense.of(base)
                    .plus(scale / 4, Generators.gaussian(7, 5, 72))
                    .to(dtype);
            double size = scale * 32 * dtype.unitRoundoff();
            Matrix alone = Generators.garbage(Matrix.allocate(dtype, 7, 5));
            OrthoMerge.merge(iso, base, List.of(a), ones(1), DEFAULT, new TaskArithmetic(1), alone);
            assertThat(distance(Dense.of(alone), Dense.of(a))).isLessThan(size);
            Matrix one = Matrix.allocate(dtype, 7, 5);
            OrthoMerge.merge(iso, base, List.of(a, b), new double[] {1, 2}, DEFAULT, TaskArithmetic.DEFAULT, one);
            // The base is the output.
            OrthoMerge.merge(iso, base, List.of(b, a), new double[] {2, 1}, DEFAULT, TaskArithmetic.DEFAULT, base);
            assertThat(distance(Dense.of(base), Dense.of(one))).isLessThan(size);
        }
    }

    /** However far it turns, and however uncertain its generator is. */
    @ParameterizedTest
    @MethodSource("backends")
    void oneExpertThatTurnsByNearlyAHalfTurnComesBack(String backend) {
        Isospin iso = Backends.shared(backend);
        Matrix base = Generators.gaussian(3, 2, 80).to(DType.F64);
        for (double degrees : new double[] {90, 179, 179.9999, 179.999999999}) {
            Dense expert = Dense.of(base).times(turn(degrees));
            Matrix out = Generators.garbage(Matrix.allocate(DType.F64, 3, 2));
            OrthoMerge.Result result = OrthoMerge.merge(
                    iso, base, List.of(expert.to(DType.F64)), ones(1), DEFAULT, new TaskArithmetic(1), out);
            assertThat(result.experts().getFirst().outcome()).isEqualTo(ExpertRotation.Outcome.ROTATED);
            assertThat(Math.toDegrees(result.experts().getFirst().angle())).isCloseTo(degrees, within(1e-6));
            assertThat(distance(Dense.of(out), expert)).isLessThan(1e-15);
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void refusesWhatDoesNotFit(String backend) {
        Isospin iso = Backends.shared(backend);
        Dense base = Generators.gaussian(4, 3, 1);
        Dense bad = Generators.gaussian(4, 3, 2);
        for (double x : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            bad.set(2, 1, x);
            for (OrthoMergeOptions.Targets targets : OrthoMergeOptions.Targets.values()) {
                OrthoMergeOptions options = DEFAULT.withTargets(targets);
                assertThatThrownBy(() -> decouple(iso, options, ones(2), base, base, bad))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("not finite");
                assertThatThrownBy(() -> decouple(iso, options, ones(1), bad, base))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("not finite");
            }
        }
        assertThatThrownBy(() -> decouple(iso, DEFAULT, ones(1), base, Dense.zero(3, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("differ");
        assertThatThrownBy(() -> decouple(iso, DEFAULT, ones(2), base, base))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("weights");
        assertThatThrownBy(() -> DEFAULT.withNullSpace(NullSpace.PARTIAL_ISOMETRY))
                .hasMessageContaining("no rotation");
        assertThatThrownBy(() -> DEFAULT.withMean(GeneratorMean.DEFAULT.withLargestCorrection(0.5)))
                .hasMessageContaining("correction");
    }
}
