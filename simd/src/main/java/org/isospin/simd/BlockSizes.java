package org.isospin.simd;

/**
 * How a product is cut for the caches. No size changes a bit of a result.
 *
 * <p>Measured on Zen 4 (32 KiB, 1 MiB and 32 MiB of cache). Panels as deep as possible, far beyond the first-level cache, save
 * traffic of sums. A panel of the right factor arrives from the third-level cache slowly, in one fast stream, and is then used
 * for many rows; panels of the left one, several slow streams each, may come from there every time.
 *
 * @param depth most k of a panel; a multiple of 8
 * @param pitch distance of rows in a left panel
 * @param rows most rows of a block of sums: a multiple of the rows of every kernel, at most 512
 * @param columns most columns of a block of sums: a multiple of the columns of every kernel
 * @param chunk most k that are packed at a time
 * @param budget most elements of a factor that are packed at a time
 */
record BlockSizes(int depth, int pitch, int rows, int columns, int chunk, int budget) {
    static final BlockSizes F32 =
            new BlockSizes(FloatKernels.PITCH - 16, FloatKernels.PITCH, 384, 64, 8192, 4 * 1024 * 1024);
    static final BlockSizes F64 =
            new BlockSizes(DoubleKernels.PITCH - 8, DoubleKernels.PITCH, 384, 64, 4096, 2 * 1024 * 1024);
}
