package org.isospin.simd;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Order;

/**
 * Element-wise kernels, a tile at a time: in place where the operands are heap arrays of the compute type in the target's
 * order, else staged, converted and transposed in small squares. A tile is read before it is written, so an output may be
 * an input. Belongs to one thread; leaves no garbage.
 */
final class SimdElementwise {
    private final Runs runs = new Runs();
    private final FloatTile x = new FloatTile(runs);
    private final FloatTile y = new FloatTile(runs);
    private final FloatTile z = new FloatTile(runs);
    private final DoubleTile wideX = new DoubleTile(runs);
    private final DoubleTile wideY = new DoubleTile(runs);
    private final DoubleTile wideZ = new DoubleTile(runs);

    static int runs(Matrix m) {
        return m.order() == Order.ROW_MAJOR ? m.rows() : m.columns();
    }

    static int length(Matrix m) {
        return m.order() == Order.ROW_MAJOR ? m.columns() : m.rows();
    }

    private static boolean isWide(Matrix a, Matrix b) {
        return a.dtype() == DType.F64 || b.dtype() == DType.F64;
    }

    /** {@return the elements of a tile's run} */
    private static int width(int length, boolean isTurned) {
        return Math.min(length, isTurned ? FloatTile.SIDE : FloatTile.AREA);
    }

    void copy(Matrix source, Matrix target) {
        int runs = runs(target);
        int length = length(target);
        if (runs == 0 || length == 0) {
            return;
        }
        if (source.order() == target.order() && source.dtype() == target.dtype()) {
            copyBytes(source, target, runs, length);
        } else if (source.order() == target.order()) {
            copyRuns(source, target, runs, length);
        } else {
            copyTurned(source, target, runs, length);
        }
    }

    private static void copyBytes(Matrix source, Matrix target, int runs, int length) {
        long size = target.dtype().bytes();
        boolean isDense = source.stride() == length && target.stride() == length;
        int steps = isDense ? 1 : runs;
        long bytes = (isDense ? (long) runs * length : length) * size;
        for (int r = 0; r < steps; r++) {
            MemorySegment.copy(
                    source.segment(),
                    source.byteOffset() + r * source.stride() * size,
                    target.segment(),
                    target.byteOffset() + r * target.stride() * size,
                    bytes);
        }
    }

    /** Between types: through F64 if one of them is, else through F32, which holds the others exactly. */
    private void copyRuns(Matrix source, Matrix target, int height, int length) {
        for (int r = 0; r < height; r++) {
            long from = r * source.stride();
            long to = r * target.stride();
            if (source.arrayOrNull() instanceof float[] array) {
                runs.store(target, to, length, array, source.arrayOffset() + (int) from);
            } else if (source.arrayOrNull() instanceof double[] array) {
                runs.store(target, to, length, array, source.arrayOffset() + (int) from);
            } else if (target.arrayOrNull() instanceof float[] array) {
                runs.load(source, from, length, array, target.arrayOffset() + (int) to);
            } else if (target.arrayOrNull() instanceof double[] array) {
                runs.load(source, from, length, array, target.arrayOffset() + (int) to);
            } else {
                copyStaged(source, target, r, length);
            }
        }
    }

    private void copyStaged(Matrix source, Matrix target, int run, int length) {
        for (int p = 0; p < length; p += FloatTile.AREA) {
            int w = Math.min(FloatTile.AREA, length - p);
            if (isWide(source, target)) {
                wideX.read(target.order(), source, run, p, 1, w);
                wideX.write(target.order(), target, run, p, 1, w);
            } else {
                x.read(target.order(), source, run, p, 1, w);
                x.write(target.order(), target, run, p, 1, w);
            }
        }
    }

    private void copyTurned(Matrix source, Matrix target, int runs, int length) {
        Order order = target.order();
        int wide = width(length, true);
        int tall = FloatTile.AREA / wide;
        for (int r = 0; r < runs; r += tall) {
            int h = Math.min(tall, runs - r);
            for (int p = 0; p < length; p += wide) {
                int w = Math.min(wide, length - p);
                if (isWide(source, target)) {
                    wideX.read(order, source, r, p, h, w);
                    wideX.write(order, target, r, p, h, w);
                } else {
                    x.read(order, source, r, p, h, w);
                    x.write(order, target, r, p, h, w);
                }
            }
        }
    }

    void fill(Matrix target, double value) {
        int runs = runs(target);
        int length = length(target);
        boolean isDense = target.stride() == length && target.elements() <= Integer.MAX_VALUE;
        int steps = isDense ? Math.min(runs, 1) : runs;
        int run = isDense ? (int) target.elements() : length;
        double[] staged = wideX.stage(Math.min(run, DoubleTile.AREA));
        Arrays.fill(staged, 0, Math.min(run, DoubleTile.AREA), value);
        for (int r = 0; r < steps; r++) {
            fillRun(target, r * target.stride(), run, value, staged);
        }
    }

    /** Fills adjacent elements; elsewhere than in arrays of F32 and F64 by copies of a strip that holds the value. */
    void fillRun(Matrix target, long at, int n, double value, double[] staged) {
        int from = target.arrayOffset() + (int) at;
        if (target.arrayOrNull() instanceof float[] array) {
            Arrays.fill(array, from, from + n, (float) value);
        } else if (target.arrayOrNull() instanceof double[] array) {
            Arrays.fill(array, from, from + n, value);
        } else {
            for (int p = 0; p < n; p += DoubleTile.AREA) {
                runs.store(target, at + p, Math.min(DoubleTile.AREA, n - p), staged, 0);
            }
        }
    }

    /** The factor is rounded to F32 first unless an operand is F64. */
    void scale(double alpha, Matrix source, Matrix target) {
        scaleExactly(isWide(source, target) ? alpha : (float) alpha, source, target);
    }

    /** The factor is used as it is; the product is rounded once. */
    void scaleExactly(double alpha, Matrix source, Matrix target) {
        // A product of F32 numbers is exact in F64, so F32 arithmetic rounds it once as well.
        boolean isNarrow = target.dtype() == DType.F32 && source.dtype() != DType.F64 && (float) alpha == alpha;
        Order order = target.order();
        int runs = runs(target);
        int length = length(target);
        if (runs == 0 || length == 0) {
            return;
        }
        int wide = width(length, source.order() != order);
        int tall = FloatTile.AREA / wide;
        for (int r = 0; r < runs; r += tall) {
            int h = Math.min(tall, runs - r);
            for (int p = 0; p < length; p += wide) {
                int w = Math.min(wide, length - p);
                if (isNarrow) {
                    x.read(order, source, r, p, h, w);
                    z.open(target, r, p, w);
                    scale(h, w, (float) alpha);
                    z.flush(target, r, p, h, w);
                } else {
                    wideX.read(order, source, r, p, h, w);
                    wideZ.open(target, r, p, w);
                    scale(h, w, alpha);
                    wideZ.flush(target, r, p, h, w);
                }
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

    void combine(double alpha, Matrix a, double beta, Matrix b, double shift, Matrix out) {
        Order order = out.order();
        int runs = runs(out);
        int length = length(out);
        if (runs == 0 || length == 0) {
            return;
        }
        boolean isDouble = out.dtype() == DType.F64;
        int wide = width(length, a.order() != order || b.order() != order);
        int tall = FloatTile.AREA / wide;
        for (int r = 0; r < runs; r += tall) {
            int h = Math.min(tall, runs - r);
            for (int p = 0; p < length; p += wide) {
                int w = Math.min(wide, length - p);
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
