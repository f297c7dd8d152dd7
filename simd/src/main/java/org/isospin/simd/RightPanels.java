package org.isospin.simd;

import org.isospin.Matrix;
import org.isospin.Order;

/**
 * Columns of a right factor, packed for micro-kernels: panels of a tile's columns each, which are adjacent for each k. Columns
 * that are missing in the last panel are zero, and nothing reads their sums.
 */
final class RightPanels {
    /** Columns that are packed as one item. */
    private static final int GROUP = 128;

    /** Unused k of a panel, without which panels might compete for the same cache sets while they are written. */
    private static final int PADDING = 4;

    private final Elements elements;
    private final Depths depths;
    private final int width;
    private final int groupPanels;
    private Object array;
    private Matrix m = SimdProducts.NONE;
    private long shift;
    private int first;
    private int columns;
    private int panels;

    /** Elements between panels. */
    private int distance;

    RightPanels(MicroKernel kernel, Depths depths) {
        this.elements = kernel.elements;
        this.depths = depths;
        this.width = kernel.columns;
        this.groupPanels = GROUP / width;
        this.array = elements.allocate(0);
    }

    /** Chooses columns of a matrix, of which nothing is packed yet. */
    void set(Matrix m, long shift, int first, int columns) {
        this.m = m;
        this.shift = shift;
        this.first = first;
        this.columns = columns;
        this.panels = Math.ceilDiv(columns, width);
        this.distance = (depths.block() + PADDING) * width;
        int length = panels * depths.blocks() * distance;
        if (elements.length(array) < length) {
            array = elements.allocate(length);
        }
    }

    /** {@return the packed elements} */
    Object array() {
        return array;
    }

    /** {@return how many panels there are} */
    int panels() {
        return panels;
    }

    /** {@return the column at which panels before this one end} */
    int end(int panel) {
        return Math.min(columns, panel * width);
    }

    /** {@return where a panel's part of a block of k begins} */
    int offset(int block, int panel) {
        return (block * panels + panel) * distance;
    }

    /** {@return how many items {@link #pack} has} */
    int groups() {
        return Math.ceilDiv(panels, groupPanels);
    }

    /** Packs a few panels. */
    void pack(int group, ProductScratch scratch) {
        int from = group * groupPanels;
        int to = Math.min(panels, from + groupPanels);
        for (int block = 0; block < depths.blocks(); block++) {
            if (end(to) < to * width) {
                elements.clear(array, offset(block, to - 1), depths.length(block) * width);
            }
            if (m.order() == Order.ROW_MAJOR) {
                copy(block, from, to, scratch);
            } else {
                transpose(block, from, to, scratch);
            }
        }
    }

    private void copy(int block, int from, int to, ProductScratch scratch) {
        int length = depths.length(block);
        int start = end(from);
        int most = ProductScratch.AREA / GROUP;
        for (int k = 0; k < length; k += most) {
            int steps = Math.min(most, length - k);
            scratch.view(m, shift + m.index(depths.start(block) + k, first + start), steps, end(to) - start);
            elements.cut(
                    steps,
                    end(to) - start,
                    scratch.array,
                    scratch.from,
                    scratch.stride,
                    width,
                    array,
                    offset(block, from) + k * width,
                    distance);
        }
    }

    private void transpose(int block, int from, int to, ProductScratch scratch) {
        int length = depths.length(block);
        int most = ProductScratch.AREA / width;
        for (int panel = from; panel < to; panel++) {
            int count = end(panel + 1) - end(panel);
            for (int k = 0; k < length; k += most) {
                int steps = Math.min(most, length - k);
                scratch.view(m, shift + m.index(depths.start(block) + k, first + end(panel)), count, steps);
                elements.transpose(
                        count,
                        steps,
                        scratch.array,
                        scratch.from,
                        scratch.stride,
                        array,
                        offset(block, panel) + k * width,
                        width);
            }
        }
    }

    /** Lets go of the matrix. */
    void release() {
        m = SimdProducts.NONE;
    }
}
