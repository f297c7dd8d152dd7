package org.isospin.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Precision;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.HostStream;
import org.isospin.backend.VectorOps;
import org.isospin.backend.WorkerPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Codes are chosen by what they take, and products have the same bits before, while and after one is chosen. */
class KernelTrialTest {
    private static final int COLUMNS = 8;

    private static MicroKernel.Code taking(String name, long nanosecondsOfTile) {
        TileCode idle = (depth, a, ao, b, bo, s, so, lds, c, co, ldc) -> {
            long end = System.nanoTime() + nanosecondsOfTile;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        };
        return new MicroKernel.Code(name, idle, (depth, a, ao, b, bo, s, so, lds, c, co, ldc) -> {});
    }

    private static List<String> chosen(MicroKernel.Code... candidates) {
        List<String> names = new ArrayList<>();
        KernelTrial trial = new KernelTrial(DoubleElements.INSTANCE, COLUMNS, DoubleKernels.PITCH, List.of(candidates));
        boolean isComplete = trial.choose(code -> names.add(code.name()));
        assertThat(isComplete).isEqualTo(!Arrays.toString(candidates).contains("slow"));
        return names;
    }

    /** A tile of 16 × 8 × 128 without vectors takes 4 µs or more on any processor: half an FMA a cycle, at 5 GHz. */
    @Test
    void isTheFastestAmongThoseThatAreFasterThanNoVectors() {
        MicroKernel.Code slow = taking("slow", 1_000_000);
        MicroKernel.Code good = taking("good", 1000);
        MicroKernel.Code best = taking("best", 300);
        assertThat(chosen(slow, good, best)).containsExactly("good", "best");
        assertThat(chosen(best, good, slow)).containsExactly("best");
        assertThat(chosen(slow)).isEmpty();
    }

    /** What the trial of this process has not chosen yet is summed without vectors. */
    @Test
    @Timeout(300)
    void productsKeepTheirBitsWhileItIsChosen() throws InterruptedException {
        Matrix a = Matrices.random(Matrices.Kind.HEAP, DType.F32, 61, 70, 1);
        Matrix b = Matrices.random(Matrices.Kind.HEAP, DType.F32, 70, 59, 2);
        Matrix expected = Matrix.allocate(DType.F32, 61, 59);
        new HostStream(1, Precision.STANDARD, new VectorOps()).gemm(Arithmetic.F32, 1, a, b, 0, expected, expected);
        MicroKernel kernel = FloatKernels.fresh();
        WorkerPool pool = new WorkerPool("trial", 1);
        SimdProducts products = new SimdProducts(pool, 1, kernel, DoubleKernels.chosen());
        try {
            String before = kernel.name();
            Matrix c = Matrix.allocate(DType.F32, 61, 59);
            do {
                products.gemm(Arithmetic.F32, 1, a, b, 0, c, c);
                assertThat(Matrices.difference(c, expected)).isEmpty();
            } while (kernel.name().equals(before));
            assertThat(kernel.name()).startsWith(VectorWidth.BITS + "-bit vectors");
            products.gemm(Arithmetic.F32, 1, a, b, 0, c, c);
            assertThat(Matrices.difference(c, expected)).isEmpty();
        } finally {
            pool.close();
        }
    }
}
