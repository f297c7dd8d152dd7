package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.measure.Orthogonality;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The 2-norm of the defect: the largest |σ² − 1|, whatever the shape, and never fooled. */
class OrthogonalityNormTest {
    private static final int[][] SHAPES = {{1, 1}, {5, 5}, {9, 4}, {4, 9}, {70, 66}, {0, 3}};

    static Stream<String> backends() {
        return Backends.available().stream();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void isTheLargestChangeOfASquaredLength(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : SHAPES) {
            int p = Math.min(shape[0], shape[1]);
            // σ² − 1 from 1e-9 on: far below 1, where a defect from norms of columns would end.
            for (double size : new double[] {1e-9, 1e-3, 0.75}) {
                Dense q = Generators.withSpectrum(
                        shape[0], shape[1], j -> Math.sqrt(1 - size * (j + 1) / Math.max(1, p)), 1);
                double expected = p == 0 ? 0 : size;
                double found = Orthogonality.twoNorm(iso, q.to(DType.F64));
                assertThat(found).isCloseTo(expected, within(16 * DType.F64.unitRoundoff()));
                double bound = Orthogonality.twoNormBound(iso, q.to(DType.F64));
                Orthogonality other = iso.orthogonality(q.to(DType.F64));
                assertThat(bound).isBetween(found * (1 - 1e-12), found * Math.sqrt(p) * (1 + 1e-12));
                assertThat(bound).isLessThanOrEqualTo(other.frobenius());
                assertThat(found).isGreaterThanOrEqualTo(other.max() * (1 - 1e-12));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void isNeverFooled(String backend) {
        Isospin iso = Backends.shared(backend);
        for (DType dtype : DType.values()) {
            for (int[] shape : new int[][] {{5, 5}, {6, 4}, {4, 6}}) {
                Dense q = Dense.zero(shape[0], shape[1]);
                for (int i = 0; i < 4; i++) {
                    q.set(i, i, 2);
                }
                if (shape[0] == 5) {
                    q.set(4, 4, 2);
                }
                Matrix twice = q.to(dtype);
                assertThat(Orthogonality.twoNorm(iso, twice)).isCloseTo(3, within(1e-14));
                assertThat(Orthogonality.twoNormBound(iso, twice)).isEqualTo(3);
                q.set(0, 1, Double.NaN);
                Matrix spoiled = q.to(dtype);
                assertThat(Orthogonality.twoNorm(iso, spoiled)).isNaN();
                assertThat(Orthogonality.twoNormBound(iso, spoiled)).isNaN();
                assertThat(iso.orthogonality(spoiled).isWithin(1e300)).isFalse();
                Matrix zero = Matrix.allocate(dtype, shape[0], shape[1]);
                assertThat(Orthogonality.twoNorm(iso, zero)).isEqualTo(1);
            }
        }
    }
}
