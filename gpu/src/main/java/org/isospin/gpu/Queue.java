package org.isospin.gpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Order;
import org.isospin.Storage;
import org.isospin.backend.Workspace;
import org.isospin.ffm.cuda.CudaRuntime;

/**
 * A CUDA stream and what every kernel of it needs: where operands are on the device, how kernels are launched, scratch. Used
 * by one caller at a time.
 */
final class Queue implements AutoCloseable {
    private final Device device;
    private final CudaStream owner;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment stream;
    private final MemorySegment end;
    private final Transfers transfers;
    private final HostMirrors mirrors;
    private final Launch launch;
    private final MemorySegment cell;
    private final List<DeviceBlock> slabs = new ArrayList<>();
    private final List<DeviceBlock> touched = new ArrayList<>();
    private final Workspace workspace;

    private long first;
    private long second;
    private long output;

    Queue(Device device, CudaStream owner) {
        this.device = device;
        this.owner = owner;
        this.workspace = new Workspace(this::slab);
        stream = Transfers.newStream();
        end = Transfers.event();
        transfers = new Transfers(stream);
        mirrors = new HostMirrors(device, stream, transfers, arena);
        launch = new Launch(device.kernels(), stream, arena);
        cell = arena.allocate(ValueLayout.JAVA_DOUBLE);
    }

    private Matrix slab(DType dtype, int elements) {
        DeviceBlock block = new DeviceBlock(device, (long) elements * dtype.bytes());
        slabs.add(block);
        return Matrix.wrap(block, 0, dtype, 1, elements, elements, Order.ROW_MAJOR);
    }

    Device device() {
        return device;
    }

    MemorySegment stream() {
        return stream;
    }

    Workspace workspace() {
        return workspace;
    }

    Launch launch(Kernel kernel) {
        return launch.of(kernel);
    }

    /** Finds where the inputs a and b and the output of a kernel are; {@link #first} and so on tell. */
    void resolve(Matrix a, Matrix b, Matrix out, Access access) {
        int moves;
        do {
            moves = mirrors.moves();
            first = address(a, Access.READ);
            second = address(b, Access.READ);
            output = address(out, access);
        } while (moves != mirrors.moves());
    }

    /** {@return where the first input of the latest {@link #resolve} is} */
    long first() {
        return first;
    }

    long second() {
        return second;
    }

    long output() {
        return output;
    }

    /** {@return where the only operand of a kernel is} */
    long address(Matrix m, Access access) {
        if (m.elements() == 0) {
            return 0;
        }
        return switch (m.storage()) {
            case Storage.Host _ -> mirrors.address(m, access);
            case DeviceBlock block -> address(block) + m.byteOffset();
            case Storage.Device other ->
                throw new IllegalArgumentException(
                        "an operand is on " + other.device() + ", the context computes on " + device.describe());
        };
    }

    private long address(DeviceBlock block) {
        if (block.isScratch()) {
            return block.address();
        }
        if (block.owner().ordinal() != device.ordinal()) {
            throw new IllegalArgumentException(
                    "an operand is on " + block.device() + ", the context computes on " + device.describe());
        }
        if (!touched.contains(block)) {
            block.begin(owner);
            touched.add(block);
        }
        return block.address();
    }

    /** Marks the end of what uses memory that other streams may use. */
    void end() {
        if (touched.isEmpty()) {
            return;
        }
        try {
            Status.runtime(CudaRuntime.cudaEventRecord(end, stream), "cudaEventRecord");
        } finally {
            for (DeviceBlock block : touched) {
                block.end(owner);
            }
            touched.clear();
        }
    }

    /** Makes this stream wait for the marked end of another one. */
    void waitFor(Queue other) {
        Status.runtime(CudaRuntime.cudaStreamWaitEvent(stream, other.end, 0), "cudaStreamWaitEvent");
    }

    void upload(MemorySegment source, long target, long bytes) {
        transfers.uploadInOrder(source, target, bytes);
    }

    void zero(long address, long bytes) {
        if (bytes > 0) {
            int status = CudaRuntime.cudaMemsetAsync(MemorySegment.ofAddress(address), 0, bytes, stream);
            Status.bytes(status, "cudaMemsetAsync", bytes, "to zero");
        }
    }

    /** Waits, with host memory up to date, and brings a number. */
    double read(long address) {
        mirrors.writeBack();
        int status = CudaRuntime.cudaMemcpyAsync(
                cell, MemorySegment.ofAddress(address), Double.BYTES, CudaRuntime.cudaMemcpyDeviceToHost(), stream);
        if (status != 0) {
            Status.runtime(status, "cudaMemcpyAsync", "a scalar");
        }
        synchronize();
        return cell.get(ValueLayout.JAVA_DOUBLE, 0);
    }

    void synchronize() {
        Status.runtime(CudaRuntime.cudaStreamSynchronize(stream), "cudaStreamSynchronize");
    }

    void writeBack() {
        mirrors.writeBack();
    }

    void reset() {
        mirrors.drop();
        workspace.reset();
    }

    @Override
    public void close() {
        // Whatever this reports, nothing can be done about it here.
        CudaRuntime.cudaStreamSynchronize(stream);
        mirrors.drop();
        transfers.close();
        slabs.forEach(DeviceBlock::close);
        slabs.clear();
        CudaRuntime.cudaEventDestroy(end);
        CudaRuntime.cudaStreamDestroy(stream);
        arena.close();
    }
}
