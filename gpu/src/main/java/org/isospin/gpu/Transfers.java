package org.isospin.gpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.isospin.ffm.cuda.CudaRuntime;

/**
 * Copies between host memory of any kind and the device, through pinned memory in two halves: one is filled while the device
 * reads the other. An upload returns when the host memory has been read, a download when it has been written.
 */
final class Transfers implements AutoCloseable {
    private static final long SMALLEST = 1L << 16;
    private static final long LARGEST = 1L << 23;

    private final MemorySegment stream;
    private final Half[] halves = {new Half(), new Half()};
    private int next;

    private static final class Half {
        MemorySegment memory = MemorySegment.NULL;
        final MemorySegment event = event();
        boolean isBusy;

        void await() {
            if (isBusy) {
                isBusy = false;
                Status.runtime(CudaRuntime.cudaEventSynchronize(event), "cudaEventSynchronize");
            }
        }

        void free() {
            CudaRuntime.cudaFreeHost(memory);
            memory = MemorySegment.NULL;
        }
    }

    Transfers(MemorySegment stream) {
        this.stream = stream;
    }

    /** {@return a new event that is only waited for} */
    static MemorySegment event() {
        return event(CudaRuntime.cudaEventDisableTiming());
    }

    static MemorySegment event(int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(CudaRuntime.C_POINTER);
            int status = CudaRuntime.cudaEventCreateWithFlags(out, flags);
            Status.runtime(status, "cudaEventCreateWithFlags");
            return out.get(CudaRuntime.C_POINTER, 0);
        }
    }

    /** {@return a half that the device does not use, of at least that many bytes or the largest size} */
    private Half half(long bytes) {
        Half half = halves[next];
        next = 1 - next;
        half.await();
        long wanted = Math.clamp(Long.highestOneBit(2 * bytes - 1), SMALLEST, LARGEST);
        if (half.memory.byteSize() < wanted) {
            if (!half.memory.equals(MemorySegment.NULL)) {
                half.free();
            }
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment out = arena.allocate(CudaRuntime.C_POINTER);
                int status = CudaRuntime.cudaHostAlloc(out, wanted, CudaRuntime.cudaHostAllocDefault());
                Status.runtime(status, "cudaHostAlloc", wanted + " bytes");
                half.memory = out.get(CudaRuntime.C_POINTER, 0).asSlice(0, wanted);
            }
        }
        return half;
    }

    private void mark(Half half) {
        Status.runtime(CudaRuntime.cudaEventRecord(half.event, stream), "cudaEventRecord");
        half.isBusy = true;
    }

    /** Copies bytes to the device. */
    void upload(MemorySegment source, long offset, long target, long bytes) {
        for (long done = 0; done < bytes; ) {
            Half half = half(bytes - done);
            long n = Math.min(half.memory.byteSize(), bytes - done);
            MemorySegment.copy(source, offset + done, half.memory, 0, n);
            int status = CudaRuntime.cudaMemcpyAsync(
                    MemorySegment.ofAddress(target + done),
                    half.memory,
                    n,
                    CudaRuntime.cudaMemcpyHostToDevice(),
                    stream);
            Status.runtime(status, "cudaMemcpyAsync", n + " bytes to the device");
            mark(half);
            done += n;
        }
    }

    /** Copies runs of bytes to the host and waits for them. */
    void download(long source, MemorySegment target, long offset, long pitch, long width, long height) {
        for (long run = 0; run < height; ) {
            if (width > LARGEST) {
                for (long done = 0; done < width; done += LARGEST) {
                    long n = Math.min(LARGEST, width - done);
                    block(source + run * pitch + done, target, offset + run * pitch + done, pitch, n, 1);
                }
                run++;
            } else {
                long runs = Math.min(height - run, LARGEST / width);
                block(source + run * pitch, target, offset + run * pitch, pitch, width, runs);
                run += runs;
            }
        }
    }

    private void block(long source, MemorySegment target, long offset, long pitch, long width, long height) {
        Half half = half(width * height);
        int status = CudaRuntime.cudaMemcpy2DAsync(
                half.memory,
                width,
                MemorySegment.ofAddress(source),
                Math.max(pitch, width),
                width,
                height,
                CudaRuntime.cudaMemcpyDeviceToHost(),
                stream);
        Status.runtime(status, "cudaMemcpy2DAsync", height + " x " + width + " bytes to the host");
        mark(half);
        half.await();
        for (long i = 0; i < height; i++) {
            MemorySegment.copy(half.memory, i * width, target, offset + i * pitch, width);
        }
    }

    @Override
    public void close() {
        for (Half half : halves) {
            half.free();
            CudaRuntime.cudaEventDestroy(half.event);
        }
    }
}
