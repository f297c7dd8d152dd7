package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.measure.OrthogonalityDerivative;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The gradient of the distance from orthogonality against slopes, and at orthogonal matrices. */
class OrthogonalityDerivativeTest {
    static Stream<String> backends() {
        return Backends.available().stream();
    }

    private static Dense gradient(Isospin iso, Dense q, DType dtype) {
        return Subjects.apply((a, out) -> OrthogonalityDerivative.vjp(iso, a, 1, out), dtype, q);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void isTheSlope(String backend) {
        Isospin iso = Backends.shared(backend);
        UnaryOperator<Dense> norm = x -> {
            Dense out = Dense.zero(1, 1);
            out.set(0, 0, iso.orthogonality(x.to(DType.F64)).frobenius());
            return out;
        };
        for (int[] shape : new int[][] {{1, 1}, {6, 6}, {9, 4}, {4, 9}, {30, 20}}) {
            Dense q = Generators.conditioned(shape[0], shape[1], 3, 1)
                    .plus(0.5, Generators.orthonormal(shape[0], shape[1], 2));
            Dense direction = Dense.zero(shape[0], shape[1]).plus(0.1, Generators.orthonormal(shape[0], shape[1], 3));
            DerivativeLaws.vjp(
                            "the distance from orthogonality",
                            norm,
                            q,
                            direction,
                            Dense.identity(1),
                            gradient(iso, q, DType.F64))
                    .orThrow();
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void isZeroWhereTheDistanceIs(String backend) {
        Isospin iso = Backends.shared(backend);
        for (DType dtype : DType.values()) {
            assertThat(gradient(iso, Dense.identity(5), dtype).max()).isZero();
            Dense bad = Dense.identity(3);
            bad.set(1, 0, Double.NaN);
            assertThat(gradient(iso, bad, dtype).isFinite()).isFalse();
        }
        // Of the smallest distance too it has its full length.
        Dense near = Dense.identity(4);
        near.set(2, 2, 1 + 0x1p-52);
        assertThat(gradient(iso, near, DType.F64).frobenius()).isBetween(2 - 1e-15, 2 + 1e-15);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void mayBeInPlace(String backend) {
        Isospin iso = Backends.shared(backend);
        Matrix q = Generators.gaussian(4, 7, 1).to(DType.F64);
        Dense expected = gradient(iso, Dense.of(q), DType.F64);
        OrthogonalityDerivative.vjp(iso, q, -0.5, q);
        assertThat(Dense.of(q).plus(0.5, expected).max()).isZero();
    }
}
