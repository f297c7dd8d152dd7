package org.isospin.polar;

import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;

/**
 * The steps X ← (aI + bG + cG²)X, G = XXᵀ, of {@link Msign} on an m × n matrix that is normalized already, m ≤ n; step by step,
 * or a few steps at once on Gram matrices.
 *
 * <p>For the latter, with Q the product of the factors so far and R the Gram matrix of QX: Z = bR + cR², Q ← aQ + QZ and
 * R ← (aI + Z)R(aI + Z). All of them are polynomials in the first R, commute and are symmetric. Small singular values of
 * R drown in rounding, so that QX and its Gram matrix are formed anew after {@link #FIRST_RESTART} steps, and then after every
 * {@link #RESTART}.
 */
final class MsignIteration {
    /** The first two steps are the steepest. */
    private static final int FIRST_RESTART = 2;

    private static final int RESTART = 3;

    private MsignIteration() {}

    /** What is known of X, and stays true. */
    enum Structure {
        /** Nothing. */
        GENERAL,
        /** Skew-symmetric. */
        SKEW;

        /** out ← factor·x with a polynomial factor of xxᵀ. */
        private void multiply(ComputeStream stream, Arithmetic arithmetic, Matrix factor, Matrix x, Matrix out) {
            if (this == SKEW) {
                stream.gemmt(arithmetic, Symmetry.SKEW, 1, factor, x, 0, out, out);
            } else {
                stream.gemm(arithmetic, 1, factor, x, 0, out, out);
            }
        }
    }

    /**
     * {@return how a schedule is evaluated for a shape, STANDARD or GRAM}
     *
     * @param evaluation as asked for
     * @param steps how many steps
     * @param compute the compute type
     * @param m rows
     * @param n columns, at least m
     */
    static MsignEvaluation choose(MsignEvaluation evaluation, int steps, DType compute, int m, int n) {
        if (evaluation != MsignEvaluation.AUTO) {
            return evaluation;
        }
        double ratio = m == 0 ? 1 : (double) n / m;
        // Products with n columns, in m³: two halves make XXᵀ and a small product, a whole one QX.
        double standard = steps * (3 * ratio + 1);
        double gram = 0;
        for (int from = 0; from < steps; ) {
            int length = length(from, steps);
            gram += 3 * ratio + 4 * length - 3;
            from += length;
        }
        return compute == DType.F32 && gram < standard ? MsignEvaluation.GRAM : MsignEvaluation.STANDARD;
    }

    private static int length(int from, int steps) {
        return Math.min(from == 0 ? FIRST_RESTART : RESTART, steps - from);
    }

    /**
     * out ← p_T(…p₁(x)). Tells the progress listener of every step.
     *
     * @param stream where it runs; never waits
     * @param arithmetic of products
     * @param schedule the polynomials and how to evaluate them
     * @param structure of x
     * @param x m × n, scratch and input
     * @param next m × n, scratch
     * @param gram m × m, scratch; XXᵀ if that is known
     * @param factor m × m, scratch; (XXᵀ)² if that is known
     * @param known which
     * @param out m × n of x's type, not overlapping the others
     */
    static void run(
            ComputeStream stream,
            Arithmetic arithmetic,
            MsignSchedule schedule,
            Structure structure,
            Matrix x,
            Matrix next,
            Matrix gram,
            Matrix factor,
            MsignNormalizer.Known known,
            Matrix out) {
        List<OddPolynomial> steps = schedule.steps();
        MsignEvaluation evaluation = choose(schedule.evaluation(), steps.size(), x.dtype(), x.rows(), x.columns());
        Matrix current = x;
        Matrix spare = next;
        MsignNormalizer.Known now = known;
        for (int from = 0; from < steps.size(); ) {
            int length = evaluation == MsignEvaluation.GRAM ? length(from, steps.size()) : 1;
            Matrix target = from + length == steps.size() ? out : spare;
            if (evaluation == MsignEvaluation.GRAM) {
                several(stream, arithmetic, steps, from, length, structure, current, gram, factor, now, target);
            } else {
                stream.progress().at("msign", from, steps.size());
                factor(stream, arithmetic, steps.get(from), current, gram, factor, now);
                structure.multiply(stream, arithmetic, factor, current, target);
            }
            spare = current;
            current = target;
            now = MsignNormalizer.Known.NOTHING;
            from += length;
        }
    }

    /**
     * factor ← a·I + b·G + c·G² with G = x·xᵀ. The terms of a steep polynomial are many times their sum: with a·I in the
     * factor they cancel in one matrix, which costs up to half as many digits as a·x + (b·G + c·G²)·x does.
     *
     * @param stream where it runs
     * @param arithmetic of products
     * @param p the polynomial
     * @param x m × n
     * @param gram m × m, receives G if it is not known
     * @param factor m × m, output; holds G² if that is known
     * @param known what is
     */
    static void factor(
            ComputeStream stream,
            Arithmetic arithmetic,
            OddPolynomial p,
            Matrix x,
            Matrix gram,
            Matrix factor,
            MsignNormalizer.Known known) {
        if (known == MsignNormalizer.Known.NOTHING) {
            stream.gemmt(arithmetic, Symmetry.SYMMETRIC, 1, x, x.transposed(), 0, gram, gram);
        }
        polynomial(stream, arithmetic, p, gram, factor, known);
        stream.addDiagonal(p.a(), factor);
    }

    /** z ← b·gram + c·gram². */
    private static void polynomial(
            ComputeStream stream,
            Arithmetic arithmetic,
            OddPolynomial p,
            Matrix gram,
            Matrix z,
            MsignNormalizer.Known known) {
        if (p.c() == 0) {
            stream.scale(p.b(), gram, z);
        } else if (known == MsignNormalizer.Known.SQUARE) {
            stream.combine(p.c(), z, p.b(), gram, 0, z);
        } else {
            stream.gemmt(arithmetic, Symmetry.SYMMETRIC, p.c(), gram, gram, p.b(), gram, z);
        }
    }

    /** target ← the steps from, …, from + length − 1 of x. */
    private static void several(
            ComputeStream stream,
            Arithmetic arithmetic,
            List<OddPolynomial> steps,
            int from,
            int length,
            Structure structure,
            Matrix x,
            Matrix gram,
            Matrix z,
            MsignNormalizer.Known known,
            Matrix target) {
        Workspace ws = stream.workspace();
        DType type = x.dtype();
        int m = x.rows();
        ws.mark();
        try {
            Matrix q = ws.matrix(type, m, m);
            Matrix product = ws.matrix(type, m, m);
            if (known == MsignNormalizer.Known.NOTHING) {
                stream.gemmt(arithmetic, Symmetry.SYMMETRIC, 1, x, x.transposed(), 0, gram, gram);
            }
            for (int i = 0; i < length; i++) {
                stream.progress().at("msign", from + i, steps.size());
                OddPolynomial p = steps.get(from + i);
                polynomial(stream, arithmetic, p, gram, z, i == 0 ? known : MsignNormalizer.Known.GRAM);
                if (i == 0) {
                    stream.combine(1, z, 0, z, p.a(), q);
                } else {
                    stream.gemmt(arithmetic, Symmetry.SYMMETRIC, 1, q, z, p.a(), q, product);
                    Matrix swap = q;
                    q = product;
                    product = swap;
                }
                if (i < length - 1) {
                    stream.gemmt(arithmetic, Symmetry.SYMMETRIC, 1, gram, z, p.a(), gram, product);
                    stream.gemmt(arithmetic, Symmetry.SYMMETRIC, 1, z, product, p.a(), product, gram);
                }
            }
            structure.multiply(stream, arithmetic, q, x, target);
        } finally {
            ws.release();
        }
    }
}
