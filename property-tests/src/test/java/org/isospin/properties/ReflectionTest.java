package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.polar.Group;
import org.isospin.polar.Procrustes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rotations of many columns where the nearest orthogonal matrix is a reflection: they are the known ones. */
class ReflectionTest {
    private static final int N = 96;

    static Stream<String> backends() {
        return Backends.available().stream();
    }

    private static void check(Isospin iso, IntToDoubleFunction spectrum, double gap) {
        Dense x = Generators.orthonormal(N, N, 1);
        Dense y = Generators.orthonormal(N, N, 2);
        if (x.determinant() * y.determinant() > 0) {
            for (int i = 0; i < N; i++) {
                x.set(i, 0, -x.get(i, 0));
            }
        }
        Dense scaled = Dense.zero(N, N);
        Dense flipped = Dense.zero(N, N);
        for (int i = 0; i < N; i++) {
            for (int j = 0; j < N; j++) {
                scaled.set(i, j, x.get(i, j) * spectrum.applyAsDouble(j));
                flipped.set(i, j, j == N - 1 ? -x.get(i, j) : x.get(i, j));
            }
        }
        Dense cross = scaled.times(y.transposed());
        Dense expected = flipped.times(y.transposed());
        Matrix out = Matrix.allocate(DType.F64, N, N);
        Procrustes.Result result =
                iso.procrustes(Dense.identity(N).to(DType.F64), cross.to(DType.F64), Group.ROTATION, out);
        Dense found = Dense.of(out);
        assertThat(found.orthogonalityDefect()).isLessThan(2 * DType.F64.unitRoundoff());
        assertThat(found.determinant()).isGreaterThan(0);
        // C is rounded by u of its norm, and has an error of some more from its making.
        double sensitivity = gap == 0 ? Double.POSITIVE_INFINITY : 2 * spectrum.applyAsDouble(0) / gap;
        assertThat(found.plus(-1, expected).frobenius() / Math.sqrt(N))
                .isLessThanOrEqualTo(8 * DType.F64.unitRoundoff() * sensitivity);
        assertThat(result.condition()).isBetween(0.99 * sensitivity, 40 * sensitivity);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void theSmallestSingularPairIsNegated(String backend) {
        Isospin iso = Backends.shared(backend);
        check(iso, j -> Generators.geometric(N, N, 10, j), slope(10));
        check(iso, j -> Generators.geometric(N, N, 1e6, j), slope(1e6));
        check(iso, j -> j == N - 1 ? 1e-12 : 1, 1);
        check(iso, j -> 1 - 0.004 * j, 0.004);
        check(iso, j -> j == N - 1 ? 0.5 : 0.5 + 1e-5 * (N - j), 2e-5);
    }

    private static double slope(double condition) {
        return Generators.geometric(N, N, condition, N - 2) - Generators.geometric(N, N, condition, N - 1);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void equalSingularValuesFallBack(String backend) {
        Isospin iso = Backends.shared(backend);
        Dense mirror = Dense.identity(N);
        mirror.set(3, 3, -1);
        Matrix out = Matrix.allocate(DType.F64, N, N);
        Procrustes.Result result =
                iso.procrustes(Dense.identity(N).to(DType.F64), mirror.to(DType.F64), Group.ROTATION, out);
        Dense found = Dense.of(out);
        assertThat(found.orthogonalityDefect()).isLessThan(2 * DType.F64.unitRoundoff());
        assertThat(found.determinant()).isGreaterThan(0);
        assertThat(result.residual()).isCloseTo(2, within(1e-12));
        assertThat(result.condition()).isGreaterThan(1e12);
    }
}
