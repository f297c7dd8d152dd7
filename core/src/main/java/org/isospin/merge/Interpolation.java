package org.isospin.merge;

import java.util.List;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.SkewBatch;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Workspace;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.KarcherMean;
import org.isospin.rotation.RotationPath;

/**
 * Weights between a base W₀ and what it was tuned to, α = 0 the base and α = 1 the tuned weight, as PEFT-Arena
 * (arXiv 2605.28819) compares them:
 *
 * <ul>
 *   <li>{@link #linear}: W₀ + α(W − W₀).
 *   <li>{@link #adapter}: W₀·R(α) for an orthogonal adapter R, along a {@link RotationPath}, so that all singular values stay
 *       W₀'s. {@link RotationPath#CAYLEY_ROOT}, the Cayley transform of √α times the generator, is what PEFT-Arena calls
 *       geodesic; {@link RotationPath#GEODESIC} is the shortest path.
 *   <li>{@link #rotated}: W₀·R(α) + α(W − W₀R) where no adapter tells R, with the R that fits best.
 * </ul>
 *
 * <p>Arithmetic is F64 whatever the types, rounded once.
 */
public final class Interpolation {
    private Interpolation() {}

    /**
     * out ← W₀ + α(W − W₀), taken from the nearer end: α = 0 gives the bits of W₀ and α = 1 those of W (a zero may lose its sign).
     * Element by element the error before it is rounded to out's type is at most u(3·|a|·|W − W₀| + |out|) of F64, a = α for
     * α ≤ ½ and 1 − α beyond. NaN and infinities propagate, also for α = 0. Never waits.
     *
     * @param iso where it runs
     * @param base W₀, m × n
     * @param tuned W, m × n
     * @param alpha α, any finite number
     * @param out m × n; may overlap inputs
     * @throws IllegalArgumentException if shapes do not fit, out is read-only, or α is not finite
     */
    public static void linear(Isospin iso, Matrix base, Matrix tuned, double alpha, Matrix out) {
        require(base, tuned, alpha, out);
        iso.run(
                stream -> {
                    Workspace ws = stream.workspace();
                    ws.mark();
                    try {
                        Matrix start = ws.matrix(DType.F64, out.rows(), out.columns());
                        Matrix end = ws.matrix(DType.F64, out.rows(), out.columns());
                        Matrix change = ws.matrix(DType.F64, out.rows(), out.columns());
                        stream.copy(base, start);
                        stream.copy(tuned, end);
                        stream.combine(1, end, -1, start, 0, change);
                        boolean isNearStart = alpha <= 0.5;
                        stream.combine(
                                1, isNearStart ? start : end, isNearStart ? alpha : alpha - 1, change, 0, change);
                        stream.copy(change, out);
                    } finally {
                        ws.release();
                    }
                },
                base,
                tuned,
                out);
    }

    /**
     * out ← W₀·diag(R₁(α) … R_k(α)) for the blocks of an orthogonal adapter, Rᵢ(1) the Cayley transform of its generator. To rewind
     * layers by the factors of a {@link Rewinding}, take {@link RotationPath#CAYLEY} and the factor for α.
     *
     * <p>α = 0 gives the bits of W₀. Off by at most (4 + ‖cXᵢ‖)·u of F64 times ‖W₀‖ in the Cayley paths, X the scaled generator,
     * beside the √n·u of the product. NaN and infinities in W₀ propagate; in a generator they give NaN, but on a geodesic, which
     * rejects them. Waits once a block, on a geodesic up to thirteen times.
     *
     * @param iso where it runs
     * @param base W₀, m × kb
     * @param generators k blocks of order b
     * @param step the c that the adapter's transform has
     * @param path along which
     * @param alpha α
     * @param out m × kb; may overlap inputs
     * @throws IllegalArgumentException if shapes do not fit, out is read-only, or α is not finite, or negative where its root is
     *     taken
     */
    public static void adapter(
            Isospin iso,
            Matrix base,
            SkewBatch generators,
            CayleyStep step,
            RotationPath path,
            double alpha,
            Matrix out) {
        require(base, base, alpha, out);
        int order = generators.order();
        if ((long) generators.count() * order != base.columns()) {
            throw new IllegalArgumentException(
                    "interpolation: " + generators + " do not turn the " + base.columns() + " columns of " + base);
        }
        iso.run(
                stream -> {
                    Workspace ws = stream.workspace();
                    ws.mark();
                    try {
                        Matrix start = ws.matrix(DType.F64, base.rows(), base.columns());
                        Matrix turned = ws.matrix(DType.F64, base.rows(), base.columns());
                        Matrix r = ws.matrix(DType.F64, order, order);
                        stream.copy(base, start);
                        for (int i = 0; i < generators.count(); i++) {
                            stream.progress().at("interpolation", i, generators.count());
                            path.point(stream, generators.get(i), step, alpha, r);
                            Matrix from = ws.view(start, 0, i * order, base.rows(), order);
                            Matrix to = ws.view(turned, 0, i * order, base.rows(), order);
                            stream.gemm(Arithmetic.F64, 1, from, r, 0, to, to);
                        }
                        stream.copy(turned, out);
                    } finally {
                        ws.release();
                    }
                },
                base,
                generators,
                out);
    }

    /**
     * out ← W₀·R(α) + α(W − W₀R), R the rotation that fits W best, as {@link OrthoMerge} finds it; the outputs are rotated instead
     * where the options say so. What turns by π has no Cayley transform: there the options' half turns decide, and by default it is
     * interpolated linearly. A geodesic takes it as it is.
     *
     * <p>α = 0 gives the bits of W₀, and so does any α where W is W₀; α = 1 gives W to roundoff. The error is about
     * 10·u·max(1, |α|)·‖W₀‖ of F64 in ‖·‖_F, times the condition of R between. Waits as {@link OrthoMerge#decouple} does for one
     * expert, and up to ten times more.
     *
     * @param iso where it runs
     * @param base W₀, m × n
     * @param tuned W, m × n
     * @param path along which R is taken
     * @param options how R is found; targets and mean have no part in it
     * @param alpha α
     * @param out m × n; may overlap inputs
     * @return what was found about W
     * @throws IllegalArgumentException if shapes do not fit, out is read-only, an input is not finite, or α is not finite, or negative
     *     where its root is taken
     * @throws SingularMatrixException if W turns too far for a Cayley path and the options reject it
     */
    public static ExpertRotation rotated(
            Isospin iso,
            Matrix base,
            Matrix tuned,
            RotationPath path,
            OrthoMergeOptions options,
            double alpha,
            Matrix out) {
        require(base, tuned, alpha, out);
        OrthoMergeOptions found = options.withTargets(OrthoMergeOptions.Targets.EXPERTS)
                .withMean(
                        path == RotationPath.GEODESIC
                                ? new IntrinsicMean(KarcherMean.Options.DEFAULT)
                                : GeneratorMean.DEFAULT);
        return iso.compute(stream -> rotated(stream, base, tuned, path, found, alpha, out), base, tuned, out);
    }

    private static ExpertRotation rotated(
            ComputeStream stream,
            Matrix base,
            Matrix tuned,
            RotationPath path,
            OrthoMergeOptions options,
            double alpha,
            Matrix out) {
        Workspace ws = stream.workspace();
        int order = Decoupling.order(base, options);
        ws.mark();
        try {
            Matrix start = ws.matrix(DType.F64, base.rows(), base.columns());
            Matrix turned = ws.matrix(DType.F64, base.rows(), base.columns());
            Matrix rest = ws.matrix(DType.F64, base.rows(), base.columns());
            Matrix end = ws.matrix(DType.F64, order, order);
            Matrix r = ws.matrix(DType.F64, order, order);
            ExpertRotation result = Decoupling.decouple(
                            stream, base, List.of(tuned), new double[] {1}, options, end, turned, List.of(rest))
                    .experts()
                    .getFirst();
            stream.copy(base, start);
            path.point(stream, end, alpha, r);
            boolean isOfOutputs = Decoupling.isOfOutputs(base, options);
            Matrix from = isOfOutputs ? start.transposed() : start;
            Matrix to = isOfOutputs ? turned.transposed() : turned;
            stream.gemm(Arithmetic.F64, 1, from, r, 0, to, to);
            stream.combine(1, turned, alpha, rest, 0, turned);
            stream.copy(turned, out);
            return result;
        } finally {
            ws.release();
        }
    }

    private static void require(Matrix base, Matrix tuned, double alpha, Matrix out) {
        Operands.requireSameShape("interpolation", base, tuned);
        Operands.requireOutput("interpolation", "out", out, base.rows(), base.columns());
        if (!Double.isFinite(alpha)) {
            throw new IllegalArgumentException("interpolation: alpha is not finite: " + alpha);
        }
    }
}
