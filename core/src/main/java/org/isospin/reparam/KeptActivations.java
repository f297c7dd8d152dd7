package org.isospin.reparam;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Order;
import org.jspecify.annotations.Nullable;

/** Memory for activations of the latest forward, n × p: grows to the largest p, and makes no object while p stays. */
final class KeptActivations {
    private final int rows;
    private @Nullable Matrix memory;
    private @Nullable Matrix latest;

    KeptActivations(int rows) {
        this.rows = rows;
    }

    /** {@return memory for activations to come, dense and row-major} */
    Matrix take(DType dtype, int columns) {
        Matrix kept = latest;
        if (kept != null && kept.dtype() == dtype && kept.columns() == columns) {
            return kept;
        }
        int elements = Math.multiplyExact(rows, columns);
        Matrix all = memory;
        if (all == null || all.dtype() != dtype || all.columns() < elements) {
            all = Matrix.allocate(dtype, 1, elements);
            memory = all;
        }
        kept = Matrix.wrap(all.storage(), all.byteOffset(), dtype, rows, columns, columns, Order.ROW_MAJOR);
        latest = kept;
        return kept;
    }

    /** {@return what is kept, or null if nothing is} */
    @Nullable
    Matrix get() {
        return latest;
    }

    /** Frees the memory. */
    void free() {
        memory = null;
        latest = null;
    }
}
