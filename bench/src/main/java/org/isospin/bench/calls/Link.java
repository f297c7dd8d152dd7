package org.isospin.bench.calls;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.bench.timing.Timing;
import org.isospin.ffm.cuda.CudaRuntime;
import org.isospin.gpu.DeviceScope;

/**
 * A matrix to the device and back, by the host's clock, beside what the link gives: copies from and to pinned memory, by events.
 */
final class Link {
    /** The part of the link's bandwidth that is to be reached. */
    private static final double GOAL = 0.9;

    private static final int ROUNDS = 5;

    private Link() {}

    static CallRow measure(BareCuda cuda, int n) {
        try (DeviceScope scope = DeviceScope.open();
                Arena arena = Arena.ofShared()) {
            Matrix host = Matrix.allocate(arena, DType.F32, n, n);
            host.set(n - 1, n - 1, 1);
            Matrix back = Matrix.allocate(arena, DType.F32, n, n);
            Matrix there = scope.allocate(DType.F32, n, n);
            long bytes = BareCuda.bytes(host);
            MemorySegment pinned = cuda.pin(bytes);
            MemorySegment memory = cuda.allocate(bytes);
            List<Double> ours = new ArrayList<>();
            List<Double> bare = new ArrayList<>();
            // The first round makes pages and staging memory.
            for (int round = 0; round <= ROUNDS; round++) {
                long start = System.nanoTime();
                host.copyTo(there);
                there.copyTo(back);
                double mine = 1e-9 * Math.max(1, System.nanoTime() - start);
                double other = cuda.seconds(() -> {
                    cuda.copy(memory, pinned, bytes, CudaRuntime.cudaMemcpyHostToDevice());
                    cuda.copy(pinned, memory, bytes, CudaRuntime.cudaMemcpyDeviceToHost());
                });
                if (round > 0) {
                    ours.add(mine);
                    bare.add(other);
                }
            }
            boolean isSame = back.get(n - 1, n - 1) == 1 && back.get(0, 0) == 0;
            return new CallRow(
                    "there and back",
                    bytes + " bytes from pinned memory",
                    n,
                    DType.F32,
                    new Timing(ours, 1),
                    new Timing(bare, 1),
                    isSame ? 0 : Double.NaN,
                    0,
                    GOAL);
        } finally {
            cuda.free();
        }
    }
}
