package org.isospin.simd;

/** One way to sum tiles, as {@link MicroKernel#multiply} has it; all of one type of elements give the same bits. */
@FunctionalInterface
interface TileCode {
    /**
     * c(i, j) ← s(i, j) + Σ a(i, k)·b(k, j).
     *
     * @param depth the range of k
     * @param a left panel, from ao
     * @param b right panel, from bo
     * @param s what the sums begin with, from so, rows lds apart (0: every row the same)
     * @param c receives the sums, from co, rows ldc apart; may be s
     */
    void run(int depth, Object a, int ao, Object b, int bo, Object s, int so, int lds, Object c, int co, int ldc);
}
