package org.isospin.gpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.isospin.ffm.cuda.CudaRuntime;
import org.jspecify.annotations.Nullable;

/**
 * Copies between host memory of any kind and the device, through pinned memory in two halves: one is filled while the device
 * reads the other. An upload returns when the host memory has been read, a download when it has been written. Uploads have a
 * stream of their own, so that the device computes with what is there while the rest comes; the stream that computes waits for
 * them where {@link #uploaded} is called.
 *
 * <p>Where the system has no memory to pin, ordinary memory takes its place: slower, and right.
 */
final class Transfers implements AutoCloseable {
    private static final long SMALLEST = 1L << 16;
    private static final long LARGEST = 1L << 23;

    private final MemorySegment stream;
    private final MemorySegment uploads;
    private final MemorySegment arrival;
    private final Half[] halves = {new Half(), new Half()};
    private int next;
    private boolean isUploading;

    private static final class Half {
        MemorySegment memory = MemorySegment.NULL;
        final MemorySegment event = event();

        @Nullable
        Arena unpinned;

        boolean isBusy;

        void await() {
            if (isBusy) {
                isBusy = false;
                Status.runtime(CudaRuntime.cudaEventSynchronize(event), "cudaEventSynchronize");
            }
        }

        void allocate(long bytes) {
            free();
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment out = arena.allocate(CudaRuntime.C_POINTER);
                if (CudaRuntime.cudaHostAlloc(out, bytes, CudaRuntime.cudaHostAllocDefault()) == 0) {
                    memory = out.get(CudaRuntime.C_POINTER, 0).asSlice(0, bytes);
                    return;
                }
            }
            CudaRuntime.cudaGetLastError();
            Arena arena = Arena.ofShared();
            unpinned = arena;
            memory = arena.allocate(bytes);
        }

        void free() {
            if (unpinned != null) {
                unpinned.close();
                unpinned = null;
            } else {
                CudaRuntime.cudaFreeHost(memory);
            }
            memory = MemorySegment.NULL;
        }
    }

    Transfers(MemorySegment stream) {
        this.stream = stream;
        uploads = newStream();
        arrival = event();
    }

    /** {@return a new stream that waits for no other} */
    static MemorySegment newStream() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(CudaRuntime.C_POINTER);
            int status = CudaRuntime.cudaStreamCreateWithFlags(out, CudaRuntime.cudaStreamNonBlocking());
            Status.runtime(status, "cudaStreamCreateWithFlags");
            return out.get(CudaRuntime.C_POINTER, 0);
        }
    }

    /** {@return the stream that memory is to be allocated on, if it is uploaded to} */
    MemorySegment uploads() {
        return uploads;
    }

    /** Makes the stream that computes wait for what was uploaded. */
    void uploaded() {
        Status.runtime(CudaRuntime.cudaEventRecord(arrival, uploads), "cudaEventRecord");
        Status.runtime(CudaRuntime.cudaStreamWaitEvent(stream, arrival, 0), "cudaStreamWaitEvent");
        isUploading = false;
    }

    /** Waits for an upload that failed half-way, before its memory is freed. */
    void settle() {
        if (isUploading) {
            isUploading = false;
            // Whatever this reports, the call has failed already.
            CudaRuntime.cudaStreamSynchronize(uploads);
        }
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
            half.allocate(wanted);
        }
        return half;
    }

    private static void mark(Half half, MemorySegment on) {
        Status.runtime(CudaRuntime.cudaEventRecord(half.event, on), "cudaEventRecord");
        half.isBusy = true;
    }

    /** Copies bytes to memory that was allocated on {@link #uploads}, for work after {@link #uploaded}. */
    void upload(MemorySegment source, long offset, long target, long bytes) {
        isUploading = true;
        upload(source, offset, target, bytes, uploads);
    }

    /** Copies bytes to memory that earlier work of the stream that computes may use. */
    void uploadInOrder(MemorySegment source, long target, long bytes) {
        upload(source, 0, target, bytes, stream);
    }

    private void upload(MemorySegment source, long offset, long target, long bytes, MemorySegment on) {
        for (long done = 0; done < bytes; ) {
            Half half = half(bytes - done);
            long n = Math.min(half.memory.byteSize(), bytes - done);
            MemorySegment.copy(source, offset + done, half.memory, 0, n);
            int status = CudaRuntime.cudaMemcpyAsync(
                    MemorySegment.ofAddress(target + done), half.memory, n, CudaRuntime.cudaMemcpyHostToDevice(), on);
            Status.bytes(status, "cudaMemcpyAsync", n, "to the device");
            mark(half, on);
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
        Status.bytes(status, "cudaMemcpy2DAsync", height * width, "to the host");
        mark(half, stream);
        half.await();
        for (long i = 0; i < height; i++) {
            MemorySegment.copy(half.memory, i * width, target, offset + i * pitch, width);
        }
    }

    @Override
    public void close() {
        // Whatever this reports, nothing can be done about it here.
        CudaRuntime.cudaStreamSynchronize(uploads);
        CudaRuntime.cudaStreamDestroy(uploads);
        CudaRuntime.cudaEventDestroy(arrival);
        for (Half half : halves) {
            half.free();
            CudaRuntime.cudaEventDestroy(half.event);
        }
    }
}
