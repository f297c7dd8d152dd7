package org.isospin.gpu;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.isospin.backend.Indices;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;

/** F64 cells and row numbers on the device, given out anew after each reset. */
final class CudaScalars {
    private static final int CELLS = 256;

    private final Queue queue;
    private final List<DeviceBlock> slabs = new ArrayList<>();
    private final List<CudaScalar> scalars = new ArrayList<>();
    private final List<CudaIndices> indices = new ArrayList<>();
    private int scalarsUsed;
    private int indicesUsed;

    CudaScalars(Queue queue) {
        this.queue = queue;
    }

    Scalar scalar() {
        if (scalarsUsed == scalars.size()) {
            int position = scalars.size() % CELLS;
            if (position == 0) {
                slabs.add(new DeviceBlock(queue.device(), (long) CELLS * Double.BYTES));
            }
            scalars.add(new CudaScalar(slabs.getLast().address() + (long) position * Double.BYTES));
        }
        CudaScalar scalar = scalars.get(scalarsUsed++);
        queue.zero(scalar.address(), Double.BYTES);
        return scalar;
    }

    Indices indices(int length) {
        if (indicesUsed == indices.size()) {
            indices.add(new CudaIndices(queue.device()));
        }
        CudaIndices rows = indices.get(indicesUsed);
        rows.resize(length);
        indicesUsed++;
        queue.zero(CudaIndices.address(rows), (long) length * Integer.BYTES);
        return rows;
    }

    void set(Scalar target, double value) {
        queue.launch(Kernel.SET_CELL).x(CudaScalar.address(target)).alpha(value).lines(1);
    }

    void set(Indices target, int[] values) {
        queue.upload(MemorySegment.ofArray(values), CudaIndices.address(target), (long) values.length * Integer.BYTES);
    }

    void apply(ScalarOp op, Scalar a, Scalar b, Scalar out) {
        queue.launch(Kernel.CELL_OP)
                .x(CudaScalar.address(out))
                .y(CudaScalar.address(a))
                .z(CudaScalar.address(b))
                .code(op.ordinal())
                .lines(1);
    }

    void reset() {
        scalarsUsed = 0;
        indicesUsed = 0;
    }

    void close() {
        slabs.forEach(DeviceBlock::close);
        indices.forEach(CudaIndices::free);
    }
}
