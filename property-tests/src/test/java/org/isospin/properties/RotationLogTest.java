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
import org.isospin.SingularMatrixException;
import org.isospin.SkewMatrix;
import org.isospin.rotation.RotationLog;
import org.isospin.rotation.RotationLog.Method;
import org.isospin.rotation.RotationLog.Result;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The accuracy that the logarithm promises, against twice F64's precision, and what it does at and near π. */
class RotationLogTest extends OnEveryBackend {
    static Stream<Arguments> backendsAndTypes() {
        return Backends.available().stream()
                .filter(b -> !b.equals(Backends.DEFERRED))
                .flatMap(b -> Stream.of(Arguments.of(b, DType.F64), Arguments.of(b, DType.F32)));
    }

    static Stream<String> backends() {
        return Backends.available().stream();
    }

    /** {@return A with a largest angle to a few u} */
    private static SkewMatrix skew(Isospin iso, int n, double angle) {
        SkewMatrix a = Generators.skew(DType.F64, n, 1, n);
        Matrix s = Matrix.allocate(DType.F64, 1, n);
        iso.singularValues(a.toDense(), s);
        return Generators.scaled(angle / s.get(0, 0), a);
    }

    /** Largest errors seen at n = 64: 2.1 uθ up to θ = 1.5 and 7.4 uθ at π − 1e-4, 1e-6; at n = 256 2.3 and 9. */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void errorsAreAFewRoundoffsRelativeToTheAngle(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        for (int n : new int[] {3, 16, 64}) {
            for (double angle : new double[] {1e-9, 1e-3, 0.5, 1, 1.5, 2, 3, 3.13, Math.PI - 1e-2, Math.PI - 1e-5}) {
                SkewMatrix a = skew(iso, n, angle);
                Matrix q = Twofold.exp(Dense.of(a)).high().to(dtype);
                SkewMatrix out = SkewMatrix.allocate(dtype, n);
                Result result = RotationLog.log(iso, q, out);
                double error = Dense.of(out).plus(-1, Dense.of(a)).frobenius()
                        / Dense.of(a).frobenius();
                // Of a Q whose type is F32 the rounding counts alone, u in the tangent space.
                double bound = dtype == DType.F32 ? 1.5 : angle <= Math.PI / 2 ? 3 : 10;
                assertThat(error / dtype.unitRoundoff())
                        .as("n = %d, angle %s", n, angle)
                        .isLessThanOrEqualTo(bound);
                assertThat(result.condition() * (Math.PI - angle)).isBetween(0.99, Math.sqrt(n) + 0.01);
                assertThat(result.method()).isEqualTo(angle < 1.6 ? Method.SERIES : Method.SQUARE_ROOT);
                assertThat(result.squareRoots()).isEqualTo(angle < 1.6 ? 0 : 1);
            }
        }
    }

    /** exp(A) is Q however near to π its angles are: a plane's direction is found until it is rounding. */
    @ParameterizedTest
    @MethodSource("backends")
    void expUndoesLogUpToPi(String backend) {
        Isospin iso = Backends.shared(backend);
        int n = 12;
        for (double gap : new double[] {1e-7, 3e-8, 1e-9, 1e-12, 1e-14, 1e-15, 0}) {
            for (double second : new double[] {1, 0.5, 1e-3}) {
                Dense basis = Generators.orthonormal(n, n, 4);
                Dense planes = Dense.identity(n);
                turn(planes, 0, Math.PI - gap);
                turn(planes, 2, Math.PI - gap * second);
                turn(planes, 4, 2.9);
                turn(planes, 6, 0.3);
                Dense q = basis.times(planes).times(basis.transposed());
                SkewMatrix out = SkewMatrix.allocate(DType.F64, n);
                RotationLog.log(iso, q.to(DType.F64), out);
                double error = Twofold.exp(Dense.of(out)).high().plus(-1, q).frobenius() / Math.sqrt(n);
                // An angle counts as π within 8u√n = 28u; q is orthogonal to 8u or so.
                assertThat(error / DType.F64.unitRoundoff())
                        .as("π − %s, and times %s", gap, second)
                        .isLessThanOrEqualTo(60);
                assertThat(Dense.of(out).norm2()).isLessThanOrEqualTo(Math.PI * (1 + 1e-14));
            }
        }
    }

    private static void turn(Dense planes, int at, double angle) {
        planes.set(at, at, Math.cos(angle));
        planes.set(at + 1, at + 1, Math.cos(angle));
        planes.set(at, at + 1, Math.sin(angle));
        planes.set(at + 1, at, -Math.sin(angle));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void aHalfTurnOfOnePlaneStaysInIt(String backend) {
        Isospin iso = Backends.shared(backend);
        Matrix q = Dense.identity(3).to(DType.F64);
        q.set(0, 0, -1);
        q.set(1, 1, -1);
        SkewMatrix out = SkewMatrix.allocate(DType.F64, 3);
        Result result = RotationLog.log(iso, q, out);
        assertThat(result).isEqualTo(new Result(Double.POSITIVE_INFINITY, 0, Method.HALF_TURNS));
        assertThat(Math.abs(out.get(0, 1))).isCloseTo(Math.PI, within(1e-15));
        assertThat(Math.abs(out.get(0, 2)) + Math.abs(out.get(1, 2))).isLessThan(1e-15);
    }

    /** The planes that are chosen depend on the eigenspace alone: a rotation that is off by rounding gives the same ones. */
    @ParameterizedTest
    @MethodSource("backends")
    void halfTurnsChooseTheirPlanesByTheEigenspace(String backend) {
        Isospin iso = Backends.shared(backend);
        int n = 9;
        Dense basis = Generators.orthonormal(n, 6, 2);
        Dense other = basis.times(Generators.orthonormal(6, 6, 3));
        SkewMatrix a = SkewMatrix.allocate(DType.F64, n);
        SkewMatrix b = SkewMatrix.allocate(DType.F64, n);
        RotationLog.log(
                iso, Dense.identity(n).plus(-2, basis.times(basis.transposed())).to(DType.F64), a);
        RotationLog.log(
                iso, Dense.identity(n).plus(-2, other.times(other.transposed())).to(DType.F64), b);
        assertThat(Dense.of(a).plus(-1, Dense.of(b)).max()).isLessThan(1e-13);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8, 33})
    void reflectionsAreRefused(int n) {
        Dense reflection = Dense.identity(n);
        reflection.set(0, 0, -1);
        Dense basis = Generators.orthonormal(n, n, 1);
        Matrix q = basis.times(reflection).times(basis.transposed()).to(DType.F64);
        for (String backend : Backends.available()) {
            assertThatExceptionOfType(SingularMatrixException.class)
                    .isThrownBy(() -> RotationLog.log(Backends.shared(backend), q, SkewMatrix.allocate(DType.F64, n)))
                    .withMessageContaining("determinant of Q is −1");
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void whatIsNotOrthogonalIsRefusedWithItsDefect(String backend) {
        Isospin iso = Backends.shared(backend);
        SkewMatrix out = SkewMatrix.allocate(DType.F64, 4);
        for (double scale : new double[] {1.001, 2, 0, 1e-30, 1e30, 1e300}) {
            Matrix q = Dense.zero(4, 4).plus(scale, Dense.identity(4)).to(DType.F64);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> RotationLog.log(iso, q, out))
                    .withMessageContaining("no rotation: its defect");
        }
        Matrix near = Dense.zero(4, 4).plus(1 + 2e-4, Dense.identity(4)).to(DType.F64);
        RotationLog.log(iso, near, out);
        assertThat(Dense.of(out).max()).isZero();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void aListenerMayCancel(String backend) {
        Isospin iso = Backends.shared(backend).withProgress((operation, done, total) -> {
            throw new CancellationException(operation);
        });
        Matrix q = Twofold.exp(Dense.of(skew(Backends.shared(backend), 6, 3)))
                .high()
                .to(DType.F64);
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> RotationLog.log(iso, q, SkewMatrix.allocate(DType.F64, 6)));
    }
}
