package org.isospin.bench.steps;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Order;
import org.isospin.ffm.blas.OpenBlas;
import org.isospin.ffm.blas.OpenBlas.Operand;

/**
 * The products of a published step by OpenBLAS, in F32 and nothing else: no skew parts, no moments, no norms, no copies. Values
 * do not matter; the results of one product are not the next one's operands, so that nothing grows.
 */
final class DenseProducts {
    private final OpenBlas blas;
    private final int m;
    private final int n;
    private final MemorySegment weight;
    private final MemorySegment gradient;
    private final MemorySegment product;
    private final MemorySegment out;
    private final MemorySegment in;
    private final MemorySegment result;

    DenseProducts(StepShape shape, int threads, long seed, Arena arena) {
        m = shape.outputs();
        n = shape.inputs();
        blas = new OpenBlas(OpenBlas.Precision.SINGLE, Math.max(m, n), arena);
        OpenBlas.setThreads(threads);
        SplittableRandom random = new SplittableRandom(seed);
        weight = gaussian(m, n, random, arena);
        gradient = gaussian(m, n, random, arena);
        product = gaussian(m, n, random, arena);
        out = gaussian(m, m, random, arena);
        in = gaussian(n, n, random, arena);
        int most = Math.max(m, n);
        result = gaussian(most, most, random, arena);
    }

    private static MemorySegment gaussian(int rows, int columns, SplittableRandom random, Arena arena) {
        MemorySegment memory = arena.allocate((long) rows * columns * DType.F32.bytes(), 64);
        Matrix matrix = Matrix.wrap(memory, 0, DType.F32, rows, columns, rows, Order.COLUMN_MAJOR);
        for (int j = 0; j < columns; j++) {
            for (int i = 0; i < rows; i++) {
                matrix.set(i, j, random.nextGaussian());
            }
        }
        return memory;
    }

    /** Calls the products of a step. */
    void run(Subject subject) {
        if (subject == Subject.MUON) {
            muon();
        } else {
            pion();
        }
    }

    /** Generators WᵀG and GWᵀ; then, for the norm and twice for the map, W·A_in and A_out·W. */
    private void pion() {
        blas.gemm(n, n, m, Operand.TRANSPOSED, weight, Operand.PLAIN, gradient, result);
        blas.gemm(m, m, n, Operand.PLAIN, gradient, Operand.TRANSPOSED, weight, result);
        for (int i = 0; i < 3; i++) {
            blas.gemm(m, n, n, Operand.PLAIN, weight, Operand.PLAIN, in, product);
            blas.gemm(m, n, m, Operand.PLAIN, out, Operand.PLAIN, weight, product);
        }
    }

    /** X·Xᵀ (or XᵀX), its square, and the product with X, five times. */
    private void muon() {
        for (int i = 0; i < Subject.STEPS; i++) {
            if (m <= n) {
                blas.gemm(m, m, n, Operand.PLAIN, weight, Operand.TRANSPOSED, weight, result);
                blas.gemm(m, m, m, Operand.PLAIN, out, Operand.PLAIN, out, result);
                blas.gemm(m, n, m, Operand.PLAIN, out, Operand.PLAIN, weight, product);
            } else {
                blas.gemm(n, n, m, Operand.TRANSPOSED, weight, Operand.PLAIN, weight, result);
                blas.gemm(n, n, n, Operand.PLAIN, in, Operand.PLAIN, in, result);
                blas.gemm(m, n, n, Operand.PLAIN, weight, Operand.PLAIN, in, product);
            }
        }
    }
}
