package org.isospin.simd;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Order;
import org.isospin.SkewMatrix;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Triangle;

/**
 * Kernels on triangles and mirror images of square matrices, a pair of mirrored tiles at a time; sums are rounded once.
 * Both tiles are read before one is written, so the output may be the input.
 *
 * <p>A call does the pairs that begin in one tile row, from row i on: no two of them share an element. Belongs to one
 * thread; leaves no garbage.
 */
final class SimdSymmetric {
    /** Rows of a tile row. */
    static final int SIDE = FloatTile.SIDE;

    private final Runs runs = new Runs();
    private final FloatTile x = new FloatTile(runs);
    private final FloatTile y = new FloatTile(runs);
    private final DoubleTile wideX = new DoubleTile(runs);
    private final DoubleTile wideY = new DoubleTile(runs);

    void symmetrize(Symmetry symmetry, Matrix m, Matrix out, int i) {
        int n = m.rows();
        int sign = symmetry == Symmetry.SKEW ? -1 : 1;
        boolean isNarrow = out.dtype() == DType.F32 && m.dtype() != DType.F64;
        int h = Math.min(SIDE, n - i);
        for (int j = i; j < n; j += SIDE) {
            int w = Math.min(SIDE, n - j);
            if (isNarrow) {
                halfSum32(sign, m, i, j, h, w);
                write32(sign, out, i, j, h, w);
            } else {
                halfSum64(sign, m, i, j, h, w);
                write64(sign, out, i, j, h, w);
            }
        }
    }

    /** Stores y and, unless it lies on the diagonal, its mirror image. */
    private void write32(float sign, Matrix out, int i, int j, int h, int w) {
        y.write(Order.ROW_MAJOR, out, i, j, h, w);
        if (i != j) {
            FloatLoops.scale(h * w, sign, y.array, 0, y.array, 0);
            y.write(Order.COLUMN_MAJOR, out, i, j, h, w);
        }
    }

    private void write64(double sign, Matrix out, int i, int j, int h, int w) {
        wideY.write(Order.ROW_MAJOR, out, i, j, h, w);
        if (i != j) {
            DoubleLoops.scale(h * w, sign, wideY.array, 0, wideY.array, 0);
            wideY.write(Order.COLUMN_MAJOR, out, i, j, h, w);
        }
    }

    /** y ← ½(m ± mᵀ) of one tile. */
    private void halfSum32(float sign, Matrix m, int i, int j, int h, int w) {
        x.read(Order.ROW_MAJOR, m, i, j, h, w);
        y.readCopy(Order.COLUMN_MAJOR, m, i, j, h, w);
        for (int r = 0; r < h; r++) {
            FloatLoops.halfSum(w, sign, x.array, x.offset + r * x.stride, y.array, r * w);
        }
    }

    private void halfSum64(double sign, Matrix m, int i, int j, int h, int w) {
        wideX.read(Order.ROW_MAJOR, m, i, j, h, w);
        wideY.readCopy(Order.COLUMN_MAJOR, m, i, j, h, w);
        for (int r = 0; r < h; r++) {
            DoubleLoops.halfSum(w, sign, wideX.array, wideX.offset + r * wideX.stride, wideY.array, r * w);
        }
    }

    void unpackSkew(SkewMatrix packed, Matrix dense, int i) {
        int n = packed.order();
        boolean isNarrow = packed.dtype() != DType.F64;
        int h = Math.min(SIDE, n - i);
        for (int j = i; j < n; j += SIDE) {
            int w = Math.min(SIDE, n - j);
            if (isNarrow) {
                unpack32(packed, i, j, h, w);
                write32(-1, dense, i, j, h, w);
            } else {
                unpack64(packed, i, j, h, w);
                write64(-1, dense, i, j, h, w);
            }
        }
    }

    private void unpack32(SkewMatrix packed, int i, int j, int h, int w) {
        float[] tile = y.stage(w);
        for (int r = 0; r < h; r++) {
            int skip = Math.max(0, i + r + 1 - j);
            if (skip < w) {
                runs.load(packed.packed(), position(packed, i + r, j + skip), w - skip, tile, r * w + skip);
            }
        }
        for (int r = 0; i == j && r < h; r++) {
            tile[r * w + r] = 0;
            for (int c = 0; c < r; c++) {
                tile[r * w + c] = -tile[c * w + r];
            }
        }
    }

    private void unpack64(SkewMatrix packed, int i, int j, int h, int w) {
        double[] tile = wideY.stage(w);
        for (int r = 0; r < h; r++) {
            int skip = Math.max(0, i + r + 1 - j);
            if (skip < w) {
                runs.load(packed.packed(), position(packed, i + r, j + skip), w - skip, tile, r * w + skip);
            }
        }
        for (int r = 0; i == j && r < h; r++) {
            tile[r * w + r] = 0;
            for (int c = 0; c < r; c++) {
                tile[r * w + c] = -tile[c * w + r];
            }
        }
    }

    void packSkew(Matrix dense, SkewMatrix packed, int i) {
        int n = packed.order();
        boolean isNarrow = packed.dtype() == DType.F32 && dense.dtype() != DType.F64;
        int h = Math.min(SIDE, n - i);
        for (int j = i; j < n; j += SIDE) {
            int w = Math.min(SIDE, n - j);
            if (isNarrow) {
                halfSum32(-1, dense, i, j, h, w);
            } else {
                halfSum64(-1, dense, i, j, h, w);
            }
            for (int r = 0; r < h; r++) {
                int skip = Math.max(0, i + r + 1 - j);
                if (skip >= w) {
                    continue;
                }
                long at = position(packed, i + r, j + skip);
                if (isNarrow) {
                    runs.store(packed.packed(), at, w - skip, y.array, r * w + skip);
                } else {
                    runs.store(packed.packed(), at, w - skip, wideY.array, r * w + skip);
                }
            }
        }
    }

    /** {@return where element (i, j), i < j, is packed} */
    private static long position(SkewMatrix packed, int i, int j) {
        return (long) i * (2L * packed.order() - i - 1) / 2 + j - i - 1;
    }

    /** Clears what is not kept of a square matrix, and sets the diagonal of a unit triangle. */
    void keepTriangle(Triangle triangle, Matrix m, int i) {
        int n = m.rows();
        boolean isUnit = triangle == Triangle.UNIT_LOWER || triangle == Triangle.UNIT_UPPER;
        boolean isLower = triangle == Triangle.LOWER || triangle == Triangle.UNIT_LOWER;
        boolean keepsStart = isLower == (m.order() == Order.ROW_MAJOR);
        for (int r = i; r < Math.min(n, i + SIDE); r++) {
            int from = keepsStart ? r + 1 : 0;
            int to = keepsStart ? n : r;
            runs.fill(m, r * m.stride() + from, to - from, 0);
            if (isUnit) {
                runs.fill(m, r * m.stride() + r, 1, 1);
            }
        }
    }
}
