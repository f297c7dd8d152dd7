package org.isospin.gpu;

import org.isospin.backend.Indices;
import org.jspecify.annotations.Nullable;

/** 32-bit row numbers on the device, in memory that grows to its largest use. */
final class CudaIndices implements Indices {
    private final Device device;
    private @Nullable DeviceBlock block;
    private int length;

    CudaIndices(Device device) {
        this.device = device;
    }

    static long address(Indices indices) {
        DeviceBlock block = ((CudaIndices) indices).block;
        return block == null ? 0 : block.address();
    }

    void resize(int length) {
        long bytes = (long) length * Integer.BYTES;
        if (block == null || block.byteSize() < bytes) {
            DeviceBlock larger = new DeviceBlock(device, bytes);
            free();
            block = larger;
        }
        this.length = length;
    }

    void free() {
        if (block != null) {
            block.close();
            block = null;
        }
    }

    @Override
    public int length() {
        return length;
    }
}
