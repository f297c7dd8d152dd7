package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.rotation.ExpAction;
import org.isospin.rotation.LowRankExp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** exp(A) applied to a few columns, and exp of low rank, against exponentials of twice F64's digits, rounded. */
class ExpActionTest {
    static Stream<Arguments> backendsAndTypes() {
        return Backends.available().stream()
                .flatMap(b -> Stream.of(Arguments.of(b, DType.F64), Arguments.of(b, DType.F32)));
    }

    private static Dense act(Isospin iso, SkewMatrix a, Dense w) {
        return Subjects.apply((x, out) -> ExpAction.apply(iso, a, x, out), a.dtype(), w);
    }

    /** The bound on ‖A‖ that the series is made for. */
    private static double rho(SkewMatrix a) {
        double columns = 0;
        for (int j = 0; j < a.order(); j++) {
            double sum = 0;
            for (int i = 0; i < a.order(); i++) {
                sum += Math.abs(a.get(i, j));
            }
            columns = Math.max(columns, sum);
        }
        return Math.min(columns, Dense.of(a.packed()).frobenius());
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void blocksTurnAtRoundoff(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        int n = 24;
        for (double norm : new double[] {1e-12, 1e-3, 0.5, 2, 8, 30}) {
            SkewMatrix a = Generators.skew(dtype, n, norm, 3);
            for (int columns : new int[] {0, 1, 3}) {
                Dense w = Dense.of(Generators.gaussian(n, columns, 4).to(dtype));
                Dense exact = WideMatrix.expm1(Dense.of(a)).plusIdentity().times(w);
                assertThat(act(iso, a, w).plus(-1, exact).frobenius())
                        .as("norm %s, %d columns", norm, columns)
                        .isLessThanOrEqualTo((2 + 2 * rho(a)) * dtype.unitRoundoff() * w.frobenius());
            }
        }
    }

    /** Where W has zeros, what it moves by shows alone: AW for tiny A, to a few roundings of its dot products. */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void smallMovesKeepTheirDigits(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        int n = 60;
        for (double norm : new double[] {1e-30, 1e-20, 1e-12}) {
            SkewMatrix a = Generators.skew(dtype, n, norm, 3);
            Dense w = Dense.zero(n, 1);
            w.set(0, 0, 1);
            Dense moved = act(iso, a, w).plus(-1, w);
            Dense expected = Dense.of(a).times(w);
            // A² adds ‖A‖ of it.
            assertThat(moved.plus(-1, expected).max())
                    .isLessThanOrEqualTo((4 * dtype.unitRoundoff() + norm) * expected.max());
        }
        SkewMatrix denormal = SkewMatrix.allocate(DType.F64, n);
        denormal.packed().set(0, 0, Double.MIN_VALUE);
        Dense w = Dense.zero(n, 1);
        w.set(1, 0, 1);
        assertThat(act(iso, denormal, w).get(0, 0)).isEqualTo(Double.MIN_VALUE);
    }

    @Test
    void longSeriesTellTheirProgressAndHugeMatricesAreRefused() {
        Isospin iso = Backends.shared(Backends.REFERENCE);
        Isospin cancelling = iso.withProgress((operation, done, total) -> {
            throw new CancellationException(operation);
        });
        Dense w = Generators.gaussian(64, 1, 1);
        assertThatThrownBy(() -> act(cancelling, Generators.skew(DType.F64, 64, 2, 1), w))
                .isInstanceOf(CancellationException.class)
                .hasMessage("expAction");
        assertThatThrownBy(() -> act(iso, Generators.skew(DType.F64, 64, 1e300, 1), w))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1/(4u)");
    }

    private static Dense lowRank(Isospin iso, DType dtype, Dense x, Dense y) {
        Matrix out = Generators.garbage(Matrix.allocate(dtype, x.rows(), x.rows()));
        LowRankExp.exp(iso, x.to(dtype), y.to(dtype), out);
        return Dense.of(out);
    }

    /** Of any rank, dependent columns, zeros and factors of very different sizes included. */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void lowRanksAreExponentiatedAtRoundoff(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        int n = 20;
        double u = dtype.unitRoundoff();
        for (int p : new int[] {0, 1, 2, 5, 10, 13}) {
            for (double norm : new double[] {1e-10, 0.3, 2}) {
                for (double ratio : new double[] {1, 1e10, 1e-10}) {
                    Dense x = scaled(norm / ratio, Generators.orthonormal(n, p, 1), dtype);
                    Dense y = scaled(ratio, Generators.orthonormal(n, p, 2), dtype);
                    check(iso, dtype, x, y, norm, u);
                }
                // Y is X turned: one plane of several is empty.
                Dense x = scaled(norm, Generators.orthonormal(n, p, 3), dtype);
                check(iso, dtype, x, x, norm, u);
            }
        }
    }

    private static Dense scaled(double factor, Dense m, DType dtype) {
        return Dense.of(Dense.zero(m.rows(), m.columns()).plus(factor, m).to(dtype));
    }

    private static void check(Isospin iso, DType dtype, Dense x, Dense y, double norm, double u) {
        int n = x.rows();
        Dense q = lowRank(iso, dtype, x, y);
        Dense exact = WideMatrix.expm1(ExpProblems.lowRank(x, y)).plusIdentity();
        String where = "p = " + x.columns() + ", norm " + norm;
        // Twice the norm, as A is the sum of two products; that of exp(S), and QR's.
        assertThat(q.orthogonalityDefect()).as(where).isLessThanOrEqualTo(2 * u * (2 + 2 * 2 * norm));
        assertThat(q.plus(-1, exact).frobenius() / Math.sqrt(n)).as(where).isLessThanOrEqualTo((2 + 4 * norm) * u);
        Dense w = Dense.of(Generators.gaussian(n, 3, 5).to(dtype));
        Matrix turned = Generators.garbage(Matrix.allocate(dtype, n, 3));
        LowRankExp.apply(iso, x.to(dtype), y.to(dtype), w.to(dtype), turned);
        assertThat(Dense.of(turned).plus(-1, exact.times(w)).frobenius())
                .as(where)
                .isLessThanOrEqualTo((2 + 6 * norm) * u * w.frobenius());
    }
}
