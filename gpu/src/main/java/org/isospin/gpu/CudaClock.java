package org.isospin.gpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.isospin.backend.DeviceClock;
import org.isospin.ffm.cuda.CudaRuntime;

/** A clock of two events: streams record one when the first call begins, the other when a call ends; the last one counts. */
final class CudaClock implements DeviceClock {
    private static final double MILLISECONDS = 1e3;

    private final Device device;
    private MemorySegment first = MemorySegment.NULL;
    private MemorySegment last = MemorySegment.NULL;
    private boolean isRunning;
    private boolean hasBegun;

    CudaClock(Device device) {
        this.device = device;
    }

    /** A call begins on a stream. */
    synchronized void begins(MemorySegment stream) {
        if (isRunning && !hasBegun) {
            hasBegun = true;
            record(first, stream);
        }
    }

    /** A call ends on a stream. */
    synchronized void ends(MemorySegment stream) {
        if (isRunning && hasBegun) {
            record(last, stream);
        }
    }

    private static void record(MemorySegment event, MemorySegment stream) {
        Status.runtime(CudaRuntime.cudaEventRecord(event, stream), "cudaEventRecord");
    }

    @Override
    public double seconds(Runnable calls) {
        start();
        try {
            calls.run();
        } finally {
            synchronized (this) {
                isRunning = false;
            }
        }
        return elapsed();
    }

    private synchronized void start() {
        if (isRunning) {
            throw new IllegalStateException("the clock of " + device.describe() + " is running already");
        }
        device.bind();
        if (first.equals(MemorySegment.NULL)) {
            first = Transfers.event(CudaRuntime.cudaEventDefault());
            last = Transfers.event(CudaRuntime.cudaEventDefault());
        }
        isRunning = true;
        hasBegun = false;
    }

    private synchronized double elapsed() {
        if (!hasBegun) {
            throw new IllegalStateException("nothing was called on " + device.describe() + " while its clock ran");
        }
        device.bind();
        Status.runtime(CudaRuntime.cudaEventSynchronize(last), "cudaEventSynchronize");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ValueLayout.JAVA_FLOAT);
            Status.runtime(CudaRuntime.cudaEventElapsedTime(out, first, last), "cudaEventElapsedTime");
            return out.get(ValueLayout.JAVA_FLOAT, 0) / MILLISECONDS;
        }
    }

    /** Frees the events. */
    synchronized void close() {
        if (!first.equals(MemorySegment.NULL)) {
            CudaRuntime.cudaEventDestroy(first);
            CudaRuntime.cudaEventDestroy(last);
            first = MemorySegment.NULL;
            last = MemorySegment.NULL;
        }
    }
}
