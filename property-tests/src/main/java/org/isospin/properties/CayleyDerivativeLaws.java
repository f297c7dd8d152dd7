package org.isospin.properties;

import java.util.List;
import java.util.function.UnaryOperator;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;

/**
 * Laws of the derivatives of maps from skew matrices to matrices, such as the Cayley transform and its truncations, and of the
 * inverse Cayley transform, in F64: slopes by differences ({@link DerivativeLaws}), along directions that do not commute with A.
 *
 * <p>A packed cotangent W pairs with a skew V as Σ wᵢⱼvᵢⱼ over i &lt; j, half of what dense skew matrices do.
 */
public final class CayleyDerivativeLaws {
    /** A vector–Jacobian product of a map from skew matrices. */
    @FunctionalInterface
    public interface Vjp {
        /**
         * Applies it.
         *
         * @param a order n; must not be changed
         * @param cotangent n × n; must not be changed
         * @param out of order n, receives the difference of both triangles of the gradient
         */
        void apply(SkewMatrix a, Matrix cotangent, SkewMatrix out);
    }

    /** A Jacobian–vector product of a map from skew matrices. */
    @FunctionalInterface
    public interface Jvp {
        /**
         * Applies it.
         *
         * @param a order n; must not be changed
         * @param tangent order n; must not be changed
         * @param out n × n, receives the derivative
         */
        void apply(SkewMatrix a, SkewMatrix tangent, Matrix out);
    }

    /** A vector–Jacobian product of a map to skew matrices. */
    @FunctionalInterface
    public interface InverseVjp {
        /**
         * Applies it.
         *
         * @param q n × n; must not be changed
         * @param cotangent order n, packed derivatives; must not be changed
         * @param out n × n, receives the gradient
         */
        void apply(Matrix q, SkewMatrix cotangent, Matrix out);
    }

    /** A Jacobian–vector product of a map to skew matrices. */
    @FunctionalInterface
    public interface InverseJvp {
        /**
         * Applies it.
         *
         * @param q n × n; must not be changed
         * @param tangent n × n; must not be changed
         * @param out of order n, receives the derivative
         */
        void apply(Matrix q, Matrix tangent, SkewMatrix out);
    }

    private static final int[] ORDERS = {1, 2, 3, 8, 33};
    private static final double[] NORMS = {0, 1e-3, 0.5, 1, 4};

    /** Of what the inverse is derived at: the seventh derivative grows with the seventh power of 1 + tan² of half the angle. */
    private static final double[] INVERSE_NORMS = {1e-3, 0.5, 1};

    private CayleyDerivativeLaws() {}

    /**
     * {@return both laws of a map from skew matrices on inputs drawn from a seed, the worst cases}
     *
     * @param name what is derived
     * @param map the map
     * @param vjp its vector–Jacobian product, under test
     * @param jvp its Jacobian–vector product, under test
     * @param seed any number
     */
    public static List<LawResult> check(String name, SkewMap map, Vjp vjp, Jvp jvp, long seed) {
        Worst worst = new Worst();
        for (int n : ORDERS) {
            for (double norm : NORMS) {
                SkewMatrix a = Generators.skew(DType.F64, n, norm, seed + n);
                SkewMatrix direction = Generators.skew(DType.F64, n, 1, seed + n + 1);
                Dense cotangent = Generators.gaussian(n, n, seed + n + 2);
                worst.add(jvp(name, map, jvp, a, direction));
                worst.add(vjp(name, map, vjp, a, direction, cotangent));
            }
        }
        return worst.results();
    }

    /**
     * {@return both laws of the inverse Cayley transform on inputs drawn from a seed, the worst cases}
     *
     * @param cayley the transform
     * @param inverse its inverse
     * @param vjp the inverse's vector–Jacobian product, under test
     * @param jvp the inverse's Jacobian–vector product, under test
     * @param seed any number
     */
    public static List<LawResult> checkInverse(
            SkewMap cayley, CayleyLaws.InverseMap inverse, InverseVjp vjp, InverseJvp jvp, long seed) {
        Worst worst = new Worst();
        for (int n : ORDERS) {
            for (double norm : INVERSE_NORMS) {
                Dense q = Subjects.apply(cayley, Generators.skew(DType.F64, n, norm, seed + n));
                // Not tangent to the rotations: the inverse takes any Q.
                Dense direction = Generators.gaussian(n, n, seed + n + 1);
                direction = Dense.zero(n, n).plus(0.5 / direction.norm2(), direction);
                SkewMatrix cotangent = Generators.skew(DType.F64, n, 1, seed + n + 2);
                worst.add(inverseJvp(inverse, jvp, q, direction));
                worst.add(inverseVjp(inverse, vjp, q, direction, cotangent));
            }
        }
        return worst.results();
    }

    /**
     * {@return the law that a Jacobian–vector product is the slope}
     *
     * @param name what is derived
     * @param map the map
     * @param jvp under test
     * @param a A
     * @param direction V
     */
    public static LawResult jvp(String name, SkewMap map, Jvp jvp, SkewMatrix a, SkewMatrix direction) {
        Matrix out = Generators.garbage(Matrix.allocate(DType.F64, a.order(), a.order()));
        jvp.apply(a, direction, out);
        return DerivativeLaws.jvp(name, onDense(map), Dense.of(a), Dense.of(direction), Dense.of(out));
    }

    /**
     * {@return the law that a vector–Jacobian product is the adjoint of the slope}
     *
     * @param name what is derived
     * @param map the map
     * @param vjp under test
     * @param a A
     * @param direction V
     * @param cotangent G
     */
    public static LawResult vjp(
            String name, SkewMap map, Vjp vjp, SkewMatrix a, SkewMatrix direction, Dense cotangent) {
        SkewMatrix out = garbage(a.order());
        vjp.apply(a, cotangent.to(DType.F64), out);
        return DerivativeLaws.vjp(
                name,
                onDense(map),
                Dense.of(a),
                Dense.of(direction),
                cotangent,
                Dense.zero(a.order(), a.order()).plus(0.5, Dense.of(out)));
    }

    private static UnaryOperator<Dense> onDense(SkewMap map) {
        return a -> Subjects.apply(map, Generators.skewPart(DType.F64, a));
    }

    /**
     * {@return the law that the Jacobian–vector product of the inverse is the slope}
     *
     * @param inverse the map
     * @param jvp under test
     * @param q Q
     * @param direction V, need not be tangent to the rotations
     */
    public static LawResult inverseJvp(CayleyLaws.InverseMap inverse, InverseJvp jvp, Dense q, Dense direction) {
        SkewMatrix out = garbage(q.rows());
        jvp.apply(q.to(DType.F64), direction.to(DType.F64), out);
        return DerivativeLaws.jvp("the inverse Cayley transform", inverseOnDense(inverse), q, direction, Dense.of(out));
    }

    /**
     * {@return the law that the vector–Jacobian product of the inverse is the adjoint of the slope}
     *
     * @param inverse the map
     * @param vjp under test
     * @param q Q
     * @param direction V
     * @param cotangent derivatives by packed elements
     */
    public static LawResult inverseVjp(
            CayleyLaws.InverseMap inverse, InverseVjp vjp, Dense q, Dense direction, SkewMatrix cotangent) {
        Matrix out = Generators.garbage(Matrix.allocate(DType.F64, q.rows(), q.rows()));
        vjp.apply(q.to(DType.F64), cotangent, out);
        return DerivativeLaws.vjp(
                "the inverse Cayley transform",
                inverseOnDense(inverse),
                q,
                direction,
                Dense.zero(q.rows(), q.rows()).plus(0.5, Dense.of(cotangent)),
                Dense.of(out));
    }

    private static UnaryOperator<Dense> inverseOnDense(CayleyLaws.InverseMap inverse) {
        return q -> {
            SkewMatrix out = garbage(q.rows());
            inverse.apply(q.to(DType.F64), out);
            return Dense.of(out);
        };
    }

    private static SkewMatrix garbage(int n) {
        SkewMatrix out = SkewMatrix.allocate(DType.F64, n);
        Generators.garbage(out.packed());
        return out;
    }
}
