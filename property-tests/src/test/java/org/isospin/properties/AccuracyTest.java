package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.rotation.CayleyStep;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The accuracy that exp and Cayley promise at the sizes where they are timed, with defects summed in twice F64's precision. */
class AccuracyTest extends OnEveryBackend {
    /** A norm in every range of exp's schedules of either type, and beyond them, where it doubles. */
    private static final double[] EVERY_PATH = {
        0, 1e-200, 1e-30, 0.005, 0.03, 0.1, 0.25, 0.5, 0.75, 1, 1.3, 1.7, 2.4, 3, 4, 7, 30, 1000, 1e5
    };

    static Stream<Arguments> backendsAndTypes() {
        return Backends.available().stream()
                .filter(b -> !b.equals(Backends.DEFERRED))
                .flatMap(b -> Stream.of(Arguments.of(b, DType.F64), Arguments.of(b, DType.F32)));
    }

    static Stream<Arguments> backendsTypesAndOrders() {
        return backendsAndTypes().flatMap(a -> Stream.of(64, 256).map(n -> Arguments.of(a.get()[0], a.get()[1], n)));
    }

    private static Dense apply(SkewMap map, SkewMatrix a) {
        return Subjects.apply(map, a);
    }

    @ParameterizedTest
    @MethodSource("backendsTypesAndOrders")
    void expIsOrthogonalToTwoRoundoffs(String backend, DType dtype, int n) {
        Isospin iso = Backends.shared(backend);
        for (double norm : new double[] {0.05, 0.5, 1, 2, 2.4}) {
            SkewMatrix a = Generators.skew(dtype, n, norm, 1);
            assertThat(apply(iso::exp, a).orthogonalityDefect())
                    .as("norm %s", norm)
                    .isLessThanOrEqualTo(2 * dtype.unitRoundoff() * (1 + 2 * norm));
        }
    }

    @ParameterizedTest
    @MethodSource("backendsTypesAndOrders")
    void expBeyondItsSchedulesIsPolished(String backend, DType dtype, int n) {
        Isospin iso = Backends.shared(backend);
        for (double norm : new double[] {6, 40}) {
            // About u after the polish; in F64 the defect that it removes is itself rounded.
            assertThat(apply(iso::exp, Generators.skew(dtype, n, norm, 2)).orthogonalityDefect())
                    .as("norm %s", norm)
                    .isLessThanOrEqualTo(2 * dtype.unitRoundoff());
        }
    }

    @ParameterizedTest
    @MethodSource("backendsTypesAndOrders")
    void cayleyIsOrthogonalToTwoRoundoffs(String backend, DType dtype, int n) {
        Isospin iso = Backends.shared(backend);
        for (double norm : new double[] {0.01, 0.5, 0.7, 1, 3, 50}) {
            SkewMatrix a = Generators.skew(dtype, n, norm, 3);
            for (CayleyStep step : CayleyStep.values()) {
                assertThat(apply((x, out) -> iso.cayley(x, step, out), a).orthogonalityDefect())
                        .as("%s, norm %s", step, norm)
                        .isLessThanOrEqualTo(2 * dtype.unitRoundoff());
            }
        }
    }

    /** Bit for bit, signs of zeros included, on one thread and on two. */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void theExponentialOfTheOppositeIsTheTranspose(String backend, DType dtype) {
        List<Isospin> contexts = new ArrayList<>();
        contexts.add(Backends.shared(backend).withThreads(1));
        contexts.add(Backends.shared(backend).withThreads(2));
        for (int n : new int[] {1, 2, 5, 16, 33, 64}) {
            for (double norm : EVERY_PATH) {
                checkOpposite(contexts, Generators.skew(dtype, n, norm, n));
            }
        }
        // Large enough for workers: one norm on either side of the doublings.
        for (double norm : new double[] {1, 5}) {
            checkOpposite(contexts, Generators.skew(dtype, 259, norm, 4));
        }
    }

    private static void checkOpposite(List<Isospin> contexts, SkewMatrix a) {
        SkewMatrix minus = Generators.scaled(-1, a);
        Dense first = apply(contexts.getFirst()::exp, a);
        for (Isospin iso : contexts) {
            String where = Subjects.describe(a) + ", threads " + iso.threads();
            assertThat(apply(iso::exp, a).hasBitsOf(first)).as(where).isTrue();
            assertThat(apply(iso::exp, minus).transposed().hasBitsOf(first))
                    .as("exp, " + where)
                    .isTrue();
            assertThat(apply(iso::expm1, minus)
                            .transposed()
                            .plus(-1, apply(iso::expm1, a))
                            .max())
                    .as("expm1, " + where)
                    .isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void theExponentialOfZeroIsTheIdentity(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        for (int n : new int[] {0, 1, 2, 3, 16, 17, 64, 256}) {
            SkewMatrix zero = SkewMatrix.allocate(dtype, n);
            assertThat(apply(iso::exp, zero).hasBitsOf(Dense.identity(n))).isTrue();
            assertThat(apply(iso::expm1, zero).max()).isZero();
            for (CayleyStep step : CayleyStep.values()) {
                assertThat(apply((x, out) -> iso.cayley(x, step, out), zero)
                                .plus(-1, Dense.identity(n))
                                .max())
                        .isZero();
            }
        }
    }

    /** Forward errors against 40 digits: (2 + 1.5‖A‖)u, and for Cayley (½ + 2‖X‖)u, up to ‖X‖ = 1, and ‖X‖u beyond. */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void forwardErrorsAreAFewRoundoffs(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        int n = 12;
        for (double norm : new double[] {0.02, 0.3, 1, 2.4, 9}) {
            SkewMatrix a = Generators.skew(dtype, n, norm, 6);
            double u = dtype.unitRoundoff();
            Dense exact = Decimals.exp(Dense.of(a));
            assertThat(apply(iso::exp, a).plus(-1, exact).frobenius() / Math.sqrt(n))
                    .as("exp, norm %s", norm)
                    .isLessThanOrEqualTo((2 + 1.5 * norm) * u);
            for (CayleyStep step : CayleyStep.values()) {
                double size = norm * Math.abs(step.factor());
                Dense x = Dense.zero(n, n).plus(step.factor(), Dense.of(a));
                Dense cayley = Decimals.cayley(x);
                assertThat(apply((s, out) -> iso.cayley(s, step, out), a)
                                        .plus(-1, cayley)
                                        .frobenius()
                                / Math.sqrt(n))
                        .as("Cayley %s, norm %s", step, norm)
                        .isLessThanOrEqualTo((0.5 + 2 * size) * u);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void theDefectOfARotationIsMeasuredAtRoundoff(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        Matrix q = Matrix.allocate(dtype, 64, 64);
        iso.haarRotation(1, q);
        double exact = Dense.of(q).gramDefect().frobenius();
        // √m·2⁻⁵³ at most for an element of E, of which there are n².
        assertThat(iso.orthogonality(q).frobenius()).isBetween(exact - 64 * 8 * 0x1p-53, exact + 64 * 8 * 0x1p-53);
    }
}
