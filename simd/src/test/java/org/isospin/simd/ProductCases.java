package org.isospin.simd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Precision;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.HostStream;
import org.isospin.backend.Symmetry;
import org.isospin.backend.VectorOps;
import org.isospin.backend.WorkerPool;
import org.isospin.simd.Matrices.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Products with operands of every type in every kind of memory, held against the plain-Java kernels bit for bit. Also a program
 * of its own, for JVMs with other widths of vectors.
 */
final class ProductCases {
    /** m, k, n: around tiles of 4, 6 and 12 rows, panels of 4 to 32 columns and blocks; thin, flat, empty. */
    static final int[][] SHAPES = {
        {0, 3, 2},
        {3, 0, 2},
        {3, 2, 0},
        {1, 1, 1},
        {1, 9, 17},
        {7, 1, 5},
        {17, 33, 1},
        {4, 8, 8},
        {5, 7, 9},
        {6, 5, 16},
        {12, 16, 32},
        {13, 17, 33},
        {16, 16, 16},
        {31, 33, 15},
        {33, 40, 65},
        {64, 64, 64},
        {67, 130, 129},
        {193, 70, 131},
        {100, 300, 40},
        {2, 1500, 3},
        {300, 3, 7}
    };

    private static final double[][] FACTORS = {
        {1, 0}, {1, 1}, {-1, 0}, {0.1, -0.7}, {2, 1}, {0, 0}, {1e-60, 1e-60}, {1, -0.0}, {-3.4445, 2.0315}
    };

    private final HostStream host = new HostStream(1, Precision.STANDARD, new VectorOps());
    private final List<SimdProducts> engines = new ArrayList<>();
    private int turn;

    /** Holds engines with every kernel, with the usual and with tiny blocks, against the plain kernels. */
    ProductCases(WorkerPool pool) {
        List<MicroKernel> floats = new ArrayList<>(FloatKernels.candidates(BlockSizes.F32));
        List<MicroKernel> doubles = new ArrayList<>(DoubleKernels.candidates(BlockSizes.F64));
        floats.addAll(FloatKernels.candidates(tiny(BlockSizes.F32)));
        doubles.addAll(DoubleKernels.candidates(tiny(BlockSizes.F64)));
        for (int i = 0; i < floats.size(); i++) {
            engines.add(new SimdProducts(pool, pool.maxThreads(), floats.get(i), doubles.get(i)));
        }
    }

    /** Cuts every product in all directions: depth 16 of 40 at a time, blocks of 12 × 32. */
    private static BlockSizes tiny(BlockSizes sizes) {
        return new BlockSizes(16, sizes.pitch(), 12, 32, 40, 48 * 64);
    }

    private static DType operand(Arithmetic arithmetic, int turn) {
        return arithmetic == Arithmetic.F64
                ? DType.F64
                : new DType[] {DType.F32, DType.F32, DType.BF16, DType.F16}[turn % 4];
    }

    private static Kind kind(int turn) {
        return Kind.values()[Math.floorMod(turn, Kind.values().length)];
    }

    /** {@return the first thing that is wrong with any shape, or ""} */
    String all() {
        for (int[] shape : SHAPES) {
            for (Arithmetic arithmetic : Arithmetic.values()) {
                String wrong = check(arithmetic, null, shape[0], shape[1], shape[2]);
                for (Symmetry symmetry : Symmetry.values()) {
                    int n = Math.max(shape[0], shape[2]);
                    wrong = wrong.isEmpty() ? check(arithmetic, symmetry, n, shape[1], n) : wrong;
                }
                if (!wrong.isEmpty()) {
                    return wrong;
                }
            }
        }
        return "";
    }

    /** {@return what is wrong with {@code gemm}, or {@code gemmt} if there is a symmetry, or ""} */
    private String check(Arithmetic arithmetic, @Nullable Symmetry symmetry, int m, int k, int n) {
        turn++;
        double[] factors = FACTORS[turn % FACTORS.length];
        Matrix a = Matrices.random(kind(turn), operand(arithmetic, turn), m, k, 2L * turn);
        Matrix b = symmetry != null && turn % 2 == 0
                ? a.transposed()
                : Matrices.random(kind(turn / 7), operand(arithmetic, turn / 3), k, n, 2L * turn + 100);
        DType out = turn % 3 == 0 ? DType.values()[turn / 3 % 4] : arithmetic.accumulator();
        Matrix c = Matrices.random(kind(turn / 5), out, m, n, 2L * turn + 200);
        Matrix before = c.copy();
        boolean isInPlace = turn % 4 == 0;
        Matrix d =
                isInPlace ? c : Matrices.random(kind(turn / 2), operand(arithmetic, turn / 5), m, n, 2L * turn + 300);
        Matrix expected = before.copy();
        run(null, arithmetic, symmetry, factors, a, b, isInPlace ? expected : d, expected);
        for (SimdProducts engine : engines) {
            before.copyTo(c);
            run(engine, arithmetic, symmetry, factors, a, b, d, c);
            String difference = Matrices.difference(c, expected);
            if (!difference.isEmpty()) {
                return String.format(
                        Locale.ROOT,
                        "%s %s, %s: %s for factors %s, a %s, b %s, d %s",
                        arithmetic,
                        symmetry,
                        engine.kernelName(arithmetic),
                        difference,
                        Arrays.toString(factors),
                        a,
                        b,
                        isInPlace ? "c" : d);
            }
        }
        return "";
    }

    /** Runs an engine, or without one the plain kernels. */
    private void run(
            @Nullable SimdProducts engine,
            Arithmetic arithmetic,
            @Nullable Symmetry symmetry,
            double[] factors,
            Matrix a,
            Matrix b,
            Matrix d,
            Matrix c) {
        if (engine != null && symmetry != null) {
            engine.gemmt(arithmetic, symmetry, factors[0], a, b, factors[1], d, c);
        } else if (engine != null) {
            engine.gemm(arithmetic, factors[0], a, b, factors[1], d, c);
        } else if (symmetry != null) {
            host.gemmt(arithmetic, symmetry, factors[0], a, b, factors[1], d, c);
        } else {
            host.gemm(arithmetic, factors[0], a, b, factors[1], d, c);
        }
    }

    /** Prints what is wrong; succeeds if nothing is. */
    public static void main(String[] arguments) {
        try (WorkerPool pool = new WorkerPool("test", 1)) {
            // Twice, the second time in compiled code.
            ProductCases cases = new ProductCases(pool);
            String wrong = cases.all() + cases.all();
            System.out.println(cases.engines.getFirst().kernelName(Arithmetic.F32) + " " + wrong);
            System.exit(wrong.isEmpty() ? 0 : 1);
        }
    }
}
