package org.isospin.simd;

import java.util.Objects;
import org.isospin.Matrix;
import org.isospin.Order;

/** What becomes of the sums of a product: c ← fma(α, sum, β·d), or α·sum without d, in the sums' type, then rounded to c's. */
final class ProductOutput {
    private final Elements elements;
    private double alpha;
    private double beta;
    private Matrix d = SimdProducts.NONE;
    private long shiftD;
    private Matrix c = SimdProducts.NONE;
    private long shift;
    private Region region = Region.ALL;

    ProductOutput(Elements elements) {
        this.elements = elements;
    }

    void set(Region region, double alpha, double beta, Matrix d, long shiftD, Matrix c, long shift) {
        this.region = region;
        this.alpha = alpha;
        this.beta = beta;
        this.d = beta == 0 ? SimdProducts.NONE : d;
        this.shiftD = shiftD;
        this.c = c;
        this.shift = shift;
    }

    Region region() {
        return region;
    }

    /** {@return whether sums need nothing done and can be stored by a kernel} */
    boolean isPlain() {
        return alpha == 1 && beta == 0 && c.order() == Order.ROW_MAJOR && elements.isDirect(c);
    }

    /** {@return where element (row, column) is in c's array} */
    int index(int row, int column) {
        return c.arrayOffset() + (int) (shift + c.index(row, column));
    }

    /** {@return c's array; only if {@link #isPlain}} */
    Object array() {
        return Objects.requireNonNull(c.arrayOrNull());
    }

    /** {@return the distance of rows in c's array} */
    int stride() {
        return (int) c.stride();
    }

    /** Finishes and stores sums of height × width elements from (row, column); those outside the region may be spared. */
    void store(int row, int height, int column, int width, Object sums, int from, int ld, ProductScratch scratch) {
        if (height <= 0 || width <= 0) {
            return;
        }
        boolean isTurnedD = beta != 0 && d.order() == Order.COLUMN_MAJOR;
        if (isTurnedD) {
            turnAddend(row, height, column, width, ld, scratch);
        }
        for (int i = 0; i < height; i++) {
            int skip = Math.max(0, region.firstColumn(row + i) - column);
            int n = Math.min(width, region.endColumn(row + i) - column) - skip;
            if (n > 0) {
                int at = i * ld + skip;
                finish(row + i, column + skip, n, sums, from + at, isTurnedD ? at : -1, scratch);
            }
        }
        if (c.order() == Order.COLUMN_MAJOR) {
            storeColumns(row, height, column, width, sums, from, ld, scratch);
        }
    }

    /**
     * Finishes a part of a row and, if c is row-major, stores it.
     *
     * @param turned where {@link #turnAddend} has copied d to; negative if it has not
     */
    private void finish(int row, int column, int n, Object sums, int at, int turned, ProductScratch scratch) {
        boolean storesRows = c.order() == Order.ROW_MAJOR;
        if (alpha == 1 && beta == 0) {
            if (storesRows) {
                elements.store(scratch.runs, c, shift + c.index(row, column), n, sums, at);
            }
            return;
        }
        Object own = storesRows && elements.isDirect(c) ? c.arrayOrNull() : null;
        Object out = own == null ? sums : own;
        int to = own == null ? at : index(row, column);
        if (beta == 0) {
            elements.scale(n, alpha, sums, at, out, to);
        } else if (turned < 0) {
            scratch.view(d, shiftD + d.index(row, column), 1, n);
            elements.combine(n, alpha, sums, at, beta, scratch.array, scratch.from, out, to);
        } else {
            elements.combine(n, alpha, sums, at, beta, scratch.addend(0), turned, out, to);
        }
        if (storesRows && own == null) {
            elements.store(scratch.runs, c, shift + c.index(row, column), n, out, to);
        }
    }

    /** {@return how many runs of a length can be staged; a multiple of 8, which suits transposition} */
    private static int stagedRuns(int length) {
        return ProductScratch.AREA / length / 8 * 8;
    }

    /** Copies d's elements, rows ld apart, to the worker's addend. */
    private void turnAddend(int row, int height, int column, int width, int ld, ProductScratch scratch) {
        Object addend = scratch.addend(height * ld);
        int most = stagedRuns(height);
        for (int j = 0; j < width; j += most) {
            int count = Math.min(most, width - j);
            scratch.view(d, shiftD + d.index(row, column + j), count, height);
            elements.transpose(count, height, scratch.array, scratch.from, scratch.stride, addend, j, ld);
        }
    }

    private void storeColumns(
            int row, int height, int column, int width, Object sums, int from, int ld, ProductScratch scratch) {
        Object own = c.arrayOrNull();
        if (own != null && elements.isDirect(c)) {
            elements.transpose(height, width, sums, from, ld, own, index(row, column), stride());
            return;
        }
        Object staging = scratch.staging();
        int most = stagedRuns(height);
        for (int j = 0; j < width; j += most) {
            int count = Math.min(most, width - j);
            elements.transpose(height, count, sums, from + j, ld, staging, 0, height);
            for (int p = 0; p < count; p++) {
                long at = shift + c.index(row, column + j + p);
                elements.store(scratch.runs, c, at, height, staging, p * height);
            }
        }
    }

    /** Lets go of the matrices. */
    void release() {
        d = SimdProducts.NONE;
        c = SimdProducts.NONE;
    }
}
