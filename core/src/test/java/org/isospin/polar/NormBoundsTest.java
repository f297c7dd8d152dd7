package org.isospin.polar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.Arrays;
import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Precision;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Dense;
import org.isospin.backend.ReferenceBackend;
import org.isospin.backend.Waits;
import org.isospin.decomposition.Decompositions;
import org.isospin.rotation.Haar;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NormBoundsTest {
    private final ComputeStream stream = new ReferenceBackend().open(1, Precision.STANDARD);

    @AfterEach
    void close() {
        stream.close();
    }

    private static List<Double> all(NormBounds b) {
        return List.of(b.frobenius(), b.holder(), b.gramInfinity(), b.schatten4(), b.schatten8(), b.beta2(), b.beta4());
    }

    private double largest(Matrix a) {
        Matrix s = Matrix.allocate(DType.F64, 1, Math.min(a.rows(), a.columns()));
        Decompositions.singularValues(stream, a, s);
        stream.reset();
        return s.get(0, 0);
    }

    private NormBounds bounds(Matrix a) {
        NormBounds bounds = NormBounds.of(stream, a);
        stream.reset();
        return bounds;
    }

    /** U·diag(σ)·Vᵀ with Haar-distributed U and V. */
    private Matrix withSpectrum(int m, int n, double... sigma) {
        Matrix u = Matrix.allocate(DType.F64, m, sigma.length);
        Matrix v = Matrix.allocate(DType.F64, n, sigma.length);
        Haar.orthogonal(stream, 1, u);
        Haar.orthogonal(stream, 2, v);
        stream.reset();
        double[][] x = Dense.array(u);
        for (double[] row : x) {
            for (int j = 0; j < sigma.length; j++) {
                row[j] *= sigma[j];
            }
        }
        return Dense.matrix(DType.F64, Dense.multiply(x, Dense.transpose(Dense.array(v))));
    }

    /** Measured once with other software: bound/‖A‖₂ in the order of the record. */
    @ParameterizedTest
    @CsvSource({
        "gauss, 256, 8.07, 7.25, 2.02, 2.40, 1.41, 2.08, 1.20",
        "geometric, 512, 6.12, 6.24, 2.17, 2.09, 1.33, 2.03, 1.17",
        "orthogonal, 512, 22.6, 18.7, 1.00, 4.76, 2.18, 1.00, 1.00"
    })
    void areAsTightAsPublished(
            String kind,
            int n,
            double frobenius,
            double holder,
            double gramInfinity,
            double schatten4,
            double schatten8,
            double beta2,
            double beta4) {
        double[] sigma = new double[n];
        for (int i = 0; i < n; i++) {
            sigma[i] = kind.equals("geometric") ? Math.pow(1e3, -(double) i / (n - 1)) : 1;
        }
        boolean isGauss = kind.equals("gauss");
        Matrix a = isGauss ? Dense.matrix(DType.F64, Dense.gaussian(n, n, 1)) : withSpectrum(n, n, sigma);
        double norm = isGauss ? largest(a) : 1;
        List<Double> ratios = all(bounds(a)).stream().map(b -> b / norm).toList();
        double[] expected = {frobenius, holder, gramInfinity, schatten4, schatten8, beta2, beta4};
        for (int i = 0; i < expected.length; i++) {
            // The norm of a Gaussian matrix scatters by 2 %, ∞-norms by a few.
            assertThat(ratios.get(i)).isCloseTo(expected[i], offset(0.04 * expected[i]));
        }
    }

    @Test
    void areNeverBelowTheNorm() {
        for (int[] shape : new int[][] {{1, 1}, {1, 6}, {2, 2}, {3, 3}, {7, 4}, {4, 7}, {20, 20}, {31, 64}}) {
            int p = Math.min(shape[0], shape[1]);
            for (int kind = 0; kind < 8; kind++) {
                double[] sigma = new double[p];
                for (int i = 0; i < p; i++) {
                    sigma[i] = switch (kind) {
                        case 0 -> 1;
                        case 1 -> Math.pow(10, -i);
                        case 2 -> i == 0 ? 1 : 0;
                        case 3 -> i < 2 ? 1 : 1e-3;
                        case 4 -> 1 - 0.5 * i / p;
                        case 5 -> i % 2 == 0 ? 1 : 1e-9;
                        case 6 -> i == 0 ? 1 + 1e-9 : 1;
                        default -> i == 0 ? 1 : 0.999;
                    };
                }
                Matrix a = withSpectrum(shape[0], shape[1], sigma);
                NormBounds bounds = bounds(a);
                double norm = largest(a);
                for (double bound : all(bounds)) {
                    // The oracle is off by a few u.
                    assertThat(bound)
                            .as("%d x %d, %d", shape[0], shape[1], kind)
                            .isGreaterThanOrEqualTo(norm * (1 - 4e-15));
                }
                assertThat(bounds.beta4()).isLessThanOrEqualTo(bounds.beta2());
                assertThat(bounds.beta4()).isLessThanOrEqualTo(bounds.schatten8() * (1 + 1e-9));
                assertThat(bounds.schatten8()).isLessThanOrEqualTo(bounds.schatten4() * (1 + 1e-14));
                assertThat(bounds.schatten4()).isLessThanOrEqualTo(bounds.frobenius() * (1 + 1e-14));
                assertThat(bounds.least()).isLessThanOrEqualTo(bounds.beta4());
            }
        }
    }

    /** The best there is: a spectrum of two values with the largest alone is determined by four moments. */
    @Test
    void beta4IsExactWhereTheMomentsTellAll() {
        for (int n : new int[] {2, 3, 10, 40}) {
            double[] sigma = new double[n];
            Arrays.fill(sigma, 0.6);
            sigma[0] = 1;
            assertThat(bounds(withSpectrum(n, n, sigma)).beta4()).isCloseTo(1, offset(1e-3));
            sigma[n - 1] = 0.1;
            assertThat(bounds(withSpectrum(n, n, sigma)).beta4()).isCloseTo(1, offset(1e-3));
        }
    }

    @Test
    void derivativesOfTheBoundsAreTheirSlopes() {
        double[] lambda = {0.5, 0.2, 0.15, 0.1, 0.05};
        double[] m = new double[5];
        for (double l : lambda) {
            for (int k = 0; k < 5; k++) {
                m[k] += Math.pow(l, k);
            }
        }
        double noise = 0x1p-34;
        GramMoments.Bound at = new GramMoments(5, m[2], m[3], m[4], noise).beta4();
        assertThat(at.value()).isGreaterThanOrEqualTo(0.5);
        double h = 1e-7;
        double bySecond =
                (new GramMoments(5, m[2] + h, m[3], m[4], noise).beta4().value()
                                - new GramMoments(5, m[2] - h, m[3], m[4], noise)
                                        .beta4()
                                        .value())
                        / (2 * h);
        double byThird =
                (new GramMoments(5, m[2], m[3] + h, m[4], noise).beta4().value()
                                - new GramMoments(5, m[2], m[3] - h, m[4], noise)
                                        .beta4()
                                        .value())
                        / (2 * h);
        double byFourth =
                (new GramMoments(5, m[2], m[3], m[4] + h, noise).beta4().value()
                                - new GramMoments(5, m[2], m[3], m[4] - h, noise)
                                        .beta4()
                                        .value())
                        / (2 * h);
        assertThat(at.bySecond()).isCloseTo(bySecond, offset(1e-5 * Math.abs(bySecond)));
        assertThat(at.byThird()).isCloseTo(byThird, offset(1e-5 * Math.abs(byThird)));
        assertThat(at.byFourth()).isCloseTo(byFourth, offset(1e-5 * Math.abs(byFourth)));
    }

    @Test
    void magnitudesDoNotMatter() {
        double[][] a = Dense.gaussian(5, 8, 3);
        List<Double> expected = all(bounds(Dense.matrix(DType.F64, a)));
        for (int exponent : new int[] {-1000, -300, 300, 1000}) {
            List<Double> scaled = all(bounds(Dense.matrix(DType.F64, Dense.scaled(a, Math.scalb(1.0, exponent)))));
            for (int i = 0; i < expected.size(); i++) {
                assertThat(scaled.get(i)).isEqualTo(Math.scalb(expected.get(i), exponent));
            }
        }
    }

    @Test
    void zeroEmptyAndWhatIsNotFinite() {
        assertThat(all(bounds(Matrix.allocate(DType.F32, 3, 5)))).containsOnly(0.0);
        assertThat(all(bounds(Matrix.allocate(DType.F32, 0, 5)))).containsOnly(0.0);
        for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            Matrix a = Dense.matrix(DType.F32, Dense.gaussian(4, 6, 1));
            a.set(2, 1, bad);
            assertThat(all(bounds(a))).containsOnly(Double.NaN);
        }
    }

    @Test
    void waitsAsDocumented() {
        Waits waits = new Waits();
        NormBounds.of(waits.stream(), Dense.matrix(DType.F32, Dense.gaussian(4, 6, 1)));
        assertThat(waits.take()).isEqualTo(8);
    }
}
