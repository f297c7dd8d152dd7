package org.isospin.bench.calls;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.ffm.cuda.Cublas;
import org.isospin.ffm.cuda.CudaRuntime;
import org.isospin.ffm.cuda.CusolverDn;

/**
 * CUDA as a program calls it by hand: a stream, handles, memory, two events, and nothing of the backend. Matrices are square and
 * dense. All of it is called by one thread.
 */
final class BareCuda implements AutoCloseable {
    /** What NVIDIA recommends on Hopper. */
    private static final long WORKSPACE = 32L << 20;

    private static final String DEVICE = "isospin.cuda.device";
    private static final double MILLISECONDS = 1e3;
    private static final int UPPER = Cublas.CUBLAS_FILL_MODE_UPPER();

    private final Arena arena = Arena.ofShared();
    private final MemorySegment out = arena.allocate(ValueLayout.ADDRESS);
    private final MemorySegment number = arena.allocate(ValueLayout.JAVA_LONG);
    private final MemorySegment factor = arena.allocate(ValueLayout.JAVA_DOUBLE);
    private final MemorySegment zero = arena.allocate(ValueLayout.JAVA_DOUBLE);
    private final List<MemorySegment> memory = new ArrayList<>();
    private final List<MemorySegment> pinned = new ArrayList<>();
    private final MemorySegment stream;
    private final MemorySegment begin;
    private final MemorySegment end;
    private final MemorySegment blas;
    private final MemorySegment solver;
    private final MemorySegment info;

    /** Opens the device that the backend takes too, for the calling thread. */
    BareCuda() {
        require(CudaRuntime.cudaSetDevice(Integer.getInteger(DEVICE, 0)), "cudaSetDevice");
        require(CudaRuntime.cudaStreamCreateWithFlags(out, CudaRuntime.cudaStreamNonBlocking()), "cudaStreamCreate");
        stream = pointer();
        begin = event();
        end = event();
        require(Cublas.cublasCreate_v2(out), "cublasCreate");
        blas = pointer();
        require(Cublas.cublasSetStream_v2(blas, stream), "cublasSetStream");
        require(Cublas.cublasSetWorkspace_v2(blas, allocate(WORKSPACE), WORKSPACE), "cublasSetWorkspace");
        require(CusolverDn.cusolverDnCreate(out), "cusolverDnCreate");
        solver = pointer();
        require(CusolverDn.cusolverDnSetStream(solver, stream), "cusolverDnSetStream");
        info = allocate(Integer.BYTES);
    }

    private static void require(int status, String call) {
        if (status != 0) {
            throw new IllegalStateException(call + " failed with status " + status);
        }
    }

    private MemorySegment pointer() {
        return out.get(ValueLayout.ADDRESS, 0);
    }

    private MemorySegment event() {
        require(CudaRuntime.cudaEventCreateWithFlags(out, CudaRuntime.cudaEventDefault()), "cudaEventCreate");
        return pointer();
    }

    /** {@return new memory on the device} */
    MemorySegment allocate(long bytes) {
        require(CudaRuntime.cudaMalloc(out, bytes), "cudaMalloc");
        memory.add(pointer());
        return memory.getLast();
    }

    /** {@return new memory of the host that the device reads by itself} */
    MemorySegment pin(long bytes) {
        require(CudaRuntime.cudaHostAlloc(out, bytes, CudaRuntime.cudaHostAllocDefault()), "cudaHostAlloc");
        pinned.add(pointer());
        return pinned.getLast();
    }

    /** {@return new memory on the device with the bytes of a dense off-heap matrix} */
    MemorySegment upload(Matrix m) {
        MemorySegment there = allocate(bytes(m));
        copy(there, m.segment().asSlice(m.byteOffset()), bytes(m), CudaRuntime.cudaMemcpyHostToDevice());
        synchronize();
        return there;
    }

    /** {@return a new host matrix with the bytes of memory on the device} */
    Matrix download(MemorySegment there, DType dtype, int n) {
        Matrix m = Matrix.allocate(arena, dtype, n, n);
        copy(m.segment().asSlice(m.byteOffset()), there, bytes(m), CudaRuntime.cudaMemcpyDeviceToHost());
        synchronize();
        return m;
    }

    static long bytes(Matrix m) {
        return (long) m.rows() * m.columns() * m.dtype().bytes();
    }

    /** Copies in a direction. */
    void copy(MemorySegment target, MemorySegment source, long bytes, int direction) {
        require(CudaRuntime.cudaMemcpyAsync(target, source, bytes, direction, stream), "cudaMemcpyAsync");
    }

    /** Clears memory on the device. */
    void zero(MemorySegment there, long bytes) {
        require(CudaRuntime.cudaMemsetAsync(there, 0, bytes, stream), "cudaMemsetAsync");
    }

    private void synchronize() {
        require(CudaRuntime.cudaStreamSynchronize(stream), "cudaStreamSynchronize");
    }

    /** {@return seconds between events before and after calls} */
    double seconds(Runnable calls) {
        require(CudaRuntime.cudaEventRecord(begin, stream), "cudaEventRecord");
        calls.run();
        require(CudaRuntime.cudaEventRecord(end, stream), "cudaEventRecord");
        require(CudaRuntime.cudaEventSynchronize(end), "cudaEventSynchronize");
        require(CudaRuntime.cudaEventElapsedTime(number, begin, end), "cudaEventElapsedTime");
        return number.get(ValueLayout.JAVA_FLOAT, 0) / MILLISECONDS;
    }

    private MemorySegment factor(DType dtype, double value) {
        if (dtype == DType.F64) {
            factor.set(ValueLayout.JAVA_DOUBLE, 0, value);
        } else {
            factor.set(ValueLayout.JAVA_FLOAT, 0, (float) value);
        }
        return factor;
    }

    private static int type(DType dtype) {
        return switch (dtype) {
            case F32 -> Cublas.CUDA_R_32F();
            case F64 -> Cublas.CUDA_R_64F();
            case BF16 -> Cublas.CUDA_R_16BF();
            case F16 -> Cublas.CUDA_R_16F();
        };
    }

    private static int compute(DType dtype) {
        return dtype == DType.F64 ? Cublas.CUBLAS_COMPUTE_64F() : Cublas.CUBLAS_COMPUTE_32F();
    }

    /** c ← a·b for a number of matrices one behind the other; row by row, which is cᵀ = bᵀ·aᵀ to cuBLAS. */
    void multiply(DType dtype, int n, int count, MemorySegment a, MemorySegment b, MemorySegment c) {
        long stride = (long) n * n;
        int type = type(dtype);
        int plain = Cublas.CUBLAS_OP_N();
        int status = Cublas.cublasGemmStridedBatchedEx(
                blas,
                plain,
                plain,
                n,
                n,
                n,
                factor(dtype, 1),
                b,
                type,
                n,
                stride,
                a,
                type,
                n,
                stride,
                zero,
                c,
                type,
                n,
                stride,
                count,
                compute(dtype),
                Cublas.CUBLAS_GEMM_DEFAULT());
        require(status, "cublasGemmStridedBatchedEx");
    }

    /** The upper triangle, to cuBLAS, of c ← a·aᵀ, without its mirror; F32 or F64. */
    void gram(DType dtype, int n, MemorySegment a, MemorySegment c) {
        int transposed = Cublas.CUBLAS_OP_T();
        MemorySegment one = factor(dtype, 1);
        require(
                dtype == DType.F64
                        ? Cublas.cublasDsyrkx(blas, UPPER, transposed, n, n, one, a, n, a, n, zero, c, n)
                        : Cublas.cublasSsyrkx(blas, UPPER, transposed, n, n, one, a, n, a, n, zero, c, n),
                "cublas?syrkx");
    }

    /** b ← t⁻¹·b for a lower t, row by row, which is bᵀ ← bᵀ·t⁻ᵀ by an upper tᵀ to cuBLAS; F32 or F64. */
    void solve(DType dtype, int n, MemorySegment t, MemorySegment b) {
        int right = Cublas.CUBLAS_SIDE_RIGHT();
        int plain = Cublas.CUBLAS_OP_N();
        int diagonal = Cublas.CUBLAS_DIAG_NON_UNIT();
        MemorySegment one = factor(dtype, 1);
        require(
                dtype == DType.F64
                        ? Cublas.cublasDtrsm_v2(blas, right, UPPER, plain, diagonal, n, n, one, t, n, b, n)
                        : Cublas.cublasStrsm_v2(blas, right, UPPER, plain, diagonal, n, n, one, t, n, b, n),
                "cublas?trsm");
    }

    /** {@return the elements of the workspace that {@link #cholesky} needs} */
    int choleskyWork(DType dtype, int n, MemorySegment a) {
        number.set(ValueLayout.JAVA_INT, 0, 0);
        require(
                dtype == DType.F64
                        ? CusolverDn.cusolverDnDpotrf_bufferSize(solver, UPPER, n, a, n, number)
                        : CusolverDn.cusolverDnSpotrf_bufferSize(solver, UPPER, n, a, n, number),
                "cusolverDn?potrf_bufferSize");
        return number.get(ValueLayout.JAVA_INT, 0);
    }

    /** The lower triangle of a, row by row, ← L; F32 or F64. */
    void cholesky(DType dtype, int n, MemorySegment a, MemorySegment work, int length) {
        require(
                dtype == DType.F64
                        ? CusolverDn.cusolverDnDpotrf(solver, UPPER, n, a, n, work, length, info)
                        : CusolverDn.cusolverDnSpotrf(solver, UPPER, n, a, n, work, length, info),
                "cusolverDn?potrf");
    }

    /** {@return the elements of the workspace that {@link #lu} needs} */
    int luWork(DType dtype, int n, MemorySegment a) {
        number.set(ValueLayout.JAVA_INT, 0, 0);
        require(
                dtype == DType.F64
                        ? CusolverDn.cusolverDnDgetrf_bufferSize(solver, n, n, a, n, number)
                        : CusolverDn.cusolverDnSgetrf_bufferSize(solver, n, n, a, n, number),
                "cusolverDn?getrf_bufferSize");
        return number.get(ValueLayout.JAVA_INT, 0);
    }

    /** a, column by column, ← L and U of its rows exchanged; F32 or F64. */
    void lu(DType dtype, int n, MemorySegment a, MemorySegment work, MemorySegment pivots) {
        require(
                dtype == DType.F64
                        ? CusolverDn.cusolverDnDgetrf(solver, n, n, a, n, work, pivots, info)
                        : CusolverDn.cusolverDnSgetrf(solver, n, n, a, n, work, pivots, info),
                "cusolverDn?getrf");
    }

    /** Frees everything that was allocated since, as far as it was not freed. */
    void free() {
        while (memory.size() > 2) {
            CudaRuntime.cudaFree(memory.removeLast());
        }
        pinned.forEach(CudaRuntime::cudaFreeHost);
        pinned.clear();
    }

    @Override
    public void close() {
        CudaRuntime.cudaStreamSynchronize(stream);
        free();
        Cublas.cublasDestroy_v2(blas);
        CusolverDn.cusolverDnDestroy(solver);
        memory.forEach(CudaRuntime::cudaFree);
        CudaRuntime.cudaEventDestroy(begin);
        CudaRuntime.cudaEventDestroy(end);
        CudaRuntime.cudaStreamDestroy(stream);
        arena.close();
    }
}
