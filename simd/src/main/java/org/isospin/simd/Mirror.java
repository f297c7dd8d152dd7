package org.isospin.simd;

import org.isospin.Matrix;
import org.isospin.Order;
import org.isospin.backend.Symmetry;

/**
 * Completes a symmetric or skew matrix from its lower triangle: c(j, i) ← ±c(i, j) for i > j, and a zero diagonal if skew.
 * Nothing is rounded.
 *
 * <p>Seen by runs (rows or columns) and positions in them, the triangle that is read is the one with {@code run > position} of a
 * row-major matrix, the other one of a column-major matrix.
 */
final class Mirror {
    /** Runs, and elements of each, of a tile. */
    private static final int SIDE = 64;

    private final Elements elements;
    private Matrix c = SimdProducts.NONE;
    private Symmetry symmetry = Symmetry.SYMMETRIC;

    Mirror(Elements elements) {
        this.elements = elements;
    }

    void set(Symmetry symmetry, Matrix c) {
        this.symmetry = symmetry;
        this.c = c;
    }

    /** {@return how many items {@link #complete} has} */
    int items() {
        return Math.ceilDiv(c.rows(), SIDE);
    }

    /** Writes a column of tiles of the upper triangle of a row-major matrix, or a row of those of a column-major one. */
    void complete(int item, ProductScratch scratch) {
        int start = item * SIDE;
        int size = Math.min(SIDE, c.rows() - start);
        for (int other = 0; other < item; other++) {
            if (c.order() == Order.ROW_MAJOR) {
                turn(start, size, other * SIDE, SIDE, scratch);
            } else {
                turn(other * SIDE, SIDE, start, size, scratch);
            }
        }
        completeDiagonal(start, size, scratch);
    }

    /** {@return the distance of an element from (0, 0)} */
    private long index(int run, int position) {
        return run * c.stride() + position;
    }

    /** Writes the mirror image of a tile. */
    private void turn(int run, int runs, int position, int length, ProductScratch scratch) {
        scratch.view(c, index(run, position), runs, length);
        Object own = elements.isDirect(c) ? c.arrayOrNull() : null;
        Object out = own == null ? scratch.addend(SIDE * SIDE) : own;
        int to = own == null ? 0 : c.arrayOffset() + (int) index(position, run);
        int ld = own == null ? runs : (int) c.stride();
        elements.transpose(runs, length, scratch.array, scratch.from, scratch.stride, out, to, ld);
        for (int p = 0; p < length; p++) {
            negateIfSkew(runs, out, to + p * ld);
            if (own == null) {
                elements.store(scratch.runs, c, index(position + p, run), runs, out, p * ld);
            }
        }
    }

    private void completeDiagonal(int start, int size, ProductScratch scratch) {
        scratch.view(c, index(start, start), size, size);
        Object tile = scratch.array;
        Object image = scratch.addend(SIDE * SIDE);
        elements.transpose(size, size, tile, scratch.from, scratch.stride, image, 0, size);
        for (int r = 0; r < size; r++) {
            negateIfSkew(size, image, r * size);
            int skip = c.order() == Order.ROW_MAJOR ? r + 1 : 0;
            int end = c.order() == Order.ROW_MAJOR ? size : r;
            int run = scratch.from + r * scratch.stride;
            System.arraycopy(image, r * size + skip, tile, run + skip, end - skip);
            if (symmetry == Symmetry.SKEW) {
                elements.clear(tile, run + r, 1);
            }
            if (!elements.isDirect(c)) {
                elements.store(scratch.runs, c, index(start + r, start), size, tile, run);
            }
        }
    }

    private void negateIfSkew(int n, Object x, int at) {
        if (symmetry == Symmetry.SKEW) {
            elements.scale(n, -1, x, at, x, at);
        }
    }

    /** Lets go of the matrix. */
    void release() {
        c = SimdProducts.NONE;
    }
}
