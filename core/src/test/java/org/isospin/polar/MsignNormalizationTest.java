package org.isospin.polar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Precision;
import org.isospin.ProgressListener;
import org.isospin.SkewMatrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Dense;
import org.isospin.backend.Layout;
import org.isospin.backend.ReferenceBackend;
import org.isospin.backend.Waits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Normalizations by moments, evaluation by Gram matrices, and skew matrices. */
class MsignNormalizationTest {
    /** As for {@link MsignTest}: what five steps make of errors of a few u. */
    private static final double AMPLIFICATION = 512;

    private static final MsignSchedule IDENTITY =
            new MsignSchedule("identity", List.of(new OddPolynomial(1, 0, 0)), 1, 0);

    private final ComputeStream stream = new ReferenceBackend().open(1, Precision.STANDARD);

    @AfterEach
    void close() {
        stream.close();
    }

    private double[][] msign(Matrix a, DType dtype, MsignSchedule schedule) {
        Matrix out = Layout.HEAP.garbage(dtype, a.rows(), a.columns());
        Msign.msign(stream, a, out, schedule);
        stream.reset();
        return Dense.array(out);
    }

    private static double bound(NormBounds bounds, MsignNormalization normalization) {
        return switch (normalization) {
            case FROBENIUS -> bounds.frobenius();
            case SCHATTEN_4 -> bounds.schatten4();
            case SCHATTEN_8 -> bounds.schatten8();
            case BETA_2 -> bounds.beta2();
            case BETA_4 -> bounds.beta4();
            case ROW_SCALING -> throw new IllegalArgumentException("no bound");
        };
    }

    @ParameterizedTest
    @EnumSource(value = MsignNormalization.class, names = "ROW_SCALING", mode = Mode.EXCLUDE)
    void dividesByItsBound(MsignNormalization normalization) {
        for (int[] shape : new int[][] {{1, 1}, {1, 7}, {7, 1}, {5, 5}, {12, 7}, {7, 30}, {40, 33}}) {
            for (DType dtype : DType.values()) {
                Matrix a = Dense.matrix(dtype, Dense.gaussian(shape[0], shape[1], 5));
                double bound = bound(NormBounds.of(stream, a), normalization)
                        * (normalization == MsignNormalization.FROBENIUS ? 1 : 1.001);
                stream.reset();
                double[][] expected = Dense.scaled(Dense.array(a), 1 / bound);
                double u = dtype.unitRoundoff();
                // Moments of F32 are widened by 6·10⁻⁶, which tells twice as much where β₄ rests on small differences.
                double looseness = dtype == DType.F64 ? 1e-12 : 2e-5;
                for (double safety : new double[] {1, 1.5}) {
                    assertThat(Dense.distance(
                                    msign(
                                            a,
                                            dtype,
                                            IDENTITY.withNormalization(normalization)
                                                    .withSafety(safety)),
                                    Dense.scaled(expected, 1 / safety)))
                            .as("%s %d x %d", dtype, shape[0], shape[1])
                            .isLessThanOrEqualTo((4 * u + looseness) * Dense.frobenius(expected));
                }
            }
        }
    }

    /** In every type, for spectra that make moments nearly singular. */
    @ParameterizedTest
    @EnumSource(value = MsignNormalization.class, names = "ROW_SCALING", mode = Mode.EXCLUDE)
    void noSingularValueComesAboveOne(MsignNormalization normalization) {
        for (int n : new int[] {1, 2, 3, 16, 60}) {
            for (double small : new double[] {0, 1e-6, 0.5, 1 - 1e-7, 1}) {
                double[] sigma = new double[n];
                for (int i = 0; i < n; i++) {
                    sigma[i] = i <= n / 3 ? 1 : small;
                }
                double[][] q = Dense.orthogonal(n, 3);
                double[][] r = Dense.orthogonal(n, 4);
                double[][] a = Dense.multiply(Dense.multiply(q, Dense.diagonal(sigma)), r);
                for (DType dtype : new DType[] {DType.F32, DType.F64}) {
                    double[][] x = msign(Dense.matrix(dtype, a), dtype, IDENTITY.withNormalization(normalization));
                    NormBounds bounds = NormBounds.of(stream, Dense.matrix(DType.F64, x));
                    stream.reset();
                    // The vector of the largest singular value is known: column 0 of q.
                    double[][] image = Dense.multiply(Dense.transpose(x), Dense.columns(q, 1));
                    double margin = normalization == MsignNormalization.FROBENIUS ? 1 + 4 * dtype.unitRoundoff() : 1;
                    assertThat(Dense.frobenius(image)).isLessThanOrEqualTo(margin);
                    assertThat(bounds.frobenius()).isPositive();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(MsignNormalization.class)
    void keepsTheLawsOfMsign(MsignNormalization normalization) {
        for (MsignEvaluation evaluation : MsignEvaluation.values()) {
            MsignSchedule schedule =
                    Msign.polarExpress(5).withNormalization(normalization).withEvaluation(evaluation);
            for (DType dtype : new DType[] {DType.F32, DType.F64}) {
                double[][] a = Dense.gaussian(6, 9, 2);
                double[][] expected = msign(Dense.matrix(dtype, a), dtype, schedule);
                Matrix tall = Dense.matrix(dtype, Dense.transpose(a));
                assertThat(Dense.transpose(msign(tall, dtype, schedule))).isDeepEqualTo(expected);
                for (int exponent : new int[] {-60, 60}) {
                    Matrix scaled = Dense.matrix(
                            dtype, Dense.scaled(Dense.array(Dense.matrix(dtype, a)), Math.scalb(1.0, exponent)));
                    assertThat(msign(scaled, dtype, schedule)).isDeepEqualTo(expected);
                }
                assertThat(Dense.frobenius(msign(Matrix.allocate(dtype, 4, 7), dtype, schedule)))
                        .isZero();
                assertThat(msign(Matrix.allocate(dtype, 0, 4), dtype, schedule)).isEmpty();
                for (double bad : new double[] {Double.NaN, Double.NEGATIVE_INFINITY}) {
                    Matrix spoiled = Dense.matrix(dtype, a);
                    spoiled.set(4, 1, bad);
                    for (double[] row : msign(spoiled, dtype, schedule)) {
                        assertThat(row).containsOnly(Double.NaN);
                    }
                }
                Matrix same = Dense.matrix(dtype, a);
                Msign.msign(stream, same, same, schedule);
                stream.reset();
                assertThat(Dense.array(same)).isDeepEqualTo(expected);
            }
        }
    }

    /** What the normalization does to singular values is known from the bound of a diagonal. */
    @ParameterizedTest
    @EnumSource(value = MsignNormalization.class, names = "ROW_SCALING", mode = Mode.EXCLUDE)
    void mapsADiagonalElementByElement(MsignNormalization normalization) {
        double[][] a = Dense.diagonal(1, 0.9, -0.5, 0.25, 0.01, 0);
        for (MsignEvaluation evaluation : MsignEvaluation.values()) {
            for (MsignSchedule schedule : List.of(
                    Msign.polarExpress(5),
                    Msign.kellerJordan(5),
                    MsignSchedules.cubic5(),
                    MsignSchedules.deepSeekV4(),
                    MsignSchedules.classicCubic(1))) {
                MsignSchedule chosen = schedule.withNormalization(normalization).withEvaluation(evaluation);
                double bound = bound(NormBounds.of(stream, Dense.matrix(DType.F64, a)), normalization);
                stream.reset();
                double[][] out = msign(Dense.matrix(DType.F64, a), DType.F64, chosen);
                for (int i = 0; i < a.length; i++) {
                    // Gram matrices square 10⁻², and the bounds themselves are known to 10⁻¹².
                    double allowance = 1e-11 * Msign.scalar(chosen, 0x1p-40) * 0x1p40;
                    assertThat(Math.abs(out[i][i] - Msign.scalar(chosen, a[i][i] / bound)))
                            .as("%s %s", chosen, evaluation)
                            .isLessThanOrEqualTo(allowance);
                }
            }
        }
    }

    @Test
    void gramEvaluationIsGoodEnoughForMuon() {
        double worst = 0;
        for (int[] shape : new int[][] {{24, 96}, {96, 24}, {16, 16}, {1, 5}}) {
            for (MsignSchedule schedule : MsignSchedules.all()) {
                for (MsignNormalization normalization : MsignNormalization.values()) {
                    MsignSchedule standard = schedule.withNormalization(normalization);
                    MsignSchedule gram = standard.withEvaluation(MsignEvaluation.GRAM);
                    Matrix a = Dense.matrix(DType.F32, Dense.gaussian(shape[0], shape[1], 8));
                    double[][] expected = msign(a, DType.F64, standard);
                    double size = Math.max(1, Dense.frobenius(expected));
                    // In F64 both are the same polynomial.
                    double slope = Msign.scalar(standard, 0x1p-40) * 0x1p40;
                    assertThat(Dense.distance(msign(a, DType.F64, gram), expected))
                            .as("%s", gram)
                            .isLessThanOrEqualTo(64 * slope * slope * 0x1p-53 * size);
                    worst = Math.max(worst, Dense.distance(msign(a, DType.F32, gram), expected) / size);
                }
            }
        }
        // 2·10⁻³ here; steps are only good to a few percent anyway.
        assertThat(worst).isLessThanOrEqualTo(1e-2);
    }

    @Test
    void autoChoosesGramForF32WhereItPays() {
        assertThat(MsignIteration.choose(MsignEvaluation.AUTO, 5, DType.F32, 64, 64))
                .isEqualTo(MsignEvaluation.STANDARD);
        assertThat(MsignIteration.choose(MsignEvaluation.AUTO, 5, DType.F32, 64, 128))
                .isEqualTo(MsignEvaluation.GRAM);
        assertThat(MsignIteration.choose(MsignEvaluation.AUTO, 5, DType.F64, 64, 128))
                .isEqualTo(MsignEvaluation.STANDARD);
        assertThat(MsignIteration.choose(MsignEvaluation.AUTO, 1, DType.F32, 64, 128))
                .isEqualTo(MsignEvaluation.STANDARD);
        assertThat(MsignIteration.choose(MsignEvaluation.GRAM, 1, DType.F64, 64, 64))
                .isEqualTo(MsignEvaluation.GRAM);
    }

    @Test
    void waitsForBeta4Alone() {
        Matrix a = Dense.matrix(DType.F32, Dense.gaussian(7, 12, 1));
        for (MsignNormalization normalization : MsignNormalization.values()) {
            Waits waits = new Waits();
            Msign.msign(
                    waits.stream(),
                    a,
                    Matrix.allocate(DType.F32, 7, 12),
                    Msign.kellerJordan(5).withNormalization(normalization));
            assertThat(waits.take()).isEqualTo(normalization == MsignNormalization.BETA_4 ? 3 : 0);
        }
    }

    @ParameterizedTest
    @EnumSource(value = MsignNormalization.class, names = "ROW_SCALING", mode = Mode.EXCLUDE)
    void epsilonIsAddedToTheDivisor(MsignNormalization normalization) {
        double[][] a = Dense.gaussian(5, 7, 4);
        double bound = bound(NormBounds.of(stream, Dense.matrix(DType.F64, a)), normalization)
                * (normalization == MsignNormalization.FROBENIUS ? 1 : 1.001);
        stream.reset();
        MsignSchedule schedule = IDENTITY.withNormalization(normalization).withEpsilon(1e-7);
        for (double size : new double[] {1, 1e-3, 1e-7, 1e-30}) {
            double[][] expected = Dense.scaled(a, size / (size * bound + 1e-7));
            assertThat(Dense.distance(
                            msign(Dense.matrix(DType.F64, Dense.scaled(a, size)), DType.F64, schedule), expected))
                    .isLessThanOrEqualTo(1e-12 * Dense.frobenius(expected));
        }
    }

    @ParameterizedTest
    @EnumSource(value = MsignNormalization.class, names = "ROW_SCALING", mode = Mode.EXCLUDE)
    void skewMatricesStaySkew(MsignNormalization normalization) {
        for (MsignEvaluation evaluation : MsignEvaluation.values()) {
            MsignSchedule schedule =
                    Msign.polarExpress(5).withNormalization(normalization).withEvaluation(evaluation);
            for (int n : new int[] {0, 1, 2, 3, 8, 17, 33}) {
                for (DType dtype : DType.values()) {
                    SkewMatrix a = SkewMatrix.project(Dense.matrix(dtype, Dense.gaussian(n, n, 6)));
                    SkewMatrix out = SkewMatrix.allocate(dtype, n);
                    Msign.skew(stream, a, schedule, out);
                    stream.reset();
                    // In the same type, so that both divide by the same bound.
                    double[][] expected = msign(a.toDense(), dtype.computeType(), schedule);
                    double amplification = AMPLIFICATION * dtype.computeType().unitRoundoff();
                    // Small planes lose digits in Gram matrices.
                    double loss = evaluation == MsignEvaluation.GRAM ? 64 * amplification : amplification;
                    assertThat(Dense.distance(Dense.array(out.toDense()), expected))
                            .isLessThanOrEqualTo(loss + 2 * dtype.unitRoundoff());
                    Msign.skew(stream, a, schedule, a);
                    stream.reset();
                    assertThat(Dense.array(a.packed())).isDeepEqualTo(Dense.array(out.packed()));
                }
            }
        }
    }

    @Test
    void skewMsignOfAConvergedScheduleIsAComplexStructure() {
        for (int n : new int[] {2, 6, 7, 20}) {
            SkewMatrix a = SkewMatrix.project(Dense.matrix(DType.F64, Dense.gaussian(n, n, 6)));
            SkewMatrix out = SkewMatrix.allocate(DType.F64, n);
            Msign.skew(stream, a, Msign.polarExpress(16, 1e-6), out);
            stream.reset();
            double[][] o = Dense.array(out.toDense());
            // O³ = −O: planes turn by a right angle, and the null vector of an odd order stays at 0.
            double[][] cube = Dense.multiply(Dense.multiply(o, o), o);
            assertThat(Dense.distance(cube, Dense.scaled(o, -1))).isLessThanOrEqualTo(1e-14 * n);
            assertThat(Dense.frobenius(o)).isCloseTo(Math.sqrt(n - n % 2), offset(1e-12));
        }
        SkewMatrix a = SkewMatrix.allocate(DType.F32, 4);
        assertThatThrownBy(() -> Msign.skew(stream, a, MsignSchedules.turboMuon4(), a))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("skew");
        assertThatThrownBy(() -> Msign.skew(stream, a, Msign.kellerJordan(5), SkewMatrix.allocate(DType.F32, 3)))
                .hasMessageContaining("order 4")
                .hasMessageContaining("order 3");
        Msign.skew(stream, a, Msign.kellerJordan(5), a);
        assertThat(Dense.frobenius(Dense.array(a.packed()))).isZero();
    }

    @Test
    void rankDeficiencyGivesAPartialIsometry() {
        double[][] q = Dense.columns(Dense.orthogonal(12, 1), 3);
        double[][] r = Dense.transpose(Dense.columns(Dense.orthogonal(9, 2), 3));
        double[][] a = Dense.multiply(Dense.multiply(q, Dense.diagonal(5, 2, 0.1)), r);
        double[][] expected = Dense.multiply(q, r);
        for (MsignNormalization normalization :
                List.of(MsignNormalization.FROBENIUS, MsignNormalization.BETA_4, MsignNormalization.SCHATTEN_8)) {
            double[][] out = msign(
                    Dense.matrix(DType.F64, a),
                    DType.F64,
                    Msign.polarExpress(9, 1e-3).withNormalization(normalization));
            // Rounding errors of A's null vectors grow by the slope at 0.
            assertThat(Dense.distance(out, expected)).isLessThanOrEqualTo(64 * 1e5 * 0x1p-53);
        }
    }

    @Test
    void listenersHearOfStepsAndMayCancel() {
        Matrix a = Dense.matrix(DType.F32, Dense.gaussian(5, 12, 1));
        for (MsignEvaluation evaluation : MsignEvaluation.values()) {
            List<Integer> heard = new ArrayList<>();
            stream.listen((operation, done, total) -> {
                assertThat(operation).isEqualTo("msign");
                assertThat(total).isEqualTo(5);
                heard.add(done);
                if (done == 3) {
                    throw new CancellationException("enough");
                }
            });
            assertThatThrownBy(() ->
                            Msign.msign(stream, a, a, Msign.kellerJordan(5).withEvaluation(evaluation)))
                    .hasMessage("enough");
            assertThat(heard).containsExactly(0, 1, 2, 3);
            stream.listen(ProgressListener.NONE);
        }
    }
}
