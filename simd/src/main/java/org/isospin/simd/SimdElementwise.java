package org.isospin.simd;

import java.lang.foreign.MemorySegment;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Order;

/**
 * Element-wise kernels on a range of a target's tiles: in place where the operands are heap arrays of the compute type in
 * the target's order, else staged, converted and transposed in small squares. A tile is read before it is written, so an
 * output may be an input. Belongs to one thread; leaves no garbage.
 */
final class SimdElementwise {
    private final Runs runs = new Runs();
    private final TileGrid grid = new TileGrid();
    private final FloatTile x = new FloatTile(runs);
    private final FloatTile y = new FloatTile(runs);
    private final FloatTile z = new FloatTile(runs);
    private final DoubleTile wideX = new DoubleTile(runs);
    private final DoubleTile wideY = new DoubleTile(runs);
    private final DoubleTile wideZ = new DoubleTile(runs);

    private static boolean isWide(Matrix a, Matrix b) {
        return a.dtype() == DType.F64 || b.dtype() == DType.F64;
    }

    void copy(Matrix source, Matrix target, int from, int to) {
        boolean isTurned = source.order() != target.order();
        boolean isSame = !isTurned && source.dtype() == target.dtype();
        boolean isDense = source.stride() == target.stride() && target.stride() == TileGrid.length(target);
        grid.cut(target, isTurned);
        for (int t = from; t < to; t++) {
            grid.go(t);
            if (isSame) {
                copyBytes(source, target, isDense);
            } else if (isTurned) {
                copyTile(source, target);
            } else {
                copyRuns(source, target);
            }
        }
    }

    private void copyBytes(Matrix source, Matrix target, boolean isDense) {
        long size = target.dtype().bytes();
        int steps = isDense ? 1 : grid.height;
        long bytes = (isDense ? (long) grid.height * grid.width : grid.width) * size;
        for (int r = grid.run; r < grid.run + steps; r++) {
            MemorySegment.copy(
                    source.segment(),
                    source.byteOffset() + (r * source.stride() + grid.position) * size,
                    target.segment(),
                    target.byteOffset() + (r * target.stride() + grid.position) * size,
                    bytes);
        }
    }

    /** Between types of one order: through F64 if one of them is, else through F32, which holds the others exactly. */
    private void copyRuns(Matrix source, Matrix target) {
        int length = grid.width;
        for (int r = grid.run; r < grid.run + grid.height; r++) {
            long from = r * source.stride() + grid.position;
            long to = r * target.stride() + grid.position;
            if (source.arrayOrNull() instanceof float[] array) {
                runs.store(target, to, length, array, source.arrayOffset() + (int) from);
            } else if (source.arrayOrNull() instanceof double[] array) {
                runs.store(target, to, length, array, source.arrayOffset() + (int) from);
            } else if (target.arrayOrNull() instanceof float[] array) {
                runs.load(source, from, length, array, target.arrayOffset() + (int) to);
            } else if (target.arrayOrNull() instanceof double[] array) {
                runs.load(source, from, length, array, target.arrayOffset() + (int) to);
            } else {
                copyBlock(source, target, r, 1);
            }
        }
    }

    private void copyTile(Matrix source, Matrix target) {
        copyBlock(source, target, grid.run, grid.height);
    }

    private void copyBlock(Matrix source, Matrix target, int run, int height) {
        Order order = target.order();
        if (isWide(source, target)) {
            wideX.read(order, source, run, grid.position, height, grid.width);
            wideX.write(order, target, run, grid.position, height, grid.width);
        } else {
            x.read(order, source, run, grid.position, height, grid.width);
            x.write(order, target, run, grid.position, height, grid.width);
        }
    }

    void fill(Matrix target, double value, int from, int to) {
        grid.cut(target, false);
        for (int t = from; t < to; t++) {
            grid.go(t);
            for (int r = grid.run; r < grid.run + grid.height; r++) {
                runs.fill(target, r * target.stride() + grid.position, grid.width, value);
            }
        }
    }

    /** The factor is rounded to F32 first unless an operand is F64. */
    void scale(double alpha, Matrix source, Matrix target, int from, int to) {
        scaleExactly(isWide(source, target) ? alpha : (float) alpha, source, target, from, to);
    }

    /** The factor is used as it is; the product is rounded once. */
    void scaleExactly(double alpha, Matrix source, Matrix target, int from, int to) {
        // A product of F32 numbers is exact in F64, so F32 arithmetic rounds it once as well.
        boolean isNarrow = target.dtype() == DType.F32 && source.dtype() != DType.F64 && (float) alpha == alpha;
        Order order = target.order();
        grid.cut(target, source.order() != order);
        for (int t = from; t < to; t++) {
            grid.go(t);
            int h = grid.height;
            int w = grid.width;
            if (isNarrow) {
                x.read(order, source, grid.run, grid.position, h, w);
                z.open(target, grid.run, grid.position, w);
                scale(h, w, (float) alpha);
                z.flush(target, grid.run, grid.position, h, w);
            } else {
                wideX.read(order, source, grid.run, grid.position, h, w);
                wideZ.open(target, grid.run, grid.position, w);
                scale(h, w, alpha);
                wideZ.flush(target, grid.run, grid.position, h, w);
            }
        }
    }

    private void scale(int h, int w, float alpha) {
        boolean isDense = x.stride == w && z.stride == w;
        int n = isDense ? h * w : w;
        for (int r = 0; r < (isDense ? 1 : h); r++) {
            FloatLoops.scale(n, alpha, x.array, x.offset + r * x.stride, z.array, z.offset + r * z.stride);
        }
    }

    private void scale(int h, int w, double alpha) {
        boolean isDense = wideX.stride == w && wideZ.stride == w;
        int n = isDense ? h * w : w;
        for (int r = 0; r < (isDense ? 1 : h); r++) {
            DoubleLoops.scale(
                    n,
                    alpha,
                    wideX.array,
                    wideX.offset + r * wideX.stride,
                    wideZ.array,
                    wideZ.offset + r * wideZ.stride);
        }
    }

    void combine(double alpha, Matrix a, double beta, Matrix b, double shift, Matrix out, int from, int to) {
        Order order = out.order();
        boolean isDouble = out.dtype() == DType.F64;
        grid.cut(out, a.order() != order || b.order() != order);
        for (int t = from; t < to; t++) {
            grid.go(t);
            int r = grid.run;
            int p = grid.position;
            int h = grid.height;
            int w = grid.width;
            if (isDouble) {
                wideX.read(order, a, r, p, h, w);
                wideY.read(order, b, r, p, h, w);
                wideZ.open(out, r, p, w);
                combine(h, w, alpha, beta);
                shift(r, p, h, w, shift);
                wideZ.flush(out, r, p, h, w);
            } else {
                x.read(order, a, r, p, h, w);
                y.read(order, b, r, p, h, w);
                z.open(out, r, p, w);
                combine(h, w, (float) alpha, (float) beta);
                // As the contract has it, the shift counts unless it is zero before it is rounded.
                if (shift != 0) {
                    shift(r, p, h, w, (float) shift);
                }
                z.flush(out, r, p, h, w);
            }
        }
    }

    private void combine(int h, int w, float alpha, float beta) {
        boolean isDense = x.stride == w && y.stride == w && z.stride == w;
        int n = isDense ? h * w : w;
        for (int r = 0; r < (isDense ? 1 : h); r++) {
            int xo = x.offset + r * x.stride;
            int yo = y.offset + r * y.stride;
            FloatLoops.combine(n, alpha, x.array, xo, beta, y.array, yo, z.array, z.offset + r * z.stride);
        }
    }

    private void combine(int h, int w, double alpha, double beta) {
        boolean isDense = wideX.stride == w && wideY.stride == w && wideZ.stride == w;
        int n = isDense ? h * w : w;
        for (int r = 0; r < (isDense ? 1 : h); r++) {
            int xo = wideX.offset + r * wideX.stride;
            int yo = wideY.offset + r * wideY.stride;
            DoubleLoops.combine(
                    n, alpha, wideX.array, xo, beta, wideY.array, yo, wideZ.array, wideZ.offset + r * wideZ.stride);
        }
    }

    private void shift(int r, int p, int h, int w, float shift) {
        for (int i = Math.max(r, p); i < Math.min(r + h, p + w); i++) {
            z.array[z.offset + (i - r) * z.stride + i - p] += shift;
        }
    }

    private void shift(int r, int p, int h, int w, double shift) {
        for (int i = Math.max(r, p); shift != 0 && i < Math.min(r + h, p + w); i++) {
            wideZ.array[wideZ.offset + (i - r) * wideZ.stride + i - p] += shift;
        }
    }

    void addDiagonal(double shift, Matrix target) {
        int n = Math.min(target.rows(), target.columns());
        int step = (int) target.stride() + 1;
        if (target.arrayOrNull() instanceof float[] array) {
            for (int i = 0; i < n; i++) {
                array[target.arrayOffset() + i * step] += (float) shift;
            }
        } else if (target.arrayOrNull() instanceof double[] array) {
            for (int i = 0; i < n; i++) {
                array[target.arrayOffset() + i * step] += shift;
            }
        } else {
            addDiagonalStaged(n, shift, target);
        }
    }

    private void addDiagonalStaged(int n, double shift, Matrix target) {
        boolean isDouble = target.dtype() == DType.F64;
        for (int i = 0; i < n; i++) {
            wideX.read(target.order(), target, i, i, 1, 1);
            double old = wideX.array[wideX.offset];
            wideX.array[wideX.offset] = isDouble ? old + shift : (float) old + (float) shift;
            wideX.write(target.order(), target, i, i, 1, 1);
        }
    }
}
