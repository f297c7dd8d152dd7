package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.MatrixBatch;
import org.isospin.SkewBatch;
import org.isospin.SkewMatrix;
import org.isospin.rotation.Exp;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The forward error of exp over the whole range of norms, and exponentials in closed form and in batches. */
class ExpAccuracyTest {
    static Stream<Arguments> backendsAndTypes() {
        return Backends.available().stream()
                .filter(b -> !b.equals(Backends.DEFERRED))
                .flatMap(b -> Stream.of(Arguments.of(b, DType.F64), Arguments.of(b, DType.F32)));
    }

    private static double forward(Isospin iso, SkewMatrix a) {
        return WideMatrix.expm1(Dense.of(a)).distanceFromIdentityPlus(Subjects.apply(iso::exp, a))
                / Math.sqrt(a.order());
    }

    /** (2 + 1.5‖A‖)u, and u in F32 beyond its schedules. */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void forwardErrorsGrowWithTheNormAlone(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        double u = dtype.unitRoundoff();
        for (double norm : new double[] {0.05, 1, 3, 10, 100, 1000, 1e5}) {
            double error = forward(iso, Generators.skew(dtype, 64, norm, 1));
            boolean isWide = dtype == DType.F32 && norm > 4;
            assertThat(error).as("norm %s", norm).isLessThanOrEqualTo((isWide ? 1 : 2 + 1.5 * norm) * u);
        }
    }

    /** Closed forms against 40 digits: one rounding for F32, and what is promised of every order for F64. */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void closedFormsAreAtRoundoff(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        for (int n = 2; n <= 4; n++) {
            for (double norm : new double[] {1e-200, 1e-8, 1e-3, 0.3, 1, 3.1, 3.2, 20}) {
                for (long seed = 0; seed < 10; seed++) {
                    SkewMatrix a = Generators.skew(dtype, n, norm, seed);
                    double u = dtype.unitRoundoff();
                    Dense q = Subjects.apply(iso::exp, a);
                    double bound = dtype == DType.F32 ? u : (2 + 1.5 * norm) * u;
                    assertThat(q.plus(-1, Decimals.exp(Dense.of(a))).frobenius() / Math.sqrt(n))
                            .as("n = %d, norm %s", n, norm)
                            .isLessThanOrEqualTo(bound);
                    // Beyond 1 it is polished; the rounding of a single plane alone can take 2.2u.
                    assertThat(q.orthogonalityDefect())
                            .as("n = %d, norm %s", n, norm)
                            .isLessThanOrEqualTo(norm > 1 ? 2.2 * u : 2 * u * (1 + 2 * norm));
                }
            }
        }
    }

    /** Planes of order 4 whose angles agree, or one of which vanishes: where quaternions vanish or coincide. */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void closedFormsTakeEqualAndVanishingAngles(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        Dense basis = Generators.orthonormal(4, 4, 5);
        for (double second : new double[] {0, 1e-12, 0.7, 0.7 + 1e-9, -0.7, Math.PI}) {
            Dense planes = Dense.zero(4, 4);
            planes.set(0, 1, 0.7);
            planes.set(1, 0, -0.7);
            planes.set(2, 3, second);
            planes.set(3, 2, -second);
            SkewMatrix a = Generators.skewPart(dtype, basis.times(planes).times(basis.transposed()));
            assertThat(Subjects.apply(iso::exp, a)
                            .plus(-1, Decimals.exp(Dense.of(a)))
                            .max())
                    .as("angles 0.7 and %s", second)
                    .isLessThanOrEqualTo(4 * dtype.unitRoundoff());
        }
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void batchesHaveTheBitsOfSingles(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        for (int n : new int[] {0, 1, 2, 3, 4, 5, 16}) {
            SkewBatch a = SkewBatch.allocate(dtype, 6, n);
            for (int i = 0; i < 6; i++) {
                Dense.of(Generators.skew(dtype, n, Math.pow(10, i - 4), i).packed())
                        .to(dtype)
                        .copyTo(a.get(i).packed());
            }
            MatrixBatch out = MatrixBatch.allocate(dtype, 6, n, n);
            Exp.batched(iso, a, out);
            for (int i = 0; i < 6; i++) {
                assertThat(Dense.of(out.get(i)).hasBitsOf(Subjects.apply(iso::exp, a.get(i))))
                        .as("n = %d, matrix %d", n, i)
                        .isTrue();
            }
        }
    }
}
