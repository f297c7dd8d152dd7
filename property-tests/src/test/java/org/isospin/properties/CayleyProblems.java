package org.isospin.properties;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.isospin.properties.Operation.Problem;
import org.isospin.rotation.CayleyStep;

/**
 * Problems of the Cayley family whose answers are known, of its derivatives above all: in a plane that turns by θ all matrices are complex
 * numbers, A = iθ, and derivatives along such matrices are those of functions of a complex number.
 */
final class CayleyProblems {
    /**
     * The derivative of a map q(iθ) by θ.
     *
     * @param real its real part
     * @param imaginary its imaginary part
     */
    record Slope(DoubleUnaryOperator real, DoubleUnaryOperator imaginary) {}

    /** Of inputs of size 2, outputs of size 6 and maps whose second derivatives are of size 4 a few roundings each. */
    private static final double ALLOWANCE = 48;

    private CayleyProblems() {}

    /** {@return q′ = 2ic/(1 − icθ)² of the transform} */
    static Slope cayley(CayleyStep step) {
        double c = step.factor();
        return new Slope(
                t -> -4 * c * c * t / square(1 + square(c * t)),
                t -> 2 * c * (1 - square(c * t)) / square(1 + square(c * t)));
    }

    /** {@return q′ of 1 + 2z + 2z² + 2z³ + z⁴ at z = iθ} */
    static Slope product() {
        return new Slope(t -> -4 * t + 4 * t * t * t, t -> 2 - 6 * t * t);
    }

    /** {@return q′ of 1 + 2z + 2z² + 2z³ at z = iθ} */
    static Slope series() {
        return new Slope(t -> -4 * t, t -> 2 - 6 * t * t);
    }

    private static double square(double x) {
        return x * x;
    }

    /** The tangent in a plane of angle θ, or the imaginary part of a tangent or cotangent. */
    private static double imaginary(double theta) {
        return 0.5 + theta;
    }

    /** The real part of a tangent or cotangent. */
    private static double real(double theta) {
        return 1 - theta;
    }

    /** {@return the problem of Jacobian–vector products: q′·φ along iφ} */
    static Operation.Problems jvp(Slope slope) {
        return (m, n, seed) -> {
            Dense a = KnownProblems.turned(n, t -> 0, t -> t, seed);
            Dense tangent = KnownProblems.turned(n, t -> 0, CayleyProblems::imaginary, seed);
            Dense expected = KnownProblems.turned(
                    n,
                    t -> slope.real().applyAsDouble(t) * imaginary(t),
                    t -> slope.imaginary().applyAsDouble(t) * imaginary(t),
                    seed);
            return new Problem(
                    List.of(KnownProblems.packed(a), KnownProblems.packed(tangent)),
                    List.of(expected),
                    KnownProblems.distance(expected, n),
                    ALLOWANCE);
        };
    }

    /** {@return the problem of vector–Jacobian products: 2Re(ḡq′)} */
    static Operation.Problems vjp(Slope slope) {
        return (m, n, seed) -> {
            Dense a = KnownProblems.turned(n, t -> 0, t -> t, seed);
            Dense cotangent = KnownProblems.turned(n, CayleyProblems::real, CayleyProblems::imaginary, seed);
            Dense expected = KnownProblems.packed(KnownProblems.turned(
                    n,
                    t -> 0,
                    t -> 2 * real(t) * slope.real().applyAsDouble(t)
                            + 2 * imaginary(t) * slope.imaginary().applyAsDouble(t),
                    seed));
            return new Problem(
                    List.of(KnownProblems.packed(a), cotangent),
                    List.of(expected),
                    KnownProblems.distance(expected, n),
                    ALLOWANCE);
        };
    }

    /** {@return the problem of Jacobian–vector products of the inverse: (1/2c)·Im((1 − icθ)²dq)} */
    static Operation.Problems inverseJvp(CayleyStep step) {
        double c = step.factor();
        return (m, n, seed) -> {
            Dense tangent = KnownProblems.turned(n, CayleyProblems::real, CayleyProblems::imaginary, seed);
            Dense expected = KnownProblems.packed(KnownProblems.turned(
                    n, t -> 0, t -> (imaginary(t) * (1 - square(c * t)) - 2 * c * t * real(t)) / (2 * c), seed));
            return new Problem(
                    List.of(rotation(step, n, seed), tangent),
                    List.of(expected),
                    KnownProblems.distance(expected, n),
                    ALLOWANCE);
        };
    }

    /** {@return the problem of vector–Jacobian products of the inverse: (1 + icθ)²·iγ/4c} */
    static Operation.Problems inverseVjp(CayleyStep step) {
        double c = step.factor();
        return (m, n, seed) -> {
            Dense cotangent = KnownProblems.packed(KnownProblems.turned(n, t -> 0, CayleyProblems::imaginary, seed));
            Dense expected = KnownProblems.turned(
                    n, t -> -imaginary(t) * t / 2, t -> imaginary(t) * (1 - square(c * t)) / (4 * c), seed);
            return new Problem(
                    List.of(rotation(step, n, seed), cotangent),
                    List.of(expected),
                    KnownProblems.distance(expected, n),
                    ALLOWANCE);
        };
    }

    private static Dense rotation(CayleyStep step, int n, long seed) {
        return KnownProblems.turned(
                n, t -> Math.cos(KnownProblems.turn(step, t)), t -> Math.sin(KnownProblems.turn(step, t)), seed);
    }

    /** {@return the problem of 1 + 2z + 2z² + 2z³ times X: the fixed-point form after two iterations} */
    static Operation.Problems fixedPoint(CayleyStep step) {
        double c = step.factor();
        return (m, n, seed) -> {
            Dense a = KnownProblems.turned(n, t -> 0, t -> t, seed);
            Dense x = Generators.orthonormal(n, n, seed + 1);
            Dense expected = KnownProblems.turned(
                            n, t -> 1 - 2 * square(c * t), t -> 2 * c * t - 2 * c * t * square(c * t), seed)
                    .times(x);
            return new Problem(
                    List.of(KnownProblems.packed(a), x),
                    List.of(expected),
                    KnownProblems.distance(expected, n),
                    ALLOWANCE);
        };
    }

    /**
     * {@return the problem of A = GHᵀ − HGᵀ for factors of n columns, of which as many as fit have planes of their own and
     * the others are zero}
     */
    static Operation.Problems lowRank(CayleyStep step) {
        return (m, n, seed) -> {
            int p = Math.min(n, m / 2);
            Dense basis = Generators.orthonormal(m, 2 * p, seed);
            Dense x = Generators.orthonormal(m, n, seed + 1);
            Dense g = Dense.zero(m, n);
            Dense h = Dense.zero(m, n);
            Dense turned = Dense.zero(2 * p, 2 * p);
            for (int j = 0; j < p; j++) {
                double angle = 0.9 / (j + 1);
                double turn = KnownProblems.turn(step, angle);
                for (int i = 0; i < m; i++) {
                    g.set(i, j, angle * basis.get(i, j));
                    h.set(i, j, basis.get(i, p + j));
                }
                turned.set(j, j, Math.cos(turn) - 1);
                turned.set(p + j, p + j, Math.cos(turn) - 1);
                turned.set(j, p + j, Math.sin(turn));
                turned.set(p + j, j, -Math.sin(turn));
            }
            Dense expected =
                    x.plus(1, basis.times(turned.times(basis.transposed().times(x))));
            return new Problem(
                    List.of(g, h, x), List.of(expected), KnownProblems.distance(expected, Math.min(m, n)), ALLOWANCE);
        };
    }
}
