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
     * Allocates scratch: one stream alone uses it, so that nothing needs to be ordered.
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
     * @param scope what frees it; null for scratch
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

    /** A call begins to use this memory on a stream, which waits for what other streams were given that uses it. */
    void begin(CudaStream stream) {
        if (scope != null) {
            scope.enter();
        }
        boolean isOrdered = false;
        try {
            order(stream);
            isOrdered = true;
        } finally {
            if (!isOrdered && scope != null) {
                scope.leave();
            }
        }
    }

    private synchronized void order(CudaStream stream) {
        users.removeIf(CudaStream::isClosed);
        for (CudaStream other : users) {
            if (other != stream) {
                stream.waitFor(other);
            }
        }
    }

    /** A call that uses this memory ends: a stream was given its work, and marked the end of that. */
    void end(CudaStream stream) {
        synchronized (this) {
            if (!users.contains(stream)) {
                users.add(stream);
            }
        }
        if (scope != null) {
            scope.leave();
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
    public Matrix allocate(DType dtype, int rows, int columns) {
        if (scope == null) {
            throw new IllegalStateException("scratch of a stream is no place for what outlives a call");
        }
        return scope.upload(Matrix.allocate(dtype, rows, columns));
    }

    @Override
    public void copy(Matrix source, Matrix target) {
        boolean isBetween = source.storage() instanceof DeviceBlock from
                && target.storage() instanceof DeviceBlock to
                && from.owner.ordinal() != to.owner.ordinal();
        if (isBetween) {
            // Not every pair of devices reaches each other's memory.
            source.copy().copyTo(target);
        } else {
            owner.copy(source, target);
        }
    }

    @Override
    public String toString() {
        return byteSize + " bytes on " + device();
    }
}
