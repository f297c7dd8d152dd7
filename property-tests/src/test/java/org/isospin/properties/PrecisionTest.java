package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.MatrixBatch;
import org.isospin.Order;
import org.isospin.Precision;
import org.isospin.backend.Symmetry;
import org.isospin.decomposition.Products;
import org.isospin.properties.Operation.Outcome;
import org.isospin.properties.Operation.Problem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That factors are rounded where a precision was asked for that allows it, and nowhere else. */
class PrecisionTest {
    /** Operations that promise no more than a rounded factor allows, by schedules whose safety suffices for TF32 and BF16. */
    private static final Set<String> ROUNDED = Set.of(
            "multiply",
            "msign spectral",
            "msign Keller Jordan",
            "msign Polar Express",
            "msign Schatten-8",
            "msign Gram",
            "msign skew");

    /** Those of schedules that converge, with a safety for TF32. */
    private static final Set<String> CONVERGED = Set.of("msign beta-4", "mclip", "mstep");

    private static final int N = 40;

    /** A precision that rounds, and its unit roundoff. */
    enum Rounding {
        TF32(Precision.TF32, 0x1p-11),
        BF16(Precision.BF16, 0x1p-8);

        private final Precision precision;
        private final double unitRoundoff;

        Rounding(Precision precision, double unitRoundoff) {
            this.precision = precision;
            this.unitRoundoff = unitRoundoff;
        }

        Isospin on(String backend) {
            return Backends.shared(backend).withPrecision(precision);
        }
    }

    @BeforeEach
    void needsTheStandIn() {
        StandInKnobs.assume();
    }

    private static Outcome run(Isospin iso, Operation operation, DType dtype) {
        return Runs.onHeap(iso, operation, operation.problems().make(N, N, 3), dtype);
    }

    /** {@return the operations whose bits a precision changes} */
    private static Set<String> changed(String backend, Rounding rounding, DType dtype) {
        return Operations.all().stream()
                .filter(o -> !Runs.isSame(run(rounding.on(backend), o, dtype), run(Backends.shared(backend), o, dtype)))
                .map(Operation::name)
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @EnumSource(Rounding.class)
    void nothingThatPromisesMoreIsChanged(Rounding rounding) {
        Set<String> all = Stream.of(ROUNDED, CONVERGED).flatMap(Set::stream).collect(Collectors.toSet());
        assertThat(changed(Backends.CUDA, rounding, DType.F32)).isEqualTo(all);
        assertThat(changed(Backends.CUDA, rounding, DType.F64)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Rounding.class)
    void errorsAreThoseOfRoundedFactors(Rounding rounding) {
        Operations.all().stream().filter(o -> ROUNDED.contains(o.name())).forEach(operation -> {
            Problem problem = operation.problems().make(N, N, 3);
            double error = problem.error()
                    .applyAsDouble(Runs.onHeap(rounding.on(Backends.CUDA), operation, problem, DType.F32));
            // The table allows so many u of the type that is rounded to, and here that is the factors'. Rounding errors
            // of
            // random signs are about u/4 each; a thirty-second of that is still far from anything that F32 errs by.
            assertThat(error)
                    .as(operation.name())
                    .isBetween(rounding.unitRoundoff / 128, problem.allowance() * rounding.unitRoundoff);
        });
    }

    @ParameterizedTest
    @EnumSource(Rounding.class)
    void hostsComputeAsWithoutIt(Rounding rounding) {
        for (String backend : Backends.available()) {
            if (!backend.equals(Backends.CUDA)) {
                assertThat(changed(backend, rounding, DType.F32)).as(backend).isEmpty();
            }
        }
    }

    private static double product(Isospin iso, double... row) {
        Matrix a = Matrix.allocate(DType.F32, 1, row.length);
        Matrix ones = Matrix.allocate(DType.F32, row.length, 1);
        for (int k = 0; k < row.length; k++) {
            a.set(0, k, row[k]);
            ones.set(k, 0, 1);
        }
        Matrix out = Matrix.allocate(DType.F32, 1, 1);
        iso.multiply(a, ones, out);
        return out.get(0, 0);
    }

    @Test
    void eachPrecisionKeepsItsOwnDigits() {
        Isospin standard = Backends.shared(Backends.CUDA);
        Isospin tf32 = Rounding.TF32.on(Backends.CUDA);
        Isospin bf16 = Rounding.BF16.on(Backends.CUDA);
        assertThat(Stream.of(standard, tf32, bf16).map(iso -> product(iso, 1 + 0x1p-12)))
                .containsExactly(1 + 0x1p-12, 1.0, 1.0);
        assertThat(Stream.of(standard, tf32, bf16).map(iso -> product(iso, 1 + 0x1p-9)))
                .containsExactly(1 + 0x1p-9, 1 + 0x1p-9, 1.0);
        assertThat(Stream.of(standard, tf32, bf16).map(iso -> product(iso, 1 + 0x1p-7)))
                .containsExactly(1 + 0x1p-7, 1 + 0x1p-7, 1 + 0x1p-7);
    }

    @ParameterizedTest
    @EnumSource(Rounding.class)
    void sumsAreOfF32AndMagnitudesTheirs(Rounding rounding) {
        double[] row = new double[1025];
        java.util.Arrays.fill(row, 0x1p-14);
        row[0] = 1;
        // Every partial sum is a multiple of 2⁻¹⁴ below 2: exact in F32, and 1 in anything narrower.
        Isospin iso = rounding.on(Backends.CUDA);
        assertThat(product(iso, row)).isEqualTo(1 + 0x1p-4);
        assertThat(product(iso, 0x1p120)).isEqualTo(0x1p120);
        assertThat(product(iso, 0x1p-120)).isEqualTo(0x1p-120);
        assertThat(product(iso, Double.NaN)).isNaN();
        assertThat(product(iso, Double.NEGATIVE_INFINITY)).isEqualTo(Double.NEGATIVE_INFINITY);
    }

    @ParameterizedTest
    @EnumSource(Rounding.class)
    void narrowElementsAreMultipliedAsTheyAre(Rounding rounding) {
        for (DType dtype : new DType[] {DType.BF16, DType.F16}) {
            Matrix a = Generators.gaussian(9, 14, 1).to(dtype);
            Matrix b = Generators.gaussian(14, 6, 2).to(dtype);
            Function<Isospin, Dense> run = iso -> {
                Matrix out = Matrix.allocate(DType.F32, 9, 6);
                iso.multiply(a, b, out);
                return Dense.of(out);
            };
            Dense expected = run.apply(Backends.shared(Backends.CUDA));
            assertThat(run.apply(rounding.on(Backends.CUDA)).hasBitsOf(expected))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Rounding.class)
    void aBatchHasTheBitsOfItsMatrices(Rounding rounding) {
        Isospin iso = rounding.on(Backends.CUDA);
        MatrixBatch a = batch(Generators.gaussian(12, 7, 1).to(DType.F32));
        MatrixBatch b = batch(Generators.gaussian(21, 5, 2).to(DType.F32));
        MatrixBatch out = batch(Matrix.allocate(DType.F32, 12, 5));
        Products.multiplyBatched(iso, 1, a, b, out);
        for (int i = 0; i < 3; i++) {
            Matrix one = Matrix.allocate(DType.F32, 4, 5);
            iso.multiply(a.get(i), b.get(i), one);
            assertThat(Dense.of(out.get(i)).hasBitsOf(Dense.of(one))).isTrue();
            Matrix plain = Matrix.allocate(DType.F32, 4, 5);
            Backends.shared(Backends.CUDA).multiply(a.get(i), b.get(i), plain);
            assertThat(Dense.of(plain).hasBitsOf(Dense.of(one))).isFalse();
        }
    }

    /** {@return three matrices, one below the other} */
    private static MatrixBatch batch(Matrix m) {
        int rows = m.rows() / 3;
        long distance = rows * m.stride();
        return MatrixBatch.wrap(m.storage(), 0, m.dtype(), 3, rows, m.columns(), m.stride(), Order.ROW_MAJOR, distance);
    }

    /** A triangle is computed in strips where it is large. */
    @ParameterizedTest
    @EnumSource(Rounding.class)
    void largeSymmetricProductsAreThoseOfWholeOnes(Rounding rounding) {
        int n = 2050;
        for (DType dtype : new DType[] {DType.F32, DType.BF16}) {
            Matrix x = Generators.gaussian(n, 3, 1).to(dtype);
            Matrix whole = Matrix.allocate(DType.F32, n, n);
            Matrix out = Matrix.allocate(DType.F32, n, n);
            rounding.on(Backends.CUDA).run(stream -> {
                stream.gemm(stream.roundingArithmetic(dtype), 1, x, x.transposed(), 0, whole, whole);
                stream.gemmt(stream.roundingArithmetic(dtype), Symmetry.SYMMETRIC, 1, x, x.transposed(), 0, out, out);
            });
            // Every element is one chain of three products, whatever it is part of, and factors commute.
            assertThat(Dense.of(out).hasBitsOf(Dense.of(whole))).isTrue();
            assertThat(out.get(n - 1, 0)).isCloseTo(out.get(0, n - 1), within(0.0));
        }
    }
}
