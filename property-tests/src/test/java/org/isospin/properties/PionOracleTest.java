package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterId;
import org.isospin.optim.ParameterSpec;
import org.isospin.optim.Pion;
import org.isospin.optim.PionScaling;
import org.isospin.optim.RotationMap;
import org.isospin.optim.RotationSides;
import org.isospin.optim.Schedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exact properties of Pion's step. */
class PionOracleTest {
    private static Isospin iso() {
        return Backends.shared(Backends.available().contains(Backends.SIMD) ? Backends.SIMD : Backends.REFERENCE);
    }

    private static ParameterId register(Pion pion, Matrix w) {
        return pion.register(ParameterSpec.matrix("w", w.dtype(), w.rows(), w.columns(), Orientation.OUT_IN));
    }

    private static Dense times(double factor, Dense m) {
        return Dense.zero(m.rows(), m.columns()).plus(factor, m);
    }

    private static Dense stepped(Pion.Builder builder, DType dtype, Dense w, Dense... gradients) {
        Pion pion = builder.build(iso());
        Matrix out = w.to(dtype);
        ParameterId id = register(pion, out);
        for (int t = 1; t <= gradients.length; t++) {
            pion.step(t, id, out, gradients[t - 1].to(dtype));
        }
        return Dense.of(out);
    }

    /** A plane of angle θ is scaled by the root of 1 + θ², 1 + θ⁴/4, 1 − θ⁴/12 + θ⁶/36, 1 − θ⁶/72 + θ⁸/576. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void aPlaneIsScaledAsItsDegreeTells(int degree) {
        double angle = 0.3;
        double square = angle * angle;
        double[] moduli = {
            1 + square,
            1 + square * square / 4,
            1 - square * square / 12 + square * square * square / 36,
            1 - square * square * square / 72 + Math.pow(square, 4) / 576
        };
        Dense w = Dense.zero(2, 2);
        w.set(0, 0, 2);
        w.set(1, 1, 1);
        Dense g = Dense.zero(2, 2);
        g.set(0, 1, 1);
        // G_in = [0 2; −2 0].
        Pion.Builder pion = Pion.megatron()
                .map(RotationMap.truncatedExp(degree))
                .beta(0)
                .scaling(PionScaling.NONE)
                .sides(RotationSides.IN)
                .learningRate(angle / 2);
        Dense values = stepped(pion, DType.F64, w, g).singularValues();
        assertThat(values.get(0, 0)).isCloseTo(2 * Math.sqrt(moduli[degree - 1]), within(1e-15));
        assertThat(values.get(0, 1)).isCloseTo(Math.sqrt(moduli[degree - 1]), within(1e-15));
    }

    /** ηc√(mn) at the shapes of published runs; the second order is η‖A‖. */
    @Test
    void stepsOfPublishedShapes() {
        double[][] shapes = {{512, 512, 0.1024}, {512, 1376, 0.167870426}};
        for (double[] shape : shapes) {
            int m = (int) shape[0];
            int n = (int) shape[1];
            Matrix w = times(0.02, Generators.gaussian(m, n, 1)).to(DType.F32);
            Matrix g = Generators.gaussian(m, n, 2).to(DType.F32);
            for (Pion.Builder builder : new Pion.Builder[] {Pion.linearized(), Pion.megatron()}) {
                Pion pion = builder.learningRate(1e-3).build(iso());
                Matrix out = w.copy();
                ParameterId id = register(pion, out);
                pion.step(1, id, out, g);
                assertThat(pion.report(id).updateNorm()).isCloseTo(shape[2], within(2e-4 * shape[2]));
            }
        }
    }

    /** G = msign(W) and WWᵀW, whose products with W are symmetric but for rounding. */
    @ParameterizedTest
    @ValueSource(ints = {6, 9})
    void generatorsOfTheSpectrumVanish(int columns) {
        Dense w = Generators.withSpectrum(9, columns, j -> 1 + 0.3 * j, 3);
        Dense sign = Generators.withSpectrum(9, columns, j -> 1, 3);
        for (DType dtype : new DType[] {DType.F64, DType.F32}) {
            Dense rounded = Dense.of(w.to(dtype));
            Dense cubic = rounded.times(rounded.transposed()).times(rounded);
            for (Dense g : new Dense[] {sign, cubic}) {
                assertThat(stepped(Pion.builder(), dtype, rounded, g).hasBitsOf(rounded))
                        .isTrue();
            }
        }
    }

    /** W → UWV, G → UGV turns the whole run along, of the first moment; with squares signed permutations alone do. */
    @Test
    void theFirstMomentHasNoPreferredAxes() {
        Dense w = Generators.gaussian(7, 5, 1);
        Dense[] gradients = {Generators.gaussian(7, 5, 2), Generators.gaussian(7, 5, 3), Generators.gaussian(7, 5, 4)};
        Dense u = Generators.orthonormal(7, 7, 5);
        Dense v = Generators.orthonormal(5, 5, 6);
        // Rotations of 0.1 of an element of ‖W‖: some products of 7 terms in each of three steps.
        double bound = 100 * DType.F64.unitRoundoff() * w.norm2();
        Pion.Builder first = Pion.megatron().learningRate(0.05);
        assertThat(inequivariance(first, w, gradients, u, v)).isLessThan(bound);
        Pion.Builder second = Pion.megatron().learningRate(0.05).secondMoment(0.95, 1e-8);
        assertThat(inequivariance(second, w, gradients, u, v)).isGreaterThan(1e-3);
        assertThat(inequivariance(second, w, gradients, signedPermutation(7), signedPermutation(5)))
                .isLessThan(bound);
    }

    private static Dense signedPermutation(int n) {
        Dense p = Dense.zero(n, n);
        for (int i = 0; i < n; i++) {
            p.set(i, (2 * i + 1) % n, i % 2 == 0 ? 1 : -1);
        }
        return p;
    }

    private static double inequivariance(Pion.Builder pion, Dense w, Dense[] gradients, Dense u, Dense v) {
        Dense[] turned = new Dense[gradients.length];
        for (int i = 0; i < turned.length; i++) {
            turned[i] = u.times(gradients[i]).times(v);
        }
        Dense expected = u.times(stepped(pion, DType.F64, w, gradients)).times(v);
        return stepped(pion, DType.F64, u.times(w).times(v), turned)
                .plus(-1, expected)
                .max();
    }

    /**
     * Of square matrices with determinants of opposite signs rotations cannot bring the smallest singular vectors together: the
     * least ‖W − T‖²_F has (σₙ(W) + σₙ(T))² for its last term.
     */
    @Test
    void determinantsKeepTheirSigns() {
        int n = 4;
        Dense start = Generators.withSpectrum(n, n, j -> 2.5 - 0.5 * j, 1);
        Dense target = Generators.withSpectrum(n, n, j -> 3 - 0.7 * j, 5);
        if (start.determinant() * target.determinant() > 0) {
            for (int j = 0; j < n; j++) {
                target.set(0, j, -target.get(0, j));
            }
        }
        Dense s = start.singularValues();
        Dense goal = target.singularValues();
        double bound = 0;
        for (int j = 0; j < n; j++) {
            bound += Math.pow(s.get(0, j) + (j == n - 1 ? 1 : -1) * goal.get(0, j), 2);
        }
        Matrix w = start.to(DType.F64);
        Pion pion = Pion.builder()
                .learningRate(Schedule.of("0.05 to 5e-8", PionSpectrumTest::falling))
                .beta(0.9)
                .build(iso());
        ParameterId id = register(pion, w);
        for (int t = 1; t <= 4000; t++) {
            pion.step(t, id, w, times(2, Dense.of(w).plus(-1, target)).to(DType.F64));
        }
        double loss = Math.pow(Dense.of(w).plus(-1, target).frobenius(), 2);
        assertThat(loss).isCloseTo(bound, within(1e-10 * bound));
        assertThat(Math.signum(Dense.of(w).determinant())).isEqualTo(Math.signum(start.determinant()));
    }
}
