package org.isospin.reparam;

import java.util.List;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Workspace;
import org.isospin.optim.Orientation;
import org.jspecify.annotations.Nullable;

/**
 * A trained orthogonal adapter folded into a weight, W = diag(s)·W₀·Rᵀ, and taken out again, without a layer: OFT
 * (arXiv 2306.07280), OFTv2 (arXiv 2506.19847), COFT and BOFT (arXiv 2311.06243). R and s are as in {@link OftLayer}.
 *
 * <p>The arithmetic is F64 whatever the types, rounded once: beside that, an error of √(b·m)·u of F64 times ‖W₀‖_F with m factors
 * of blocks of b. Rows are turned in strips, so that scratch has the size of the rotation's blocks and of four strips of about
 * two million elements, however large the weight is. NaN and infinities propagate.
 *
 * <p>With {@link OftOptions#epsilon} the generators are first projected, in their own memory, as {@link OftLayer} does.
 */
public final class OftMerge {
    /** Elements of a strip: enough for full speed, little beside a layer's weight. */
    private static final int STRIP = 1 << 21;

    private OftMerge() {}

    private enum Direction {
        INTO,
        OUT_OF
    }

    /**
     * out ← diag(s)·W₀·Rᵀ. With generators of zero and factors of 1 it has the values of W₀. Waits once for each block where the
     * map does.
     *
     * @param iso where it runs
     * @param options of the adapter; form, dropout and base have no part in it
     * @param parameters of the adapter
     * @param weight W₀, as the options' orientation has it
     * @param out of its shape; may be the weight itself
     * @throws IllegalArgumentException if shapes do not fit, or out is read-only
     */
    public static void merge(Isospin iso, OftOptions options, OftParameters parameters, Matrix weight, Matrix out) {
        run(iso, Direction.INTO, options, parameters, weight, out);
    }

    /**
     * out ← diag(s)⁻¹·W·R⁻ᵀ, the weight that W was merged from, but for the rounding of both. R is inverted, not transposed, so that
     * rotations of truncated maps are undone as well; the error is about κ(R)·√b·u‖W‖_F. Waits as {@link #merge}, and once for each
     * strip.
     *
     * @param iso where it runs
     * @param options of the adapter
     * @param parameters of the adapter
     * @param merged W, as the options' orientation has it
     * @param out of its shape; may be W itself
     * @throws IllegalArgumentException if shapes do not fit, or out is read-only
     * @throws org.isospin.SingularMatrixException if a block has no inverse, as truncated maps may have none from ‖Q‖ = 1; out is
     *     unspecified then
     */
    public static void unmerge(Isospin iso, OftOptions options, OftParameters parameters, Matrix merged, Matrix out) {
        run(iso, Direction.OUT_OF, options, parameters, merged, out);
    }

    /**
     * Projects the generators as {@link OftOptions#epsilon} has it.
     *
     * @param iso where it runs
     * @param options of the adapter
     * @param parameters of the adapter
     */
    public static void project(Isospin iso, OftOptions options, OftParameters parameters) {
        BlockPartition own = parameters.factors().getFirst().partition();
        iso.run(stream -> new FactorRotation(options, parameters, own).project(stream));
    }

    private static void run(
            Isospin iso, Direction direction, OftOptions options, OftParameters parameters, Matrix weight, Matrix out) {
        String operation = direction == Direction.INTO ? "oft merge" : "oft unmerge";
        boolean isOutIn = options.orientation() == Orientation.OUT_IN;
        Operands.requireOutput(operation, "out", out, weight.rows(), weight.columns());
        Matrix from = isOutIn ? weight : weight.transposed();
        Matrix to = isOutIn ? out : out.transposed();
        BlockPartition partition = options.partition(from.columns());
        parameters.requireFit(operation, options, from.rows(), partition);
        iso.run(stream -> {
            FactorRotation rotation = new FactorRotation(options, parameters, partition);
            rotation.project(stream);
            Workspace ws = stream.workspace();
            ws.mark();
            try {
                Matrix factors = factors(stream, direction, parameters.outputScale());
                List<BlockMatrices> deltas = rotation.form(stream, DType.F64);
                strips(stream, direction, rotation, deltas, factors, from, to);
            } finally {
                ws.release();
            }
        });
    }

    /** {@return s or 1/s as a column, scratch; null for none} */
    private static @Nullable Matrix factors(ComputeStream stream, Direction direction, @Nullable Matrix scale) {
        if (scale == null) {
            return null;
        }
        Workspace ws = stream.workspace();
        Matrix factors = ws.matrix(DType.F64, scale.columns(), 1);
        stream.copy(scale.transposed(), factors);
        if (direction == Direction.OUT_OF) {
            Matrix ones = ws.matrix(DType.F64, scale.columns(), 1);
            stream.fill(ones, 1);
            stream.divide(ones, factors, factors);
        }
        return factors;
    }

    private static void strips(
            ComputeStream stream,
            Direction direction,
            FactorRotation rotation,
            List<BlockMatrices> deltas,
            @Nullable Matrix factors,
            Matrix from,
            Matrix to) {
        Workspace ws = stream.workspace();
        int n = from.columns();
        int height = Math.max(1, STRIP / Math.max(1, n));
        for (int i = 0; i < from.rows(); i += height) {
            int k = Math.min(height, from.rows() - i);
            ws.mark();
            try {
                Matrix x = ws.matrix(DType.F64, n, k);
                Matrix y = ws.matrix(DType.F64, n, k);
                stream.copy(ws.view(from, i, 0, k, n).transposed(), x);
                if (direction == Direction.INTO) {
                    rotation.apply(stream, deltas, BlockRotation.Form.PLAIN, x, y);
                } else {
                    stream.copy(x, y);
                    rotation.solve(stream, deltas, y);
                }
                if (factors != null) {
                    stream.scaleRows(ws.view(factors, i, 0, k, 1), y.transposed(), y.transposed());
                }
                stream.copy(y.transposed(), ws.view(to, i, 0, k, n));
            } finally {
                ws.release();
            }
        }
    }
}
