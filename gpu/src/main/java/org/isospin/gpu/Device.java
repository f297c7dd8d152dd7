package org.isospin.gpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.isospin.DeviceOutOfMemoryException;
import org.isospin.Matrix;
import org.isospin.Precision;
import org.isospin.ffm.cuda.CudaRuntime;
import org.isospin.ffm.cuda.CudaStatus;
import org.jspecify.annotations.Nullable;

/** One device: its memory, our kernels on it, and a stream for copies that no context asks for. */
final class Device implements AutoCloseable {
    /** System property that names the device by its number; 0 without it. */
    static final String PROPERTY = "isospin.cuda.device";

    private static final int OUT_OF_MEMORY = 2;

    private final int ordinal;
    private final String name;
    private final boolean hasPools;
    private final KernelModule kernels;
    private final CudaClock clock = new CudaClock(this);
    private @Nullable CudaStream copies;
    private boolean isClosed;

    private Device(int ordinal, String name) {
        this.ordinal = ordinal;
        this.name = name;
        bind();
        hasPools = attribute(CudaRuntime.cudaDevAttrMemoryPoolsSupported()) != 0;
        if (hasPools) {
            keepFreedMemory();
        }
        kernels = KernelModules.acquire(ordinal);
    }

    /** {@return the device that {@value #PROPERTY} names, ready for use} */
    static Device open() {
        int ordinal = Integer.getInteger(PROPERTY, 0);
        return open(ordinal, PROPERTY + "=" + ordinal);
    }

    /** {@return the device of a number, ready for use} */
    static Device open(int ordinal) {
        return open(ordinal, "there is no device " + ordinal);
    }

    private static Device open(int ordinal, String message) {
        List<String> devices = CudaStatus.get().devices();
        if (ordinal < 0 || ordinal >= devices.size()) {
            throw new IllegalArgumentException(message + ": the CUDA devices are " + numbered(devices));
        }
        return new Device(ordinal, devices.get(ordinal));
    }

    private static String numbered(List<String> devices) {
        return IntStream.range(0, devices.size())
                .mapToObj(i -> i + " (" + devices.get(i) + ")")
                .collect(Collectors.joining(", "));
    }

    /** Makes this the device of the calling thread; every thread that calls CUDA must. */
    void bind() {
        int status = CudaRuntime.cudaSetDevice(ordinal);
        if (status != 0) {
            Status.runtime(status, "cudaSetDevice", ordinal);
        }
    }

    int ordinal() {
        return ordinal;
    }

    /** {@return the device in words} */
    String describe() {
        return "cuda:" + ordinal + " (" + name + ")";
    }

    KernelModule kernels() {
        return kernels;
    }

    CudaClock clock() {
        return clock;
    }

    int attribute(int attribute) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocateFrom(ValueLayout.JAVA_INT, 0);
            Status.runtime(
                    CudaRuntime.cudaDeviceGetAttribute(out, attribute, ordinal), "cudaDeviceGetAttribute", attribute);
            return out.get(ValueLayout.JAVA_INT, 0);
        }
    }

    /** Without this the pool gives freed memory back to the driver whenever a stream is waited for. */
    private void keepFreedMemory() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pool = arena.allocate(CudaRuntime.C_POINTER);
            Status.runtime(CudaRuntime.cudaDeviceGetDefaultMemPool(pool, ordinal), "cudaDeviceGetDefaultMemPool");
            int status = CudaRuntime.cudaMemPoolSetAttribute(
                    pool.get(CudaRuntime.C_POINTER, 0),
                    CudaRuntime.cudaMemPoolAttrReleaseThreshold(),
                    arena.allocateFrom(ValueLayout.JAVA_LONG, -1L));
            Status.runtime(status, "cudaMemPoolSetAttribute");
        }
    }

    /** {@return the address of new memory that outlives any stream, 256-byte aligned} */
    long allocate(long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(CudaRuntime.C_POINTER);
            return allocated(CudaRuntime.cudaMalloc(out, bytes), "cudaMalloc", bytes, out);
        }
    }

    void free(long address) {
        CudaRuntime.cudaFree(MemorySegment.ofAddress(address));
    }

    /**
     * {@return the address of new memory that a stream may use from now on}
     *
     * @param bytes how much
     * @param stream the stream
     * @param out memory for an address
     */
    long allocate(long bytes, MemorySegment stream, MemorySegment out) {
        return hasPools
                ? allocated(CudaRuntime.cudaMallocAsync(out, bytes, stream), "cudaMallocAsync", bytes, out)
                : allocate(bytes);
    }

    /** Frees memory after what a stream was given so far. */
    void free(long address, MemorySegment stream) {
        if (hasPools) {
            CudaRuntime.cudaFreeAsync(MemorySegment.ofAddress(address), stream);
        } else {
            CudaRuntime.cudaStreamSynchronize(stream);
            free(address);
        }
    }

    private static DeviceOutOfMemoryException outOfMemory(int status, String call, long bytes) {
        CudaRuntime.cudaGetLastError();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment free = arena.allocateFrom(ValueLayout.JAVA_LONG, -1L);
            MemorySegment total = arena.allocateFrom(ValueLayout.JAVA_LONG, -1L);
            boolean isKnown = CudaRuntime.cudaMemGetInfo(free, total) == 0;
            return new DeviceOutOfMemoryException(
                    call, status, bytes, isKnown ? free.get(ValueLayout.JAVA_LONG, 0) : -1);
        }
    }

    private static long allocated(int status, String call, long bytes, MemorySegment out) {
        if (status == OUT_OF_MEMORY) {
            throw outOfMemory(status, call, bytes);
        }
        Status.bytes(status, call, bytes, "on the device");
        return out.get(CudaRuntime.C_POINTER, 0).address();
    }

    /** Copies between the host and this device, or within it, and waits. */
    synchronized void copy(Matrix source, Matrix target) {
        if (isClosed) {
            throw new IllegalStateException("the memory's scope on " + describe() + " is closed");
        }
        if (copies == null) {
            bind();
            copies = new CudaStream(this, Precision.STANDARD);
        }
        CudaStream stream = copies;
        stream.bind();
        try {
            stream.copy(source, target);
            stream.complete();
            stream.synchronize();
        } finally {
            stream.reset();
        }
    }

    @Override
    public synchronized void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        bind();
        if (copies != null) {
            copies.close();
        }
        clock.close();
        KernelModules.release(ordinal);
    }
}
