package org.isospin.gpu;

import java.util.ArrayList;
import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Storage;
import org.jspecify.annotations.Nullable;

/**
 * A piece of device memory. Streams that use it one after the other are ordered by events: each waits for what the others
 * were given before.
 */
final class DeviceBlock extends Storage.Device {
    private final org.isospin.gpu.Device owner;
    private final long address;
    private final long byteSize;
    private final @Nullable DeviceScope scope;
    private final List<CudaStream> users = new ArrayList<>();
    private volatile boolean isClosed;

    /**
     * Allocates scratch, which one stream alone uses, so that nothing needs to be ordered.
     *
     * @param owner the device
     * @param byteSize how much
     */
    DeviceBlock(org.isospin.gpu.Device owner, long byteSize) {
        this(owner, byteSize, null);
    }

    /**
     * Allocates memory.
     *
     * @param owner the device
     * @param byteSize how much
     * @param scope what closes it; null for scratch
     */
    DeviceBlock(org.isospin.gpu.Device owner, long byteSize, @Nullable DeviceScope scope) {
        this.owner = owner;
        this.byteSize = byteSize;
        this.scope = scope;
        this.address = byteSize == 0 ? 0 : owner.allocate(byteSize);
    }

    /** {@return the address, for kernels of the same device} */
    long address() {
        if (isClosed) {
            throw new IllegalStateException("the scope of this memory on " + owner.describe() + " is closed");
        }
        return address;
    }

    org.isospin.gpu.Device owner() {
        return owner;
    }

    boolean isScratch() {
        return scope == null;
    }

    /** Makes a stream wait for what other streams were given that uses this memory. */
    synchronized void order(CudaStream stream) {
        users.removeIf(CudaStream::isClosed);
        for (CudaStream other : users) {
            if (other != stream) {
                stream.waitFor(other);
            }
        }
    }

    /** Notes that a stream was given work that uses this memory, and marked its end. */
    synchronized void used(CudaStream stream) {
        if (!users.contains(stream)) {
            users.add(stream);
        }
    }

    /** Frees the memory; the runtime waits for every use of it. */
    void close() {
        if (!isClosed) {
            isClosed = true;
            owner.bind();
            owner.free(address);
        }
    }

    @Override
    public long byteSize() {
        return byteSize;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public String device() {
        return owner.describe();
    }

    @Override
    public void copy(Matrix source, Matrix target) {
        owner.copy(source, target);
    }

    @Override
    public Matrix allocate(DType dtype, int rows, int columns) {
        if (scope == null) {
            throw new IllegalStateException("scratch of a stream has no scope on " + device());
        }
        return scope.upload(Matrix.allocate(dtype, rows, columns));
    }

    @Override
    public String toString() {
        return byteSize + " bytes on " + device();
    }
}
