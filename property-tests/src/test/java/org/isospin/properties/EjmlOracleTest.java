package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.QRDecomposition;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.decomposition.Qr;
import org.isospin.decomposition.Svd;
import org.isospin.polar.Group;
import org.isospin.polar.Msign;
import org.isospin.polar.MsignSchedule;
import org.isospin.polar.Polar;
import org.isospin.polar.Procrustes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Results agree with EJML's decompositions in F64, which share no code with ours. */
class EjmlOracleTest extends OnEveryBackend {
    private static final int[][] SHAPES = {{1, 1}, {2, 2}, {3, 7}, {7, 3}, {20, 20}, {33, 17}, {24, 61}, {64, 64}};

    static Stream<Arguments> backendsAndTypes() {
        return Backends.available().stream()
                .flatMap(b -> Stream.of(DType.values()).map(t -> Arguments.of(b, t)));
    }

    /** A matrix as the type holds it: what both libraries see. */
    private static Matrix gaussian(DType dtype, int rows, int columns, long seed) {
        return Generators.gaussian(rows, columns, seed).to(dtype);
    }

    private static DMatrixRMaj ejml(Matrix m) {
        DMatrixRMaj out = new DMatrixRMaj(m.rows(), m.columns());
        for (int i = 0; i < m.rows(); i++) {
            for (int j = 0; j < m.columns(); j++) {
                out.set(i, j, m.get(i, j));
            }
        }
        return out;
    }

    private static Dense dense(DMatrixRMaj m) {
        Dense out = Dense.zero(m.numRows, m.numCols);
        for (int i = 0; i < m.numRows; i++) {
            for (int j = 0; j < m.numCols; j++) {
                out.set(i, j, m.get(i, j));
            }
        }
        return out;
    }

    /** EJML's thin decomposition, singular values descending. */
    private static final class Oracle {
        private final Dense u;
        private final double[] sigma;
        private final Dense v;

        private Oracle(Dense u, double[] sigma, Dense v) {
            this.u = u;
            this.sigma = sigma;
            this.v = v;
        }

        static Oracle of(Matrix m) {
            SingularValueDecomposition_F64<DMatrixRMaj> svd =
                    DecompositionFactory_DDRM.svd(m.rows(), m.columns(), true, true, true);
            assertThat(svd.decompose(ejml(m))).isTrue();
            int p = Math.min(m.rows(), m.columns());
            double[] values = svd.getSingularValues();
            Integer[] order = new Integer[p];
            Arrays.setAll(order, i -> i);
            Arrays.sort(order, (i, j) -> Double.compare(values[j], values[i]));
            Dense u = dense(svd.getU(null, false));
            Dense v = dense(svd.getV(null, false));
            double[] sigma = new double[p];
            Dense left = Dense.zero(m.rows(), p);
            Dense right = Dense.zero(m.columns(), p);
            for (int j = 0; j < p; j++) {
                sigma[j] = values[order[j]];
                for (int i = 0; i < m.rows(); i++) {
                    left.set(i, j, u.get(i, order[j]));
                }
                for (int i = 0; i < m.columns(); i++) {
                    right.set(i, j, v.get(i, order[j]));
                }
            }
            return new Oracle(left, sigma, right);
        }

        /** U·diag(f)·Vᵀ. */
        Dense mapped(double[] f) {
            Dense scaled = Dense.zero(u.rows(), u.columns());
            for (int i = 0; i < u.rows(); i++) {
                for (int j = 0; j < u.columns(); j++) {
                    scaled.set(i, j, u.get(i, j) * f[j]);
                }
            }
            return scaled.times(v.transposed());
        }

        double condition() {
            return sigma[0] / sigma[sigma.length - 1];
        }
    }

    /** EJML's own errors: its vectors lose up to a hundred u₆₄ (an SVD's 20u√p, and as much for its QR). */
    private static double oracleError(int p) {
        return 100 * Math.sqrt(p) * DType.F64.unitRoundoff();
    }

    private static double distance(Dense a, Dense b) {
        return a.plus(-1, b).frobenius() / Math.sqrt(Math.max(1, Math.min(a.rows(), a.columns())));
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void polarFactors(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : SHAPES) {
            Matrix a = gaussian(dtype, shape[0], shape[1], 1);
            Oracle oracle = Oracle.of(a);
            double[] ones = new double[oracle.sigma.length];
            Arrays.fill(ones, 1);
            Matrix out = Matrix.allocate(dtype, shape[0], shape[1]);
            Polar.Result result = iso.polar(a, out);
            double kappa = oracle.condition();
            // U is known to κu of the arithmetic, and rounded to the type.
            assertThat(distance(Dense.of(out), oracle.mapped(ones)))
                    .as(a.toString())
                    .isLessThanOrEqualTo(dtype.unitRoundoff()
                            + kappa * (2 * dtype.computeType().unitRoundoff() + oracleError(ones.length)));
            assertThat(result.converged()).isTrue();
            // Documented: never much too small, at most n times too large.
            assertThat(result.conditionEstimate()).isBetween(kappa / 4, 1.01 * ones.length * kappa);
        }
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void msign(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        for (MsignSchedule schedule :
                new MsignSchedule[] {Msign.kellerJordan(5), Msign.polarExpress(5), Msign.polarExpress(8)}) {
            double slope = Msign.scalar(schedule, 0x1p-40) * 0x1p40;
            for (int[] shape : SHAPES) {
                Matrix a = gaussian(dtype, shape[0], shape[1], 2);
                Oracle oracle = Oracle.of(a);
                double norm = Dense.of(a).frobenius();
                double[] f = Arrays.stream(oracle.sigma)
                        .map(s -> Msign.scalar(schedule, s / norm))
                        .toArray();
                Matrix out = Matrix.allocate(dtype, shape[0], shape[1]);
                iso.msign(a, out, schedule);
                // Errors grow by the slope of the schedule at most.
                assertThat(distance(Dense.of(out), oracle.mapped(f)))
                        .as("%s of %s", schedule.name(), a)
                        .isLessThanOrEqualTo(2 * dtype.unitRoundoff()
                                + slope * (dtype.computeType().unitRoundoff() + oracleError(f.length) / 10));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void singularValues(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : SHAPES) {
            Matrix a = gaussian(dtype, shape[0], shape[1], 3);
            Oracle oracle = Oracle.of(a);
            int p = oracle.sigma.length;
            Matrix out = Matrix.allocate(DType.F64, 1, p);
            iso.singularValues(a, out);
            Svd svd = iso.svd(a);
            for (int j = 0; j < p; j++) {
                double error = Math.abs(out.get(0, j) - oracle.sigma[j]);
                assertThat(error).as("%s, value %d", a, j).isLessThanOrEqualTo(oracleError(p) * oracle.sigma[0]);
                assertThat(Math.abs(svd.s().get(0, j) - oracle.sigma[j]))
                        .isLessThanOrEqualTo((dtype.unitRoundoff() + oracleError(p)) * oracle.sigma[0]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void procrustes(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        for (int n : new int[] {1, 2, 3, 8, 33, 70}) {
            Matrix a = gaussian(dtype, n + 5, n, 4);
            Matrix b = gaussian(dtype, n + 5, n, 5);
            Matrix cross = Dense.of(a).transposed().times(Dense.of(b)).to(DType.F64);
            Oracle oracle = Oracle.of(cross);
            for (Group group : Group.values()) {
                double[] signs = new double[n];
                Arrays.fill(signs, 1);
                double sum = Arrays.stream(oracle.sigma).sum();
                double gap = n == 1 ? oracle.sigma[0] : oracle.sigma[n - 2] + oracle.sigma[n - 1];
                if (group == Group.ROTATION && oracle.mapped(signs).determinant() < 0) {
                    signs[n - 1] = -1;
                    sum -= 2 * oracle.sigma[n - 1];
                    gap = n == 1 ? oracle.sigma[0] : oracle.sigma[n - 2] - oracle.sigma[n - 1];
                }
                Procrustes.Result result = iso.procrustes(a, b, group, Matrix.allocate(dtype, n, n));
                double condition = 2 * oracle.sigma[0] / gap;
                assertThat(distance(Dense.of(result.rotation()), oracle.mapped(signs)))
                        .as("%s, n = %d", group, n)
                        .isLessThanOrEqualTo(dtype.unitRoundoff() + condition * oracleError(n));
                assertThat(Math.abs(result.scale() - sum)).isLessThanOrEqualTo(n * oracleError(n) * oracle.sigma[0]);
                double residual = Dense.of(a)
                        .timesPlus(
                                Dense.of(result.rotation()),
                                Dense.zero(n + 5, n).plus(-1, Dense.of(b)))
                        .frobenius();
                // A sum of products of A and R, less B: n + 1 roundings of the type that is summed in, F64.
                assertThat(Math.abs(result.residual() - residual))
                        .isLessThanOrEqualTo((n + 10)
                                * DType.F64.unitRoundoff()
                                * (Dense.of(a).frobenius() + Dense.of(b).frobenius())
                                * Math.sqrt(n));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void inverses(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        for (int n : new int[] {1, 2, 7, 33, 64}) {
            Matrix a = Generators.conditioned(n, n, 20, 6).to(dtype);
            DMatrixRMaj expected = new DMatrixRMaj(n, n);
            assertThat(CommonOps_DDRM.invert(ejml(a), expected)).isTrue();
            Matrix out = Matrix.allocate(dtype, n, n);
            iso.inverse(a, out);
            double kappa = Oracle.of(a).condition();
            Dense exact = dense(expected);
            // nκu of either elimination, relative to the inverse, and one rounding.
            assertThat(Dense.of(out).plus(-1, exact).frobenius())
                    .as("n = %d", n)
                    .isLessThanOrEqualTo(exact.frobenius()
                            * (dtype.unitRoundoff()
                                    + n * kappa * (dtype.computeType().unitRoundoff() + DType.F64.unitRoundoff())));
        }
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void qrUpToSigns(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : SHAPES) {
            if (shape[0] < shape[1]) {
                continue;
            }
            Matrix a = Generators.conditioned(shape[0], shape[1], 20, 7).to(dtype);
            QRDecomposition<DMatrixRMaj> oracle = DecompositionFactory_DDRM.qr(shape[0], shape[1]);
            assertThat(oracle.decompose(ejml(a))).isTrue();
            Dense q = dense(oracle.getQ(null, true));
            Dense r = dense(oracle.getR(null, true));
            Qr found = iso.qr(a);
            Dense foundQ = Dense.of(found.q());
            Dense foundR = Dense.of(found.r());
            for (int j = 0; j < shape[1]; j++) {
                if (Math.signum(r.get(j, j)) != Math.signum(foundR.get(j, j))) {
                    for (int i = 0; i < shape[0]; i++) {
                        foundQ.set(i, j, -foundQ.get(i, j));
                    }
                    for (int k = 0; k < shape[1]; k++) {
                        foundR.set(j, k, -foundR.get(j, k));
                    }
                }
            }
            double kappa = Oracle.of(a).condition();
            // Both are exact for an A that is off by (10 + √m)u; R and Q move by κ times that.
            double bound = dtype.unitRoundoff()
                    + 2
                            * kappa
                            * (10 + Math.sqrt(shape[0]))
                            * dtype.computeType().unitRoundoff();
            assertThat(distance(foundQ, q)).as(a.toString()).isLessThanOrEqualTo(bound);
            assertThat(distance(foundR, r))
                    .as(a.toString())
                    .isLessThanOrEqualTo(bound * Dense.of(a).norm2() * 1.05);
        }
    }
}
