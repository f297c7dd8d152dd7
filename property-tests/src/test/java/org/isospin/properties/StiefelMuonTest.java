package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.MomentumForm;
import org.isospin.optim.MsignMethod;
import org.isospin.optim.Optimizer;
import org.isospin.optim.ParameterId;
import org.isospin.optim.Schedule;
import org.isospin.optim.StiefelMuon;
import org.isospin.optim.TangentSolver;
import org.isospin.polar.Msign;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Muon on the Stiefel manifold takes the steepest tangent, by either solver, and keeps to the manifold. */
class StiefelMuonTest extends ManifoldTests {
    private static final int[][] SHAPES = {{1, 1}, {7, 1}, {1, 6}, {4, 4}, {5, 5}, {9, 4}, {4, 9}, {7, 5}};

    /** The pair printed in kexue.fm 11221, W orthonormal to 5.7·10⁻⁷. */
    private static final double[] PRINTED_W = {
        0.69453734,
        -0.26590866,
        -0.44721806,
        0.2753041,
        -0.11738148,
        -0.5588003,
        -0.17580748,
        0.3218624,
        -0.4515288,
        -0.23489913,
        -0.26683152,
        -0.25739142,
        0.02392521,
        0.02664689,
        0.48423648,
        0.6193399,
        0.45194831,
        -0.25206333,
        0.27654836,
        -0.60242337,
        0.21197332,
        -0.09174792,
        0.24521762,
        -0.08484317,
        -0.15496767,
        -0.26446804,
        -0.34942415,
        -0.01877318,
        -0.16181251,
        -0.6474956,
        0.45243263,
        -0.01776086
    };

    private static final double[] PRINTED_G = {
        -17.85745,
        -10.758921,
        -2.9583392,
        6.245008,
        -28.883093,
        19.772121,
        8.086545,
        -21.564013,
        -1.6274693,
        -14.96859,
        3.4465332,
        3.1070817,
        -7.8890743,
        1.5304767,
        -8.949573,
        9.579629,
        2.246596,
        14.46572,
        12.8451,
        -2.7370298,
        -0.9496974,
        6.9879804,
        2.849277,
        1.1148484,
        -8.115278,
        -18.054405,
        -0.19287404,
        7.0389237,
        -15.062008,
        -15.02901,
        2.9083247,
        21.706533
    };

    private static final TangentSolver PRECISE = TangentSolver.fixedPoint(300).withSmoothing(1e-9);

    private static Dense direction(Isospin iso, Dense w, Dense g, TangentSolver solver) {
        Matrix out = Generators.garbage(Matrix.allocate(DType.F64, w.rows(), w.columns()));
        StiefelMuon.direction(iso, w.to(DType.F64), g.to(DType.F64), solver, out);
        return Dense.of(out);
    }

    private static Dense sym(Dense m) {
        return Dense.zero(m.rows(), m.columns()).plus(0.5, m).plus(0.5, m.transposed());
    }

    private static double nuclear(Dense m) {
        Dense values = m.singularValues();
        double sum = 0;
        for (int j = 0; j < values.columns(); j++) {
            sum += values.get(0, j);
        }
        return sum;
    }

    private static double meanTangentError(Dense w, Dense phi) {
        Dense e = sym(w.transposed().times(phi));
        double sum = 0;
        for (int i = 0; i < e.rows(); i++) {
            for (int j = 0; j < e.columns(); j++) {
                sum += Math.abs(e.get(i, j));
            }
        }
        return sum / (e.rows() * e.columns());
    }

    /** The iterates ⟨G, Φ⟩ of the printed pair, as the reference has them to six digits. */
    @ParameterizedTest
    @MethodSource("backends")
    void thePrintedPairGivesThePrintedIterates(String backend) {
        Isospin iso = Backends.shared(backend);
        Dense w = Dense.of(Matrix.wrap(PRINTED_W, 8, 4));
        Dense g = Dense.of(Matrix.wrap(PRINTED_G, 8, 4));
        int[] iterations = {10, 20, 50, 100, 200};
        double[] expected = {90.7311, 90.0228, 90.0329, 90.0411, 90.0456};
        for (int i = 0; i < iterations.length; i++) {
            Dense phi = direction(iso, w, g, TangentSolver.fixedPoint(iterations[i]));
            assertThat(dot(g, phi)).isCloseTo(expected[i], within(5.1e-5));
            assertThat(phi.norm2()).isCloseTo(1, within(1e-12));
        }
        Dense last = direction(iso, w, g, TangentSolver.fixedPoint(200));
        assertThat(meanTangentError(w, last)).isCloseTo(2.9e-5, within(1e-6));
    }

    /**
     * The constrained optimum of the printed pair is 90.048: every X bounds it from above by ‖G + WX‖_*, and every tangent of norm 1
     * from below.
     */
    @ParameterizedTest
    @MethodSource("backends")
    void theOptimumOfThePrintedPairIsReached(String backend) {
        Isospin iso = Backends.shared(backend);
        Matrix nearest = Matrix.allocate(DType.F64, 8, 4);
        iso.polar(Matrix.wrap(PRINTED_W, 8, 4), nearest);
        Dense w = Dense.of(nearest);
        Dense g = Dense.of(Matrix.wrap(PRINTED_G, 8, 4));
        TangentSolver descent =
                TangentSolver.dualDescent(4000, 0.1).withMsign(MsignMethod.of(Msign.polarExpress(14, 1e-4)));
        for (TangentSolver solver : new TangentSolver[] {TangentSolver.fixedPoint(2000), descent}) {
            Dense phi = direction(iso, w, g, solver);
            Dense tangent = phi.plus(-1, w.times(sym(w.transposed().times(phi))));
            double reached = dot(g, tangent) / tangent.norm2();
            assertThat(reached).as("%s", solver).isCloseTo(90.048, within(5e-4));
        }
    }

    /** Where at most half of the space is in the span of W, G + WX keeps its rank and Φ is unique. */
    @ParameterizedTest
    @MethodSource("backends")
    void bothSolversFindTheSameTangent(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : new int[][] {{7, 1}, {1, 6}, {9, 4}, {4, 9}, {12, 5}}) {
            Dense w = point(shape, 1);
            Dense g = gaussian(shape, 2);
            Dense phi = direction(iso, w, g, PRECISE);
            assertThat(sym(tall(w).transposed().times(tall(phi))).max()).isLessThan(1e-7);
            assertThat(tall(phi).orthogonalityDefect()).isLessThan(1e-12);
            Dense other = direction(iso, w, g, TangentSolver.dualDescent(1500, 0.3));
            assertThat(other.plus(-1, phi).max())
                    .as("%d × %d", shape[0], shape[1])
                    .isLessThan(1e-3);
            // The value is flat at the optimum.
            assertThat(dot(g, other)).isCloseTo(dot(g, phi), within(1e-5 * nuclear(g)));
        }
    }

    /** G + WX may lose its rank otherwise; smoothed, Φ becomes tangent all the same, and no less steep than a descent but for μ. */
    @ParameterizedTest
    @MethodSource("backends")
    void smoothingSettlesWhatLosesItsRank(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : new int[][] {{5, 3}, {7, 5}, {5, 7}}) {
            Dense w = point(shape, 1);
            Dense g = gaussian(shape, 2);
            Dense phi = direction(iso, w, g, TangentSolver.fixedPoint(500).withSmoothing(1e-2));
            assertThat(sym(tall(w).transposed().times(tall(phi))).max()).isLessThan(1e-3);
            assertThat(phi.norm2()).isLessThan(1 + 1e-12);
            Dense other = project(w, direction(iso, w, g, TangentSolver.dualDescent(1500, 0.3)));
            double steepest = dot(g, other) / other.norm2();
            // A direction loses at most μ, and there are as many as columns.
            double loss = 1e-2 * g.frobenius() * Math.min(shape[0], shape[1]);
            assertThat(dot(g, phi)).isBetween(steepest - loss, nuclear(g));
        }
    }

    /** For a square W the steepest tangent is W·msign(sk(WᵀG)). */
    @ParameterizedTest
    @MethodSource("backends")
    void squaresHaveTheClosedForm(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int n : new int[] {2, 4, 6}) {
            int[] shape = {n, n};
            Dense w = point(shape, 3);
            Dense g = gaussian(shape, 4);
            Dense cross = w.transposed().times(g);
            Dense skew = cross.plus(-1, sym(cross));
            Matrix sign = Matrix.allocate(DType.F64, n, n);
            iso.polar(skew.to(DType.F64), sign);
            Dense expected = w.times(Dense.of(sign));
            Dense phi = direction(iso, w, g, TangentSolver.fixedPoint(2));
            assertThat(phi.plus(-1, expected).max()).isLessThan(1e-12);
            Dense found = stepped(
                    StiefelMuon.builder()
                            .learningRate(0.3)
                            .solver(TangentSolver.fixedPoint(2))
                            .build(iso),
                    DType.F64,
                    w,
                    g,
                    1);
            Dense retracted = Dense.zero(n, n).plus(1 / Math.hypot(1, 0.3), w.plus(-0.3, expected));
            assertThat(found.plus(-1, retracted).max()).isLessThan(1e-12);
        }
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void weightsStayOrthonormal(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        TangentSolver[] solvers = {TangentSolver.fixedPoint(5), TangentSolver.dualDescent(2, 0.2)};
        for (int[] shape : SHAPES) {
            for (TangentSolver solver : solvers) {
                Optimizer muon =
                        StiefelMuon.builder().learningRate(0.3).solver(solver).build(iso);
                ParameterId id = register(muon, dtype, shape);
                Matrix w = point(shape, 5).to(dtype);
                for (int t = 1; t <= 40; t++) {
                    muon.step(t, id, w, gaussian(shape, 10 + t).to(dtype));
                }
                double bound = 10 * dtype.unitRoundoff();
                assertThat(defect(w))
                        .as("%d × %d %s", shape[0], shape[1], solver)
                        .isLessThan(bound);
                assertThat(muon.report(id).drift()).isLessThan(bound);
                if (shape[0] * shape[1] > 1) {
                    assertThat(muon.report(id).largestAngle()).isCloseTo(Math.atan(0.3), within(1e-12));
                }
            }
        }
    }

    /** (⟨G, W′⟩ − ⟨G, W⟩)/η becomes −⟨G, Φ⟩, which is −‖G + WX‖_*: less than any other tangent of norm 1 would give. */
    @ParameterizedTest
    @MethodSource("backends")
    void theFirstOrderDecreaseIsTheLargest(String backend) {
        Isospin iso = Backends.shared(backend);
        double rate = 1e-6;
        for (int[] shape : SHAPES) {
            Dense w = point(shape, 6);
            Dense g = gaussian(shape, 7);
            Dense phi = direction(iso, w, g, PRECISE);
            Dense tangentPhi = project(w, phi);
            Dense moved = stepped(
                    StiefelMuon.builder().learningRate(rate).solver(PRECISE).build(iso), DType.F64, w, g, 1);
            double decrease = dot(g, moved.plus(-1, w)) / -rate;
            assertThat(decrease).isCloseTo(dot(g, tangentPhi), within(1e-4 * (1 + nuclear(g))));
            for (long seed = 20; seed < 40; seed++) {
                Dense other = project(w, gaussian(shape, seed));
                double length = other.norm2();
                if (length > 1e-3) {
                    assertThat(dot(g, other) / length).isLessThanOrEqualTo(decrease + 1e-4 * (1 + nuclear(g)));
                }
            }
        }
    }

    private static Dense project(Dense w, Dense v) {
        Dense x = tall(w);
        Dense u = tall(v);
        Dense tangent = u.plus(-1, x.times(sym(x.transposed().times(u))));
        return w.rows() < w.columns() ? tangent.transposed() : tangent;
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void theSizeOfAGradientIsOfNoConsequence(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        double huge = dtype == DType.F64 ? 0x1p1000 : 0x1p110;
        TangentSolver[] solvers = {TangentSolver.fixedPoint(5), TangentSolver.dualDescent(2, 0.2)};
        for (TangentSolver solver : solvers) {
            for (int[] shape : SHAPES) {
                Dense w = point(shape, 8);
                Dense g = Dense.of(gaussian(shape, 9).to(DType.BF16));
                Dense zero = Dense.zero(shape[0], shape[1]);
                StiefelMuon.Builder builder = StiefelMuon.builder().solver(solver);
                Dense once = stepped(builder.build(iso), dtype, w, g, 2);
                for (double factor : new double[] {1 / huge, 0x1p-20, 8, huge}) {
                    Dense other = stepped(builder.build(iso), dtype, w, zero.plus(factor, g), 2);
                    assertThat(other.hasBitsOf(once)).as("%g", factor).isTrue();
                }
            }
        }
    }

    /** A change of basis of the columns changes nothing: W·Q steps to W′·Q. */
    @ParameterizedTest
    @MethodSource("backends")
    void stepsDoNotDependOnTheBasis(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : new int[][] {{9, 4}, {5, 5}}) {
            Dense w = point(shape, 11);
            Dense g = gaussian(shape, 12);
            Dense q = Generators.orthonormal(shape[1], shape[1], 13);
            StiefelMuon.Builder builder =
                    StiefelMuon.builder().learningRate(0.2).solver(PRECISE);
            Dense once = stepped(builder.build(iso), DType.F64, w, g, 1);
            Dense turned = stepped(builder.build(iso), DType.F64, w.times(q), g.times(q), 1);
            // The QR decomposition shows what is not tangent after all.
            assertThat(once.times(q).plus(-1, turned).max()).isLessThan(1e-7);
        }
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void whatTangentsCannotSeeMovesNothing(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        TangentSolver[] solvers = {TangentSolver.fixedPoint(3), TangentSolver.dualDescent(2, 0.2)};
        for (TangentSolver solver : solvers) {
            StiefelMuon.Builder builder = StiefelMuon.builder().solver(solver);
            for (int[] shape : SHAPES) {
                Dense w = Dense.of(point(shape, 14).to(dtype));
                Dense zero = Dense.zero(shape[0], shape[1]);
                assertThat(stepped(builder.build(iso), dtype, w, zero, 2).hasBitsOf(w))
                        .isTrue();
                // G = W is normal to the manifold; η/1000 of the noise is left.
                assertThat(stepped(builder.build(iso), dtype, w, w, 1)
                                .plus(-1, w)
                                .max())
                        .as("%d × %d %s", shape[0], shape[1], solver)
                        .isLessThan(1e-5);
            }
        }
    }

    /** A gradient of rank 1 moves what it must, and leaves the rest of the weight alone. */
    @ParameterizedTest
    @MethodSource("backends")
    void directionsWithoutGradientStay(String backend) {
        Isospin iso = Backends.shared(backend);
        int[] shape = {8, 3};
        Dense w = point(shape, 15);
        Dense outside = project(w, gaussian(shape, 16));
        outside = outside.plus(-1, w.times(w.transposed().times(outside)));
        Dense g = Dense.zero(8, 3);
        for (int i = 0; i < 8; i++) {
            g.set(i, 1, outside.get(i, 1));
        }
        Dense moved = stepped(StiefelMuon.builder().learningRate(0.1).build(iso), DType.F64, w, g, 1);
        double change = 0;
        for (int i = 0; i < 8; i++) {
            assertThat(moved.get(i, 0)).isCloseTo(w.get(i, 0), within(1e-14));
            assertThat(moved.get(i, 2)).isCloseTo(w.get(i, 2), within(1e-14));
            change += Math.abs(moved.get(i, 1) - w.get(i, 1));
        }
        assertThat(change).isGreaterThan(0.1);
        assertThat(defect(moved.to(DType.F64))).isLessThan(10 * DType.F64.unitRoundoff());
    }

    /** The W nearest to A is its polar factor; steps of η reach it to about η. */
    @ParameterizedTest
    @MethodSource("backends")
    void theOrthogonalProcrustesProblemIsSolved(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : new int[][] {{7, 4}, {4, 7}, {4, 4}}) {
            Dense start = point(shape, 17);
            Dense spread = gaussian(shape, 18);
            Matrix a = start.plus(0.3 / spread.norm2(), spread).to(DType.F64);
            Matrix nearest = Matrix.allocate(DType.F64, shape[0], shape[1]);
            iso.polar(a, nearest);
            Optimizer muon = StiefelMuon.builder()
                    .momentum(0, MomentumForm.AVERAGE)
                    .learningRate(Schedule.of("geometric", t -> 0.1 * Math.pow(0.9, (double) t)))
                    .build(iso);
            ParameterId id = register(muon, DType.F64, shape);
            Matrix w = start.to(DType.F64);
            for (int t = 1; t <= 220; t++) {
                muon.step(t, id, w, Dense.of(w).plus(-1, Dense.of(a)).to(DType.F64));
            }
            // 0.1·0.9²²⁰ is 9·10⁻¹².
            assertThat(Dense.of(w).plus(-1, Dense.of(nearest)).max())
                    .as("%d × %d", shape[0], shape[1])
                    .isLessThan(1e-10);
        }
    }

    @Test
    void whatContradictsItselfIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StiefelMuon.builder().weightDecay(0.1))
                .withMessageContaining("singular values");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TangentSolver.fixedPoint(0))
                .withMessageContaining("iterations");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TangentSolver.dualDescent(1, Double.NaN))
                .withMessageContaining("rate");
    }
}
