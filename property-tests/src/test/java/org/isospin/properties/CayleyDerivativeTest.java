package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.rotation.CayleyDerivative;
import org.isospin.rotation.CayleyNeumannDerivative;
import org.isospin.rotation.CayleyStep;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The derivatives of the Cayley family: slopes, and F32 beside F64. */
class CayleyDerivativeTest {
    private static final int HIGHEST_ORDER = 9;

    /**
     * A derivative in every convention.
     *
     * @param name what is derived
     * @param order k of a truncation, −1 of the transform itself
     * @param map the map
     * @param vjp its vector–Jacobian product
     * @param jvp its Jacobian–vector product
     */
    private record Derived(
            String name, int order, SkewMap map, CayleyDerivativeLaws.Vjp vjp, CayleyDerivativeLaws.Jvp jvp) {}

    static Stream<Arguments> backendsAndSteps() {
        return Backends.available().stream()
                .flatMap(b -> Stream.of(CayleyStep.values()).map(step -> Arguments.of(b, step)));
    }

    private static List<Derived> derived(Isospin iso, CayleyStep step) {
        return Stream.concat(
                        Stream.of(new Derived(
                                "the Cayley transform",
                                -1,
                                (a, out) -> iso.cayley(a, step, out),
                                (a, g, out) -> CayleyDerivative.vjp(iso, a, step, g, out),
                                (a, v, out) -> CayleyDerivative.jvp(iso, a, step, v, out))),
                        IntStream.rangeClosed(0, HIGHEST_ORDER)
                                .boxed()
                                .flatMap(k -> Stream.of(product(iso, k, step), series(iso, k, step))))
                .toList();
    }

    private static Derived product(Isospin iso, int order, CayleyStep step) {
        return new Derived(
                "the product of order " + order,
                order,
                (a, out) -> iso.cayleyNeumann(a, order, step, out),
                (a, g, out) -> CayleyNeumannDerivative.productVjp(iso, a, order, step, g, out),
                (a, v, out) -> CayleyNeumannDerivative.productJvp(iso, a, order, step, v, out));
    }

    private static Derived series(Isospin iso, int order, CayleyStep step) {
        return new Derived(
                "the series of order " + order,
                order,
                (a, out) -> iso.cayleySeries(a, order, step, out),
                (a, g, out) -> CayleyNeumannDerivative.seriesVjp(iso, a, order, step, g, out),
                (a, v, out) -> CayleyNeumannDerivative.seriesJvp(iso, a, order, step, v, out));
    }

    @ParameterizedTest
    @MethodSource("backendsAndSteps")
    void derivativesAreSlopes(String backend, CayleyStep step) {
        for (Derived d : derived(Backends.shared(backend), step)) {
            CayleyDerivativeLaws.check(d.name(), d.map(), d.vjp(), d.jvp(), 1).forEach(LawResult::orThrow);
        }
    }

    @ParameterizedTest
    @MethodSource("backendsAndSteps")
    void derivativesOfTheInverseAreSlopes(String backend, CayleyStep step) {
        Isospin iso = Backends.shared(backend);
        CayleyDerivativeLaws.checkInverse(
                        (a, out) -> iso.cayley(a, step, out),
                        (q, out) -> iso.inverseCayley(q, step, out),
                        (q, g, out) -> CayleyDerivative.inverseVjp(iso, q, step, g, out),
                        (q, v, out) -> CayleyDerivative.inverseJvp(iso, q, step, v, out),
                        1)
                .forEach(LawResult::orThrow);
    }

    @ParameterizedTest
    @MethodSource("backendsAndSteps")
    void floatsAgreeWithDoubles(String backend, CayleyStep step) {
        Isospin iso = Backends.shared(backend);
        for (int n : new int[] {2, 5, 40, 70}) {
            for (double norm : new double[] {1e-3, 0.4, 1, 5}) {
                SkewMatrix a = Generators.skew(DType.F32, n, norm, n);
                SkewMatrix tangent = Generators.skew(DType.F32, n, 1, n + 1);
                Matrix cotangent = Generators.gaussian(n, n, n + 2).to(DType.F32);
                for (Derived d : derived(iso, step)) {
                    // Σ j·2‖X‖ʲ⁻¹, and for the transform itself 1, or ‖X‖ where that is more: times a few u.
                    double x = Math.abs(step.factor()) * norm;
                    double size = 2 * Math.abs(step.factor()) * growth(d.order(), x);
                    double bound = 4 * DType.F32.unitRoundoff() * size;
                    Dense vjp = vjp(d, a, cotangent);
                    Dense exact = vjp(d, widened(a), widened(cotangent));
                    assertThat(vjp.plus(-1, exact).frobenius())
                            .as("vjp of %s, n = %d, norm %s", d.name(), n, norm)
                            .isLessThanOrEqualTo(bound * Dense.of(cotangent).frobenius());
                    Dense jvp = jvp(d, a, tangent);
                    assertThat(jvp.plus(-1, jvp(d, widened(a), widened(tangent)))
                                    .frobenius())
                            .as("jvp of %s, n = %d, norm %s", d.name(), n, norm)
                            .isLessThanOrEqualTo(bound * Dense.of(tangent).frobenius());
                }
            }
        }
    }

    private static double growth(int order, double x) {
        double sum = order < 0 ? Math.max(1, x) : 1;
        for (int j = 2; j <= order + 1; j++) {
            sum += j * Math.pow(x, j - 1);
        }
        return sum;
    }

    private static Dense vjp(Derived d, SkewMatrix a, Matrix cotangent) {
        SkewMatrix out = SkewMatrix.allocate(a.dtype(), a.order());
        Generators.garbage(out.packed());
        d.vjp().apply(a, cotangent, out);
        return Dense.of(out);
    }

    private static Dense jvp(Derived d, SkewMatrix a, SkewMatrix tangent) {
        return Subjects.apply((x, out) -> d.jvp().apply(x, tangent, out), a);
    }

    private static SkewMatrix widened(SkewMatrix a) {
        return SkewMatrix.wrap(a.order(), widened(a.packed()));
    }

    private static Matrix widened(Matrix m) {
        return Dense.of(m).to(DType.F64);
    }
}
