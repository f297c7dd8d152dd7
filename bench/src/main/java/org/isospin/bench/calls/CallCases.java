package org.isospin.bench.calls;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.MatrixBatch;
import org.isospin.Order;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Triangle;
import org.isospin.ffm.cuda.CudaRuntime;
import org.isospin.gpu.DeviceScope;

/**
 * The calls of one order and type, on the same operands in the device's memory. What is overwritten by a call is restored by a copy
 * before each, on both sides.
 *
 * @param iso the backend
 * @param scope its memory
 * @param cuda the bare calls
 * @param arena the operands' on the host
 * @param n the order
 * @param dtype the type
 * @param seed where random numbers start
 */
record CallCases(Isospin iso, DeviceScope scope, BareCuda cuda, Arena arena, int n, DType dtype, long seed) {
    /** Products of a batch, of a quarter of the order each. */
    private static final int BATCH = 16;

    private static final int PARTS = 4;

    /** An operand on both sides: in the backend's memory and in the other. */
    private record Both(Matrix host, Matrix ours, MemorySegment bare) {}

    private Both both(Matrix host) {
        return new Both(host, scope.upload(host), cuda.upload(host));
    }

    private Matrix gaussian(long stream, double deviation) {
        SplittableRandom random = new SplittableRandom(seed + stream);
        Matrix m = Matrix.allocate(arena, dtype, n, n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                m.set(i, j, deviation * random.nextGaussian());
            }
        }
        return m;
    }

    /** {@return a symmetric matrix so dominated by its diagonal that it is positive definite and no rows are exchanged} */
    private Matrix dominated() {
        Matrix m = gaussian(3, 1.0 / n);
        for (int i = 0; i < n; i++) {
            m.set(i, i, 4);
            for (int j = 0; j < i; j++) {
                m.set(i, j, m.get(j, i));
            }
        }
        return m;
    }

    List<CallCase> all() {
        List<CallCase> cases = new ArrayList<>();
        Both a = both(gaussian(1, 1));
        Both b = both(gaussian(2, 1));
        cases.add(product(a, b));
        cases.add(batch(a, b));
        if (dtype == dtype.computeType()) {
            Both positive = both(dominated());
            cases.add(gram(a));
            cases.add(solve(positive, b));
            cases.add(cholesky(positive));
            cases.add(lu(positive));
        }
        return cases;
    }

    private CallCase of(
            String title,
            String by,
            Runnable ours,
            Runnable bare,
            Matrix out,
            MemorySegment bareOut,
            UnaryOperator<Matrix> asOurs,
            ToDoubleFunction<Matrix> error) {
        return new CallCase(
                title,
                by,
                n,
                dtype,
                ours,
                bare,
                out::copy,
                () -> asOurs.apply(cuda.download(bareOut, dtype, n)),
                error);
    }

    private long bytes() {
        return (long) n * n * dtype.bytes();
    }

    private Matrix there() {
        return scope.allocate(dtype, n, n);
    }

    private void restore(MemorySegment target, MemorySegment source) {
        cuda.copy(target, source, bytes(), CudaRuntime.cudaMemcpyDeviceToDevice());
    }

    private CallCase product(Both a, Both b) {
        Matrix out = there();
        MemorySegment bare = cuda.allocate(bytes());
        return of(
                "gemm",
                "cublasGemmEx",
                () -> iso.multiply(a.ours, b.ours, out),
                () -> cuda.multiply(dtype, n, 1, a.bare, b.bare, bare),
                out,
                bare,
                m -> m,
                new Residual(a.host, b.host, seed).ofProduct());
    }

    private static MatrixBatch blocks(Matrix m, int count, int order) {
        return MatrixBatch.wrap(
                m.storage(),
                m.byteOffset(),
                m.dtype(),
                count,
                order,
                order,
                order,
                Order.ROW_MAJOR,
                (long) order * order);
    }

    private CallCase batch(Both a, Both b) {
        int order = Math.max(1, n / PARTS);
        int count = Math.min(BATCH, n * n / (order * order));
        Matrix out = there();
        MemorySegment bare = cuda.allocate(bytes());
        MatrixBatch left = blocks(a.ours, count, order);
        MatrixBatch right = blocks(b.ours, count, order);
        MatrixBatch results = blocks(out, count, order);
        iso.run(stream -> stream.fill(out, 0));
        cuda.zero(bare, bytes());
        return of(
                "gemm batched",
                count + " of " + order + " by cublasGemmStridedBatchedEx",
                () -> iso.run(stream -> stream.gemmBatched(stream.arithmetic(dtype), 1, left, right, 0, results)),
                () -> cuda.multiply(dtype, order, count, a.bare, b.bare, bare),
                out,
                bare,
                m -> m,
                new Residual(a.host, b.host, seed).ofBlocks(order));
    }

    private CallCase gram(Both a) {
        Matrix out = there();
        MemorySegment bare = cuda.allocate(bytes());
        cuda.zero(bare, bytes());
        return of(
                "gemmt",
                "cublas?syrkx, one triangle",
                () -> iso.run(stream -> stream.gemmt(
                        stream.arithmetic(dtype), Symmetry.SYMMETRIC, 1, a.ours, a.ours.transposed(), 0, out, out)),
                () -> cuda.gram(dtype, n, a.bare, bare),
                out,
                bare,
                CallCases::mirrored,
                new Residual(a.host, a.host.transposed(), seed).ofProduct());
    }

    /** {@return a symmetric matrix of its lower triangle} */
    private static Matrix mirrored(Matrix m) {
        for (int i = 0; i < m.rows(); i++) {
            for (int j = 0; j < i; j++) {
                m.set(j, i, m.get(i, j));
            }
        }
        return m;
    }

    private CallCase solve(Both t, Both b) {
        Matrix out = there();
        MemorySegment bare = cuda.allocate(bytes());
        return of(
                "trsm",
                "cublas?trsm",
                () -> iso.run(stream -> {
                    stream.copy(b.ours, out);
                    stream.solveTriangular(Triangle.LOWER, t.ours, out);
                }),
                () -> {
                    restore(bare, b.bare);
                    cuda.solve(dtype, n, t.bare, bare);
                },
                out,
                bare,
                m -> m,
                new Residual(t.host, b.host, seed).ofSolution());
    }

    private CallCase cholesky(Both a) {
        Matrix out = there();
        MemorySegment bare = cuda.allocate(bytes());
        int length = cuda.choleskyWork(dtype, n, a.bare);
        MemorySegment work = cuda.allocate(Math.max(1L, length) * dtype.bytes());
        return of(
                "potrf",
                "cusolverDn?potrf",
                () -> iso.run(stream -> {
                    stream.copy(a.ours, out);
                    stream.cholesky(out, stream.scalar());
                }),
                () -> {
                    restore(bare, a.bare);
                    cuda.cholesky(dtype, n, bare, work, length);
                },
                out,
                bare,
                m -> m,
                new Residual(a.host, a.host, seed).ofCholesky());
    }

    /** Column by column as row by row: a symmetric matrix is its transpose, and its rows are not exchanged. */
    private CallCase lu(Both a) {
        Matrix out = there();
        MemorySegment bare = cuda.allocate(bytes());
        MemorySegment work = cuda.allocate(Math.max(1L, cuda.luWork(dtype, n, a.bare)) * dtype.bytes());
        MemorySegment pivots = cuda.allocate((long) n * Integer.BYTES);
        return of(
                "getrf",
                "cusolverDn?getrf",
                () -> iso.run(stream -> {
                    stream.copy(a.ours, out);
                    stream.lu(out, stream.indices(n), stream.scalar());
                }),
                () -> {
                    restore(bare, a.bare);
                    cuda.lu(dtype, n, bare, work, pivots);
                },
                out,
                bare,
                Matrix::transposed,
                new Residual(a.host, a.host, seed).ofLu());
    }
}
