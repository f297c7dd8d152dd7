package org.isospin.optim;

import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Workspace;
import org.isospin.rotation.Cayley;
import org.isospin.rotation.CayleyNeumann;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.Exp;
import org.isospin.rotation.TruncatedExp;

/**
 * How a step makes a rotation of a skew matrix A, and turns a weight by it: W ← W + (Q(A) − I)·W, the identity never part of a
 * product. All turn a plane by its angle θ in A up to O(θ³).
 */
public final class RotationMap {
    /** Kinds of maps. */
    private enum Kind {
        TRUNCATED_EXP,
        EXP,
        CAYLEY,
        CAYLEY_NEUMANN
    }

    private static final RotationMap EXP = new RotationMap(Kind.EXP, 0);
    private static final RotationMap CAYLEY = new RotationMap(Kind.CAYLEY, 0);

    private final Kind kind;
    private final int degree;

    private RotationMap(Kind kind, int degree) {
        this.kind = kind;
        this.degree = degree;
    }

    /**
     * {@return Σ A^j/j! for j ≤ degree, as Pion's reference has it with degree 2: it scales a plane of angle θ by √(1 + θ⁴/4);
     * no waits}
     *
     * @param degree 1 or more
     */
    public static RotationMap truncatedExp(int degree) {
        requirePositive(degree);
        return new RotationMap(Kind.TRUNCATED_EXP, degree);
    }

    /** {@return exp(A), a rotation to roundoff; waits once a side} */
    public static RotationMap exp() {
        return EXP;
    }

    /** {@return (I + A/2)(I − A/2)⁻¹, a rotation to roundoff; waits once a side} */
    public static RotationMap cayley() {
        return CAYLEY;
    }

    /**
     * {@return (I + X)(I + X + … + X^order) with X = A/2, POET's map: orthogonal up to ‖X‖^(order+1); no waits}
     *
     * @param order 1 or more
     */
    public static RotationMap cayleyNeumann(int order) {
        requirePositive(order);
        return new RotationMap(Kind.CAYLEY_NEUMANN, order);
    }

    private static void requirePositive(int degree) {
        if (degree < 1) {
            throw new IllegalArgumentException("the degree must be 1 or more, not " + degree);
        }
    }

    /** {@return whether the map is made of A's packed elements; else of the dense ones} */
    boolean takesPacked() {
        return kind != Kind.TRUNCATED_EXP;
    }

    /** {@return whether the first product of the map is A·V, which a caller may have already} */
    boolean startsWithProduct() {
        return kind == Kind.TRUNCATED_EXP;
    }

    /**
     * out ← Q(A)·v.
     *
     * @param stream where it runs
     * @param a A, n × n and skew; read unless the map {@link #takesPacked}
     * @param packed A's packed elements; read if it does
     * @param v n × m
     * @param out n × m; no operand
     */
    void apply(ComputeStream stream, Matrix a, SkewMatrix packed, Matrix v, Matrix out) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            switch (kind) {
                case TRUNCATED_EXP -> {
                    Matrix z = like(ws, v);
                    TruncatedExp.delta(stream, a, degree, v, z);
                    stream.combine(1, v, 1, z, 0, out);
                }
                case EXP -> {
                    Matrix q = ws.matrix(a.dtype(), a.rows(), a.rows());
                    Exp.expm1(stream, packed, q);
                    stream.gemm(stream.arithmetic(a.dtype()), 1, q, v, 1, v, out);
                }
                case CAYLEY -> {
                    Matrix q = ws.matrix(a.dtype(), a.rows(), a.rows());
                    Cayley.cayley(stream, packed, CayleyStep.HALF, q);
                    turnByDifference(stream, q, v, out);
                }
                case CAYLEY_NEUMANN -> {
                    Matrix q = ws.matrix(a.dtype(), a.rows(), a.rows());
                    CayleyNeumann.product(stream, packed, degree, CayleyStep.HALF, q);
                    turnByDifference(stream, q, v, out);
                }
            }
        } finally {
            ws.release();
        }
    }

    /** out ← v + (Q − I)·v: Q − I is exact where Q's diagonal is at least ½. */
    private static void turnByDifference(ComputeStream stream, Matrix q, Matrix v, Matrix out) {
        stream.addDiagonal(-1, q);
        stream.gemm(stream.arithmetic(q.dtype()), 1, q, v, 1, v, out);
    }

    /**
     * out ← Q(A)·v, given the first product of {@link #startsWithProduct}: Z ← (AV + AZ)/j for j = k, …, 1.
     *
     * @param stream where it runs
     * @param a A, n × n and skew
     * @param product A·v
     * @param v n × m
     * @param out n × m; no operand
     */
    void applyAfterProduct(ComputeStream stream, Matrix a, Matrix product, Matrix v, Matrix out) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix z = product;
            Matrix next = like(ws, v);
            Matrix spare = degree > 2 ? like(ws, v) : next;
            double unit = 1.0 / degree;
            for (int j = degree - 1; j >= 1; j--) {
                stream.gemm(stream.arithmetic(a.dtype()), unit / j, a, z, 1.0 / j, product, next);
                unit = 1;
                z = next;
                next = spare;
                spare = z;
            }
            stream.combine(1, v, unit, z, 0, out);
        } finally {
            ws.release();
        }
    }

    private static Matrix like(Workspace ws, Matrix m) {
        return ws.matrix(m.dtype(), m.rows(), m.columns());
    }

    /** {@return the name, which state files compare} */
    @Override
    public String toString() {
        return switch (kind) {
            case TRUNCATED_EXP -> "truncatedExp(" + degree + ")";
            case EXP -> "exp";
            case CAYLEY -> "cayley";
            case CAYLEY_NEUMANN -> "cayleyNeumann(" + degree + ")";
        };
    }
}
