package org.isospin.gpu;

import java.util.function.Supplier;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.MatrixBatch;
import org.isospin.Order;
import org.isospin.Storage;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;

/**
 * Matrix products by cuBLAS. Operands that it cannot mix are copied to scratch of a type that it can; a result that must be
 * rounded once, in a type that cuBLAS does not store from its sums, is summed in scratch and copied.
 */
final class CudaProducts {
    /**
     * Strips of columns, from the diagonal down, that a triangle is computed in where cuBLAS has no call for one: 5/8 of the
     * whole product.
     */
    private static final int STRIPS = 4;

    /** From here on a strip is work for a whole device. */
    private static final int SMALLEST_IN_STRIPS = 2048;

    /** Widths of strips are multiples of it, so that every strip is aligned. */
    private static final int TILE = 128;

    private final Queue queue;
    private final Supplier<Blas> blas;
    private final Core whole = this::whole;
    private final Core lower = this::lower;
    private final CudaElementwise elementwise;
    private final CudaSymmetric symmetric;

    CudaProducts(Queue queue, Supplier<Blas> blas, CudaElementwise elementwise, CudaSymmetric symmetric) {
        this.queue = queue;
        this.blas = blas;
        this.elementwise = elementwise;
        this.symmetric = symmetric;
    }

    /** Computes c ← α·a·b + β·c for operands that cuBLAS takes, all of it or its lower triangle. */
    @FunctionalInterface
    private interface Core {
        void multiply(Arithmetic arithmetic, double alpha, Matrix a, Matrix b, double beta, Matrix c);
    }

    void gemm(Arithmetic arithmetic, double alpha, Matrix a, Matrix b, double beta, Matrix d, Matrix c) {
        multiply(whole, arithmetic, alpha, a, b, beta, d, c);
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
        multiply(lower, arithmetic, alpha, a, b, beta, d, c);
        symmetric.mirror(symmetry, c);
    }

    private void whole(Arithmetic arithmetic, double alpha, Matrix a, Matrix b, double beta, Matrix c) {
        blas.get().gemm(arithmetic, alpha, a, b, beta, c);
    }

    private void lower(Arithmetic arithmetic, double alpha, Matrix a, Matrix b, double beta, Matrix c) {
        int n = c.rows();
        if (Blas.canDoLower(arithmetic, a, b, c)) {
            blas.get().lower(alpha, a, b, beta, c);
        } else if (n < SMALLEST_IN_STRIPS) {
            whole(arithmetic, alpha, a, b, beta, c);
        } else {
            Workspace ws = queue.workspace();
            // All of an operand comes to the device at once, not strip by strip.
            queue.resolve(a, b, c, Access.UPDATE);
            int width = (n / STRIPS + TILE - 1) / TILE * TILE;
            for (int j = 0; j < n; j += width) {
                int columns = Math.min(width, n - j);
                Matrix rows = ws.view(a, j, 0, n - j, a.columns());
                Matrix strip = ws.view(b, 0, j, b.rows(), columns);
                whole(arithmetic, alpha, rows, strip, beta, ws.view(c, j, j, n - j, columns));
            }
        }
    }

    private static boolean isSame(Matrix a, Matrix b) {
        return a == b
                || (a.storage().equals(b.storage())
                        && a.byteOffset() == b.byteOffset()
                        && a.dtype() == b.dtype()
                        && a.rows() == b.rows()
                        && a.columns() == b.columns()
                        && a.order() == b.order()
                        && a.stride() == b.stride());
    }

    private void multiply(
            Core core, Arithmetic arithmetic, double alpha, Matrix a, Matrix b, double beta, Matrix d, Matrix c) {
        if (c.elements() == 0) {
            return;
        }
        DType sums = arithmetic.accumulator();
        if (a.columns() == 0) {
            if (beta == 0) {
                elementwise.fill(c, 0);
            } else {
                elementwise.combine(0, d, beta, d, 0, c);
            }
            return;
        }
        if (isSame(c, a) || isSame(c, b)) {
            throw new IllegalArgumentException("a product's output cannot be its factor: " + c);
        }
        Workspace ws = queue.workspace();
        ws.mark();
        try {
            DType type = operandType(sums, a.dtype(), b.dtype());
            Matrix x = as(type, a);
            Matrix y = as(type, b);
            boolean isStored = c.dtype() == type || c.dtype() == sums;
            boolean isExact = beta == 0 || isSame(d, c) || d.dtype() == c.dtype() || c.dtype() == sums;
            if (alpha == 0 || !isStored || !isExact) {
                Matrix product = ws.matrix(sums, c.rows(), c.columns());
                // cuBLAS takes a factor of zero for an absent product, and would hide its NaN.
                core.multiply(arithmetic, alpha == 0 ? 1 : alpha, x, y, 0, product);
                Matrix addend = beta == 0 ? product : d;
                elementwise.combine(alpha == 0 ? 0 : 1, product, beta, addend, 0, sums == c.dtype() ? c : product);
                if (sums != c.dtype()) {
                    elementwise.copy(product, c);
                }
                return;
            }
            if (beta != 0 && !isSame(d, c)) {
                elementwise.copy(d, c);
            }
            core.multiply(arithmetic, alpha, x, y, beta, c);
        } finally {
            ws.release();
        }
    }

    /** {@return the one type that both operands get} */
    private static DType operandType(DType sums, DType a, DType b) {
        if (sums == DType.F64) {
            return DType.F64;
        }
        return a == b && a != DType.F64 ? a : DType.F32;
    }

    private Matrix as(DType type, Matrix m) {
        if (m.dtype() == type) {
            return m;
        }
        boolean isRowMajor = m.order() == Order.ROW_MAJOR;
        Workspace ws = queue.workspace();
        Matrix copy = isRowMajor
                ? ws.matrix(type, m.rows(), m.columns())
                : ws.matrix(type, m.columns(), m.rows()).transposed();
        elementwise.copy(m, copy);
        return copy;
    }

    void gemmBatched(Arithmetic arithmetic, double alpha, MatrixBatch a, MatrixBatch b, double beta, MatrixBatch c) {
        if (c.count() == 0) {
            return;
        }
        DType sums = arithmetic.accumulator();
        DType type = operandType(sums, a.dtype(), b.dtype());
        boolean isDirect = a.dtype() == type
                && b.dtype() == type
                && (c.dtype() == type || c.dtype() == sums)
                && alpha != 0
                && a.columns() > 0
                && c.first().elements() > 0
                && c.first().storage() instanceof Storage.Device;
        if (isDirect) {
            blas.get()
                    .gemmBatched(
                            arithmetic,
                            alpha,
                            a.first(),
                            a.batchStride(),
                            b.first(),
                            b.batchStride(),
                            beta,
                            c.first(),
                            c.batchStride(),
                            c.count(),
                            whole(a),
                            whole(b),
                            whole(c));
            return;
        }
        for (int i = 0; i < c.count(); i++) {
            gemm(arithmetic, alpha, a.get(i), b.get(i), beta, c.get(i), c.get(i));
        }
    }

    /** {@return all of a batch's memory as one row} */
    private static Matrix whole(MatrixBatch batch) {
        Matrix m = batch.first();
        if (batch.count() == 1 || batch.batchStride() == 0 || m.isDevice()) {
            return m;
        }
        boolean isRowMajor = m.order() == Order.ROW_MAJOR;
        int runs = isRowMajor ? m.rows() : m.columns();
        int length = isRowMajor ? m.columns() : m.rows();
        int all = Math.toIntExact((batch.count() - 1) * batch.batchStride() + (runs - 1) * m.stride() + length);
        return Matrix.wrap(m.storage(), m.byteOffset(), m.dtype(), 1, all, all, Order.ROW_MAJOR);
    }
}
