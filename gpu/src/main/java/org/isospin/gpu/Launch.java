package org.isospin.gpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Order;
import org.isospin.ffm.cuda.CudaDriver;

/**
 * The arguments of a kernel, struct {@code Call} of {@code memory.cuh}, and its launch. Every kernel is right with any grid
 * and any block of at most as many threads as it has lanes; sizes here are for speed.
 */
final class Launch {
    private static final long A = 0;
    private static final long B = 32;
    private static final long OUT = 64;
    private static final long ALPHA = 96;
    private static final long BETA = 104;
    private static final long GAMMA = 112;
    private static final long M = 120;
    private static final long N = 128;
    private static final long K = 136;
    private static final long X = 144;
    private static final long Y = 152;
    private static final long Z = 160;
    private static final long P = 168;
    private static final long Q = 176;
    private static final long ROWS = 184;
    private static final long CODE = 192;
    private static final long FIRST = 200;
    private static final long SIZE = 208;

    private static final int WARP = 32;
    private static final int THREADS = 256;
    /** Threads of a block that computes something together: the lanes of {@code reductions.cuh}. */
    private static final int LANES = 128;
    /** Elements of a strip of {@code reductions.cuh}. */
    static final long STRIP = 4096;

    private static final int MOST_BLOCKS = 65535;

    private final KernelModule kernels;
    private final MemorySegment stream;
    private final MemorySegment call;
    private final MemorySegment parameters;
    private Kernel kernel = Kernel.COPY;

    Launch(KernelModule kernels, MemorySegment stream, Arena arena) {
        this.kernels = kernels;
        this.stream = stream;
        call = arena.allocate(SIZE, Long.BYTES);
        parameters = arena.allocateFrom(ValueLayout.ADDRESS, call);
    }

    /** Begins a call with all arguments zero. */
    Launch of(Kernel kernel) {
        this.kernel = kernel;
        call.fill((byte) 0);
        return this;
    }

    private Launch set(long at, double value) {
        call.set(ValueLayout.JAVA_DOUBLE, at, value);
        return this;
    }

    private Launch set(long at, long value) {
        call.set(ValueLayout.JAVA_LONG, at, value);
        return this;
    }

    private Launch view(long at, long address, long row, long column, DType dtype) {
        return set(at, address).set(at + 8, row).set(at + 16, column).set(at + 24, dtype.ordinal());
    }

    private Launch view(long at, long address, Matrix m) {
        boolean isRowMajor = m.order() == Order.ROW_MAJOR;
        return view(at, address, isRowMajor ? m.stride() : 1, isRowMajor ? 1 : m.stride(), m.dtype());
    }

    Launch a(long address, Matrix m) {
        return view(A, address, m);
    }

    Launch a(long address, long row, long column, DType dtype) {
        return view(A, address, row, column, dtype);
    }

    Launch b(long address, Matrix m) {
        return view(B, address, m);
    }

    Launch b(long address, long row, long column, DType dtype) {
        return view(B, address, row, column, dtype);
    }

    Launch out(long address, Matrix m) {
        return view(OUT, address, m);
    }

    Launch out(long address, long row, long column, DType dtype) {
        return view(OUT, address, row, column, dtype);
    }

    Launch alpha(double value) {
        return set(ALPHA, value);
    }

    Launch beta(double value) {
        return set(BETA, value);
    }

    Launch gamma(double value) {
        return set(GAMMA, value);
    }

    Launch m(long value) {
        return set(M, value);
    }

    Launch n(long value) {
        return set(N, value);
    }

    Launch k(long value) {
        return set(K, value);
    }

    Launch x(long cell) {
        return set(X, cell);
    }

    Launch y(long cell) {
        return set(Y, cell);
    }

    Launch z(long cell) {
        return set(Z, cell);
    }

    Launch p(long array) {
        return set(P, array);
    }

    Launch q(long array) {
        return set(Q, array);
    }

    Launch rows(long array) {
        return set(ROWS, array);
    }

    Launch code(long value) {
        return set(CODE, value);
    }

    Launch first(long value) {
        return set(FIRST, value);
    }

    /** Launches with a thread for each of m × n elements, neighbours along a row. */
    void elements(long m, long n) {
        m(m).n(n);
        int width = (int) Math.min(WARP, Long.highestOneBit(2 * n - 1));
        int height = THREADS / width;
        go(blocks(n, width), blocks(m, height), width, height);
    }

    /** Launches with a thread for each of a number of lines. */
    void lines(long count) {
        go(blocks(count, LANES), 1, LANES, 1);
    }

    /** Launches with a block for each of a number of strips. */
    void strips(long count) {
        go((int) Math.min(count, MOST_BLOCKS), 1, LANES, 1);
    }

    /** Launches one block. */
    void block() {
        go(1, 1, LANES, 1);
    }

    private static int blocks(long count, int each) {
        return Math.clamp((count + each - 1) / each, 1, MOST_BLOCKS);
    }

    private void go(int gridX, int gridY, int blockX, int blockY) {
        int status = CudaDriver.cuLaunchKernel(
                kernels.function(kernel),
                gridX,
                gridY,
                1,
                blockX,
                blockY,
                1,
                0,
                stream,
                parameters,
                MemorySegment.NULL);
        if (status != 0) {
            Status.driver(
                    status,
                    "cuLaunchKernel",
                    "kernel " + kernel.symbol(),
                    call.get(ValueLayout.JAVA_LONG, M) + " x " + call.get(ValueLayout.JAVA_LONG, N));
        }
    }
}
