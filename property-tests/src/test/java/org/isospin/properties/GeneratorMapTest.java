package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.GeneratorMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Maps from generators to rotations, as R − I, against values found by hand, and their adjoints against differences. */
class GeneratorMapTest {
    private static final GeneratorMap KERNEL = GeneratorMap.cayleyNeumann(3, CayleyStep.FULL);
    private static final GeneratorMap FALLBACK = GeneratorMap.cayleySeries(4, CayleyStep.FULL);
    private static final GeneratorMap EXACT = GeneratorMap.cayley(CayleyStep.FULL);

    private final Isospin iso = Backends.shared(Backends.REFERENCE);

    static List<GeneratorMap> maps() {
        return List.of(KERNEL, FALLBACK, EXACT, GeneratorMap.cayley(CayleyStep.NEGATIVE_HALF));
    }

    private Dense rotation(GeneratorMap map, SkewMatrix a) {
        Matrix out = Generators.garbage(Matrix.allocate(DType.F64, a.order(), a.order()));
        map.delta(iso, a, out);
        return Dense.of(out).plus(1, Dense.identity(a.order()));
    }

    private static SkewMatrix packed(int n, double... elements) {
        return SkewMatrix.wrap(n, Matrix.wrap(elements, 1, elements.length));
    }

    private static void assertNear(Dense actual, double tolerance, double... expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual.get(i / actual.columns(), i % actual.columns()))
                    .isCloseTo(expected[i], within(tolerance));
        }
    }

    /** Exact decimals of the polynomials: rounding of some sums of numbers below 1. */
    @Test
    void isThePublishedPolynomialAndItsFallbackIsAnother() {
        SkewMatrix q = packed(3, 0.1, -0.2, 0.3);
        double roundoff = 8 * DType.F64.unitRoundoff();
        assertNear(
                rotation(KERNEL, q), roundoff, 0.907, 0.2836, -0.2882, -0.0604, 0.814, 0.5532, 0.3998, -0.4788, 0.7582);
        assertNear(
                rotation(FALLBACK, q),
                roundoff,
                0.914,
                0.2752,
                -0.2924,
                -0.0688,
                0.828,
                0.5504,
                0.3956,
                -0.4816,
                0.7764);
    }

    /** Cay = I + 2/(1 + θ²)·(Q + Q²), θ² = 0.14; the numbers have 12 digits. */
    @Test
    void isTheCayleyTransform() {
        assertNear(
                rotation(EXACT, packed(3, 0.1, -0.2, 0.3)),
                6e-13,
                0.912280701754,
                0.280701754386,
                -0.298245614035,
                -0.070175438596,
                0.824561403509,
                0.561403508772,
                0.40350877193,
                -0.491228070175,
                0.771929824561);
    }

    /** A plane of q shrinks by 1 − q⁴ and turns by 2·atan q exactly. */
    @ParameterizedTest
    @ValueSource(doubles = {1e-9, 0.01, 0.3, 0.9})
    void aPlaneTurnsByTwiceTheArcTangent(double q) {
        Dense r = rotation(KERNEL, packed(2, q));
        double roundoff = 8 * DType.F64.unitRoundoff();
        assertThat(Math.hypot(r.get(0, 0), r.get(0, 1))).isCloseTo(1 - q * q * q * q, within(roundoff));
        assertThat(Math.atan2(r.get(0, 1), r.get(0, 0))).isCloseTo(2 * Math.atan(q), within(roundoff));
    }

    /**
     * Rotations by φ = 0.024 in bfloat16: stored whole, the diagonal rounds to 1, and they are longer by φ²/2 = 2.9·10⁻⁴. Of
     * R − I the diagonal −φ²/2 and the φ beside it are off by a share of u each, the length by uφ²/2 and uφ².
     */
    @Test
    void sixteenBitsHoldADifferenceFromTheIdentity() {
        int b = 32;
        Matrix packed = Matrix.allocate(DType.F32, 1, b * (b - 1) / 2);
        SkewMatrix a = SkewMatrix.wrap(b, packed);
        for (int i = 0; i < b / 2; i++) {
            int row = 2 * i;
            packed.set(0, row * (2 * b - row - 1) / 2, Math.tan(0.012));
        }
        Matrix delta = Matrix.allocate(DType.BF16, b, b);
        KERNEL.delta(iso, a, delta);
        Dense whole = Dense.identity(b).plus(1, Dense.of(delta));
        assertThat(Math.abs(whole.frobenius() / Math.sqrt(b) - 1))
                .isLessThan(1.5 * DType.BF16.unitRoundoff() * 0.024 * 0.024);
        Dense rounded = Dense.of(whole.to(DType.BF16));
        assertThat(rounded.frobenius() / Math.sqrt(b) - 1).isBetween(2.8e-4, 3e-4);
    }

    @ParameterizedTest
    @MethodSource("maps")
    void theAdjointIsThatOfTheSlope(GeneratorMap map) {
        for (int b : new int[] {1, 2, 5, 16}) {
            int length = b * (b - 1) / 2;
            if (length == 0) {
                continue;
            }
            Dense v = Generators.gaussian(1, length, 3);
            Dense x = Dense.zero(1, length).plus(0.3 / Math.sqrt(b), v);
            Dense direction = Dense.zero(1, length).plus(0.3 / Math.sqrt(b), Generators.gaussian(1, length, 4));
            Dense g = Generators.gaussian(b, b, 5);
            SkewMatrix out = SkewMatrix.wrap(b, Generators.garbage(Matrix.allocate(DType.F64, 1, length)));
            map.vjp(iso, SkewMatrix.wrap(b, x.to(DType.F64)), g.to(DType.F64), out);
            DerivativeLaws.vjp(
                            map.toString(),
                            y -> rotation(map, SkewMatrix.wrap(b, y.to(DType.F64))),
                            x,
                            direction,
                            g,
                            Dense.of(out.packed()))
                    .orThrow();
        }
    }
}
