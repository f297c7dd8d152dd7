package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.LowRankCayley;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Both low-rank forms of the Cayley transform beside the transform of the dense A in 40 digits. */
class LowRankCayleyTest {
    /** A form. */
    @FunctionalInterface
    private interface Form {
        void run(Isospin iso, Matrix g, Matrix h, double scale, CayleyStep step, Matrix x, Matrix out);
    }

    static Stream<Arguments> backendsAndTypes() {
        return Backends.available().stream()
                .flatMap(b -> Stream.of(DType.F64, DType.F32).map(t -> Arguments.of(b, t)));
    }

    private static Dense apply(
            Form form, Isospin iso, DType dtype, Dense g, Dense h, double scale, CayleyStep step, Dense x) {
        Matrix out = Generators.garbage(Matrix.allocate(dtype, x.rows(), x.columns()));
        form.run(iso, g.to(dtype), h.to(dtype), scale, step, x.to(dtype), out);
        return Dense.of(out);
    }

    private static Dense rounded(DType dtype, Dense m) {
        return Dense.of(m.to(dtype));
    }

    private static Dense exact(Dense g, Dense h, double factor, Dense x) {
        Dense product = g.times(h.transposed());
        Dense z = Dense.zero(g.rows(), g.rows()).plus(factor, product.plus(-1, product.transposed()));
        return Decimals.cayley(z).times(x);
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void bothFormsAreTheTransform(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        int n = 14;
        for (int p : new int[] {0, 1, 3, 7, 9}) {
            Dense h = rounded(dtype, Generators.orthonormal(n, p, 1));
            for (double size : new double[] {1e-3, 0.5, 1}) {
                Dense gaussian = Generators.gaussian(n, p, 2);
                Dense g = rounded(dtype, Dense.zero(n, p).plus(p == 0 ? 0 : size / gaussian.norm2(), gaussian));
                Dense x = rounded(dtype, Generators.gaussian(n, 4, 3));
                for (CayleyStep step : CayleyStep.values()) {
                    double scale = 0.75;
                    Dense expected = exact(g, h, scale * step.factor(), x);
                    for (Form form : new Form[] {LowRankCayley::apply, LowRankCayley::woodbury}) {
                        double error = apply(form, iso, dtype, g, h, scale, step, x)
                                .plus(-1, expected)
                                .frobenius();
                        // Factors to 4u, products into and out of the plane to 2u each, in 2p of n dimensions; A and
                        // the
                        // truth are formed in F64 here.
                        assertThat(error)
                                .as("p = %d, size %s, %s", p, size, step)
                                .isLessThanOrEqualTo(8 * dtype.unitRoundoff() * x.frobenius());
                    }
                }
            }
        }
    }

    /** Wen and Yin's step keeps X's columns orthonormal. */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void aDescentStepStaysOnTheManifold(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        int n = 70;
        int p = 6;
        Dense x = rounded(dtype, Generators.orthonormal(n, p, 4));
        Dense g = rounded(dtype, Generators.gaussian(n, p, 5));
        double before = x.orthogonalityDefect();
        for (double tau : new double[] {1e-3, 0.1, 1, 100}) {
            Dense core = apply(LowRankCayley::apply, iso, dtype, g, x, tau, CayleyStep.NEGATIVE_HALF, x);
            assertThat(core.orthogonalityDefect())
                    .as("core, tau = %s", tau)
                    .isLessThanOrEqualTo(before + 12 * dtype.unitRoundoff());
            if (tau <= 0.1) {
                Dense woodbury = apply(LowRankCayley::woodbury, iso, dtype, g, x, tau, CayleyStep.NEGATIVE_HALF, x);
                assertThat(woodbury.orthogonalityDefect())
                        .as("woodbury, tau = %s", tau)
                        .isLessThanOrEqualTo(before + 12 * dtype.unitRoundoff());
            }
        }
    }

    /** Factors so unlike that Woodbury's system is hopeless, though ‖A‖ is 1. */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void theCoreIsStableWhereWoodburyIsNot(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        int n = 12;
        // GHᵀ − HGᵀ is small while G and H are not: G = sH + E.
        Dense h = rounded(dtype, Generators.orthonormal(n, 2, 6));
        double s = dtype == DType.F32 ? 0x1p8 : 0x1p20;
        Dense g = rounded(dtype, Generators.orthonormal(n, 2, 7).plus(s, h));
        Dense x = Dense.identity(n);
        Dense q = apply(LowRankCayley::apply, iso, dtype, g, h, 1, CayleyStep.HALF, x);
        assertThat(q.orthogonalityDefect()).isLessThanOrEqualTo(12 * dtype.unitRoundoff());
        // Dependent columns.
        Dense twice = apply(LowRankCayley::apply, iso, dtype, h, h, 1, CayleyStep.HALF, x);
        assertThat(twice.plus(-1, x).frobenius()).isLessThanOrEqualTo(12 * dtype.unitRoundoff());
    }

    @Test
    void shapesAreChecked() {
        Isospin iso = Backends.shared(Backends.REFERENCE);
        Matrix x = Matrix.allocate(DType.F64, 6, 2);
        Matrix wide = Matrix.allocate(DType.F64, 6, 4);
        assertThatThrownBy(() -> LowRankCayley.woodbury(iso, wide, x, 1, CayleyStep.FULL, x, x))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("6 x 4")
                .hasMessageContaining("6 x 2");
        assertThat(LowRankCayley.pays(100, 24)).isTrue();
        assertThat(LowRankCayley.pays(100, 25)).isFalse();
    }
}
