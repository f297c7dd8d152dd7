package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.MatrixBatch;
import org.isospin.SingularMatrixException;
import org.isospin.SkewMatrix;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.Geodesic;
import org.isospin.rotation.KarcherMean;
import org.isospin.rotation.RotationPath;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Geodesics, the other paths between rotations, and means. */
class GeodesicTest extends OnEveryBackend {
    private static final double U = DType.F64.unitRoundoff();

    static Stream<String> backends() {
        return Backends.available().stream();
    }

    private static Dense rotation(int n, double angle, long seed) {
        return KnownProblems.turned(n, Math::cos, Math::sin, seed, angle);
    }

    private static Dense geodesic(Isospin iso, Dense q0, Dense q1, double t) {
        Matrix out = Generators.garbage(Matrix.allocate(DType.F64, q0.rows(), q0.rows()));
        Geodesic.point(iso, q0.to(DType.F64), q1.to(DType.F64), t, out);
        return Dense.of(out);
    }

    private static double error(Dense found, Dense expected) {
        return found.plus(-1, expected).frobenius() / Math.sqrt(Math.max(1, expected.rows())) / U;
    }

    @ParameterizedTest
    @MethodSource("backends")
    void geodesicsJoinTheirEndsAtConstantSpeed(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int n : new int[] {0, 1, 2, 5, 12}) {
            for (double angle : new double[] {0, 1e-9, 0.5, 2, 3.1}) {
                Dense q0 = Generators.orthonormal(n, n, 1);
                Dense q1 = q0.times(rotation(n, angle, 2));
                assertThat(geodesic(iso, q0, q1, 0).hasBitsOf(q0)).isTrue();
                // Bases are orthonormal to 4u, which angles near π amplify by up to 3.
                assertThat(error(geodesic(iso, q0, q1, 1), q1)).isLessThan(40);
                assertThat(error(geodesic(iso, q0, q1, -2), q0.times(rotation(n, -2 * angle, 2))))
                        .isLessThan(80);
                assertThat(error(geodesic(iso, q1, q0, 0.25), geodesic(iso, q0, q1, 0.75)))
                        .isLessThan(40);
                Matrix middle = Matrix.allocate(DType.F64, n, n);
                Geodesic.midpoint(iso, q0.to(DType.F64), q1.to(DType.F64), middle);
                assertThat(error(Dense.of(middle), geodesic(iso, q0, q1, 0.5))).isLessThan(40);
                double distance = Geodesic.distance(iso, q0.to(DType.F64), q1.to(DType.F64));
                double expected = Generators.planes(n, angle, t -> 0, t -> t).frobenius();
                assertThat(distance).isCloseTo(expected, within(100 * U));
            }
        }
    }

    /** The plane's angle at α = 0.3 by each mode, as the specification of the adapters' interpolation tells them. */
    @ParameterizedTest
    @CsvSource({
        "90, GEODESIC, 27",
        "90, CAYLEY, 33.40",
        "90, CAYLEY_ROOT, 57.42",
        "30, GEODESIC, 9",
        "30, CAYLEY, 9.19",
        "30, CAYLEY_ROOT, 16.70"
    })
    void pathsTurnAPlaneAsTheyAreNamed(double degrees, RotationPath path, double expected) {
        for (String backend : Backends.available()) {
            Isospin iso = Backends.shared(backend);
            Dense q1 = rotation(2, Math.toRadians(degrees), 1);
            Matrix out = Matrix.allocate(DType.F64, 2, 2);
            path.point(iso, Dense.identity(2).to(DType.F64), q1.to(DType.F64), 0.3, out);
            double angle = Math.toDegrees(Math.acos(out.get(0, 0)));
            assertThat(angle).isCloseTo(expected, within(0.005));
            SkewMatrix generator = SkewMatrix.allocate(DType.F64, 2);
            for (CayleyStep step : CayleyStep.values()) {
                iso.inverseCayley(q1.to(DType.F64), step, generator);
                path.point(iso, generator, step, 0.3, out);
                assertThat(Math.toDegrees(Math.acos(out.get(0, 0)))).isCloseTo(angle, within(1e-12));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void endsThatNoPathJoinsAreRefused(String backend) {
        Isospin iso = Backends.shared(backend);
        Matrix out = Matrix.allocate(DType.F64, 3, 3);
        Matrix one = Dense.identity(3).to(DType.F64);
        Matrix mirror = one.copy();
        mirror.set(2, 2, -1);
        Matrix half = mirror.copy();
        half.set(1, 1, -1);
        assertThatExceptionOfType(SingularMatrixException.class)
                .isThrownBy(() -> Geodesic.point(iso, one, mirror, 0.5, out));
        assertThatExceptionOfType(SingularMatrixException.class)
                .isThrownBy(() -> Geodesic.midpoint(iso, one, half, out));
        assertThatExceptionOfType(SingularMatrixException.class)
                .isThrownBy(() -> RotationPath.CAYLEY.point(iso, one, half, 0.5, out));
        assertThatIllegalArgumentException().isThrownBy(() -> RotationPath.CAYLEY_ROOT.point(iso, one, one, -1, out));
        assertThatIllegalArgumentException().isThrownBy(() -> Geodesic.point(iso, one, one, Double.NaN, out));
        // Two reflections are joined.
        Geodesic.point(iso, mirror, mirror, 0.5, out);
        assertThat(Dense.of(out).hasBitsOf(Dense.of(mirror))).isTrue();
    }

    private static MatrixBatch batch(Dense... rotations) {
        int n = rotations[0].rows();
        MatrixBatch batch = MatrixBatch.allocate(DType.F64, rotations.length, n, n);
        for (int i = 0; i < rotations.length; i++) {
            rotations[i].to(DType.F64).copyTo(batch.get(i));
        }
        return batch;
    }

    @ParameterizedTest
    @MethodSource("backends")
    void theMeanOfTwoLiesOnTheirGeodesic(String backend) {
        Isospin iso = Backends.shared(backend);
        for (double angle : new double[] {0, 0.2, 2}) {
            Dense q0 = Generators.orthonormal(5, 5, 1);
            Dense q1 = q0.times(rotation(5, angle, 2));
            Matrix out = Matrix.allocate(DType.F64, 5, 5);
            KarcherMean.Result result =
                    KarcherMean.mean(iso, batch(q0, q1), new double[] {3, 1}, KarcherMean.Options.DEFAULT, out);
            assertThat(result.converged()).isTrue();
            assertThat(error(Dense.of(out), geodesic(iso, q0, q1, 0.25))).isLessThan(200);
            assertThat(result.radius()).isLessThanOrEqualTo(0.75 * angle * 1.2 + 1e-14);
        }
    }

    /** M is where Σ wᵢlog(MᵀQᵢ) = 0: turning all turns the mean, and rotations about one point have it for their mean. */
    @ParameterizedTest
    @MethodSource("backends")
    void meansMoveWithTheirRotations(String backend) {
        Isospin iso = Backends.shared(backend);
        Dense[] q = new Dense[4];
        Dense[] turned = new Dense[4];
        Dense turn = Generators.orthonormal(6, 6, 9);
        for (int i = 0; i < 4; i++) {
            q[i] = rotation(6, 0.8, 20 + i);
            turned[i] = turn.times(q[i]);
        }
        double[] weights = {1, 2, 0.5, 0};
        Matrix a = Matrix.allocate(DType.F64, 6, 6);
        Matrix b = Matrix.allocate(DType.F64, 6, 6);
        KarcherMean.Result result = KarcherMean.mean(iso, batch(q), weights, KarcherMean.Options.DEFAULT, a);
        assertThat(result.converged()).isTrue();
        assertThat(result.iterations()).isLessThan(40);
        KarcherMean.mean(iso, batch(turned), weights, KarcherMean.Options.DEFAULT, b);
        assertThat(error(Dense.of(b), turn.times(Dense.of(a)))).isLessThan(400);
        assertThat(Dense.of(a).orthogonalityDefect()).isLessThanOrEqualTo(2 * U);
        // Opposite turns about one point cancel.
        Dense opposite = rotation(6, 0.8, 20).transposed();
        KarcherMean.mean(iso, batch(q[0], opposite), new double[] {1, 1}, KarcherMean.Options.DEFAULT, a);
        assertThat(error(Dense.of(a), Dense.identity(6))).isLessThan(200);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void meansRefuseWhatHasNoneAndStopWhenAsked(String backend) {
        Isospin iso = Backends.shared(backend);
        Dense mirror = Dense.identity(3);
        mirror.set(0, 0, -1);
        MatrixBatch mixed = batch(Dense.identity(3), mirror);
        Matrix out = Matrix.allocate(DType.F64, 3, 3);
        KarcherMean.Options options = new KarcherMean.Options(1, 0);
        assertThatExceptionOfType(SingularMatrixException.class)
                .isThrownBy(() -> KarcherMean.mean(iso, mixed, new double[] {1, 1}, options, out));
        for (double[] weights : new double[][] {{1}, {1, -1}, {0, 0}, {1, Double.NaN}, {1, Double.POSITIVE_INFINITY}}) {
            assertThatIllegalArgumentException().isThrownBy(() -> KarcherMean.mean(iso, mixed, weights, options, out));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new KarcherMean.Options(0, 0));
        MatrixBatch two = batch(Dense.identity(3), rotation(3, 1, 1));
        assertThat(KarcherMean.mean(iso, two, new double[] {1, 1}, options, out).converged())
                .isFalse();
        Isospin cancelled = iso.withProgress((operation, done, total) -> {
            throw new CancellationException(operation);
        });
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> KarcherMean.mean(cancelled, two, new double[] {1, 1}, options, out));
    }
}
