package org.isospin.simd;

import org.isospin.Matrix;
import org.isospin.Order;

/**
 * Rows of a left factor, packed for micro-kernels: panels of a tile's rows each, rows adjacent in k and a constant pitch apart.
 *
 * <p>Where panels are shallow, several stand side by side within one pitch, so that they stay dense in memory. Most panels have
 * the kernel's rows; the last ones are smaller where that wastes less. Rows that are missing in the last one are zero, and
 * nothing reads their sums.
 */
final class LeftPanels {
    /** Rows that are packed as one item. */
    private static final int GROUP = 96;

    /** Steps of k that are transposed at a time. */
    private static final int STEPS = 16;

    private final MicroKernel kernel;
    private final Elements elements;
    private final Depths depths;
    private final int groupPanels;
    private final int pitch;
    private Object array;
    private Matrix m = SimdProducts.NONE;
    private long shift;
    private int first;
    private int rows;
    private int panels;
    private int mains;

    /** Binary logarithm of the number of panels side by side. */
    private int abreast;

    LeftPanels(MicroKernel kernel, Depths depths) {
        this.kernel = kernel;
        this.elements = kernel.elements;
        this.depths = depths;
        this.groupPanels = GROUP / MicroKernel.ROWS;
        this.pitch = kernel.sizes.pitch();
        this.array = elements.allocate(0);
    }

    /** Chooses rows of a matrix, of which nothing is packed yet. */
    void set(Matrix m, long shift, int first, int rows) {
        this.m = m;
        this.shift = shift;
        this.first = first;
        this.rows = rows;
        cover();
        abreast = 31 - Integer.numberOfLeadingZeros(kernel.sizes.depth() / depths.block());
        int length = (((panels * depths.blocks() - 1) >> abreast) + 1) * MicroKernel.ROWS * pitch;
        if (elements.length(array) < length) {
            array = elements.allocate(length);
        }
    }

    /** Covers the rows by panels of the kernel's rows and at the end a few smaller ones, with the fewest rows wasted. */
    private void cover() {
        int least = Integer.MAX_VALUE;
        for (int tails = 0; tails * MicroKernel.TAIL < MicroKernel.ROWS + MicroKernel.TAIL; tails++) {
            int full = Math.ceilDiv(Math.max(0, rows - tails * MicroKernel.TAIL), MicroKernel.ROWS);
            int covered = full * MicroKernel.ROWS + tails * MicroKernel.TAIL;
            if (covered < least) {
                least = covered;
                mains = full;
                panels = full + tails;
            }
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

    /** {@return whether a panel has the kernel's rows rather than fewer} */
    boolean isMain(int panel) {
        return panel < mains;
    }

    /** {@return the row at which a panel begins, counted from the first chosen one} */
    int start(int panel) {
        return panel <= mains
                ? panel * MicroKernel.ROWS
                : mains * MicroKernel.ROWS + (panel - mains) * MicroKernel.TAIL;
    }

    /** {@return the row at which panels before this one end} */
    int end(int panel) {
        return Math.min(rows, start(panel));
    }

    /** {@return where a panel's part of a block of k begins} */
    int offset(int block, int panel) {
        int index = block * panels + panel;
        int side = index & ((1 << abreast) - 1);
        return (index >> abreast) * MicroKernel.ROWS * pitch + side * depths.block();
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
            if (m.order() == Order.ROW_MAJOR) {
                copy(block, from, to, scratch);
            } else {
                transpose(block, from, to, scratch);
            }
            if (end(to) < start(to)) {
                int height = end(to) - start(to - 1);
                int size = start(to) - start(to - 1);
                for (int i = height; i < size; i++) {
                    elements.clear(array, offset(block, to - 1) + i * pitch, depths.length(block));
                }
            }
        }
    }

    private void copy(int block, int from, int to, ProductScratch scratch) {
        int length = depths.length(block);
        for (int panel = from; panel < to; panel++) {
            int height = end(panel + 1) - start(panel);
            long at = shift + m.index(first + start(panel), depths.start(block));
            Object own = m.arrayOrNull();
            if (own != null && elements.isDirect(m)) {
                int source = m.arrayOffset() + (int) at;
                elements.copy(height, length, own, source, (int) m.stride(), array, offset(block, panel), pitch);
                continue;
            }
            for (int i = 0; i < height; i++) {
                elements.load(scratch.runs, m, at + i * m.stride(), length, array, offset(block, panel) + i * pitch);
            }
        }
    }

    private void transpose(int block, int from, int to, ProductScratch scratch) {
        int length = depths.length(block);
        int start = start(from);
        for (int k = 0; k < length; k += STEPS) {
            int steps = Math.min(STEPS, length - k);
            long at = shift + m.index(first + start, depths.start(block) + k);
            scratch.view(m, at, steps, end(to) - start);
            for (int panel = from; panel < to; panel++) {
                elements.transpose(
                        steps,
                        end(panel + 1) - start(panel),
                        scratch.array,
                        scratch.from + start(panel) - start,
                        scratch.stride,
                        array,
                        offset(block, panel) + k,
                        pitch);
            }
        }
    }

    /** Lets go of the matrix. */
    void release() {
        m = SimdProducts.NONE;
    }
}
