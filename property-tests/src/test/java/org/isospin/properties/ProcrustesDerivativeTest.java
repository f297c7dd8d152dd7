package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.polar.Group;
import org.isospin.polar.ProcrustesDerivative;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Derivatives of Procrustes solutions in O(n) and SO(n): slopes, repeated and vanishing singular values, magnitudes. */
class ProcrustesDerivativeTest {
    /** The last has more columns than the iteration is for. */
    private static final int[][] SHAPES = {{2, 2}, {5, 5}, {12, 3}, {30, 9}, {80, 68}};

    private record Gradients(Dense a, Dense b) {}

    static Stream<String> backends() {
        return Backends.available().stream();
    }

    private static Gradients vjp(Isospin iso, DType dtype, Group group, Dense a, Dense b, Dense g) {
        Matrix inA = Generators.garbage(Matrix.allocate(dtype, a.rows(), a.columns()));
        Matrix inB = Generators.garbage(Matrix.allocate(dtype, a.rows(), a.columns()));
        ProcrustesDerivative.vjp(iso, a.to(dtype), b.to(dtype), group, g.to(dtype), inA, inB);
        return new Gradients(Dense.of(inA), Dense.of(inB));
    }

    private static Dense jvp(Isospin iso, Group group, Dense a, Dense b, Dense da, Dense db) {
        DType type = DType.F64;
        Matrix out = Generators.garbage(Matrix.allocate(type, a.columns(), a.columns()));
        ProcrustesDerivative.jvp(iso, a.to(type), b.to(type), group, da.to(type), db.to(type), out);
        return Dense.of(out);
    }

    private static UnaryOperator<Dense> inA(Isospin iso, Group group, Dense b) {
        return x -> Subjects.apply((p, q, out) -> iso.procrustes(p, q, group, out), DType.F64, x, b);
    }

    private static UnaryOperator<Dense> inB(Isospin iso, Group group, Dense a) {
        return x -> Subjects.apply((p, q, out) -> iso.procrustes(p, q, group, out), DType.F64, a, x);
    }

    /** B such that AᵀB has singular values of 2 and less, the least two well apart from zero and from each other. */
    private static Dense target(Dense a, boolean isReversed, long seed) {
        int n = a.columns();
        Dense x = Generators.orthonormal(n, n, seed);
        Dense y = Generators.orthonormal(n, n, seed + 1);
        boolean flips = x.determinant() * y.determinant() < 0 != isReversed;
        Dense c = Dense.zero(n, n);
        for (int i = 0; i < n; i++) {
            double sigma = i == n - 1 ? 0.5 : 2.0 - i % 2 * 0.75;
            for (int j = 0; j < n; j++) {
                c.set(i, j, (flips && i == n - 1 ? -sigma : sigma) * y.get(j, i));
            }
        }
        // A has orthonormal columns: AᵀB is what A is multiplied with.
        return a.times(x.times(c));
    }

    private static void check(Isospin iso, Group group, Dense a, Dense b) {
        int m = a.rows();
        int n = a.columns();
        Dense g = Generators.gaussian(n, n, 5);
        Dense e = Generators.gaussian(m, n, 6);
        Dense v = Dense.zero(m, n).plus(0.125 / e.frobenius(), e);
        Gradients gradients = vjp(iso, DType.F64, group, a, b, g);
        String name = "Procrustes in " + group;
        Dense zero = Dense.zero(m, n);
        DerivativeLaws.vjp(name, inA(iso, group, b), a, v, g, gradients.a()).orThrow();
        DerivativeLaws.vjp(name, inB(iso, group, a), b, v, g, gradients.b()).orThrow();
        DerivativeLaws.jvp(name, inA(iso, group, b), a, v, jvp(iso, group, a, b, v, zero))
                .orThrow();
        DerivativeLaws.jvp(name, inB(iso, group, a), b, v, jvp(iso, group, a, b, zero, v))
                .orThrow();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void derivativesAreSlopes(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : SHAPES) {
            Dense a = Generators.orthonormal(shape[0], shape[1], 1);
            for (Group group : Group.values()) {
                // Behind the deferred backend large orders take long and show nothing new.
                if (shape[1] <= 9 || backend.equals(Backends.SIMD)) {
                    check(iso, group, a, target(a, false, 2));
                    check(iso, group, a, target(a, true, 3));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void rotationsNeedNoLastSingularValue(String backend) {
        Isospin iso = Backends.shared(backend);
        int n = 5;
        // One row fewer than columns: σₙ = 0, where O(n) has two solutions and SO(n) one.
        Dense a = Generators.gaussian(n - 1, n, 1);
        Dense b = Generators.gaussian(n - 1, n, 2);
        check(iso, Group.ROTATION, a, b);
        assertThatThrownBy(() -> vjp(iso, DType.F64, Group.ORTHOGONAL, a, b, Dense.identity(n)))
                .isInstanceOf(SingularMatrixException.class);
        Dense fewer = Generators.gaussian(n - 2, n, 1);
        assertThatThrownBy(() -> vjp(iso, DType.F64, Group.ROTATION, fewer, fewer, Dense.identity(n)))
                .isInstanceOf(SingularMatrixException.class);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void aReflectionOfEqualLastValuesHasNone(String backend) {
        Isospin iso = Backends.shared(backend);
        Dense b = Dense.identity(4);
        b.set(3, 3, -1);
        // −R and R are as good as any plane between: σₙ₋₁ − σₙ = 0.
        assertThatThrownBy(() -> vjp(iso, DType.F64, Group.ROTATION, Dense.identity(4), b, Dense.identity(4)))
                .isInstanceOf(SingularMatrixException.class);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void powersOfTwoChangeNoDigit(String backend) {
        Isospin iso = Backends.shared(backend);
        for (DType dtype : new DType[] {DType.F64, DType.F32}) {
            double huge = dtype == DType.F64 ? 0x1p997 : 0x1p100;
            Dense a = Generators.gaussian(9, 4, 1);
            Dense b = Generators.gaussian(9, 4, 2);
            Dense g = Generators.gaussian(4, 4, 3);
            Dense zero = Dense.zero(9, 4);
            Gradients expected = vjp(iso, dtype, Group.ROTATION, a, b, g);
            Gradients found = vjp(iso, dtype, Group.ROTATION, zero.plus(huge, a), zero.plus(1 / huge, b), g);
            assertThat(zero.plus(huge, found.a()).hasBitsOf(expected.a())).isTrue();
            assertThat(found.b().hasBitsOf(zero.plus(huge, expected.b()))).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void whatIsNotFiniteIsRejected(String backend) {
        Isospin iso = Backends.shared(backend);
        Dense a = Generators.gaussian(6, 4, 1);
        Dense spoiled = Dense.zero(6, 4).plus(1, a);
        spoiled.set(2, 2, Double.NaN);
        Dense bad = Dense.identity(4);
        bad.set(0, 1, Double.POSITIVE_INFINITY);
        for (Group group : Group.values()) {
            assertThatThrownBy(() -> vjp(iso, DType.F64, group, a, spoiled, Dense.identity(4)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> vjp(iso, DType.F64, group, a, a, bad))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
