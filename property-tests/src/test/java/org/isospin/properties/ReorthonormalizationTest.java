package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.backend.Arithmetic;
import org.isospin.polar.Reorthonormalization;
import org.isospin.polar.Reorthonormalization.Result;
import org.isospin.polar.Reorthonormalization.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Repair of drifted matrices: what each step leaves, what is chosen, and the drift of a long product. */
class ReorthonormalizationTest {
    private final Isospin iso = Backends.shared(Backends.REFERENCE);

    /** Q with a defect of 2-norm d: singular values √(1 ± d). */
    private static Dense drifted(int m, int n, double d, long seed) {
        return Generators.withSpectrum(m, n, j -> Math.sqrt(j % 2 == 0 ? 1 + d : 1 - d), seed);
    }

    /** The cubic leaves ¾d², the quintic ⅝d³, and the singular vectors as they are. */
    @Test
    void stepsLeaveWhatTheyShould() {
        for (double d : new double[] {1e-2, 1e-3}) {
            Dense q = drifted(30, 12, d, 3);
            Matrix out = Matrix.allocate(DType.F64, 30, 12);
            Reorthonormalization.repair(iso, q.to(DType.F64), Step.CUBIC, out);
            double cubic = Dense.of(out).gramDefect().norm2();
            // The next terms are d/3 of these.
            assertThat(cubic).isBetween(0.75 * d * d * (1 - d), 0.75 * d * d * (1 + d));
            Result result = Reorthonormalization.repair(iso, q.to(DType.F64), Step.QUINTIC, out);
            double quintic = Dense.of(out).gramDefect().norm2();
            assertThat(quintic).isBetween(0.625 * d * d * d * (1 - 2 * d), 0.625 * d * d * d * (1 + 2 * d));
            assertThat(result.before()).isBetween(0.99 * d * Math.sqrt(12), 1.01 * d * Math.sqrt(12));
            assertThat(result.after())
                    .isBetween(
                            0.99 * Dense.of(out).gramDefect().frobenius(),
                            1.01 * Dense.of(out).gramDefect().frobenius());
            assertThat(result.converged()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void automaticStepsEndAtRoundoffFromAnyDefect(DType dtype) {
        for (int[] shape : new int[][] {{20, 20}, {40, 15}, {15, 40}, {1, 1}, {0, 3}}) {
            for (double d : new double[] {0, 1e-7, 1e-4, 3e-3, 0.1, 0.39, 0.9}) {
                Matrix q = drifted(shape[0], shape[1], d, 5).to(dtype);
                Dense nearest = Generators.withSpectrum(shape[0], shape[1], j -> 1, 5);
                Result result = Reorthonormalization.repair(iso, q, Step.AUTOMATIC, q);
                assertThat(result.converged())
                        .as("%s, d = %g: %s", dtype, d, result)
                        .isTrue();
                assertThat(Dense.of(q).orthogonalityDefect()).isLessThan(1.3 * dtype.unitRoundoff());
                assertThat(Dense.of(q).plus(-1, nearest).frobenius())
                        .isLessThan(8 * Math.sqrt(40) * dtype.unitRoundoff());
            }
        }
    }

    @Test
    void theCheapestStepThatSufficesIsChosen() {
        assertThat(steps(DType.F32, 2e-4)).isEqualTo(1);
        assertThat(steps(DType.F32, 4e-3)).isEqualTo(1);
        assertThat(steps(DType.F32, 0.1)).isEqualTo(2);
        assertThat(steps(DType.F64, 1e-8)).isEqualTo(1);
        assertThat(steps(DType.F64, 5e-6)).isEqualTo(1);
        assertThat(steps(DType.F64, 1e-3)).isEqualTo(2);
        assertThat(steps(DType.F64, 2)).isZero();
    }

    private int steps(DType dtype, double d) {
        Dense q = Dense.zero(9, 9).plus(Math.sqrt(1 + d), Dense.identity(9));
        Matrix out = Matrix.allocate(dtype, 9, 9);
        return Reorthonormalization.repair(iso, q.to(dtype), Step.AUTOMATIC, out)
                .steps();
    }

    @Test
    void whatIsNotFiniteIsRefusedOrShows() {
        Matrix q = Dense.identity(3).to(DType.F32);
        q.set(1, 1, Double.NaN);
        Matrix out = Matrix.allocate(DType.F32, 3, 3);
        assertThatThrownBy(() -> Reorthonormalization.repair(iso, q, Step.AUTOMATIC, out))
                .isInstanceOf(IllegalArgumentException.class);
        Result result = Reorthonormalization.repair(iso, q, Step.CUBIC, out);
        assertThat(result.before()).isNaN();
        assertThat(result.converged()).isFalse();
    }

    /**
     * Q ← exp(A)·Q in F32 for a thousand A of norm 0.1, repaired after each hundred. The product is taken as Q + (exp(A) − I)Q,
     * whose sums are a tenth as large: rounding them then costs little beside storing Q.
     */
    @Test
    void aLongProductOfRotationsStaysOrthogonal() {
        boolean hasSimd = Backends.available().contains(Backends.SIMD);
        Isospin context = Backends.shared(hasSimd ? Backends.SIMD : Backends.REFERENCE);
        int n = 128;
        double unit = DType.F32.unitRoundoff() * Math.sqrt(n);
        Matrix q = Dense.identity(n).to(DType.F32);
        Matrix delta = Matrix.allocate(DType.F32, n, n);
        Matrix next = Matrix.allocate(DType.F32, n, n);
        SkewMatrix a = SkewMatrix.allocate(DType.F32, n);
        double worst = 0;
        double worstRepaired = 0;
        for (int i = 1; i <= 1000; i++) {
            int seed = i;
            // A Gaussian skew matrix has a norm of 2√n but for a few percent.
            context.run(stream -> {
                stream.gaussian(seed, a.packed());
                stream.scale(0.1 / (2 * Math.sqrt(n)), a.packed(), a.packed());
            });
            context.expm1(a, delta);
            context.run(stream -> {
                stream.gemm(Arithmetic.F32, 1, delta, q, 1, q, next);
                stream.copy(next, q);
            });
            if (i % 20 == 0) {
                worst = Math.max(worst, context.orthogonality(q).frobenius() / unit);
            }
            if (i % 100 == 0) {
                Result result = Reorthonormalization.repair(context, q, Step.AUTOMATIC, q);
                worstRepaired = Math.max(worstRepaired, result.after() / unit);
            }
        }
        assertThat(worstRepaired).isLessThanOrEqualTo(1);
        assertThat(worst).isLessThanOrEqualTo(20);
    }
}
