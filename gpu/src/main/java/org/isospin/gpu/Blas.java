package org.isospin.gpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Order;
import org.isospin.backend.Arithmetic;
import org.isospin.ffm.cuda.Cublas;

/** cuBLAS on one stream, by matrices: row-major operands are transposes to it, told by operand order. */
final class Blas implements AutoCloseable {
    /** What NVIDIA recommends on Hopper; a workspace of our own makes results the same from run to run. */
    private static final long WORKSPACE = 32L << 20;

    private final Queue queue;
    private final Arena arena;
    private final MemorySegment handle;
    private final MemorySegment alpha;
    private final MemorySegment beta;
    private final DeviceBlock workspace;

    Blas(Queue queue) {
        this.queue = queue;
        // First, as the device may have no room for it.
        workspace = new DeviceBlock(queue.device(), WORKSPACE);
        arena = Arena.ofShared();
        alpha = arena.allocate(ValueLayout.JAVA_DOUBLE);
        beta = arena.allocate(ValueLayout.JAVA_DOUBLE);
        MemorySegment out = arena.allocateFrom(ValueLayout.ADDRESS, MemorySegment.NULL);
        int created = Cublas.cublasCreate_v2(out);
        if (created != 0) {
            workspace.close();
            arena.close();
        }
        Status.cublas(created, "cublasCreate_v2");
        handle = out.get(ValueLayout.ADDRESS, 0);
        int status = Cublas.cublasSetStream_v2(handle, queue.stream());
        if (status == 0) {
            status = Cublas.cublasSetWorkspace_v2(
                    handle, MemorySegment.ofAddress(workspace.address()), workspace.byteSize());
        }
        if (status == 0) {
            status = Cublas.cublasSetMathMode(
                    handle, Cublas.CUBLAS_DEFAULT_MATH() | Cublas.CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION());
        }
        if (status != 0) {
            close();
        }
        Status.cublas(status, "cublasSetStream_v2");
    }

    private static int type(DType dtype) {
        return switch (dtype) {
            case F32 -> Cublas.CUDA_R_32F();
            case F64 -> Cublas.CUDA_R_64F();
            case BF16 -> Cublas.CUDA_R_16BF();
            case F16 -> Cublas.CUDA_R_16F();
        };
    }

    /** {@return how cuBLAS multiplies operands of a type: what is narrower than F32 goes to tensor cores as it is} */
    private static int compute(Arithmetic arithmetic, DType operands) {
        return switch (arithmetic) {
            case F64, F32_ACCUMULATE_F64 -> Cublas.CUBLAS_COMPUTE_64F();
            case F32 -> Cublas.CUBLAS_COMPUTE_32F();
            case TF32 -> operands == DType.F32 ? Cublas.CUBLAS_COMPUTE_32F_FAST_TF32() : Cublas.CUBLAS_COMPUTE_32F();
            case BF16 -> operands == DType.F32 ? Cublas.CUBLAS_COMPUTE_32F_FAST_16BF() : Cublas.CUBLAS_COMPUTE_32F();
        };
    }

    private static int operation(Matrix m) {
        return m.order() == Order.COLUMN_MAJOR ? Cublas.CUBLAS_OP_N() : Cublas.CUBLAS_OP_T();
    }

    private static int ld(Matrix m) {
        return Math.toIntExact(Math.max(1, m.stride()));
    }

    /** The factors in the type that sums have; cuBLAS reads them before it returns. */
    private void factors(DType sums, double alpha, double beta) {
        if (sums == DType.F64) {
            this.alpha.set(ValueLayout.JAVA_DOUBLE, 0, alpha);
            this.beta.set(ValueLayout.JAVA_DOUBLE, 0, beta);
        } else {
            this.alpha.set(ValueLayout.JAVA_FLOAT, 0, (float) alpha);
            this.beta.set(ValueLayout.JAVA_FLOAT, 0, (float) beta);
        }
    }

    private static MemorySegment pointer(long address) {
        return MemorySegment.ofAddress(address);
    }

    /** Makes no list of operands where nothing failed: it would be garbage of every call. */
    private static void require(int status, String call, Matrix a, Matrix b, Matrix c) {
        if (status != 0) {
            Status.cublas(status, call, a, b, c);
        }
    }

    /** c ← α·a·b + β·c; a and b have one type, c that or the sums'. */
    void gemm(Arithmetic arithmetic, double alpha, Matrix a, Matrix b, double beta, Matrix c) {
        gemmBatched(arithmetic, alpha, a, 0, b, 0, beta, c, 0, 1, a, b, c);
    }

    /** The same for matrices at constant distances, which lie within the wholes that are given last. */
    void gemmBatched(
            Arithmetic arithmetic,
            double alpha,
            Matrix a,
            long strideA,
            Matrix b,
            long strideB,
            double beta,
            Matrix c,
            long strideC,
            int count,
            Matrix wholeA,
            Matrix wholeB,
            Matrix wholeC) {
        if (c.order() == Order.ROW_MAJOR) {
            // cᵀ = bᵀ·aᵀ, and the transpose of a row-major matrix is column-major.
            gemmBatched(
                    arithmetic,
                    alpha,
                    b.transposed(),
                    strideB,
                    a.transposed(),
                    strideA,
                    beta,
                    c.transposed(),
                    strideC,
                    count,
                    wholeB,
                    wholeA,
                    wholeC);
            return;
        }
        queue.resolve(wholeA, wholeB, wholeC, Access.UPDATE);
        factors(arithmetic.accumulator(), alpha, beta);
        int status = Cublas.cublasGemmStridedBatchedEx(
                handle,
                operation(a),
                operation(b),
                c.rows(),
                c.columns(),
                a.columns(),
                this.alpha,
                pointer(queue.first()),
                type(a.dtype()),
                ld(a),
                strideA,
                pointer(queue.second()),
                type(b.dtype()),
                ld(b),
                strideB,
                this.beta,
                pointer(queue.output()),
                type(c.dtype()),
                ld(c),
                strideC,
                count,
                compute(arithmetic, a.dtype()),
                Cublas.CUBLAS_GEMM_DEFAULT());
        require(status, "cublasGemmStridedBatchedEx", a, b, c);
    }

    /** {@return whether {@link #lower} can do a product: it rounds no operand, and has no types narrower than F32} */
    static boolean canDoLower(Arithmetic arithmetic, Matrix a, Matrix b, Matrix c) {
        return arithmetic != Arithmetic.TF32
                && arithmetic != Arithmetic.BF16
                && a.order() != b.order()
                && a.dtype() == b.dtype()
                && a.dtype() == c.dtype()
                && a.dtype().bytes() >= 4;
    }

    /** The lower triangle of c ← α·a·b + β·c. */
    void lower(double alpha, Matrix a, Matrix b, double beta, Matrix c) {
        boolean isTransposed = c.order() == Order.ROW_MAJOR;
        // cᵀ = bᵀ·aᵀ is column-major; its upper triangle is c's lower one.
        Matrix x = isTransposed ? b.transposed() : a;
        Matrix y = isTransposed ? a.transposed() : b;
        int uplo = isTransposed ? Cublas.CUBLAS_FILL_MODE_UPPER() : Cublas.CUBLAS_FILL_MODE_LOWER();
        queue.resolve(x, y, c, Access.UPDATE);
        factors(c.dtype(), alpha, beta);
        MemorySegment first = pointer(queue.first());
        MemorySegment second = pointer(queue.second());
        MemorySegment out = pointer(queue.output());
        int trans = operation(x);
        int n = c.rows();
        int k = a.columns();
        if (c.dtype() == DType.F64) {
            int status = Cublas.cublasDsyrkx(
                    handle, uplo, trans, n, k, this.alpha, first, ld(x), second, ld(y), this.beta, out, ld(c));
            require(status, "cublasDsyrkx", a, b, c);
        } else {
            int status = Cublas.cublasSsyrkx(
                    handle, uplo, trans, n, k, this.alpha, first, ld(x), second, ld(y), this.beta, out, ld(c));
            require(status, "cublasSsyrkx", a, b, c);
        }
    }

    /** b ← t⁻¹·b; t and b of one type, F32 or F64. */
    void solve(boolean isLower, boolean isUnit, Matrix t, Matrix b) {
        boolean isTransposed = b.order() == Order.ROW_MAJOR;
        // bᵀ = bᵀ·t⁻ᵀ where b is row-major.
        Matrix factor = isTransposed ? t.transposed() : t;
        boolean isStored = factor.order() == Order.COLUMN_MAJOR;
        boolean isStoredLower = (isLower != isTransposed) == isStored;
        int side = isTransposed ? Cublas.CUBLAS_SIDE_RIGHT() : Cublas.CUBLAS_SIDE_LEFT();
        int uplo = isStoredLower ? Cublas.CUBLAS_FILL_MODE_LOWER() : Cublas.CUBLAS_FILL_MODE_UPPER();
        int diagonal = isUnit ? Cublas.CUBLAS_DIAG_UNIT() : Cublas.CUBLAS_DIAG_NON_UNIT();
        int m = isTransposed ? b.columns() : b.rows();
        int n = isTransposed ? b.rows() : b.columns();
        queue.resolve(t, t, b, Access.UPDATE);
        factors(b.dtype(), 1, 0);
        MemorySegment at = pointer(queue.first());
        MemorySegment out = pointer(queue.output());
        if (b.dtype() == DType.F64) {
            int status = Cublas.cublasDtrsm_v2(
                    handle, side, uplo, operation(factor), diagonal, m, n, alpha, at, ld(t), out, ld(b));
            require(status, "cublasDtrsm_v2", t, b, b);
        } else {
            int status = Cublas.cublasStrsm_v2(
                    handle, side, uplo, operation(factor), diagonal, m, n, alpha, at, ld(t), out, ld(b));
            require(status, "cublasStrsm_v2", t, b, b);
        }
    }

    @Override
    public void close() {
        Cublas.cublasDestroy_v2(handle);
        workspace.close();
        arena.close();
    }
}
