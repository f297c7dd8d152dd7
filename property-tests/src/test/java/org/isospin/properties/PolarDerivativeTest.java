package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.IntToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.polar.PolarDerivative;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Derivatives of the polar factor: slopes, adjoints, repeated and vanishing singular values, magnitudes. */
class PolarDerivativeTest {
    private static final int[][] SHAPES = {{1, 1}, {2, 2}, {7, 7}, {20, 20}, {9, 4}, {4, 9}, {30, 1}, {1, 6}, {70, 66}};

    static Stream<String> backends() {
        return Backends.available().stream();
    }

    private static Dense vjp(Isospin iso, DType dtype, Dense a, Dense g) {
        Matrix out = Generators.garbage(Matrix.allocate(dtype, a.rows(), a.columns()));
        PolarDerivative.vjp(iso, a.to(dtype), g.to(dtype), out);
        return Dense.of(out);
    }

    private static Dense jvp(Isospin iso, DType dtype, Dense a, Dense e) {
        Matrix out = Generators.garbage(Matrix.allocate(dtype, a.rows(), a.columns()));
        PolarDerivative.jvp(iso, a.to(dtype), e.to(dtype), out);
        return Dense.of(out);
    }

    /** A direction so small beside σₙ that seven points lie where the derivative hardly changes. */
    private static Dense direction(int m, int n, double least, long seed) {
        Dense g = Generators.gaussian(m, n, seed);
        return Dense.zero(m, n).plus(least / g.frobenius(), g);
    }

    private static void check(Isospin iso, Dense a, double least, long seed) {
        Dense e = direction(a.rows(), a.columns(), least, seed + 2);
        Dense g = Generators.gaussian(a.rows(), a.columns(), seed + 3);
        UnaryOperator<Dense> polar = x -> Subjects.apply(iso::polar, DType.F64, x);
        DerivativeLaws.vjp("polar", polar, a, e, g, vjp(iso, DType.F64, a, g)).orThrow();
        if (a.rows() + a.columns() > 2) {
            // The only slope of a number's sign is zero, to which no error is small.
            DerivativeLaws.jvp("polar", polar, a, e, jvp(iso, DType.F64, a, e)).orThrow();
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void derivativesAreSlopes(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : SHAPES) {
            check(iso, Generators.conditioned(shape[0], shape[1], 8, shape[0]), 0.125, 5);
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void repeatedSingularValuesAreNoException(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : SHAPES) {
            check(iso, Generators.withSpectrum(shape[0], shape[1], j -> 2, 3), 1, 6);
            check(iso, Generators.withSpectrum(shape[0], shape[1], j -> 1.0 / (1 + j % 3 / 2), 4), 0.5, 7);
        }
    }

    /** The formula with the vectors that A was made from, not those that are found. */
    private static Dense formula(int m, int n, IntToDoubleFunction spectrum, long seed, Dense e) {
        Dense x = Generators.orthonormal(m, n, seed);
        Dense y = Generators.orthonormal(n, n, seed + 1);
        Dense right = e.times(y);
        Dense k = x.transposed().times(right);
        Dense rest = right.plus(-1, x.times(k));
        Dense skew = Dense.zero(n, n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double gap = spectrum.applyAsDouble(i) + spectrum.applyAsDouble(j);
                skew.set(i, j, i == j ? 0 : (k.get(i, j) - k.get(j, i)) / gap);
            }
        }
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                rest.set(i, j, m == n ? 0 : rest.get(i, j) / spectrum.applyAsDouble(j));
            }
        }
        return x.timesPlus(skew, rest).times(y.transposed());
    }

    @ParameterizedTest
    @MethodSource("backends")
    void smallSingularValuesEnterBySumsAlone(String backend) {
        Isospin iso = Backends.shared(backend);
        for (double least : new double[] {1e-3, 1e-7, 1e-11}) {
            int n = 12;
            IntToDoubleFunction one = j -> j == n - 1 ? least : 1;
            IntToDoubleFunction two = j -> j >= n - 2 ? least : 1;
            Dense e = Generators.gaussian(n, n, 1);
            // A is rounded, which moves singular vectors by u over the gap that the formula divides by.
            Dense moderate = jvp(iso, DType.F64, Generators.withSpectrum(n, n, one, 2), e);
            assertThat(moderate.plus(-1, formula(n, n, one, 2, e)).frobenius()).isLessThan(1e-13 * e.frobenius());
            assertThat(moderate.frobenius()).isLessThanOrEqualTo(2 * e.frobenius());
            Dense large = jvp(iso, DType.F64, Generators.withSpectrum(n, n, two, 2), e);
            assertThat(large.plus(-1, formula(n, n, two, 2, e)).frobenius())
                    .isLessThan(1e-13 / least * large.frobenius());
            assertThat(large.frobenius()).isGreaterThan(0.01 / least);
            Dense tall = Generators.gaussian(n + 5, n, 1);
            Dense off = jvp(iso, DType.F64, Generators.withSpectrum(n + 5, n, one, 2), tall);
            assertThat(off.plus(-1, formula(n + 5, n, one, 2, tall)).frobenius())
                    .isLessThan(1e-13 / least * off.frobenius());
            assertThat(off.frobenius()).isGreaterThan(0.1 / least);
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void singularMatricesHaveNone(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : SHAPES) {
            int p = Math.min(shape[0], shape[1]);
            for (double least : new double[] {0, 1e-17}) {
                Dense a = Generators.withSpectrum(shape[0], shape[1], j -> j == p - 1 ? p == 1 ? 0 : least : 1, 1);
                assertThatThrownBy(() -> jvp(iso, DType.F64, a, a))
                        .isInstanceOf(SingularMatrixException.class)
                        .hasMessageContaining("not unique");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void powersOfTwoChangeNoDigit(String backend) {
        Isospin iso = Backends.shared(backend);
        for (DType dtype : new DType[] {DType.F64, DType.F32}) {
            double huge = dtype == DType.F64 ? 0x1p997 : 0x1p100;
            for (int[] shape : new int[][] {{6, 6}, {9, 4}, {4, 9}}) {
                Dense zero = Dense.zero(shape[0], shape[1]);
                Dense a = Generators.conditioned(shape[0], shape[1], 5, 1);
                Dense g = Generators.gaussian(shape[0], shape[1], 2);
                Dense expected = vjp(iso, dtype, a, g);
                Dense slow = vjp(iso, dtype, zero.plus(huge, a), zero.plus(huge, g));
                Dense fast = vjp(iso, dtype, zero.plus(1 / huge, a), g);
                assertThat(slow.hasBitsOf(expected)).isTrue();
                assertThat(fast.hasBitsOf(zero.plus(huge, expected))).isTrue();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void singlePrecisionIsRoundedOnce(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : SHAPES) {
            Dense a = Dense.of(Generators.conditioned(shape[0], shape[1], 5, 1).to(DType.F32));
            Dense g = Dense.of(Generators.gaussian(shape[0], shape[1], 2).to(DType.F32));
            Dense exact = vjp(iso, DType.F64, a, g);
            assertThat(vjp(iso, DType.F32, a, g).hasBitsOf(Dense.of(exact.to(DType.F32))))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void whatIsNotFiniteIsRejected(String backend) {
        Isospin iso = Backends.shared(backend);
        Dense a = Generators.conditioned(6, 4, 5, 1);
        for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            Dense spoiled = Dense.zero(6, 4).plus(1, a);
            spoiled.set(2, 2, bad);
            assertThatThrownBy(() -> vjp(iso, DType.F64, spoiled, a))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("finite");
            assertThatThrownBy(() -> vjp(iso, DType.F64, a, spoiled))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("finite");
        }
    }
}
