package org.isospin.gpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Workspace;
import org.isospin.ffm.cuda.CusolverDn;

/**
 * cuSOLVER on one stream, on column-major scratch of F32 or F64. What it reports goes to a number on the device, {@link #info};
 * none of these calls waits.
 */
final class Solver implements AutoCloseable {
    private static final byte THIN = 'S';
    private static final byte NONE = 'N';
    private static final int UPPER = 1;
    private static final int VECTORS = 1;
    private static final int ECONOMY = 1;
    /** Up to here rotations of pairs are faster than a bidiagonalisation, and they are more accurate. */
    private static final int MOST_JACOBI_COLUMNS = 512;

    private final Queue queue;
    private final MemorySegment handle;
    private final MemorySegment jacobi;
    private final DeviceBlock info;
    private final Arena arena;
    private final MemorySegment length;

    Solver(Queue queue) {
        this.queue = queue;
        // First, as the device may have no room for it.
        info = new DeviceBlock(queue.device(), Integer.BYTES);
        arena = Arena.ofShared();
        length = arena.allocate(ValueLayout.JAVA_INT);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocateFrom(ValueLayout.ADDRESS, MemorySegment.NULL);
            int created = CusolverDn.cusolverDnCreate(out);
            if (created != 0) {
                // The handle is garbage then.
                info.close();
                this.arena.close();
            }
            Status.cusolver(created, "cusolverDnCreate");
            handle = out.get(ValueLayout.ADDRESS, 0);
            int status = CusolverDn.cusolverDnSetStream(handle, queue.stream());
            status = status == 0 ? CusolverDn.cusolverDnCreateGesvdjInfo(out) : status;
            if (status != 0) {
                CusolverDn.cusolverDnDestroy(handle);
                info.close();
                this.arena.close();
            }
            Status.cusolver(status, "cusolverDnCreateGesvdjInfo");
            jacobi = out.get(ValueLayout.ADDRESS, 0);
        }
    }

    /** {@return where the latest call reports} */
    long info() {
        return info.address();
    }

    /** Asks for the length of a workspace. */
    @FunctionalInterface
    private interface Length {
        int ask(MemorySegment out);
    }

    /** Does the work in a workspace of a length. */
    @FunctionalInterface
    private interface Work {
        int run(MemorySegment workspace, int length);
    }

    /** Calls a function of LAPACK's name for a's type. */
    private void call(String routine, Matrix a, Length length, Work work) {
        Workspace ws = queue.workspace();
        ws.mark();
        try {
            // Where a call fails it may leave its output untouched.
            this.length.set(ValueLayout.JAVA_INT, 0, 0);
            require(length.ask(this.length), routine, "_bufferSize", a);
            int n = this.length.get(ValueLayout.JAVA_INT, 0);
            MemorySegment workspace = at(ws.matrix(a.dtype(), 1, Math.max(1, n)));
            require(work.run(workspace, n), routine, "", a);
        } finally {
            ws.release();
        }
    }

    private static void require(int status, String routine, String suffix, Matrix a) {
        if (status != 0) {
            Status.cusolver(status, "cusolverDn" + (isDouble(a) ? "D" : "S") + routine + suffix, a);
        }
    }

    MemorySegment handle() {
        return handle;
    }

    private MemorySegment at(Matrix m) {
        return MemorySegment.ofAddress(queue.address(m, Access.UPDATE));
    }

    private MemorySegment report() {
        return MemorySegment.ofAddress(info.address());
    }

    private static int ld(Matrix m) {
        return Math.toIntExact(Math.max(1, m.stride()));
    }

    private static boolean isDouble(Matrix m) {
        return m.dtype() == DType.F64;
    }

    /** The upper triangle of a ← that of Lᵀ, a = L·Lᵀ. */
    void cholesky(Matrix a) {
        MemorySegment x = at(a);
        int n = a.rows();
        int ld = ld(a);
        call(
                "potrf",
                a,
                out -> isDouble(a)
                        ? CusolverDn.cusolverDnDpotrf_bufferSize(handle, UPPER, n, x, ld, out)
                        : CusolverDn.cusolverDnSpotrf_bufferSize(handle, UPPER, n, x, ld, out),
                (ws, length) -> isDouble(a)
                        ? CusolverDn.cusolverDnDpotrf(handle, UPPER, n, x, ld, ws, length, report())
                        : CusolverDn.cusolverDnSpotrf(handle, UPPER, n, x, ld, ws, length, report()));
    }

    /** P·a = L·U in place; pivots count from one. */
    void lu(Matrix a, long pivots) {
        MemorySegment x = at(a);
        MemorySegment rows = MemorySegment.ofAddress(pivots);
        int n = a.rows();
        int ld = ld(a);
        call(
                "getrf",
                a,
                out -> isDouble(a)
                        ? CusolverDn.cusolverDnDgetrf_bufferSize(handle, n, n, x, ld, out)
                        : CusolverDn.cusolverDnSgetrf_bufferSize(handle, n, n, x, ld, out),
                (ws, _) -> isDouble(a)
                        ? CusolverDn.cusolverDnDgetrf(handle, n, n, x, ld, ws, rows, report())
                        : CusolverDn.cusolverDnSgetrf(handle, n, n, x, ld, ws, rows, report()));
    }

    /** Householder QR in place. */
    void reflect(Matrix a, Matrix tau) {
        MemorySegment x = at(a);
        MemorySegment t = at(tau);
        int m = a.rows();
        int n = a.columns();
        int ld = ld(a);
        call(
                "geqrf",
                a,
                out -> isDouble(a)
                        ? CusolverDn.cusolverDnDgeqrf_bufferSize(handle, m, n, x, ld, out)
                        : CusolverDn.cusolverDnSgeqrf_bufferSize(handle, m, n, x, ld, out),
                (ws, length) -> isDouble(a)
                        ? CusolverDn.cusolverDnDgeqrf(handle, m, n, x, ld, t, ws, length, report())
                        : CusolverDn.cusolverDnSgeqrf(handle, m, n, x, ld, t, ws, length, report()));
    }

    /** The orthonormal factor of what {@link #reflect} left, in place. */
    void orthonormal(Matrix a, Matrix tau) {
        MemorySegment x = at(a);
        MemorySegment t = at(tau);
        int m = a.rows();
        int n = a.columns();
        int ld = ld(a);
        call(
                "orgqr",
                a,
                out -> isDouble(a)
                        ? CusolverDn.cusolverDnDorgqr_bufferSize(handle, m, n, n, x, ld, t, out)
                        : CusolverDn.cusolverDnSorgqr_bufferSize(handle, m, n, n, x, ld, t, out),
                (ws, length) -> isDouble(a)
                        ? CusolverDn.cusolverDnDorgqr(handle, m, n, n, x, ld, t, ws, length, report())
                        : CusolverDn.cusolverDnSorgqr(handle, m, n, n, x, ld, t, ws, length, report()));
    }

    /** Singular values and vectors of an F64 a with at least as many rows as columns, which is lost. */
    void svd(Matrix a, Matrix s, Matrix u, Matrix v) {
        if (a.columns() <= MOST_JACOBI_COLUMNS) {
            jacobi(VECTORS, a, at(s), at(u), ld(u), at(v), ld(v));
        } else {
            // What it takes for Vᵀ by columns is V by rows.
            bidiagonal(THIN, a, at(s), at(u), ld(u), at(v), ld(v));
        }
    }

    /** {@return whether {@link #svd} writes v row-major; else it is column-major} */
    static boolean isRowMajor(int columns) {
        return columns > MOST_JACOBI_COLUMNS;
    }

    /** Singular values of such an a. */
    void singularValues(Matrix a, Matrix s) {
        if (a.columns() <= MOST_JACOBI_COLUMNS) {
            Workspace ws = queue.workspace();
            ws.mark();
            try {
                // It works in the memory of the vectors even where none are asked for.
                MemorySegment u = at(ws.matrix(DType.F64, a.columns(), a.rows()));
                MemorySegment v = at(ws.matrix(DType.F64, a.columns(), a.columns()));
                jacobi(0, a, at(s), u, a.rows(), v, a.columns());
            } finally {
                ws.release();
            }
        } else {
            bidiagonal(NONE, a, at(s), MemorySegment.NULL, a.rows(), MemorySegment.NULL, a.columns());
        }
    }

    private void jacobi(int job, Matrix a, MemorySegment s, MemorySegment u, int ldu, MemorySegment v, int ldv) {
        MemorySegment x = at(a);
        int m = a.rows();
        int n = a.columns();
        int ld = ld(a);
        call(
                "gesvdj",
                a,
                out -> CusolverDn.cusolverDnDgesvdj_bufferSize(
                        handle, job, ECONOMY, m, n, x, ld, s, u, ldu, v, ldv, out, jacobi),
                (ws, length) -> CusolverDn.cusolverDnDgesvdj(
                        handle, job, ECONOMY, m, n, x, ld, s, u, ldu, v, ldv, ws, length, report(), jacobi));
    }

    private void bidiagonal(byte job, Matrix a, MemorySegment s, MemorySegment u, int ldu, MemorySegment vt, int ldv) {
        MemorySegment x = at(a);
        int m = a.rows();
        int n = a.columns();
        int ld = ld(a);
        call(
                "gesvd",
                a,
                out -> CusolverDn.cusolverDnDgesvd_bufferSize(handle, m, n, out),
                (ws, length) -> CusolverDn.cusolverDnDgesvd(
                        handle, job, job, m, n, x, ld, s, u, ldu, vt, ldv, ws, length, MemorySegment.NULL, report()));
    }

    @Override
    public void close() {
        CusolverDn.cusolverDnDestroyGesvdjInfo(jacobi);
        CusolverDn.cusolverDnDestroy(handle);
        info.close();
        arena.close();
    }
}
