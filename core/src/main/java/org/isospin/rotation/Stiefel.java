package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;
import org.isospin.polar.Polar;

/**
 * The Stiefel manifold of the m × n matrices X with XᵀX = I, m ≥ n: nearest point, tangent space, gradients and inner products.
 * A tangent U at X is one with XᵀU skew.
 *
 * <p>The arithmetic is F64 if an operand or the output is F64, else F32, rounded once; errors are a few √n·u of the operands' sizes. Whether
 * X has orthonormal columns is not checked. NaN and infinities propagate, and operands may be of any magnitude whose products
 * of two do not overflow.
 */
public final class Stiefel {
    private Stiefel() {}

    /**
     * out ← the point that is nearest to A, its polar factor.
     *
     * @param iso where it runs
     * @param a A, m × n
     * @param out m × n
     * @return how it was reached
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or A is not finite
     * @see Polar
     */
    public static Polar.Result project(Isospin iso, Matrix a, Matrix out) {
        requireTall("stiefel", "a", a);
        return iso.compute(stream -> Polar.polar(stream, a, out), a, out);
    }

    /**
     * out ← G − X·sym(XᵀG), the tangent nearest to G.
     *
     * @param iso where it runs; never waits
     * @param x X, m × n
     * @param g G, m × n
     * @param out m × n; may overlap the operands' memory
     * @throws IllegalArgumentException if a shape does not fit or out is read-only
     */
    public static void projectTangent(Isospin iso, Matrix x, Matrix g, Matrix out) {
        gradient(iso, x, g, StiefelMetric.EUCLIDEAN, out);
    }

    /**
     * out ← the gradient of a function whose ordinary derivatives are G: the tangent U with ⟨U, V⟩ = tr GᵀV for every tangent V.
     *
     * <p>It is G − X·sym(XᵀG) under the Euclidean metric, G − XGᵀX under the canonical one.
     *
     * @param iso where it runs; never waits
     * @param x X, m × n
     * @param g G, m × n
     * @param metric the metric
     * @param out m × n; may overlap the operands' memory
     * @throws IllegalArgumentException if a shape does not fit or out is read-only
     */
    public static void gradient(Isospin iso, Matrix x, Matrix g, StiefelMetric metric, Matrix out) {
        check("stiefel", x, g, "g");
        Operands.requireOutput("stiefel", "out", out, x.rows(), x.columns());
        iso.run(stream -> gradient(stream, x, g, metric, out), x, g, out);
    }

    /**
     * out ← the gradient of a function whose ordinary derivatives are G. Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs; never waits
     * @param x X, m × n
     * @param g G, m × n
     * @param metric the metric
     * @param out m × n; may overlap the operands' memory
     */
    @SuppressWarnings("exports")
    public static void gradient(ComputeStream stream, Matrix x, Matrix g, StiefelMetric metric, Matrix out) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            DType compute = computeType(x, g, out);
            Matrix point = copy(stream, x, compute);
            Matrix vector = copy(stream, g, compute);
            Matrix result = ws.matrix(compute, x.rows(), x.columns());
            Matrix inner = ws.matrix(compute, x.columns(), x.columns());
            stream.gemm(stream.arithmetic(compute), 1, point.transposed(), vector, 0, inner, inner);
            Matrix coefficient = inner;
            if (metric == StiefelMetric.EUCLIDEAN) {
                stream.symmetrize(Symmetry.SYMMETRIC, inner, inner);
            } else {
                coefficient = inner.transposed();
            }
            stream.gemm(stream.arithmetic(compute), -1, point, coefficient, 1, vector, result);
            stream.copy(result, out);
        } finally {
            ws.release();
        }
    }

    /**
     * {@return ⟨U, V⟩, summed in F64}
     *
     * @param iso where it runs; waits once
     * @param x X, m × n
     * @param u U, m × n, tangent at X
     * @param v V, m × n, tangent at X
     * @param metric the metric
     * @throws IllegalArgumentException if the shapes differ
     */
    public static double inner(Isospin iso, Matrix x, Matrix u, Matrix v, StiefelMetric metric) {
        check("stiefel", x, u, "u");
        check("stiefel", x, v, "v");
        return iso.compute(
                stream -> {
                    Scalar product = stream.scalar();
                    inner(stream, x, u, v, metric, product);
                    return stream.read(product);
                },
                x,
                u,
                v);
    }

    /**
     * out ← ⟨U, V⟩, summed in F64. Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs; never waits
     * @param x X, m × n
     * @param u U, m × n, tangent at X
     * @param v V, m × n, tangent at X
     * @param metric the metric
     * @param out the product
     */
    @SuppressWarnings("exports")
    public static void inner(ComputeStream stream, Matrix x, Matrix u, Matrix v, StiefelMetric metric, Scalar out) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix left = copy(stream, u, DType.F64);
            Matrix right = copy(stream, v, DType.F64);
            stream.dot(left, right, out);
            if (metric == StiefelMetric.CANONICAL) {
                Matrix point = copy(stream, x, DType.F64);
                Matrix s = ws.matrix(DType.F64, x.columns(), x.columns());
                Matrix t = ws.matrix(DType.F64, x.columns(), x.columns());
                Scalar part = stream.scalar();
                Scalar factor = stream.scalar();
                stream.gemm(stream.arithmetic(DType.F64), 1, point.transposed(), left, 0, s, s);
                stream.gemm(stream.arithmetic(DType.F64), 1, point.transposed(), right, 0, t, t);
                stream.dot(s, t, part);
                stream.set(factor, 1 - metric.share());
                stream.scalarOp(ScalarOp.MULTIPLY, part, factor, part);
                stream.scalarOp(ScalarOp.SUBTRACT, out, part, out);
            }
        } finally {
            ws.release();
        }
    }

    static void requireTall(String operation, String name, Matrix a) {
        if (a.rows() < a.columns()) {
            throw new IllegalArgumentException(
                    operation + ": " + name + " must have as many rows as columns or more, not " + a + "; a square is "
                            + a.columns() + " x " + a.columns());
        }
    }

    /** Requires a point, and a vector of its shape. */
    static void check(String operation, Matrix x, Matrix u, String name) {
        requireTall(operation, "x", x);
        Operands.requireShape(operation, name, u, x.rows(), x.columns());
    }

    /** {@return F64 if any type is, else F32} */
    static DType computeType(Matrix x, Matrix u, Matrix out) {
        return x.dtype() == DType.F64 || u.dtype() == DType.F64 || out.dtype() == DType.F64 ? DType.F64 : DType.F32;
    }

    /** {@return scratch with a copy, in a type} */
    static Matrix copy(ComputeStream stream, Matrix m, DType dtype) {
        Matrix out = stream.workspace().matrix(dtype, m.rows(), m.columns());
        stream.copy(m, out);
        return out;
    }
}
