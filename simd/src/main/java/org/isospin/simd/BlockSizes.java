package org.isospin.simd;

/**
 * How a product is cut for the caches. No size changes a bit of a result.
 *
 * <p>Measured on Zen 4 (32 KiB, 1 MiB and 32 MiB of cache): deep panels, which overflow the first-level cache, cost nothing and
 * save traffic of sums; a block of the left factor fits the second-level cache.
 *
 * @param depth most k of a panel; a multiple of 8
 * @param pitch distance of rows in a left panel
 * @param rows most rows of a block of sums: a multiple of the rows of every kernel
 * @param columns most columns of a block of sums: a multiple of the columns of every kernel
 * @param chunk most k that are packed at a time
 * @param budget most elements of a factor that are packed at a time
 */
record BlockSizes(int depth, int pitch, int rows, int columns, int chunk, int budget) {
    static final BlockSizes F32 =
            new BlockSizes(FloatKernels.PITCH - 16, FloatKernels.PITCH, 192, 128, 8 * 1024, 4 * 1024 * 1024);
    static final BlockSizes F64 =
            new BlockSizes(DoubleKernels.PITCH - 8, DoubleKernels.PITCH, 192, 128, 8 * 512, 2 * 1024 * 1024);
}
