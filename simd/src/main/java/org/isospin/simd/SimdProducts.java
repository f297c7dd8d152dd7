package org.isospin.simd;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.MatrixBatch;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.Operands;
import org.isospin.backend.Symmetry;
import org.isospin.backend.WorkerPool;

/**
 * Matrix products of one stream: every element is one chain of FMAs in ascending k, in the accumulator's type, then
 * {@code fma(α, sum, β·d)}, rounded once to the output's type. These are the bits of the plain-Java kernels, whatever the
 * threads, the micro-kernel, the width of vectors, the layout or the kind of memory.
 *
 * <p>Memory that threads may not touch (of a confined arena) is left to the caller's. A call leaves no garbage once buffers
 * have grown to their largest use.
 */
final class SimdProducts {
    /** No matrix: what buffers refer to between calls, so that they keep no memory alive. */
    static final Matrix NONE = Matrix.allocate(DType.F32, 0, 0);

    /** Multiplications and additions below which threads cost more than they bring. */
    private static final double SMALL = 1e6;

    /** Multiplications and additions from which a product of a batch is divided itself. */
    private static final double LARGE = 16e6;

    private final WorkerPool pool;
    private final int threads;
    private final MicroKernel kernel32;
    private final MicroKernel kernel64;
    private final Product product32;
    private final Product product64;
    private final ProductBatch batch32;
    private final ProductBatch batch64;

    /**
     * Makes an engine with this machine's kernels.
     *
     * @param pool threads to help, unless {@code threads} is 1
     * @param threads how many threads, the caller's included, may work on one call
     */
    SimdProducts(WorkerPool pool, int threads) {
        this(pool, threads, FloatKernels.chosen(), DoubleKernels.chosen());
    }

    SimdProducts(WorkerPool pool, int threads, MicroKernel kernel32, MicroKernel kernel64) {
        this.pool = pool;
        this.threads = threads;
        this.kernel32 = kernel32;
        this.kernel64 = kernel64;
        product32 = new Product(kernel32, threads);
        product64 = new Product(kernel64, threads);
        batch32 = new ProductBatch(kernel32, pool, threads);
        batch64 = new ProductBatch(kernel64, pool, threads);
    }

    /**
     * {@return the micro-kernel in words}
     *
     * @param arithmetic what products are summed in
     */
    String kernelName(Arithmetic arithmetic) {
        return (isNarrow(arithmetic) ? kernel32 : kernel64).name();
    }

    private static boolean isNarrow(Arithmetic arithmetic) {
        return arithmetic.accumulator() == DType.F32;
    }

    void gemm(Arithmetic arithmetic, double alpha, Matrix a, Matrix b, double beta, Matrix d, Matrix c) {
        requireProduct("gemm", a, b, c);
        requireAddend("gemm", beta, d, c);
        multiply(arithmetic, Region.ALL, alpha, a, 0, b, 0, beta, d, 0, c, 0);
    }

    void gemmt(
            Arithmetic arithmetic,
            Symmetry symmetry,
            double alpha,
            Matrix a,
            Matrix b,
            double beta,
            Matrix d,
            Matrix c) {
        requireProduct("gemmt", a, b, c);
        requireAddend("gemmt", beta, d, c);
        Operands.requireSquare("gemmt", "c", c);
        multiply(arithmetic, Region.LOWER, alpha, a, 0, b, 0, beta, d, 0, c, 0);
        Product product = isNarrow(arithmetic) ? product32 : product64;
        try {
            product.mirror(pool, threads(a, b, c, c), symmetry, c);
        } finally {
            product.release();
        }
    }

    void gemmBatched(Arithmetic arithmetic, double alpha, MatrixBatch a, MatrixBatch b, double beta, MatrixBatch c) {
        requireProduct("gemmBatched", a.first(), b.first(), c.first());
        if (work(a.first(), c.first()) >= LARGE) {
            for (int i = 0; i < c.count(); i++) {
                long shift = i * c.batchStride();
                multiply(
                        arithmetic,
                        Region.ALL,
                        alpha,
                        a.first(),
                        i * a.batchStride(),
                        b.first(),
                        i * b.batchStride(),
                        beta,
                        c.first(),
                        shift,
                        c.first(),
                        shift);
            }
            return;
        }
        ProductBatch batch = isNarrow(arithmetic) ? batch32 : batch64;
        batch.multiply(threads(a.first(), b.first(), c.first(), c.first()), alpha, a, b, beta, c);
    }

    private void multiply(
            Arithmetic arithmetic,
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
        if (c.elements() == 0) {
            return;
        }
        Product product = isNarrow(arithmetic) ? product32 : product64;
        int used = work(a, c) < SMALL ? 1 : threads(a, b, beta == 0 ? c : d, c);
        try {
            product.multiply(pool, used, region, alpha, a, shiftA, b, shiftB, beta, d, shiftD, c, shiftC);
        } finally {
            product.release();
        }
    }

    /** {@return multiplications and additions of a product} */
    static double work(Matrix a, Matrix c) {
        return (double) c.rows() * c.columns() * a.columns();
    }

    /** {@return how many threads may touch all of these} */
    private int threads(Matrix a, Matrix b, Matrix c, Matrix d) {
        return Sharing.isOpen(a) && Sharing.isOpen(b) && Sharing.isOpen(c) && Sharing.isOpen(d) ? threads : 1;
    }

    private static void requireAddend(String operation, double beta, Matrix d, Matrix c) {
        if (beta != 0) {
            Operands.requireSameShape(operation, d, c);
        }
    }

    private static void requireProduct(String operation, Matrix a, Matrix b, Matrix c) {
        Operands.requireShape(operation, "b", b, a.columns(), b.columns());
        Operands.requireShape(operation, "c", c, a.rows(), b.columns());
    }
}
