package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CancellationException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.rotation.ExpDerivative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The derivative of exp against slopes, against 40 digits, and at the ends of the range of numbers. */
class ExpDerivativeTest {
    private static final double[] NORMS = {0, 1e-12, 0.02, 0.4, 1, 3, 12, 60};
    private static final int[] ORDERS = {1, 2, 3, 4, 5, 12, 33};

    static Stream<String> backends() {
        return Backends.available().stream();
    }

    static Stream<Arguments> backendsAndTypes() {
        return backends().flatMap(b -> Stream.of(Arguments.of(b, DType.F64), Arguments.of(b, DType.F32)));
    }

    private static Dense jvp(Isospin iso, SkewMatrix a, SkewMatrix direction) {
        return Subjects.apply((x, out) -> ExpDerivative.jvp(iso, x, direction, out), a);
    }

    private static Dense vjp(Isospin iso, SkewMatrix a, Dense cotangent) {
        SkewMatrix out = SkewMatrix.allocate(a.dtype(), a.order());
        Generators.garbage(out.packed());
        ExpDerivative.vjp(iso, a, cotangent.to(a.dtype()), out);
        return Dense.of(out.packed());
    }

    private static SkewMatrix skew(int n, Dense packed) {
        return SkewMatrix.wrap(n, packed.to(DType.F64));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void productsAreSlopesAndTheirAdjoints(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int n : ORDERS) {
            for (double norm : NORMS) {
                SkewMatrix a = Generators.skew(DType.F64, n, norm, n);
                SkewMatrix v = Generators.skew(DType.F64, n, 1, n + 1);
                Dense g = Generators.gaussian(n, n, n + 2);
                Dense x = Dense.of(a.packed());
                Dense direction = Dense.of(v.packed());
                UnaryOperator<Dense> exp = p -> Subjects.apply(iso::exp, skew(n, p));
                DerivativeLaws.jvp("exp", exp, x, direction, jvp(iso, a, v)).orThrow();
                DerivativeLaws.vjp("exp", exp, x, direction, g, vjp(iso, a, g)).orThrow();
            }
        }
    }

    /** The upper right block of the exponential of (A E; 0 A). */
    private static Dense exact(Dense a, Dense e) {
        int n = a.rows();
        Dense block = Dense.zero(2 * n, 2 * n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                block.set(i, j, a.get(i, j));
                block.set(n + i, n + j, a.get(i, j));
                block.set(i, n + j, e.get(i, j));
            }
        }
        Dense exp = Decimals.exp(block);
        Dense out = Dense.zero(n, n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                out.set(i, j, exp.get(i, n + j));
            }
        }
        return out;
    }

    /** What the class promises, in F32 too. */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void errorsAreAFewRoundoffs(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        int n = 6;
        for (double norm : new double[] {1e-3, 0.1, 0.5, 1.4, 3, 9, 30}) {
            SkewMatrix a = Generators.skew(dtype, n, norm, 6);
            SkewMatrix v = Generators.skew(dtype, n, 1, 7);
            Dense expected = exact(Dense.of(a), Dense.of(v));
            double bound = (4 + 2 * norm) * dtype.unitRoundoff() * Dense.of(v).frobenius();
            assertThat(jvp(iso, a, v).plus(-1, expected).frobenius())
                    .as("norm %s", norm)
                    .isLessThanOrEqualTo(bound);
            Dense g = Dense.of(Generators.gaussian(n, n, 8).to(dtype));
            Dense gradient = exact(Dense.of(a).transposed(), g);
            // Packing turns L into L − Lᵀ: an error of it counts twice at most, and each element once.
            double packed = (4 + 2 * norm) * dtype.unitRoundoff() * g.frobenius() * Math.sqrt(2);
            assertThat(vjp(iso, a, g)
                            .plus(-1, KnownProblems.packed(gradient.plus(1, gradient)))
                            .frobenius())
                    .as("norm %s", norm)
                    .isLessThanOrEqualTo(packed);
        }
    }

    /** A power of two in E or G comes out as it went in, to the ends of the range. */
    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "F64"})
    void theScaleOfTheDirectionDoesNotMatter(DType dtype) {
        Isospin iso = Backends.shared(Backends.REFERENCE);
        int n = 5;
        int far = dtype == DType.F64 ? 1000 : 110;
        SkewMatrix a = Generators.skew(dtype, n, 2, 1);
        SkewMatrix v = Generators.skew(dtype, n, 1, 2);
        Dense g = Generators.gaussian(n, n, 3);
        for (int exponent : new int[] {-far, far}) {
            double factor = Math.scalb(1.0, exponent);
            Dense scaled = jvp(iso, a, Generators.scaled(factor, v));
            assertThat(times(1 / factor, scaled).hasBitsOf(jvp(iso, a, v))).isTrue();
            Dense gradient = vjp(iso, a, times(factor, Dense.of(g.to(dtype))));
            assertThat(times(1 / factor, gradient).hasBitsOf(vjp(iso, a, g))).isTrue();
        }
    }

    private static Dense times(double factor, Dense m) {
        return Dense.zero(m.rows(), m.columns()).plus(factor, m);
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "F64"})
    void tinyMatricesHaveTheDirectionItselfForADerivative(DType dtype) {
        Isospin iso = Backends.shared(Backends.REFERENCE);
        SkewMatrix v = Generators.skew(dtype, 7, 1, 2);
        double tiny = dtype == DType.F64 ? 1e-300 : 1e-30;
        assertThat(jvp(iso, Generators.skew(dtype, 7, tiny, 1), v)
                        .plus(-1, Dense.of(v))
                        .frobenius())
                .isLessThanOrEqualTo(2 * tiny * Dense.of(v).frobenius());
        SkewMatrix huge = Generators.skew(dtype, 7, 1 / tiny, 1);
        assertThatThrownBy(() -> jvp(iso, huge, v))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1/(4u)");
    }

    @Test
    void squaringsTellTheirProgressAndCanBeCancelled() {
        Isospin iso = Backends.shared(Backends.REFERENCE).withProgress((operation, done, total) -> {
            assertThat(operation).isEqualTo("exp vjp");
            assertThat(total).isGreaterThan(5);
            throw new CancellationException(operation);
        });
        SkewMatrix a = Generators.skew(DType.F64, 9, 100, 1);
        SkewMatrix out = SkewMatrix.allocate(DType.F64, 9);
        assertThatThrownBy(() -> ExpDerivative.vjp(iso, a, Matrix.allocate(DType.F64, 9, 9), out))
                .isInstanceOf(CancellationException.class);
    }
}
