package org.isospin.simd;

import org.isospin.Matrix;
import org.isospin.MatrixBatch;
import org.isospin.backend.WorkerPool;
import org.jspecify.annotations.Nullable;

/** Products of batches of small matrices: each is computed by one thread, with buffers of that thread's own. */
final class ProductBatch {
    /** Multiplications and additions that are worth claiming an item for. */
    private static final double ITEM = 1e6;

    private final MicroKernel kernel;
    private final WorkerPool pool;
    private final @Nullable Product[] products;
    private final WorkerPool.Task multiplying = this::multiply;

    // The batch that is being computed.
    private double alpha;
    private double beta;
    private Matrix a = SimdProducts.NONE;
    private Matrix b = SimdProducts.NONE;
    private Matrix c = SimdProducts.NONE;
    private long strideA;
    private long strideB;
    private long strideC;
    private int count;
    private int matrices;

    ProductBatch(MicroKernel kernel, WorkerPool pool, int threads) {
        this.kernel = kernel;
        this.pool = pool;
        this.products = new Product[threads];
    }

    /** cᵢ ← α·aᵢ·bᵢ + β·cᵢ. */
    void multiply(int threads, double alpha, MatrixBatch a, MatrixBatch b, double beta, MatrixBatch c) {
        if (c.count() == 0 || c.first().elements() == 0) {
            return;
        }
        this.alpha = alpha;
        this.beta = beta;
        this.a = a.first();
        this.b = b.first();
        this.c = c.first();
        strideA = a.batchStride();
        strideB = b.batchStride();
        strideC = c.batchStride();
        count = c.count();
        double work = Math.max(1, SimdProducts.work(this.a, this.c));
        matrices = (int) Math.clamp(Math.ceil(ITEM / work), 1, count);
        int items = Math.ceilDiv(count, matrices);
        try {
            if (threads > 1) {
                pool.run(threads, items, multiplying);
            } else {
                for (int i = 0; i < items; i++) {
                    multiply(i, 0);
                }
            }
        } finally {
            this.a = SimdProducts.NONE;
            this.b = SimdProducts.NONE;
            this.c = SimdProducts.NONE;
            for (Product product : products) {
                if (product != null) {
                    product.release();
                }
            }
        }
    }

    private void multiply(int item, int worker) {
        Product product = products[worker];
        if (product == null) {
            product = new Product(kernel, 1);
            products[worker] = product;
        }
        int end = (int) Math.min(count, (item + 1L) * matrices);
        for (int i = item * matrices; i < end; i++) {
            long shift = i * strideC;
            product.multiply(pool, 1, Region.ALL, alpha, a, i * strideA, b, i * strideB, beta, c, shift, c, shift);
        }
    }
}
