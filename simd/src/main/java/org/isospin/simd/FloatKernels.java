package org.isospin.simd;

import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The micro-kernel for F32: tiles of two vectors of columns, summed twelve, six or four rows at a time, all sums in registers.
 *
 * <p>Codes differ in how many registers they need. C2 moves the broadcasts of a step ahead of its FMAs; where there are
 * 16 registers, one sum too many is then kept in memory, at half the speed. A load fence after each row keeps the broadcasts
 * where they are and is no instruction on x86; on other architectures it is one, and there are 32 registers.
 *
 * <p>Every method is one counted loop with constant distances, short enough for one compilation; written out, because a
 * vector in an array would be an object in memory.
 */
final class FloatKernels {
    /** Columns of a left panel between its rows; not a multiple of 4 KiB, or they would compete for the same cache sets. */
    static final int PITCH = 2048 + 16;

    private static final VectorSpecies<Float> SPECIES = VectorWidth.FLOATS;
    private static final int LANES = SPECIES.length();
    private static final int PANEL = 2 * LANES;

    /** One of the methods below: sums of a tile continued by a product of panels, as {@link TileCode} has it. */
    @FunctionalInterface
    private interface Code {
        void run(
                int depth,
                float[] a,
                int ao,
                float[] b,
                int bo,
                float[] s,
                int so,
                int lds,
                float[] c,
                int co,
                int ldc);
    }

    private static final MicroKernel CHOSEN = fresh();

    private FloatKernels() {}

    /** {@return the kernel of this process, which finds its code at the first product} */
    static MicroKernel chosen() {
        return CHOSEN;
    }

    /** {@return another that finds its code at its first product} */
    static MicroKernel fresh() {
        return MicroKernel.choosing(FloatElements.INSTANCE, BlockSizes.F32, PANEL, codes());
    }

    /** {@return a kernel of each code, which give the same bits} */
    static List<MicroKernel> candidates(BlockSizes sizes) {
        List<MicroKernel.Code> all = new ArrayList<>(codes());
        all.add(MicroKernel.scalar(PANEL, PITCH));
        return MicroKernel.each(FloatElements.INSTANCE, sizes, PANEL, all);
    }

    /** {@return all codes with vectors, the one first that should be the fastest} */
    private static List<MicroKernel.Code> codes() {
        MicroKernel.Code twelve = code("12 rows", 12, FloatKernels::plain12);
        MicroKernel.Code fenced = code("6 rows, fenced", 6, FloatKernels::fenced6);
        MicroKernel.Code six = code("6 rows", 6, FloatKernels::plain6);
        MicroKernel.Code four = code("4 rows", 4, FloatKernels::plain4);
        return MicroKernel.hasFewRegisters(SPECIES) ? List.of(fenced, six, four) : List.of(twelve, six, four, fenced);
    }

    private static MicroKernel.Code code(String name, int rows, Code code) {
        return new MicroKernel.Code(
                SPECIES.vectorBitSize() + "-bit vectors, " + name,
                (depth, a, ao, b, bo, s, so, lds, c, co, ldc) -> {
                    for (int i = 0; i < MicroKernel.ROWS; i += rows) {
                        code.run(
                                depth,
                                (float[]) a,
                                ao + i * PITCH,
                                (float[]) b,
                                bo,
                                (float[]) s,
                                so + i * lds,
                                lds,
                                (float[]) c,
                                co + i * ldc,
                                ldc);
                    }
                },
                (depth, a, ao, b, bo, s, so, lds, c, co, ldc) ->
                        plain4(depth, (float[]) a, ao, (float[]) b, bo, (float[]) s, so, lds, (float[]) c, co, ldc));
    }

    /** 12 sums: fits 16 registers if the compiler keeps to the order. */
    private static void fenced6(
            int depth, float[] a, int ao, float[] b, int bo, float[] s, int so, int lds, float[] c, int co, int ldc) {
        FloatVector c0x = FloatVector.fromArray(SPECIES, s, so);
        FloatVector c0y = FloatVector.fromArray(SPECIES, s, so + LANES);
        FloatVector c1x = FloatVector.fromArray(SPECIES, s, so + lds);
        FloatVector c1y = FloatVector.fromArray(SPECIES, s, so + lds + LANES);
        FloatVector c2x = FloatVector.fromArray(SPECIES, s, so + 2 * lds);
        FloatVector c2y = FloatVector.fromArray(SPECIES, s, so + 2 * lds + LANES);
        FloatVector c3x = FloatVector.fromArray(SPECIES, s, so + 3 * lds);
        FloatVector c3y = FloatVector.fromArray(SPECIES, s, so + 3 * lds + LANES);
        FloatVector c4x = FloatVector.fromArray(SPECIES, s, so + 4 * lds);
        FloatVector c4y = FloatVector.fromArray(SPECIES, s, so + 4 * lds + LANES);
        FloatVector c5x = FloatVector.fromArray(SPECIES, s, so + 5 * lds);
        FloatVector c5y = FloatVector.fromArray(SPECIES, s, so + 5 * lds + LANES);
        for (int k = 0; k < depth; k++) {
            int p = ao + k;
            int q = bo + k * PANEL;
            FloatVector x = FloatVector.fromArray(SPECIES, b, q);
            FloatVector y = FloatVector.fromArray(SPECIES, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[p]);
            c0x = a0.fma(x, c0x);
            c0y = a0.fma(y, c0y);
            VarHandle.loadLoadFence();
            FloatVector a1 = FloatVector.broadcast(SPECIES, a[p + PITCH]);
            c1x = a1.fma(x, c1x);
            c1y = a1.fma(y, c1y);
            VarHandle.loadLoadFence();
            FloatVector a2 = FloatVector.broadcast(SPECIES, a[p + 2 * PITCH]);
            c2x = a2.fma(x, c2x);
            c2y = a2.fma(y, c2y);
            VarHandle.loadLoadFence();
            FloatVector a3 = FloatVector.broadcast(SPECIES, a[p + 3 * PITCH]);
            c3x = a3.fma(x, c3x);
            c3y = a3.fma(y, c3y);
            VarHandle.loadLoadFence();
            FloatVector a4 = FloatVector.broadcast(SPECIES, a[p + 4 * PITCH]);
            c4x = a4.fma(x, c4x);
            c4y = a4.fma(y, c4y);
            VarHandle.loadLoadFence();
            FloatVector a5 = FloatVector.broadcast(SPECIES, a[p + 5 * PITCH]);
            c5x = a5.fma(x, c5x);
            c5y = a5.fma(y, c5y);
            VarHandle.loadLoadFence();
        }
        c0x.intoArray(c, co);
        c0y.intoArray(c, co + LANES);
        c1x.intoArray(c, co + ldc);
        c1y.intoArray(c, co + ldc + LANES);
        c2x.intoArray(c, co + 2 * ldc);
        c2y.intoArray(c, co + 2 * ldc + LANES);
        c3x.intoArray(c, co + 3 * ldc);
        c3y.intoArray(c, co + 3 * ldc + LANES);
        c4x.intoArray(c, co + 4 * ldc);
        c4y.intoArray(c, co + 4 * ldc + LANES);
        c5x.intoArray(c, co + 5 * ldc);
        c5y.intoArray(c, co + 5 * ldc + LANES);
    }

    /** 12 sums, any order. */
    private static void plain6(
            int depth, float[] a, int ao, float[] b, int bo, float[] s, int so, int lds, float[] c, int co, int ldc) {
        FloatVector c0x = FloatVector.fromArray(SPECIES, s, so);
        FloatVector c0y = FloatVector.fromArray(SPECIES, s, so + LANES);
        FloatVector c1x = FloatVector.fromArray(SPECIES, s, so + lds);
        FloatVector c1y = FloatVector.fromArray(SPECIES, s, so + lds + LANES);
        FloatVector c2x = FloatVector.fromArray(SPECIES, s, so + 2 * lds);
        FloatVector c2y = FloatVector.fromArray(SPECIES, s, so + 2 * lds + LANES);
        FloatVector c3x = FloatVector.fromArray(SPECIES, s, so + 3 * lds);
        FloatVector c3y = FloatVector.fromArray(SPECIES, s, so + 3 * lds + LANES);
        FloatVector c4x = FloatVector.fromArray(SPECIES, s, so + 4 * lds);
        FloatVector c4y = FloatVector.fromArray(SPECIES, s, so + 4 * lds + LANES);
        FloatVector c5x = FloatVector.fromArray(SPECIES, s, so + 5 * lds);
        FloatVector c5y = FloatVector.fromArray(SPECIES, s, so + 5 * lds + LANES);
        for (int k = 0; k < depth; k++) {
            int p = ao + k;
            int q = bo + k * PANEL;
            FloatVector x = FloatVector.fromArray(SPECIES, b, q);
            FloatVector y = FloatVector.fromArray(SPECIES, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[p]);
            c0x = a0.fma(x, c0x);
            c0y = a0.fma(y, c0y);
            FloatVector a1 = FloatVector.broadcast(SPECIES, a[p + PITCH]);
            c1x = a1.fma(x, c1x);
            c1y = a1.fma(y, c1y);
            FloatVector a2 = FloatVector.broadcast(SPECIES, a[p + 2 * PITCH]);
            c2x = a2.fma(x, c2x);
            c2y = a2.fma(y, c2y);
            FloatVector a3 = FloatVector.broadcast(SPECIES, a[p + 3 * PITCH]);
            c3x = a3.fma(x, c3x);
            c3y = a3.fma(y, c3y);
            FloatVector a4 = FloatVector.broadcast(SPECIES, a[p + 4 * PITCH]);
            c4x = a4.fma(x, c4x);
            c4y = a4.fma(y, c4y);
            FloatVector a5 = FloatVector.broadcast(SPECIES, a[p + 5 * PITCH]);
            c5x = a5.fma(x, c5x);
            c5y = a5.fma(y, c5y);
        }
        c0x.intoArray(c, co);
        c0y.intoArray(c, co + LANES);
        c1x.intoArray(c, co + ldc);
        c1y.intoArray(c, co + ldc + LANES);
        c2x.intoArray(c, co + 2 * ldc);
        c2y.intoArray(c, co + 2 * ldc + LANES);
        c3x.intoArray(c, co + 3 * ldc);
        c3y.intoArray(c, co + 3 * ldc + LANES);
        c4x.intoArray(c, co + 4 * ldc);
        c4y.intoArray(c, co + 4 * ldc + LANES);
        c5x.intoArray(c, co + 5 * ldc);
        c5y.intoArray(c, co + 5 * ldc + LANES);
    }

    /** 8 sums: fits 16 registers in any order. */
    private static void plain4(
            int depth, float[] a, int ao, float[] b, int bo, float[] s, int so, int lds, float[] c, int co, int ldc) {
        FloatVector c0x = FloatVector.fromArray(SPECIES, s, so);
        FloatVector c0y = FloatVector.fromArray(SPECIES, s, so + LANES);
        FloatVector c1x = FloatVector.fromArray(SPECIES, s, so + lds);
        FloatVector c1y = FloatVector.fromArray(SPECIES, s, so + lds + LANES);
        FloatVector c2x = FloatVector.fromArray(SPECIES, s, so + 2 * lds);
        FloatVector c2y = FloatVector.fromArray(SPECIES, s, so + 2 * lds + LANES);
        FloatVector c3x = FloatVector.fromArray(SPECIES, s, so + 3 * lds);
        FloatVector c3y = FloatVector.fromArray(SPECIES, s, so + 3 * lds + LANES);
        for (int k = 0; k < depth; k++) {
            int p = ao + k;
            int q = bo + k * PANEL;
            FloatVector x = FloatVector.fromArray(SPECIES, b, q);
            FloatVector y = FloatVector.fromArray(SPECIES, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[p]);
            c0x = a0.fma(x, c0x);
            c0y = a0.fma(y, c0y);
            FloatVector a1 = FloatVector.broadcast(SPECIES, a[p + PITCH]);
            c1x = a1.fma(x, c1x);
            c1y = a1.fma(y, c1y);
            FloatVector a2 = FloatVector.broadcast(SPECIES, a[p + 2 * PITCH]);
            c2x = a2.fma(x, c2x);
            c2y = a2.fma(y, c2y);
            FloatVector a3 = FloatVector.broadcast(SPECIES, a[p + 3 * PITCH]);
            c3x = a3.fma(x, c3x);
            c3y = a3.fma(y, c3y);
        }
        c0x.intoArray(c, co);
        c0y.intoArray(c, co + LANES);
        c1x.intoArray(c, co + ldc);
        c1y.intoArray(c, co + ldc + LANES);
        c2x.intoArray(c, co + 2 * ldc);
        c2y.intoArray(c, co + 2 * ldc + LANES);
        c3x.intoArray(c, co + 3 * ldc);
        c3y.intoArray(c, co + 3 * ldc + LANES);
    }

    /** 24 sums, for 32 registers. */
    private static void plain12(
            int depth, float[] a, int ao, float[] b, int bo, float[] s, int so, int lds, float[] c, int co, int ldc) {
        FloatVector c0x = FloatVector.fromArray(SPECIES, s, so);
        FloatVector c0y = FloatVector.fromArray(SPECIES, s, so + LANES);
        FloatVector c1x = FloatVector.fromArray(SPECIES, s, so + lds);
        FloatVector c1y = FloatVector.fromArray(SPECIES, s, so + lds + LANES);
        FloatVector c2x = FloatVector.fromArray(SPECIES, s, so + 2 * lds);
        FloatVector c2y = FloatVector.fromArray(SPECIES, s, so + 2 * lds + LANES);
        FloatVector c3x = FloatVector.fromArray(SPECIES, s, so + 3 * lds);
        FloatVector c3y = FloatVector.fromArray(SPECIES, s, so + 3 * lds + LANES);
        FloatVector c4x = FloatVector.fromArray(SPECIES, s, so + 4 * lds);
        FloatVector c4y = FloatVector.fromArray(SPECIES, s, so + 4 * lds + LANES);
        FloatVector c5x = FloatVector.fromArray(SPECIES, s, so + 5 * lds);
        FloatVector c5y = FloatVector.fromArray(SPECIES, s, so + 5 * lds + LANES);
        FloatVector c6x = FloatVector.fromArray(SPECIES, s, so + 6 * lds);
        FloatVector c6y = FloatVector.fromArray(SPECIES, s, so + 6 * lds + LANES);
        FloatVector c7x = FloatVector.fromArray(SPECIES, s, so + 7 * lds);
        FloatVector c7y = FloatVector.fromArray(SPECIES, s, so + 7 * lds + LANES);
        FloatVector c8x = FloatVector.fromArray(SPECIES, s, so + 8 * lds);
        FloatVector c8y = FloatVector.fromArray(SPECIES, s, so + 8 * lds + LANES);
        FloatVector c9x = FloatVector.fromArray(SPECIES, s, so + 9 * lds);
        FloatVector c9y = FloatVector.fromArray(SPECIES, s, so + 9 * lds + LANES);
        FloatVector c10x = FloatVector.fromArray(SPECIES, s, so + 10 * lds);
        FloatVector c10y = FloatVector.fromArray(SPECIES, s, so + 10 * lds + LANES);
        FloatVector c11x = FloatVector.fromArray(SPECIES, s, so + 11 * lds);
        FloatVector c11y = FloatVector.fromArray(SPECIES, s, so + 11 * lds + LANES);
        for (int k = 0; k < depth; k++) {
            int p = ao + k;
            int q = bo + k * PANEL;
            FloatVector x = FloatVector.fromArray(SPECIES, b, q);
            FloatVector y = FloatVector.fromArray(SPECIES, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[p]);
            c0x = a0.fma(x, c0x);
            c0y = a0.fma(y, c0y);
            FloatVector a1 = FloatVector.broadcast(SPECIES, a[p + PITCH]);
            c1x = a1.fma(x, c1x);
            c1y = a1.fma(y, c1y);
            FloatVector a2 = FloatVector.broadcast(SPECIES, a[p + 2 * PITCH]);
            c2x = a2.fma(x, c2x);
            c2y = a2.fma(y, c2y);
            FloatVector a3 = FloatVector.broadcast(SPECIES, a[p + 3 * PITCH]);
            c3x = a3.fma(x, c3x);
            c3y = a3.fma(y, c3y);
            FloatVector a4 = FloatVector.broadcast(SPECIES, a[p + 4 * PITCH]);
            c4x = a4.fma(x, c4x);
            c4y = a4.fma(y, c4y);
            FloatVector a5 = FloatVector.broadcast(SPECIES, a[p + 5 * PITCH]);
            c5x = a5.fma(x, c5x);
            c5y = a5.fma(y, c5y);
            FloatVector a6 = FloatVector.broadcast(SPECIES, a[p + 6 * PITCH]);
            c6x = a6.fma(x, c6x);
            c6y = a6.fma(y, c6y);
            FloatVector a7 = FloatVector.broadcast(SPECIES, a[p + 7 * PITCH]);
            c7x = a7.fma(x, c7x);
            c7y = a7.fma(y, c7y);
            FloatVector a8 = FloatVector.broadcast(SPECIES, a[p + 8 * PITCH]);
            c8x = a8.fma(x, c8x);
            c8y = a8.fma(y, c8y);
            FloatVector a9 = FloatVector.broadcast(SPECIES, a[p + 9 * PITCH]);
            c9x = a9.fma(x, c9x);
            c9y = a9.fma(y, c9y);
            FloatVector a10 = FloatVector.broadcast(SPECIES, a[p + 10 * PITCH]);
            c10x = a10.fma(x, c10x);
            c10y = a10.fma(y, c10y);
            FloatVector a11 = FloatVector.broadcast(SPECIES, a[p + 11 * PITCH]);
            c11x = a11.fma(x, c11x);
            c11y = a11.fma(y, c11y);
        }
        c0x.intoArray(c, co);
        c0y.intoArray(c, co + LANES);
        c1x.intoArray(c, co + ldc);
        c1y.intoArray(c, co + ldc + LANES);
        c2x.intoArray(c, co + 2 * ldc);
        c2y.intoArray(c, co + 2 * ldc + LANES);
        c3x.intoArray(c, co + 3 * ldc);
        c3y.intoArray(c, co + 3 * ldc + LANES);
        c4x.intoArray(c, co + 4 * ldc);
        c4y.intoArray(c, co + 4 * ldc + LANES);
        c5x.intoArray(c, co + 5 * ldc);
        c5y.intoArray(c, co + 5 * ldc + LANES);
        c6x.intoArray(c, co + 6 * ldc);
        c6y.intoArray(c, co + 6 * ldc + LANES);
        c7x.intoArray(c, co + 7 * ldc);
        c7y.intoArray(c, co + 7 * ldc + LANES);
        c8x.intoArray(c, co + 8 * ldc);
        c8y.intoArray(c, co + 8 * ldc + LANES);
        c9x.intoArray(c, co + 9 * ldc);
        c9y.intoArray(c, co + 9 * ldc + LANES);
        c10x.intoArray(c, co + 10 * ldc);
        c10y.intoArray(c, co + 10 * ldc + LANES);
        c11x.intoArray(c, co + 11 * ldc);
        c11y.intoArray(c, co + 11 * ldc + LANES);
    }
}
