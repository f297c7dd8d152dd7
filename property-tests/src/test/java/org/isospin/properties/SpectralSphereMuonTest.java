package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.LeadingPair;
import org.isospin.optim.MomentumForm;
import org.isospin.optim.MsignMethod;
import org.isospin.optim.Optimizer;
import org.isospin.optim.ParameterId;
import org.isospin.optim.Schedule;
import org.isospin.optim.SpectralSphereMuon;
import org.isospin.polar.Msign;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Muon on the spectral sphere keeps ‖W‖₂, and takes the steepest direction that does. */
class SpectralSphereMuonTest extends ManifoldTests {
    private static final int[][] SHAPES = {{1, 1}, {7, 1}, {1, 6}, {5, 5}, {9, 4}, {4, 9}};

    /** To roundoff for singular values from 10⁻⁴ of the norm on. */
    private static final MsignMethod PRECISE = MsignMethod.of(Msign.polarExpress(12, 1e-4));

    private static Dense direction(Isospin iso, Dense w, Dense g) {
        Matrix out = Generators.garbage(Matrix.allocate(DType.F64, w.rows(), w.columns()));
        SpectralSphereMuon.direction(iso, w.to(DType.F64), g.to(DType.F64), 30, PRECISE, out);
        return Dense.of(out);
    }

    /** {@return uvᵀ: W of singular values 1, ½, …, without the others} */
    private static Dense leading(int[] shape, long seed) {
        return Generators.withSpectrum(shape[0], shape[1], j -> j == 0 ? 1 : 0, seed);
    }

    /** {@return σ₁ exactly, where Dense's estimate is from below} */
    private static double norm(Dense w) {
        return w.singularValues().get(0, 0);
    }

    private static Dense weight(int[] shape, long seed) {
        return Generators.withSpectrum(shape[0], shape[1], j -> Math.pow(0.5, j), seed);
    }

    /** How fast the iteration is depends on the gradient; in a half of all cases ten are plenty. */
    @ParameterizedTest
    @MethodSource("backends")
    void tenIterationsAreMostlyTangent(String backend) {
        Isospin iso = Backends.shared(backend);
        int[] shape = {6, 4};
        double[] errors = new double[15];
        for (int i = 0; i < errors.length; i++) {
            Matrix out = Matrix.allocate(DType.F64, 6, 4);
            Dense w = weight(shape, i);
            Dense g = gaussian(shape, i + 50);
            SpectralSphereMuon.direction(iso, w.to(DType.F64), g.to(DType.F64), 10, PRECISE, out);
            errors[i] = Math.abs(dot(leading(shape, i), Dense.of(out)));
        }
        Arrays.sort(errors);
        assertThat(errors[0]).isLessThan(1e-10);
        assertThat(errors[errors.length / 2]).isLessThan(1e-3);
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void theNormStays(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : SHAPES) {
            for (double radius : new double[] {0, 3}) {
                Optimizer muon = SpectralSphereMuon.builder()
                        .learningRate(0.1)
                        .radius(radius)
                        .build(iso);
                ParameterId id = register(muon, dtype, shape);
                Dense start = gaussian(shape, 1);
                Matrix w = start.to(dtype);
                double expected = radius == 0 ? norm(Dense.of(w)) : radius;
                for (int t = 1; t <= 40; t++) {
                    muon.step(t, id, w, gaussian(shape, 10 + t).to(dtype));
                }
                if (shape[0] * shape[1] > 1) {
                    assertThat(norm(Dense.of(w)) / expected)
                            .as("%d × %d", shape[0], shape[1])
                            .isCloseTo(1, within(10 * dtype.unitRoundoff()));
                    assertThat(Dense.of(w).plus(-1, start).max()).isGreaterThan(0.1);
                }
            }
        }
    }

    /** A power iteration that follows the weight keeps the norm about as well as the weight's steps let it. */
    @ParameterizedTest
    @MethodSource("backends")
    void powersKeepTheNormNearly(String backend) {
        Isospin iso = Backends.shared(backend);
        int[] shape = {9, 6};
        Optimizer muon = SpectralSphereMuon.builder()
                .learningRate(0.01)
                .leadingPair(LeadingPair.byPowers(2))
                .build(iso);
        ParameterId id = register(muon, DType.F64, shape);
        Matrix w = weight(shape, 2).to(DType.F64);
        for (int t = 1; t <= 60; t++) {
            muon.step(t, id, w, gaussian(shape, 10 + t).to(DType.F64));
            assertThat(norm(Dense.of(w))).isBetween(1 - 1e-12, 1.01);
        }
    }

    /** The decrease is ⟨G, Φ⟩η to first order, more than any other direction of norm 1 with uᵀΦv = 0 would give. */
    @ParameterizedTest
    @MethodSource("backends")
    void theFirstOrderDecreaseIsTheLargest(String backend) {
        Isospin iso = Backends.shared(backend);
        double rate = 1e-6;
        for (int[] shape : SHAPES) {
            Dense w = weight(shape, 3);
            Dense theta = leading(shape, 3);
            Dense g = gaussian(shape, 4);
            Dense phi = direction(iso, w, g);
            assertThat(Math.abs(dot(theta, phi))).isLessThan(1e-4);
            Optimizer muon = SpectralSphereMuon.builder()
                    .learningRate(rate)
                    .iterations(30)
                    .msign(PRECISE)
                    .build(iso);
            double decrease = dot(g, stepped(muon, DType.F64, w, g, 1).plus(-1, w)) / -rate;
            double slack = 1e-3 * (1 + g.frobenius());
            assertThat(decrease).isCloseTo(dot(g, phi), within(slack));
            for (long seed = 20; seed < 40; seed++) {
                Dense other = gaussian(shape, seed);
                other = other.plus(-dot(theta, other), theta);
                double length = other.norm2();
                if (length > 1e-3) {
                    assertThat(dot(g, other) / length).isLessThanOrEqualTo(decrease + slack);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void theSizeOfAGradientIsOfNoConsequence(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        double huge = dtype == DType.F64 ? 0x1p1000 : 0x1p110;
        for (int[] shape : SHAPES) {
            Dense w = gaussian(shape, 5);
            Dense g = Dense.of(gaussian(shape, 6).to(DType.BF16));
            Dense zero = Dense.zero(shape[0], shape[1]);
            Dense once = stepped(SpectralSphereMuon.builder().build(iso), dtype, w, g, 2);
            for (double factor : new double[] {1 / huge, 0x1p-20, 8, huge}) {
                Dense other = stepped(SpectralSphereMuon.builder().build(iso), dtype, w, zero.plus(factor, g), 2);
                assertThat(other.hasBitsOf(once)).as("%g", factor).isTrue();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void whatTheSphereCannotSeeMovesNothing(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : SHAPES) {
            Dense w = Dense.of(gaussian(shape, 7).to(dtype));
            Dense zero = Dense.zero(shape[0], shape[1]);
            assertThat(stepped(SpectralSphereMuon.builder().build(iso), dtype, w, zero, 2)
                            .hasBitsOf(w))
                    .isTrue();
            assertThat(stepped(SpectralSphereMuon.builder().build(iso), dtype, zero, w, 2)
                            .max())
                    .isZero();
        }
    }

    /** A gradient of rank 1 is enough for a step. */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void deficientGradientsMoveWhatTheyMust(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        int[] shape = {6, 4};
        Dense w = weight(shape, 8);
        Dense g = leading(shape, 9);
        Dense moved = stepped(SpectralSphereMuon.builder().build(iso), dtype, w, g, 1);
        assertThat(norm(moved)).isCloseTo(1, within(10 * dtype.unitRoundoff()));
        assertThat(dot(g, moved)).isLessThan(dot(g, w));
    }

    /** On the sphere of the column vectors the nearest point to A is A/‖A‖. */
    @ParameterizedTest
    @MethodSource("backends")
    void theNearestVectorIsFound(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : new int[][] {{6, 1}, {1, 5}}) {
            Dense a = gaussian(shape, 10);
            Optimizer muon = SpectralSphereMuon.builder()
                    .momentum(0, MomentumForm.AVERAGE)
                    .learningRate(Schedule.of("geometric", t -> 0.5 * Math.pow(0.9, (double) t)))
                    .build(iso);
            ParameterId id = register(muon, DType.F64, shape);
            Matrix w = weight(shape, 11).to(DType.F64);
            for (int t = 1; t <= 240; t++) {
                muon.step(t, id, w, Dense.of(w).plus(-1, a).to(DType.F64));
            }
            Dense nearest = Dense.zero(shape[0], shape[1]).plus(1 / a.frobenius(), a);
            assertThat(Dense.of(w).plus(-1, nearest).max()).isLessThan(1e-10);
        }
    }

    @Test
    void whatContradictsItselfIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SpectralSphereMuon.builder().weightDecay(0.1))
                .withMessageContaining("singular values");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SpectralSphereMuon.builder().iterations(0))
                .withMessageContaining("iterations");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SpectralSphereMuon.builder().radius(-1))
                .withMessageContaining("radius");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LeadingPair.byPowers(0))
                .withMessageContaining("power");
    }
}
