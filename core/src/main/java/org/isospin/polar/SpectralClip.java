package org.isospin.polar;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;

/**
 * Singular values compared with 1, by {@link Msign} alone (Su, kexue.fm 11006): singular vectors stay.
 *
 * <ul>
 *   <li>{@link #mclip}: σ becomes min(σ, 1), by ½[(O + A)·msign(AᵀA + I) + (O − A)·msign(AᵀA − I)] with O = msign(A). For large σ both
 *       signs err alike, and the errors cancel, which they do not in shorter forms.
 *   <li>{@link #mstep}: σ becomes 1 where it is above 1, 0 where it is below and ½ where it is 1, by
 *       ½[O + msign(A − O)].
 * </ul>
 *
 * <p>Both are as good as the schedule: with values f(x) ≈ 1 on [l, 1], σ is clipped to roundoff where σ/‖A‖ and |σ² − 1|/‖A‖² are
 * above l or so, relative to the norms' bounds; nearer to 1 the error of the clip is at most |σ − 1|, that of the step up to ½.
 * What rounding makes of null vectors grows by the schedule's slope, for the step by its square.
 * {@link Msign#polarExpress(int, double)} of 13 steps and l = 10⁻⁶ is a good choice in F64. In F32 a few u‖A‖ are lost.
 *
 * <p>1 is meant absolutely, so magnitudes matter: the squares of A's norm must neither overflow nor be so large that 1 drowns. Zero
 * gives zero. NaN and infinities give NaN. Waits as the schedule's normalization does, three or two times over. The arithmetic is F64
 * if A or the output is F64, else F32, rounded once to the output's type.
 */
public final class SpectralClip {
    private SpectralClip() {}

    /**
     * out ← U·diag(min(σ, 1))·Vᵀ.
     *
     * @param iso where it runs
     * @param a A, m × n
     * @param schedule of the three signs
     * @param out m × n; may overlap A's memory
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or the schedule scales rows
     */
    public static void mclip(Isospin iso, Matrix a, MsignSchedule schedule, Matrix out) {
        iso.run(stream -> mclip(stream, a, schedule, out), a, out);
    }

    /**
     * out ← U·diag(σ &gt; 1)·Vᵀ.
     *
     * @param iso where it runs
     * @param a A, m × n
     * @param schedule of both signs
     * @param out m × n; may overlap A's memory
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or the schedule scales rows
     */
    public static void mstep(Isospin iso, Matrix a, MsignSchedule schedule, Matrix out) {
        iso.run(stream -> mstep(stream, a, schedule, out), a, out);
    }

    /**
     * out ← U·diag(min(σ, 1))·Vᵀ. Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs
     * @param a A, m × n
     * @param schedule of the three signs
     * @param out m × n; may overlap A's memory
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or the schedule scales rows
     */
    @SuppressWarnings("exports")
    public static void mclip(ComputeStream stream, Matrix a, MsignSchedule schedule, Matrix out) {
        check("mclip", a, schedule, out);
        boolean isTall = a.rows() > a.columns();
        Matrix source = isTall ? a.transposed() : a;
        DType compute = Operands.computeType(a.dtype(), out.dtype());
        Arithmetic arithmetic = stream.arithmetic(compute);
        int m = source.rows();
        int n = source.columns();
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(compute, m, n);
            Matrix sign = ws.matrix(compute, m, n);
            Matrix sum = ws.matrix(compute, m, n);
            Matrix result = ws.matrix(compute, m, n);
            Matrix gram = ws.matrix(compute, m, m);
            Matrix shifted = ws.matrix(compute, m, m);
            stream.copy(source, x);
            Msign.msign(stream, x, sign, schedule);
            stream.gemmt(arithmetic, Symmetry.SYMMETRIC, 1, x, x.transposed(), 0, gram, gram);
            stream.combine(1, gram, 0, gram, 1, shifted);
            Msign.msign(stream, shifted, shifted, schedule);
            stream.combine(1, sign, 1, x, 0, sum);
            stream.gemm(arithmetic, 0.5, shifted, sum, 0, result, result);
            stream.addDiagonal(-1, gram);
            Msign.msign(stream, gram, shifted, schedule);
            stream.combine(1, sign, -1, x, 0, sum);
            stream.gemm(arithmetic, 0.5, shifted, sum, 1, result, result);
            stream.copy(result, isTall ? out.transposed() : out);
        } finally {
            ws.release();
        }
    }

    /**
     * out ← U·diag(σ &gt; 1)·Vᵀ. Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs
     * @param a A, m × n
     * @param schedule of both signs
     * @param out m × n; may overlap A's memory
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or the schedule scales rows
     */
    @SuppressWarnings("exports")
    public static void mstep(ComputeStream stream, Matrix a, MsignSchedule schedule, Matrix out) {
        check("mstep", a, schedule, out);
        DType compute = Operands.computeType(a.dtype(), out.dtype());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix sign = ws.matrix(compute, a.rows(), a.columns());
            Matrix rest = ws.matrix(compute, a.rows(), a.columns());
            stream.copy(a, rest);
            Msign.msign(stream, rest, sign, schedule);
            stream.combine(1, rest, -1, sign, 0, rest);
            Msign.msign(stream, rest, rest, schedule);
            stream.combine(0.5, sign, 0.5, rest, 0, rest);
            stream.copy(rest, out);
        } finally {
            ws.release();
        }
    }

    private static void check(String operation, Matrix a, MsignSchedule schedule, Matrix out) {
        Operands.requireOutput(operation, "out", out, a.rows(), a.columns());
        if (schedule.normalization() == MsignNormalization.ROW_SCALING) {
            throw new IllegalArgumentException(
                    operation + ": schedule " + schedule.name() + " scales rows, which moves the singular vectors");
        }
    }
}
