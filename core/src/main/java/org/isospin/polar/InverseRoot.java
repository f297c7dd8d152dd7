package org.isospin.polar;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;

/**
 * The inverse square root of a symmetric positive definite P, applied to a matrix without being formed: B·P^(−½), by the
 * polynomials of an msign schedule (Su, kexue.fm 11158). With P and B divided by t² and t, t² ≥ ‖P‖₂, a step is
 * K = aI + bP + cP², B ← BK, P ← K²P: an eigenvalue λ of P takes the way of the singular value √λ, and
 * B becomes B·P^(−½)·f(P^½).
 *
 * <p>So a schedule for singular values from l on is one for eigenvalues from l²‖P‖ on: {@link Msign#polarExpress(int, double)} with
 * l = κ^(−½). What {@link MsignNormalization} is told of a Gram matrix it is told of P: tr P for {@link
 * MsignNormalization#FROBENIUS}, and tighter bounds for the others.
 *
 * <p>Relative errors are up to a few u·κ(P) in all: P's small eigenvalues are known no better, and nothing corrects
 * them on the way. Only P's symmetric part counts; that it is positive definite is not checked, eigenvalues at 0 or below give values
 * without meaning, a zero P gives 0. P and B may be of any magnitude. NaN and infinities in P give NaN, in B they propagate. Waits as the
 * schedule's normalization does. The arithmetic is F64 if an operand is, else F32, rounded once to the output's type.
 */
public final class InverseRoot {
    private InverseRoot() {}

    /**
     * out ← B·P^(−½).
     *
     * @param iso where it runs
     * @param b B, m × n
     * @param p P, n × n
     * @param schedule the schedule; its epsilon must be 0
     * @param out m × n; may overlap the memory of others
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or the schedule scales rows or has an epsilon
     */
    public static void right(Isospin iso, Matrix b, Matrix p, MsignSchedule schedule, Matrix out) {
        iso.run(stream -> right(stream, b, p, schedule, out), b, p, out);
    }

    /**
     * out ← P^(−½)·B.
     *
     * @param iso where it runs
     * @param p P, m × m
     * @param b B, m × n
     * @param schedule the schedule; its epsilon must be 0
     * @param out m × n; may overlap the memory of others
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or the schedule scales rows or has an epsilon
     */
    public static void left(Isospin iso, Matrix p, Matrix b, MsignSchedule schedule, Matrix out) {
        iso.run(stream -> right(stream, b.transposed(), p, schedule, out.transposed()), p, b, out);
    }

    /**
     * out ← B·(AᵀA)^(−½), for A itself its polar factor, though by {@link Msign} that is had more accurately: here errors are of
     * κ(A)².
     *
     * @param iso where it runs
     * @param b B, k × n
     * @param a A, m × n, of full column rank
     * @param schedule the schedule; its epsilon must be 0
     * @param out k × n; may overlap the memory of others
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or the schedule scales rows or has an epsilon
     */
    public static void gram(Isospin iso, Matrix b, Matrix a, MsignSchedule schedule, Matrix out) {
        iso.run(stream -> gram(stream, b, a, schedule, out), b, a, out);
    }

    /**
     * out ← B·P^(−½). Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs
     * @param b B, m × n
     * @param p P, n × n
     * @param schedule the schedule
     * @param out m × n; may overlap the memory of others
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or the schedule scales rows or has an epsilon
     */
    @SuppressWarnings("exports")
    public static void right(ComputeStream stream, Matrix b, Matrix p, MsignSchedule schedule, Matrix out) {
        int n = b.columns();
        Operands.requireShape("inverseRoot", "p", p, n, n);
        check(b, schedule, out);
        DType compute = computeType(b, p, out);
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(compute, n, n);
            Scalar size = stream.scalar();
            stream.scaleToOne(p, x, size);
            stream.symmetrize(Symmetry.SYMMETRIC, x, x);
            stream.scalarOp(ScalarOp.SQRT, size, size, size);
            apply(stream, b, x, size, schedule, out);
        } finally {
            ws.release();
        }
    }

    /**
     * out ← B·(AᵀA)^(−½). Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs
     * @param b B, k × n
     * @param a A, m × n
     * @param schedule the schedule
     * @param out k × n; may overlap the memory of others
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or the schedule scales rows or has an epsilon
     */
    @SuppressWarnings("exports")
    public static void gram(ComputeStream stream, Matrix b, Matrix a, MsignSchedule schedule, Matrix out) {
        int n = b.columns();
        Operands.requireShape("inverseRoot", "a", a, a.rows(), n);
        check(b, schedule, out);
        DType compute = computeType(b, a, out);
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix scaled = ws.matrix(compute, a.rows(), n);
            Matrix x = ws.matrix(compute, n, n);
            Scalar size = stream.scalar();
            stream.scaleToOne(a, scaled, size);
            stream.gemmt(stream.arithmetic(compute), Symmetry.SYMMETRIC, 1, scaled.transposed(), scaled, 0, x, x);
            apply(stream, b, x, size, schedule, out);
        } finally {
            ws.release();
        }
    }

    /** out ← b·(size²·p)^(−½); p is scratch of the type to compute in, size of magnitude √p's. */
    private static void apply(
            ComputeStream stream, Matrix b, Matrix p, Scalar size, MsignSchedule schedule, Matrix out) {
        Workspace ws = stream.workspace();
        DType compute = p.dtype();
        int m = b.rows();
        int n = b.columns();
        Arithmetic arithmetic = stream.arithmetic(compute);
        ws.mark();
        try {
            Matrix y = ws.matrix(compute, m, n);
            Matrix next = ws.matrix(compute, m, n);
            Matrix factor = ws.matrix(compute, n, n);
            Matrix product = ws.matrix(compute, n, n);
            Scalar unit = stream.scalar();
            Scalar root = stream.scalar();
            stream.scaleToOne(b, y, unit);
            MsignNormalizer.Known known = normalize(stream, p, schedule, factor, root);
            int steps = schedule.steps().size();
            for (int i = 0; i < steps; i++) {
                stream.progress().at("inverseRoot", i, steps);
                MsignIteration.factor(
                        stream,
                        arithmetic,
                        schedule.steps().get(i),
                        y,
                        p,
                        factor,
                        i == 0 ? known : MsignNormalizer.Known.GRAM);
                stream.gemm(arithmetic, 1, y, factor, 0, next, next);
                Matrix swap = y;
                y = next;
                next = swap;
                if (i < steps - 1) {
                    stream.gemmt(arithmetic, Symmetry.SYMMETRIC, 1, factor, p, 0, product, product);
                    stream.gemmt(arithmetic, Symmetry.SYMMETRIC, 1, factor, product, 0, p, p);
                }
            }
            // y is B/unit·P^(−½)·√P's scale.
            stream.scale(root, y, y);
            stream.scalarOp(ScalarOp.DIVIDE, unit, size, unit);
            stream.scale(unit, y, y);
            stream.copy(y, out);
        } finally {
            ws.release();
        }
    }

    /** p ← p/t² and root ← 1/t; 0 for a zero p. {@return what is known in p and square} */
    private static MsignNormalizer.Known normalize(
            ComputeStream stream, Matrix p, MsignSchedule schedule, Matrix square, Scalar root) {
        Scalar trace = stream.scalar();
        Scalar factor = stream.scalar();
        Scalar bound = stream.scalar();
        stream.reduce(Reduction.TRACE, p, trace);
        MsignNormalizer.positive(stream, trace, factor);
        MsignNormalizer.reciprocal(stream, factor, factor);
        stream.scale(factor, p, p);
        MsignNormalizer.Known known = MsignNormalizer.Known.GRAM;
        double safety = schedule.safety();
        stream.set(bound, 1);
        if (schedule.normalization() != MsignNormalization.FROBENIUS) {
            safety *= MsignNormalizer.MARGIN;
            known = MsignNormalizer.square(stream, schedule.normalization(), p, square);
            MsignNormalizer.bound(stream, schedule.normalization(), p, square, bound);
        }
        Scalar other = stream.scalar();
        stream.set(other, safety);
        stream.scalarOp(ScalarOp.MULTIPLY, bound, other, bound);
        MsignNormalizer.reciprocal(stream, bound, bound);
        // 1/t = 1/√trace · 1/(safety·bound), times trace/trace, which is 0 for a zero matrix.
        stream.scalarOp(ScalarOp.MULTIPLY, trace, factor, root);
        stream.scalarOp(ScalarOp.SQRT, factor, factor, factor);
        stream.scalarOp(ScalarOp.MULTIPLY, root, factor, root);
        stream.scalarOp(ScalarOp.MULTIPLY, root, bound, root);
        stream.scalarOp(ScalarOp.MULTIPLY, bound, bound, bound);
        stream.scale(bound, p, p);
        if (known == MsignNormalizer.Known.SQUARE) {
            stream.scalarOp(ScalarOp.MULTIPLY, bound, bound, bound);
            stream.scale(bound, square, square);
        }
        return known;
    }

    private static void check(Matrix b, MsignSchedule schedule, Matrix out) {
        Operands.requireOutput("inverseRoot", "out", out, b.rows(), b.columns());
        if (schedule.normalization() == MsignNormalization.ROW_SCALING || schedule.epsilon() != 0) {
            throw new IllegalArgumentException("inverseRoot: schedule " + schedule.name()
                    + " must divide by a norm, without an epsilon, not " + schedule.normalization() + " with "
                    + schedule.epsilon());
        }
    }

    private static DType computeType(Matrix a, Matrix b, Matrix out) {
        return Operands.computeType(Operands.computeType(a.dtype(), b.dtype()), out.dtype());
    }
}
