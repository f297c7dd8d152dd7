package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Indices;
import org.isospin.backend.Operands;
import org.isospin.backend.Workspace;

/**
 * Products of sparse factors, R = Fₘ₋₁…F₁F₀ with Fᵢ = Pᵢ·diag(Bᵢ₀, Bᵢ₁, …)·Pᵢᵀ (BOFT, Liu and others 2024): orthogonal where
 * the blocks are, of which there are m·n/b, stacked factor by factor as an mn × b matrix (the order of PEFT's files).
 *
 * <p>A permutation is a gather of rows, and never a matrix; the blocks are multiplied as a batch, 2mnb flops a column in all
 * instead of 2n². Blocks of 1 × 1 of 1 leave X as it is, bit for bit.
 *
 * <p>‖out − RX‖_F is about √(mb)·u‖X‖_F for orthogonal blocks. NaN and infinities propagate; the operands may be of any
 * magnitude whose products are representable. The arithmetic is F64 if an operand is F64, else F32, rounded once to the
 * output's type. No waits.
 *
 * @see ButterflyDerivative
 */
public final class Butterfly {
    private Butterfly() {}

    /**
     * out ← R·X.
     *
     * @param iso where it runs
     * @param pattern which coordinates the factors couple
     * @param blocks all blocks, mn × b
     * @param x X, n × p
     * @param out n × p; may overlap the inputs' memory
     * @throws IllegalArgumentException if a shape does not fit, or out is read-only
     */
    public static void apply(Isospin iso, ButterflyPattern pattern, Matrix blocks, Matrix x, Matrix out) {
        iso.run(stream -> apply(stream, pattern, blocks, x, out), blocks, x, out);
    }

    /**
     * out ← Rᵀ·X.
     *
     * @param iso where it runs
     * @param pattern which coordinates the factors couple
     * @param blocks all blocks, mn × b
     * @param x X, n × p
     * @param out n × p; may overlap the inputs' memory
     * @throws IllegalArgumentException if a shape does not fit, or out is read-only
     */
    public static void applyTransposed(Isospin iso, ButterflyPattern pattern, Matrix blocks, Matrix x, Matrix out) {
        iso.run(stream -> applyTransposed(stream, pattern, blocks, x, out), blocks, x, out);
    }

    /**
     * out ← R.
     *
     * @param iso where it runs
     * @param pattern which coordinates the factors couple
     * @param blocks all blocks, mn × b
     * @param out n × n; may overlap the blocks' memory
     * @throws IllegalArgumentException if a shape does not fit, or out is read-only
     */
    public static void form(Isospin iso, ButterflyPattern pattern, Matrix blocks, Matrix out) {
        iso.run(stream -> form(stream, pattern, blocks, out), blocks, out);
    }

    static void apply(ComputeStream stream, ButterflyPattern pattern, Matrix blocks, Matrix x, Matrix out) {
        Workspace ws = stream.workspace();
        DType type = check(pattern, blocks, x, out);
        ws.mark();
        try {
            Matrix y = ws.matrix(type, x.rows(), x.columns());
            stream.copy(x, y);
            forward(stream, pattern, blocks, y);
            stream.copy(y, out);
        } finally {
            ws.release();
        }
    }

    static void form(ComputeStream stream, ButterflyPattern pattern, Matrix blocks, Matrix out) {
        int n = pattern.order();
        Workspace ws = stream.workspace();
        DType type = check(pattern, blocks, out, out);
        Operands.requireSquare("butterfly", "out", out);
        ws.mark();
        try {
            Matrix y = ws.matrix(type, n, n);
            stream.fill(y, 0);
            stream.addDiagonal(1, y);
            forward(stream, pattern, blocks, y);
            stream.copy(y, out);
        } finally {
            ws.release();
        }
    }

    static void applyTransposed(ComputeStream stream, ButterflyPattern pattern, Matrix blocks, Matrix x, Matrix out) {
        Workspace ws = stream.workspace();
        DType type = check(pattern, blocks, x, out);
        ws.mark();
        try {
            Matrix y = ws.matrix(type, x.rows(), x.columns());
            Matrix z = ws.matrix(type, x.rows(), x.columns());
            Matrix stack = stack(stream, blocks, type);
            Indices rows = stream.indices(pattern.order());
            stream.copy(x, y);
            for (int i = pattern.factors() - 1; i >= 0; i--) {
                permute(stream, pattern.scattered(i), rows, y, z);
                multiplyTransposed(stream, factor(stream, pattern, stack, i), z, y);
                permute(stream, pattern.gathered(i), rows, y, z);
                stream.copy(z, y);
            }
            stream.copy(y, out);
        } finally {
            ws.release();
        }
    }

    private static void forward(ComputeStream stream, ButterflyPattern pattern, Matrix blocks, Matrix y) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix z = ws.matrix(y.dtype(), y.rows(), y.columns());
            Matrix stack = stack(stream, blocks, y.dtype());
            Indices rows = stream.indices(pattern.order());
            for (int i = 0; i < pattern.factors(); i++) {
                permute(stream, pattern.scattered(i), rows, y, z);
                multiply(stream, factor(stream, pattern, stack, i), z, 0, y);
                permute(stream, pattern.gathered(i), rows, y, z);
                stream.copy(z, y);
            }
        } finally {
            ws.release();
        }
    }

    /** {@return the compute type of operands that fit} */
    static DType check(ButterflyPattern pattern, Matrix blocks, Matrix x, Matrix out) {
        Operands.requireShape("butterfly", "blocks", blocks, pattern.stackedRows(), pattern.blockSize());
        Operands.requireShape("butterfly", "x", x, pattern.order(), x.columns());
        Operands.requireOutput("butterfly", "out", out, pattern.order(), x.columns());
        return Operands.computeType(blocks.dtype(), Operands.computeType(x.dtype(), out.dtype()));
    }

    /** {@return the blocks in scratch of a type} */
    static Matrix stack(ComputeStream stream, Matrix blocks, DType type) {
        Matrix stack = stream.workspace().matrix(type, blocks.rows(), blocks.columns());
        stream.copy(blocks, stack);
        return stack;
    }

    /** {@return the blocks of one factor} */
    static Matrix factor(ComputeStream stream, ButterflyPattern pattern, Matrix stack, int factor) {
        int n = pattern.order();
        return stream.workspace().view(stack, factor * n, 0, n, stack.columns());
    }

    /** Row i of target ← row permutation(i) of source. */
    static void permute(ComputeStream stream, int[] permutation, Indices rows, Matrix source, Matrix target) {
        stream.set(rows, permutation);
        stream.gatherRows(source, rows, target);
    }

    /** y ← β·y + diag(blocks)·x. */
    static void multiply(ComputeStream stream, Matrix factor, Matrix x, double beta, Matrix y) {
        Workspace ws = stream.workspace();
        int b = factor.columns();
        Arithmetic arithmetic = stream.arithmetic(y.dtype());
        stream.gemmBatched(arithmetic, 1, ws.batch(factor, b), ws.batch(x, b), beta, ws.batch(y, b));
    }

    /** y ← diag(blocks)ᵀ·x. */
    static void multiplyTransposed(ComputeStream stream, Matrix factor, Matrix x, Matrix y) {
        Workspace ws = stream.workspace();
        int b = factor.columns();
        Arithmetic arithmetic = stream.arithmetic(y.dtype());
        stream.gemmBatched(arithmetic, 1, ws.batch(factor, b).transposed(), ws.batch(x, b), 0, ws.batch(y, b));
    }
}
