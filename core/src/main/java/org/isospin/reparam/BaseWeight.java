package org.isospin.reparam;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;

/** Keeps the frozen matrix of a layer, as its blocks see it. */
interface BaseWeight {
    /** {@return the type of its numbers once they are read} */
    DType dtype();

    /** {@return the bytes that are kept} */
    long bytes();

    /** {@return its numbers, m × n, not to be written; scratch perhaps} */
    Matrix read(ComputeStream stream);

    /** Replaces its numbers. */
    void write(ComputeStream stream, Matrix values);

    /** {@return memory for a matrix} */
    static BaseWeight allocate(BaseStorage storage, DType dtype, int rows, int columns) {
        return switch (storage) {
            case BaseStorage.Plain _ -> new Dense(dtype, rows, columns);
            case BaseStorage.EightBit format -> new EightBitMatrix(dtype, rows, columns, format);
        };
    }

    /** Numbers of their own type. */
    final class Dense implements BaseWeight {
        private final Matrix values;

        Dense(DType dtype, int rows, int columns) {
            this.values = Matrix.allocate(dtype, rows, columns);
        }

        @Override
        public DType dtype() {
            return values.dtype();
        }

        @Override
        public long bytes() {
            return values.elements() * values.dtype().bytes();
        }

        @Override
        public Matrix read(ComputeStream stream) {
            return values;
        }

        @Override
        public void write(ComputeStream stream, Matrix newValues) {
            stream.copy(newValues, values);
        }
    }
}
