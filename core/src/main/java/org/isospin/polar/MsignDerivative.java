package org.isospin.polar;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;

/**
 * Derivatives of {@link Msign} as it is: of the schedule's polynomials one by one and of the normalization, not of the polar
 * factor that they approximate.
 *
 * <p>A step is X′ = PX with P = aI + bG + cG², G = XXᵀ. Forward dX′ = dP·X + P·dX with dG = dX·Xᵀ + X·dXᵀ and dP = b·dG +
 * c(dG·G + G·dG); backward, for the cotangent Y of X′ and M the symmetric part of YXᵀ, that of X is PY + 2(bM + c(MG + GM))X.
 * The normalization's is in {@link MsignNormalization}'s bounds: a multiple of A, or of A times a polynomial of its Gram matrix.
 *
 * <p>Relative errors are a few u times the schedule's largest slope, over the slope at hand: where singular values have
 * converged the derivative has no more digits than the schedule leaves it. The result is of degree −1 in A: that of a tiny A
 * is huge, and overflows where it must. The zero matrix has no derivative if the schedule has no epsilon; 0 is given. Rank-deficient
 * matrices have one, steep along null vectors. NaN and infinities propagate. The arithmetic is F64 if an operand is, else F32.
 *
 * <p>Waits: none for {@link MsignNormalization#FROBENIUS}, else up to three, all but the first for numbers that are there already.
 * Scratch: as many copies of A as there are steps, for {@code vjp}.
 */
public final class MsignDerivative {
    private MsignDerivative() {}

    /**
     * out ← the cotangent of A, given that of msign(A).
     *
     * @param iso where it runs
     * @param a A, m × n
     * @param schedule the schedule; its evaluation makes no difference
     * @param cotangent of msign(A), m × n
     * @param out m × n; may overlap the memory of others
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or the schedule scales rows
     */
    public static void vjp(Isospin iso, Matrix a, MsignSchedule schedule, Matrix cotangent, Matrix out) {
        iso.run(stream -> vjp(stream, a, schedule, cotangent, out), a, cotangent, out);
    }

    /**
     * out ← the derivative of msign at A in a direction.
     *
     * @param iso where it runs
     * @param a A, m × n
     * @param schedule the schedule; its evaluation makes no difference
     * @param direction m × n
     * @param out m × n; may overlap the memory of others
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or the schedule scales rows
     */
    public static void jvp(Isospin iso, Matrix a, MsignSchedule schedule, Matrix direction, Matrix out) {
        iso.run(stream -> jvp(stream, a, schedule, direction, out), a, direction, out);
    }

    /**
     * out ← the cotangent of a skew A, given that of {@link Msign#skew}, both in packed form: G_ij − G_ji for i &lt; j.
     *
     * @param iso where it runs
     * @param a A, of order n
     * @param schedule the schedule
     * @param cotangent of msign(A), of order n
     * @param out of order n; may overlap the memory of others
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or the schedule scales rows
     */
    public static void skewVjp(
            Isospin iso, SkewMatrix a, MsignSchedule schedule, SkewMatrix cotangent, SkewMatrix out) {
        // Packed cotangents are twice an element of the skew one, on both sides.
        iso.run(stream -> skew(stream, a, cotangent, out, (x, d) -> vjp(stream, x, schedule, d, d)), a, cotangent, out);
    }

    /**
     * out ← the derivative of {@link Msign#skew} at a skew A in a skew direction.
     *
     * @param iso where it runs
     * @param a A, of order n
     * @param schedule the schedule
     * @param direction of order n
     * @param out of order n; may overlap the memory of others
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or the schedule scales rows
     */
    public static void skewJvp(
            Isospin iso, SkewMatrix a, MsignSchedule schedule, SkewMatrix direction, SkewMatrix out) {
        iso.run(stream -> skew(stream, a, direction, out, (x, d) -> jvp(stream, x, schedule, d, d)), a, direction, out);
    }

    /** Applied to dense matrices. */
    @FunctionalInterface
    private interface DenseForm {
        void apply(Matrix a, Matrix d);
    }

    private static void skew(ComputeStream stream, SkewMatrix a, SkewMatrix d, SkewMatrix out, DenseForm form) {
        int n = a.order();
        if (d.order() != n || out.order() != n) {
            throw new IllegalArgumentException(
                    "msign derivative: the orders of " + a + ", " + d + " and " + out + " differ");
        }
        Operands.requireOutput("msign derivative", "out", out.packed(), 1, SkewMatrix.packedLength(n));
        DType compute = computeType(a.dtype(), d.dtype(), out.dtype());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(compute, n, n);
            Matrix dense = ws.matrix(compute, n, n);
            stream.unpackSkew(a, x);
            stream.unpackSkew(d, dense);
            form.apply(x, dense);
            stream.packSkew(dense, out);
        } finally {
            ws.release();
        }
    }

    /**
     * out ← the cotangent of A. Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs; waits as the class says
     * @param a A, m × n
     * @param schedule the schedule
     * @param cotangent of msign(A), m × n
     * @param out m × n; may overlap the memory of others
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or the schedule scales rows
     */
    @SuppressWarnings("exports")
    public static void vjp(ComputeStream stream, Matrix a, MsignSchedule schedule, Matrix cotangent, Matrix out) {
        Operands.requireSameShape("msign vjp", a, cotangent);
        Operands.requireOutput("msign vjp", "out", out, a.rows(), a.columns());
        boolean isTall = a.rows() > a.columns();
        Matrix source = isTall ? a.transposed() : a;
        int m = source.rows();
        int n = source.columns();
        DType compute = computeType(a.dtype(), cotangent.dtype(), out.dtype());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            int steps = schedule.steps().size();
            Matrix[] x = new Matrix[steps];
            for (int i = 0; i < steps; i++) {
                x[i] = ws.matrix(compute, m, n);
            }
            Matrix y = ws.matrix(compute, m, n);
            Matrix spare = ws.matrix(compute, m, n);
            Matrix gradient = ws.matrix(compute, m, n);
            Matrix gram = ws.matrix(compute, m, m);
            Matrix factor = ws.matrix(compute, m, m);
            Matrix cross = ws.matrix(compute, m, m);
            Matrix product = ws.matrix(compute, m, m);
            Arithmetic arithmetic = stream.arithmetic(compute);
            stream.copy(isTall ? cotangent.transposed() : cotangent, y);
            MsignScale scale = MsignScale.normalize(stream, source, schedule, x[0], gradient);
            for (int i = 0; i < steps - 1; i++) {
                stream.progress().at("msign vjp", i, 2 * steps - 1);
                factor(stream, schedule.steps().get(i), x[i], gram, factor);
                stream.gemm(arithmetic, 1, factor, x[i], 0, x[i + 1], x[i + 1]);
            }
            for (int i = steps - 1; i >= 0; i--) {
                stream.progress().at("msign vjp", 2 * (steps - 1) - i, 2 * steps - 1);
                OddPolynomial p = schedule.steps().get(i);
                factor(stream, p, x[i], gram, factor);
                stream.gemm(arithmetic, 1, y, x[i].transposed(), 0, cross, cross);
                stream.symmetrize(Symmetry.SYMMETRIC, cross, cross);
                differential(stream, p, gram, cross, product);
                stream.gemm(arithmetic, 1, factor, y, 0, spare, spare);
                stream.gemm(arithmetic, 2, cross, x[i], 1, spare, spare);
                Matrix swap = y;
                y = spare;
                spare = swap;
            }
            scale.backward(x[0], y);
            stream.copy(y, isTall ? out.transposed() : out);
        } finally {
            ws.release();
        }
    }

    /**
     * out ← the derivative in a direction. Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs; waits as the class says
     * @param a A, m × n
     * @param schedule the schedule
     * @param direction m × n
     * @param out m × n; may overlap the memory of others
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or the schedule scales rows
     */
    @SuppressWarnings("exports")
    public static void jvp(ComputeStream stream, Matrix a, MsignSchedule schedule, Matrix direction, Matrix out) {
        Operands.requireSameShape("msign jvp", a, direction);
        Operands.requireOutput("msign jvp", "out", out, a.rows(), a.columns());
        boolean isTall = a.rows() > a.columns();
        Matrix source = isTall ? a.transposed() : a;
        int m = source.rows();
        int n = source.columns();
        DType compute = computeType(a.dtype(), direction.dtype(), out.dtype());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(compute, m, n);
            Matrix d = ws.matrix(compute, m, n);
            Matrix spare = ws.matrix(compute, m, n);
            Matrix gradient = ws.matrix(compute, m, n);
            Matrix gram = ws.matrix(compute, m, m);
            Matrix factor = ws.matrix(compute, m, m);
            Matrix change = ws.matrix(compute, m, m);
            Matrix product = ws.matrix(compute, m, m);
            Arithmetic arithmetic = stream.arithmetic(compute);
            stream.copy(isTall ? direction.transposed() : direction, d);
            MsignScale scale = MsignScale.normalize(stream, source, schedule, x, gradient);
            scale.forward(x, d);
            int steps = schedule.steps().size();
            for (int i = 0; i < steps; i++) {
                stream.progress().at("msign jvp", i, steps);
                OddPolynomial p = schedule.steps().get(i);
                factor(stream, p, x, gram, factor);
                stream.gemm(arithmetic, 2, d, x.transposed(), 0, change, change);
                stream.symmetrize(Symmetry.SYMMETRIC, change, change);
                differential(stream, p, gram, change, product);
                stream.gemm(arithmetic, 1, factor, d, 0, spare, spare);
                stream.gemm(arithmetic, 1, change, x, 1, spare, spare);
                Matrix swap = d;
                d = spare;
                spare = swap;
                stream.gemm(arithmetic, 1, factor, x, 0, spare, spare);
                swap = x;
                x = spare;
                spare = swap;
            }
            stream.copy(d, isTall ? out.transposed() : out);
        } finally {
            ws.release();
        }
    }

    private static void factor(ComputeStream stream, OddPolynomial p, Matrix x, Matrix gram, Matrix factor) {
        MsignIteration.factor(stream, stream.arithmetic(x.dtype()), p, x, gram, factor, MsignNormalizer.Known.NOTHING);
    }

    /** h ← b·h + c(h·g + g·h) for symmetric g and h: the derivative of b·g + c·g² in the direction h. */
    private static void differential(ComputeStream stream, OddPolynomial p, Matrix g, Matrix h, Matrix product) {
        if (p.c() == 0) {
            stream.scale(p.b(), h, h);
            return;
        }
        stream.gemm(stream.arithmetic(h.dtype()), 1, h, g, 0, product, product);
        stream.symmetrize(Symmetry.SYMMETRIC, product, product);
        stream.combine(p.b(), h, 2 * p.c(), product, 0, h);
    }

    private static DType computeType(DType a, DType b, DType c) {
        return Operands.computeType(Operands.computeType(a, b), c);
    }
}
