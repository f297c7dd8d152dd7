package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewBatch;
import org.isospin.SkewMatrix;
import org.isospin.merge.ActivationGeometry;
import org.isospin.merge.ExpertRotation;
import org.isospin.merge.Interpolation;
import org.isospin.merge.OrthoMergeOptions;
import org.isospin.merge.Rewinding;
import org.isospin.merge.UpdateGeometry;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.RotationPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Weights between a base and what it was tuned to, rewinding, and what tuning did. */
class InterpolationTest {
    private static final double U = DType.F64.unitRoundoff();
    private static final int[][] SHAPES = {{0, 3}, {3, 0}, {1, 1}, {5, 5}, {9, 4}, {4, 7}};

    static Stream<String> backends() {
        return Backends.available().stream();
    }

    private static Matrix garbage(Dense like) {
        return Generators.garbage(Matrix.allocate(DType.F64, like.rows(), like.columns()));
    }

    private static Dense linear(Isospin iso, Dense base, Dense tuned, double alpha) {
        Matrix out = garbage(base);
        Interpolation.linear(iso, base.to(DType.F64), tuned.to(DType.F64), alpha, out);
        return Dense.of(out);
    }

    private static Dense rotated(Isospin iso, Dense base, Dense tuned, RotationPath path, double alpha) {
        Matrix out = garbage(base);
        Interpolation.rotated(
                iso, base.to(DType.F64), tuned.to(DType.F64), path, OrthoMergeOptions.DEFAULT, alpha, out);
        return Dense.of(out);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void linesHaveTheirEndsToTheLastBitAndTheBoundBetween(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : SHAPES) {
            Dense base = Generators.gaussian(shape[0], shape[1], 1);
            Dense tuned = Generators.gaussian(shape[0], shape[1], 2);
            assertThat(linear(iso, base, tuned, 0).hasBitsOf(base)).isTrue();
            assertThat(linear(iso, base, tuned, 1).hasBitsOf(tuned)).isTrue();
            for (double alpha : new double[] {-0.5, 0.3, 0.5, 0.9, 2}) {
                Dense found = linear(iso, base, tuned, alpha);
                double nearest = Math.abs(alpha <= 0.5 ? alpha : 1 - alpha);
                for (int i = 0; i < shape[0]; i++) {
                    for (int j = 0; j < shape[1]; j++) {
                        BigDecimal start = new BigDecimal(base.get(i, j));
                        BigDecimal change = new BigDecimal(tuned.get(i, j)).subtract(start);
                        double error = start.add(change.multiply(new BigDecimal(alpha)))
                                .subtract(new BigDecimal(found.get(i, j)))
                                .abs()
                                .doubleValue();
                        // A rounding each of the change, of 1 − α and of their product, and of the sum; 1% for second
                        // orders.
                        double bound = U * (3 * nearest * change.abs().doubleValue() + Math.abs(found.get(i, j)));
                        assertThat(error).isLessThanOrEqualTo(1.01 * bound);
                    }
                }
            }
            Matrix nan = base.to(DType.F64);
            if (base.rows() > 0 && base.columns() > 0) {
                nan.set(0, 0, Double.NaN);
                assertThat(linear(iso, base, Dense.of(nan), 0).get(0, 0)).isNaN();
            }
        }
    }

    /** A turned copy of a base of full column rank: its planes turn by half their angle, or as the Cayley paths say. */
    @ParameterizedTest
    @MethodSource("backends")
    void turnedCopiesTurnInBetween(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : new int[][] {{1, 1}, {5, 5}, {9, 4}, {12, 7}}) {
            int n = shape[1];
            double angle = 1.2;
            Dense base = Generators.conditioned(shape[0], n, 3, 5);
            Dense tuned = base.times(Generators.planes(n, angle, Math::cos, Math::sin));
            // Rotations are known to the square of the base's condition, 9, times a few u; a logarithm and an
            // exponential add 10u.
            double bound = 50 * 9 * U * base.frobenius();
            for (RotationPath path : RotationPath.values()) {
                assertThat(rotated(iso, base, tuned, path, 0).hasBitsOf(base)).isTrue();
                assertThat(distance(rotated(iso, base, tuned, path, 1), tuned)).isLessThan(bound);
                Dense half = base.times(Generators.planes(
                        n, angle, t -> Math.cos(turned(path, t, 0.5)), t -> Math.sin(turned(path, t, 0.5))));
                assertThat(distance(rotated(iso, base, tuned, path, 0.5), half)).isLessThan(bound);
            }
        }
    }

    private static double turned(RotationPath path, double theta, double alpha) {
        return switch (path) {
            case GEODESIC -> alpha * theta;
            case CAYLEY -> 2 * Math.atan(alpha * Math.tan(theta / 2));
            case CAYLEY_ROOT -> 2 * Math.atan(Math.sqrt(alpha) * Math.tan(theta / 2));
        };
    }

    private static double distance(Dense a, Dense b) {
        return a.plus(-1, b).frobenius();
    }

    /** Whatever the tuned weight is, and whatever half turns or missing rows leave open, the ends are the weights. */
    @ParameterizedTest
    @MethodSource("backends")
    void endsAreTheWeightsWhateverTheyAre(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : SHAPES) {
            Dense base = Generators.gaussian(shape[0], shape[1], 7);
            for (Dense tuned : new Dense[] {base, base.plus(-2, base), Generators.gaussian(shape[0], shape[1], 8)}) {
                double bound = 200 * U * (base.frobenius() + tuned.frobenius());
                for (RotationPath path : RotationPath.values()) {
                    assertThat(rotated(iso, base, tuned, path, 0).hasBitsOf(base))
                            .isTrue();
                    // The rotations of square Gaussians may turn by nearly π: what a Cayley transform amplifies, it
                    // takes back.
                    assertThat(distance(rotated(iso, base, tuned, path, 1), tuned))
                            .isLessThanOrEqualTo(1e3 * bound);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void adaptersKeepTheSpectrum(String backend) {
        Isospin iso = Backends.shared(backend);
        int order = 3;
        Dense base = Generators.gaussian(5, 2 * order, 3);
        SkewBatch generators = SkewBatch.allocate(DType.F64, 2, order);
        Generators.skew(DType.F64, order, 0.8, 1)
                .packed()
                .copyTo(generators.packed().row(0));
        Generators.skew(DType.F64, order, 0.3, 2)
                .packed()
                .copyTo(generators.packed().row(1));
        Matrix out = garbage(base);
        for (RotationPath path : RotationPath.values()) {
            for (double alpha : new double[] {0, 0.3, 1}) {
                Interpolation.adapter(iso, base.to(DType.F64), generators, CayleyStep.FULL, path, alpha, out);
                Dense found = Dense.of(out);
                if (alpha == 0) {
                    assertThat(found.hasBitsOf(base)).isTrue();
                }
                // An orthogonal factor with a defect of a few u, and a product of √n·u.
                assertThat(found.singularValues()
                                .plus(-1, base.singularValues())
                                .max())
                        .isLessThan(30 * U * base.norm2());
                if (alpha == 1) {
                    for (int b = 0; b < 2; b++) {
                        Dense r = Dense.of(iso.cayley(generators.get(b)));
                        Dense part = Dense.of(base.to(DType.F64).view(0, b * order, 5, order));
                        assertThat(distance(Dense.of(out.view(0, b * order, 5, order)), part.times(r)))
                                .isLessThan(30 * U * base.norm2());
                    }
                }
            }
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Interpolation.adapter(
                        iso,
                        Generators.gaussian(5, 5, 1).to(DType.F64),
                        generators,
                        CayleyStep.FULL,
                        RotationPath.CAYLEY,
                        0.5,
                        Matrix.allocate(DType.F64, 5, 5)))
                .withMessageContaining("do not turn the 5 columns");
    }

    @ParameterizedTest
    @MethodSource("backends")
    void whatIsNotFiniteIsToldOrRefused(String backend) {
        Isospin iso = Backends.shared(backend);
        Dense base = Generators.gaussian(4, 3, 1);
        Matrix out = garbage(base);
        Matrix bad = base.to(DType.F64);
        bad.set(1, 2, Double.NaN);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Interpolation.rotated(
                        iso, base.to(DType.F64), bad, RotationPath.GEODESIC, OrthoMergeOptions.DEFAULT, 0.5, out))
                .withMessageContaining("not finite");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Interpolation.linear(iso, base.to(DType.F64), bad, Double.NaN, out))
                .withMessageContaining("alpha is not finite");
        assertThatIllegalArgumentException().isThrownBy(() -> UpdateGeometry.of(iso, base.to(DType.F64), bad));
        assertThatIllegalArgumentException().isThrownBy(() -> ActivationGeometry.of(iso, bad, base.to(DType.F64)));
    }

    @Test
    void rulesOfRewindingAreMet() {
        double[] strengths = {0.2, 0.4, 0, 0.1};
        assertThat(new Rewinding.Uniform(0.4).factors(strengths)).containsExactly(0.4, 0.4, 0.4, 0.4);
        assertThat(new Rewinding.ToWeakest().factors(strengths)).containsExactly(0.5, 0.25, 1, 1);
        // The mean of the first two is 0.3 but for roundoff.
        assertThat(new Rewinding.ToFirst(2).factors(strengths)[0]).isEqualTo(1);
        assertThat(new Rewinding.ToFirst(2).factors(strengths)[1]).isCloseTo(0.75, within(4 * U));
        assertThat(new Rewinding.ToWeakest().factors()).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> new Rewinding.Uniform(1.5));
        assertThatIllegalArgumentException().isThrownBy(() -> new Rewinding.ToFirst(0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Rewinding.ToWeakest().factors(Double.NaN));
    }

    /** One plane of angle θ has the strength tan(θ/2), whichever step the adapter's transform has. */
    @ParameterizedTest
    @MethodSource("backends")
    void strengthIsTheTangentOfHalfTheAngle(String backend) {
        Isospin iso = Backends.shared(backend);
        SkewBatch generators = SkewBatch.allocate(DType.F64, 2, 2);
        for (int i = 0; i < 2; i++) {
            generators.get(i).packed().set(0, 0, i == 0 ? 0.5 : -0.5);
        }
        assertThat(Rewinding.strength(iso, generators, CayleyStep.FULL)).isCloseTo(0.5, within(4 * U));
        assertThat(Rewinding.strength(iso, generators, CayleyStep.HALF)).isCloseTo(0.25, within(4 * U));
        assertThat(Rewinding.strength(
                        iso, SkewBatch.wrap(1, SkewMatrix.allocate(DType.F64, 1).packed()), CayleyStep.FULL))
                .isZero();
    }

    private static Dense of(double[][] rows) {
        Dense m = Dense.zero(rows.length, rows[0].length);
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows[i].length; j++) {
                m.set(i, j, rows[i][j]);
            }
        }
        return m;
    }

    /** W₀ = diag(2, 1) and W = W₀J: shifts (2, 1), energies √5 twice, a stable rank of 5/4. And ΔW = diag(3, 4): 25/16. */
    @ParameterizedTest
    @MethodSource("backends")
    void updatesOfDiagonalsAreKnown(String backend) {
        Isospin iso = Backends.shared(backend);
        Dense base = of(new double[][] {{2, 0}, {0, 1}});
        Dense turned = of(new double[][] {{0, -2}, {1, 0}});
        UpdateGeometry geometry = UpdateGeometry.of(iso, base.to(DType.F64), turned.to(DType.F64));
        // ΔW = [[−2, −2], [1, −1]]: of columns of norm √5, and singular values √8 and √2.
        double[] five = {Math.sqrt(5), Math.sqrt(5)};
        assertThat(geometry.shifts()).containsExactly(new double[] {2, 1}, within(8 * U));
        assertThat(geometry.projectedValues()).containsExactly(new double[] {0, 0}, within(8 * U));
        assertThat(geometry.energies()).containsExactly(five, within(8 * U));
        assertThat(geometry.change().stableRank()).isCloseTo(1.25, within(16 * U));
        // The larger value belongs to the other input now.
        assertThat(geometry.alignment()).containsExactly(new double[] {0, 0}, within(8 * U));
        UpdateGeometry added = UpdateGeometry.of(
                iso,
                base.to(DType.F64),
                base.plus(1, of(new double[][] {{3, 0}, {0, 4}})).to(DType.F64));
        assertThat(added.change().stableRank()).isCloseTo(25.0 / 16, within(16 * U));
        UpdateGeometry none = UpdateGeometry.of(iso, base.to(DType.F64), base.to(DType.F64));
        assertThat(none.change().stableRank()).isZero();
        assertThat(none.energies()).containsExactly(0, 0);
        assertThat(none.fluctuations(5)).containsExactly(0, 0);
        assertThat(none.fluctuation(1)).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> none.fluctuation(2));
        for (int[] shape : new int[][] {{0, 3}, {3, 0}}) {
            Matrix empty = Matrix.allocate(DType.F64, shape[0], shape[1]);
            assertThat(UpdateGeometry.of(iso, empty, empty).fluctuation(5)).isZero();
        }
    }

    /** Rotated activations differ by nothing but the rotation; scaled ones by their factor, and in no direction. */
    @ParameterizedTest
    @MethodSource("backends")
    void activationsOfKnownDriftAreMeasured(String backend) {
        Isospin iso = Backends.shared(backend);
        Dense x = Generators.gaussian(20, 5, 2);
        Dense r = Generators.orthonormal(5, 5, 3);
        // Sums of 100 products.
        double bound = 100 * U;
        ActivationGeometry same = ActivationGeometry.of(iso, x.to(DType.F64), x.to(DType.F64));
        assertThat(same.raw()).isZero();
        assertThat(same.gram()).isZero();
        assertThat(same.procrustes()).isLessThan(bound);
        assertThat(same.alignment()).isCloseTo(1, within(bound));
        ActivationGeometry turned =
                ActivationGeometry.of(iso, x.to(DType.F64), x.times(r).to(DType.F64));
        assertThat(turned.procrustes()).isLessThan(bound);
        assertThat(turned.gram()).isLessThan(bound);
        assertThat(turned.alignment()).isCloseTo(1, within(bound));
        assertThat(turned.improvement()).isCloseTo(turned.raw(), within(bound));
        for (double scale : new double[] {3, 0x1p-700}) {
            ActivationGeometry scaled = ActivationGeometry.of(
                    iso, x.to(DType.F64), Dense.zero(20, 5).plus(scale, x).to(DType.F64));
            assertThat(scaled.alignment()).isCloseTo(1, within(bound));
            assertThat(scaled.gram()).isLessThan(bound);
            assertThat(scaled.raw()).isCloseTo(Math.abs(scale - 1), within(3 * bound));
            assertThat(scaled.procrustes()).isCloseTo(Math.abs(scale - 1), within(3 * bound));
        }
        for (int[] shape : new int[][] {{0, 3}, {3, 0}, {1, 1}}) {
            Matrix empty = Matrix.allocate(DType.F64, shape[0], shape[1]);
            assertThat(ActivationGeometry.of(iso, empty, empty)).isEqualTo(new ActivationGeometry(0, 0, 0, 0));
        }
    }

    /** A weight that is turned by π has no Cayley transform: by default it is residual, and the path a line. */
    @ParameterizedTest
    @MethodSource("backends")
    void halfTurnsOfCayleyPathsAreLines(String backend) {
        Isospin iso = Backends.shared(backend);
        Dense base = Generators.gaussian(6, 2, 4);
        Matrix out = garbage(base);
        ExpertRotation found = Interpolation.rotated(
                iso,
                base.to(DType.F64),
                base.plus(-2, base).to(DType.F64),
                RotationPath.CAYLEY,
                OrthoMergeOptions.DEFAULT,
                0.25,
                out);
        assertThat(found.outcome()).isEqualTo(ExpertRotation.Outcome.HALF_TURN);
        assertThat(distance(Dense.of(out), base.plus(-0.5, base))).isLessThan(8 * U * base.frobenius());
    }
}
