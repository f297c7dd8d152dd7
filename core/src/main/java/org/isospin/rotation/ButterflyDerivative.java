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
 * Derivatives of {@link Butterfly#apply}, out = R·X, in the blocks, all their elements taken as free, and in X; those of
 * {@link Butterfly#form} are the case X = I. Where a block is itself a function of something, such as a Cayley transform, its
 * gradient goes on from there.
 *
 * <p>With y the rows that a factor's block B takes, and g the cotangent of what it gives, B's gradient is g·yᵀ, and Bᵀg goes
 * on to the factor before. As accurate as the product itself; NaN and infinities propagate. The arithmetic is F64 if an
 * operand is F64, else F32. No waits; scratch for m + 2 matrices of X's shape.
 */
public final class ButterflyDerivative {
    private ButterflyDerivative() {}

    /**
     * The gradients of ⟨G, R·X⟩.
     *
     * @param iso where it runs
     * @param pattern which coordinates the factors couple
     * @param blocks all blocks, mn × b
     * @param x X, n × p
     * @param cotangent G, n × p
     * @param outBlocks mn × b, receives that for the blocks; may overlap the inputs' memory, not outX's
     * @param outX n × p, receives that for X; may overlap the inputs' memory
     * @throws IllegalArgumentException if a shape does not fit, or an output is read-only
     */
    public static void vjp(
            Isospin iso,
            ButterflyPattern pattern,
            Matrix blocks,
            Matrix x,
            Matrix cotangent,
            Matrix outBlocks,
            Matrix outX) {
        iso.run(
                stream -> vjp(stream, pattern, blocks, x, cotangent, outBlocks, outX),
                blocks,
                x,
                cotangent,
                outBlocks,
                outX);
    }

    /**
     * out ← the derivative of R·X in a direction of the blocks and of X.
     *
     * @param iso where it runs
     * @param pattern which coordinates the factors couple
     * @param blocks all blocks, mn × b
     * @param x X, n × p
     * @param directionBlocks mn × b
     * @param directionX n × p
     * @param out n × p; may overlap the inputs' memory
     * @throws IllegalArgumentException if a shape does not fit, or out is read-only
     */
    public static void jvp(
            Isospin iso,
            ButterflyPattern pattern,
            Matrix blocks,
            Matrix x,
            Matrix directionBlocks,
            Matrix directionX,
            Matrix out) {
        iso.run(
                stream -> jvp(stream, pattern, blocks, x, directionBlocks, directionX, out),
                blocks,
                x,
                directionBlocks,
                directionX,
                out);
    }

    static void vjp(
            ComputeStream stream,
            ButterflyPattern pattern,
            Matrix blocks,
            Matrix x,
            Matrix cotangent,
            Matrix outBlocks,
            Matrix outX) {
        int n = pattern.order();
        int p = x.columns();
        int factors = pattern.factors();
        DType type = Operands.computeType(Butterfly.check(pattern, blocks, x, outX), cotangent.dtype());
        type = Operands.computeType(type, outBlocks.dtype());
        Operands.requireShape("butterfly derivative", "cotangent", cotangent, n, p);
        Operands.requireOutput("butterfly derivative", "outBlocks", outBlocks, blocks.rows(), blocks.columns());
        Workspace ws = stream.workspace();
        Arithmetic arithmetic = stream.arithmetic(type);
        int b = pattern.blockSize();
        ws.mark();
        try {
            Matrix stack = Butterfly.stack(stream, blocks, type);
            Matrix taken = ws.matrix(type, blocks.rows(), p);
            Matrix gradient = ws.matrix(type, blocks.rows(), b);
            Matrix y = ws.matrix(type, n, p);
            Matrix z = ws.matrix(type, n, p);
            Indices rows = stream.indices(n);
            stream.copy(x, y);
            for (int i = 0; i < factors; i++) {
                Matrix part = Butterfly.factor(stream, pattern, taken, i);
                Butterfly.permute(stream, pattern.scattered(i), rows, y, part);
                Butterfly.multiply(stream, Butterfly.factor(stream, pattern, stack, i), part, 0, z);
                Butterfly.permute(stream, pattern.gathered(i), rows, z, y);
            }
            stream.copy(cotangent, y);
            for (int i = factors - 1; i >= 0; i--) {
                Matrix part = Butterfly.factor(stream, pattern, taken, i);
                Matrix change = Butterfly.factor(stream, pattern, gradient, i);
                Butterfly.permute(stream, pattern.scattered(i), rows, y, z);
                stream.gemmBatched(
                        arithmetic, 1, ws.batch(z, b), ws.batch(part, b).transposed(), 0, ws.batch(change, b));
                Butterfly.multiplyTransposed(stream, Butterfly.factor(stream, pattern, stack, i), z, y);
                Butterfly.permute(stream, pattern.gathered(i), rows, y, z);
                stream.copy(z, y);
            }
            stream.copy(gradient, outBlocks);
            stream.copy(y, outX);
        } finally {
            ws.release();
        }
    }

    static void jvp(
            ComputeStream stream,
            ButterflyPattern pattern,
            Matrix blocks,
            Matrix x,
            Matrix directionBlocks,
            Matrix directionX,
            Matrix out) {
        int n = pattern.order();
        int p = x.columns();
        DType type = Operands.computeType(Butterfly.check(pattern, blocks, x, out), directionX.dtype());
        type = Operands.computeType(type, directionBlocks.dtype());
        Operands.requireShape("butterfly derivative", "directionX", directionX, n, p);
        Operands.requireShape(
                "butterfly derivative", "directionBlocks", directionBlocks, blocks.rows(), blocks.columns());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix stack = Butterfly.stack(stream, blocks, type);
            Matrix change = Butterfly.stack(stream, directionBlocks, type);
            Matrix y = ws.matrix(type, n, p);
            Matrix dy = ws.matrix(type, n, p);
            Matrix z = ws.matrix(type, n, p);
            Matrix dz = ws.matrix(type, n, p);
            Indices rows = stream.indices(n);
            stream.copy(x, y);
            stream.copy(directionX, dy);
            for (int i = 0; i < pattern.factors(); i++) {
                Matrix factor = Butterfly.factor(stream, pattern, stack, i);
                Butterfly.permute(stream, pattern.scattered(i), rows, y, z);
                Butterfly.permute(stream, pattern.scattered(i), rows, dy, dz);
                Butterfly.multiply(stream, factor, dz, 0, dy);
                Butterfly.multiply(stream, Butterfly.factor(stream, pattern, change, i), z, 1, dy);
                Butterfly.multiply(stream, factor, z, 0, y);
                Butterfly.permute(stream, pattern.gathered(i), rows, y, z);
                Butterfly.permute(stream, pattern.gathered(i), rows, dy, dz);
                stream.copy(z, y);
                stream.copy(dz, dy);
            }
            stream.copy(dy, out);
        } finally {
            ws.release();
        }
    }
}
