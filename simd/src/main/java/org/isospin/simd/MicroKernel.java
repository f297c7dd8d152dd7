package org.isospin.simd;

import jdk.incubator.vector.VectorSpecies;

/**
 * Sums one tile of a product: for every element of the tile, a chain of FMAs over a range of k in ascending order, begun with
 * a given number. Kernels differ in shape and speed, never in bits.
 *
 * <p>The left factor comes as a panel of the tile's rows, adjacent in k, a constant {@link BlockSizes#pitch pitch} apart; the
 * right one as a panel of {@link #columns} adjacent elements for each k. After Van Zee and van de Geijn, "BLIS: A framework
 * for rapidly instantiating BLAS functionality", 2015; rows are not interleaved as there, so that packing them is a copy.
 */
abstract class MicroKernel {
    /** Rows of the smaller tiles, of which some end a block: fewer rows are wasted. */
    static final int TAIL = 4;

    private static final int FEW_BITS = 256;

    final String name;
    final Elements elements;
    final BlockSizes sizes;

    /** Rows of a tile. */
    final int rows;

    /** Columns of a tile. */
    final int columns;

    MicroKernel(String name, Elements elements, BlockSizes sizes, int rows, int columns) {
        this.name = name;
        this.elements = elements;
        this.sizes = sizes;
        this.rows = rows;
        this.columns = columns;
    }

    /** {@return whether vector registers are 16: x86 before AVX-512, as far as the width tells} */
    static boolean hasFewRegisters(VectorSpecies<?> species) {
        String architecture = System.getProperty("os.arch", "");
        boolean isX86 = architecture.equals("amd64") || architecture.equals("x86_64");
        return isX86 && species.vectorBitSize() <= FEW_BITS;
    }

    /**
     * c(i, j) ← s(i, j) + Σ a(i, k)·b(k, j), for a tile of {@link #rows} × {@link #columns}.
     *
     * @param depth the range of k
     * @param a left panel, from ao
     * @param b right panel, from bo
     * @param s what the sums begin with, from so, rows lds apart (0: every row the same)
     * @param c receives the sums, from co, rows ldc apart; may be s
     */
    abstract void multiply(
            int depth, Object a, int ao, Object b, int bo, Object s, int so, int lds, Object c, int co, int ldc);

    /** {@link #multiply} for a tile of {@link #TAIL} rows. */
    abstract void multiplyTail(
            int depth, Object a, int ao, Object b, int bo, Object s, int so, int lds, Object c, int co, int ldc);
}
