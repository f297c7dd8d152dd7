package org.isospin.simd;

import org.isospin.Matrix;
import org.isospin.Order;
import org.isospin.backend.Symmetry;
import org.isospin.backend.WorkerPool;
import org.jspecify.annotations.Nullable;

/**
 * One product at a time, by packed panels: a part of each factor is packed as deep as it goes, then blocks of sums are computed
 * one by one, each to its end, so that sums are stored once. Items of both phases are claimed by the workers of a pool.
 *
 * <p>For each element the sum is one chain of FMAs in ascending k: a block of k begins with the sums of the one before it.
 * So neither blocks nor threads nor the kernel's shape change a bit. Buffers grow to their largest use and stay.
 */
final class Product {
    /** Blocks of sums that each thread should find, to end at about the same time. */
    private static final int BLOCKS_PER_THREAD = 4;

    private final MicroKernel kernel;
    private final Elements elements;
    private final BlockSizes sizes;
    private final @Nullable ProductScratch[] scratch;
    private final Depths depths = new Depths();
    private final LeftPanels left;
    private final RightPanels right;
    private final ProductOutput output;
    private final Mirror mirror;
    private final WorkerPool.Task packing = this::pack;
    private final WorkerPool.Task multiplying = this::multiply;
    private final WorkerPool.Task mirroring = this::mirror;

    /** Sums of all blocks, where they have to wait for more of k. */
    private Object waiting;

    // The part of the product that is being computed.
    private int row;
    private int column;
    private boolean isWhole;
    private boolean isLast;
    private int leftItems;
    private int blockPanels;
    private int blockColumns;
    private int rowBlocks;
    private int columnBlocks;

    /**
     * Makes buffers.
     *
     * @param kernel what computes tiles
     * @param workers how many workers there may be
     */
    Product(MicroKernel kernel, int workers) {
        this.kernel = kernel;
        this.elements = kernel.elements;
        this.sizes = kernel.sizes;
        this.scratch = new ProductScratch[workers];
        this.left = new LeftPanels(kernel, depths);
        this.right = new RightPanels(kernel, depths);
        this.output = new ProductOutput(elements);
        this.mirror = new Mirror(elements);
        this.waiting = elements.allocate(0);
    }

    /** {@return what a worker needs of its own, made at its first use} */
    private ProductScratch scratch(int worker) {
        ProductScratch own = scratch[worker];
        if (own == null) {
            own = new ProductScratch(elements);
            scratch[worker] = own;
        }
        return own;
    }

    /**
     * c ← α·a·b + β·d, where the region has it. Shifts move all elements of an operand, to another matrix of a batch.
     *
     * <p>Where two of three matrices are column-major, the transpose cᵀ ← α·bᵀ·aᵀ + β·dᵀ takes less work to pack and store; it
     * has the same products in the same order.
     *
     * @param pool threads to help, if threads is more than 1
     * @param threads how many threads may work
     */
    void multiply(
            WorkerPool pool,
            int threads,
            Region region,
            double alpha,
            Matrix a,
            long shiftA,
            Matrix b,
            long shiftB,
            double beta,
            Matrix d,
            long shiftD,
            Matrix c,
            long shiftC) {
        if (columnMajor(a) + columnMajor(b) + columnMajor(c) >= 2) {
            Matrix dT = beta == 0 ? d : d.transposed();
            output.set(region.transposed(), alpha, beta, dT, shiftD, c.transposed(), shiftC);
            compute(pool, threads, b.transposed(), shiftB, a.transposed(), shiftA);
        } else {
            output.set(region, alpha, beta, d, shiftD, c, shiftC);
            compute(pool, threads, a, shiftA, b, shiftB);
        }
    }

    private static int columnMajor(Matrix m) {
        return m.order() == Order.COLUMN_MAJOR ? 1 : 0;
    }

    private void compute(WorkerPool pool, int threads, Matrix a, long shiftA, Matrix b, long shiftB) {
        kernel.prepare();
        int used = Math.min(threads, scratch.length);
        int m = a.rows();
        int n = b.columns();
        int depth = a.columns();
        int chunk = Math.min(depth, sizes.chunk());
        isWhole = chunk == depth;
        depths.set(0, chunk, sizes.depth());
        int most = sizes.budget() / (depths.blocks() * depths.block());
        int wide = Math.max(1, most / sizes.columns()) * sizes.columns();
        int tall = Math.max(1, most / sizes.rows()) * sizes.rows();
        int packedRow = -1;
        int packedColumn = -1;
        for (column = 0; column < n; column += wide) {
            int columns = Math.min(wide, n - column);
            for (row = 0; row < m; row += tall) {
                int rows = Math.min(tall, m - row);
                if (!output.region().meets(row, rows, column, columns)) {
                    continue;
                }
                int k = 0;
                do {
                    isLast = k + chunk >= depth;
                    depths.set(k, Math.min(chunk, depth - k), sizes.depth());
                    boolean packsLeft = !isWhole || row != packedRow;
                    boolean packsRight = !isWhole || column != packedColumn;
                    if (packsLeft) {
                        left.set(a, shiftA, row, rows);
                    }
                    if (packsRight) {
                        right.set(b, shiftB, column, columns);
                    }
                    leftItems = packsLeft ? left.groups() : 0;
                    run(pool, used, leftItems + (packsRight ? right.groups() : 0), packing);
                    cut(used);
                    run(pool, used, rowBlocks * columnBlocks, multiplying);
                    k += chunk;
                } while (k < depth);
                packedRow = row;
                packedColumn = column;
            }
        }
    }

    private static void run(WorkerPool pool, int threads, int items, WorkerPool.Task task) {
        if (threads > 1) {
            pool.run(threads, items, task);
        } else {
            for (int i = 0; i < items; i++) {
                task.run(i, 0);
            }
        }
    }

    /** Cuts the sums into blocks, more and lower ones if there are threads to find some. */
    private void cut(int threads) {
        blockColumns = sizes.columns() / kernel.columns;
        columnBlocks = Math.ceilDiv(right.panels(), blockColumns);
        rowBlocks = Math.ceilDiv(left.panels() * MicroKernel.ROWS, sizes.rows());
        if (threads > 1) {
            int wanted = Math.ceilDiv(threads * BLOCKS_PER_THREAD, columnBlocks);
            rowBlocks = Math.max(rowBlocks, Math.min(wanted, left.panels()));
        }
        blockPanels = Math.ceilDiv(left.panels(), rowBlocks);
        rowBlocks = Math.ceilDiv(left.panels(), blockPanels);
        if (!isWhole) {
            int length = rowBlocks * columnBlocks * area();
            waiting = elements.length(waiting) < length ? elements.allocate(length) : waiting;
        }
    }

    /** {@return the elements of a block of sums} */
    private int area() {
        return blockPanels * MicroKernel.ROWS * blockColumns * kernel.columns;
    }

    private void pack(int item, int worker) {
        if (item < leftItems) {
            left.pack(item, scratch(worker));
        } else {
            right.pack(item - leftItems, scratch(worker));
        }
    }

    /** Computes one block; the largest ones of a triangle first. */
    private void multiply(int item, int worker) {
        int blockRow = item / columnBlocks;
        int i = (output.region() == Region.LOWER ? rowBlocks - 1 - blockRow : blockRow) * blockPanels;
        int iEnd = Math.min(left.panels(), i + blockPanels);
        int j = item % columnBlocks * blockColumns;
        int jEnd = Math.min(right.panels(), j + blockColumns);
        int top = left.start(i);
        int height = left.end(iEnd) - top;
        int edge = right.end(j);
        int width = right.end(jEnd) - edge;
        if (!output.region().meets(row + top, height, column + edge, width)) {
            return;
        }
        Object sums = isWhole ? scratch(worker).sums(area()) : waiting;
        int from = isWhole ? 0 : item * area();
        boolean isPlain = isWhole && depths.blocks() == 1 && output.isPlain();
        for (int block = 0; block < depths.blocks(); block++) {
            for (int panel = j; panel < jEnd; panel++) {
                int at = from + right.end(panel) - edge;
                multiplyPanel(block, i, iEnd, panel, isPlain, sums, at);
            }
        }
        if (isPlain) {
            // What is left are tiles that are cut by the edges.
            int whole = left.end(iEnd) < left.start(iEnd) ? left.start(iEnd - 1) - top : height;
            int wide = width / kernel.columns * kernel.columns;
            store(top, whole, edge, wide, width, sums, from + wide, scratch(worker));
            store(top + whole, height - whole, edge, 0, width, sums, from + whole * ld(), scratch(worker));
        } else if (isLast) {
            store(top, height, edge, 0, width, sums, from, scratch(worker));
        }
    }

    /** {@return the distance of rows in a block of sums} */
    private int ld() {
        return blockColumns * kernel.columns;
    }

    private void store(int top, int height, int edge, int skip, int width, Object sums, int from, ProductScratch own) {
        output.store(row + top, height, column + edge + skip, width - skip, sums, from, ld(), own);
    }

    /** Continues the sums of the tiles that one panel of columns makes with some panels of rows. */
    private void multiplyPanel(int block, int i, int iEnd, int panel, boolean isPlain, Object sums, int from) {
        Region region = output.region();
        int top = left.start(i);
        int edge = right.end(panel);
        int width = right.end(panel + 1) - edge;
        int length = depths.length(block);
        int bo = right.offset(block, panel);
        boolean isFirst = depths.isFirst(block);
        for (int p = i; p < iEnd; p++) {
            int start = left.start(p);
            int height = left.end(p + 1) - start;
            if (!region.meets(row + start, height, column + edge, width)) {
                continue;
            }
            boolean isMain = left.isMain(p);
            Object c = sums;
            int ldc = ld();
            int co = from + (start - top) * ldc;
            Object s = isFirst ? elements.zeros : c;
            int so = isFirst ? 0 : co;
            int lds = isFirst ? 0 : ldc;
            if (isPlain && width == kernel.columns && height == (isMain ? MicroKernel.ROWS : MicroKernel.TAIL)) {
                c = output.array();
                ldc = output.stride();
                co = output.index(row + start, column + edge);
            }
            int ao = left.offset(block, p);
            if (isMain) {
                kernel.multiply(length, left.array(), ao, right.array(), bo, s, so, lds, c, co, ldc);
            } else {
                kernel.multiplyTail(length, left.array(), ao, right.array(), bo, s, so, lds, c, co, ldc);
            }
        }
    }

    /** Completes a square output of which the lower triangle has been computed. */
    void mirror(WorkerPool pool, int threads, Symmetry symmetry, Matrix c) {
        mirror.set(symmetry, c);
        run(pool, Math.min(threads, scratch.length), mirror.items(), mirroring);
    }

    private void mirror(int item, int worker) {
        mirror.complete(item, scratch(worker));
    }

    /** Lets go of the matrices. */
    void release() {
        left.release();
        right.release();
        output.release();
        mirror.release();
        for (ProductScratch own : scratch) {
            if (own != null) {
                own.release();
            }
        }
    }
}
