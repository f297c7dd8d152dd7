package org.isospin.gpu;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.isospin.Precision;
import org.isospin.backend.Backend;
import org.isospin.backend.ComputeStream;
import org.isospin.ffm.cuda.CudaRuntime;
import org.isospin.ffm.cuda.CudaStatus;

/** Computes on an NVIDIA GPU: cuBLAS, cuSOLVER and kernels of our own, all on streams. */
final class CudaBackend implements Backend {
    static final String NAME = "cuda";

    private final Device device;

    CudaBackend() {
        device = Device.open();
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
        facts.put("libraries", CudaStatus.get().origin());
        return facts;
    }

    /** One caller at a time enqueues on a stream; the device has its own threads. */
    @Override
    public ComputeStream open(int threads, Precision precision) {
        device.bind();
        return new CudaStream(device, precision);
    }

    @Override
    public void close() {
        device.close();
    }
}
