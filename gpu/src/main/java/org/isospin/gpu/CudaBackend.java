package org.isospin.gpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import org.isospin.Precision;
import org.isospin.backend.Backend;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.DeviceClock;
import org.isospin.ffm.cuda.CudaRuntime;
import org.isospin.ffm.cuda.CudaStatus;

/** Computes on an NVIDIA GPU: cuBLAS, cuSOLVER and kernels of our own, all on streams. */
final class CudaBackend implements Backend {
    static final String NAME = "cuda";

    private final Device device;

    CudaBackend(Device device) {
        this.device = device;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public SequencedMap<String, String> describe() {
        device.bind();
        SequencedMap<String, String> facts = new LinkedHashMap<>();
        facts.put("device", device.describe());
        facts.put(
                "compute capability",
                device.attribute(CudaRuntime.cudaDevAttrComputeCapabilityMajor()) + "."
                        + device.attribute(CudaRuntime.cudaDevAttrComputeCapabilityMinor()));
        facts.put("multiprocessors", Integer.toString(device.attribute(CudaRuntime.cudaDevAttrMultiProcessorCount())));
        CudaStatus cuda = CudaStatus.get();
        facts.put("driver", cuda.driver());
        facts.put("libraries", cuda.origin());
        return facts;
    }

    @Override
    public long memoryBytes() {
        device.bind();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment free = arena.allocateFrom(ValueLayout.JAVA_LONG, 0L);
            MemorySegment total = arena.allocateFrom(ValueLayout.JAVA_LONG, 0L);
            Status.runtime(CudaRuntime.cudaMemGetInfo(free, total), "cudaMemGetInfo");
            return total.get(ValueLayout.JAVA_LONG, 0);
        }
    }

    /** One caller at a time enqueues on a stream; the device has its own threads. */
    @Override
    public ComputeStream open(int threads, Precision precision) {
        device.bind();
        return new CudaStream(device, precision);
    }

    @Override
    public Optional<DeviceClock> clock() {
        return Optional.of(device.clock());
    }

    @Override
    public void close() {
        device.close();
    }
}
