package org.isospin.gpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Workspace;
import org.isospin.ffm.cuda.Cublas;
import org.isospin.ffm.cuda.CusolverDn;
import org.isospin.ffm.cuda.CusolverPolar;

/** The polar decomposition of cuSOLVER, QDWH, in F64, where the library has it. */
final class LibraryPolar implements AutoCloseable {
    /** From here on one call that iterates by itself saves more than its start costs: a guess, for no device has told yet. */
    private static final int SMALLEST = 128;

    private final Queue queue;
    private final Solver solver;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment parameters;
    private final MemorySegment onDevice = arena.allocate(ValueLayout.JAVA_LONG);
    private final MemorySegment onHost = arena.allocate(ValueLayout.JAVA_LONG);
    private MemorySegment host = MemorySegment.NULL;

    LibraryPolar(Queue queue, Solver solver) {
        this.queue = queue;
        this.solver = solver;
        MemorySegment out = arena.allocateFrom(ValueLayout.ADDRESS, MemorySegment.NULL);
        int status = CusolverDn.cusolverDnCreateParams(out);
        if (status != 0) {
            arena.close();
        }
        Status.cusolver(status, "cusolverDnCreateParams");
        parameters = out.get(ValueLayout.ADDRESS, 0);
    }

    /** {@return whether a matrix with that many columns is worth it, and the library at hand has it} */
    static boolean isFor(int columns) {
        return columns >= SMALLEST && CusolverPolar.isAccurate();
    }

    /**
     * a ← its polar factor.
     *
     * @param a m × n, m ≥ n, F64, column-major
     * @param reciprocal a cell that receives an estimate of 1/κ
     */
    void factor(Matrix a, long reciprocal) {
        Workspace ws = queue.workspace();
        int m = a.rows();
        int n = a.columns();
        int type = Cublas.CUDA_R_64F();
        int full = Cublas.CUBLAS_FILL_MODE_FULL();
        ws.mark();
        try {
            Matrix h = ws.matrix(DType.F64, n, n);
            Matrix norms = ws.matrix(DType.F64, 1, 2);
            MemorySegment x = at(a);
            MemorySegment y = at(h);
            onDevice.set(ValueLayout.JAVA_LONG, 0, 0);
            onHost.set(ValueLayout.JAVA_LONG, 0, 0);
            int asked = CusolverPolar.bufferSize(
                    solver.handle(), parameters, full, m, n, type, x, a.stride(), y, n, onDevice, onHost);
            Status.cusolver(asked, "cusolverDnXpolar_bufferSize", a);
            long bytes = onDevice.get(ValueLayout.JAVA_LONG, 0);
            long hostBytes = onHost.get(ValueLayout.JAVA_LONG, 0);
            Matrix work = ws.matrix(DType.F64, 1, Math.toIntExact(Math.max(1, (bytes + 7) / 8)));
            int status = CusolverPolar.polar(
                    solver.handle(),
                    parameters,
                    full,
                    m,
                    n,
                    type,
                    x,
                    a.stride(),
                    y,
                    n,
                    at(work),
                    bytes,
                    host(hostBytes),
                    hostBytes,
                    at(norms),
                    MemorySegment.ofAddress(at(norms).address() + Double.BYTES),
                    MemorySegment.ofAddress(reciprocal),
                    MemorySegment.ofAddress(solver.info()));
            Status.cusolver(status, "cusolverDnXpolar", a);
        } finally {
            ws.release();
        }
    }

    /** {@return host memory that lives as long as this: the call may return before the device has read it} */
    private MemorySegment host(long bytes) {
        if (host.byteSize() < bytes) {
            host = arena.allocate(bytes, Long.BYTES);
        }
        return host;
    }

    private MemorySegment at(Matrix m) {
        return MemorySegment.ofAddress(queue.address(m, Access.UPDATE));
    }

    @Override
    public void close() {
        CusolverDn.cusolverDnDestroyParams(parameters);
        arena.close();
    }
}
