package org.isospin.bench.calibrate;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.gpu.DeviceScope;

/** Where operands and results of a timed call are. */
interface Room {
    /** Host memory, where operands are already. */
    Room HOST = new Room() {
        @Override
        public Matrix input(Matrix m) {
            return m;
        }

        @Override
        public Matrix output(DType dtype, int rows, int columns) {
            return Matrix.allocate(dtype, rows, columns);
        }
    };

    /** {@return a matrix here} */
    Matrix input(Matrix m);

    /** {@return a skew matrix here} */
    default SkewMatrix input(SkewMatrix a) {
        return SkewMatrix.wrap(a.order(), input(a.packed()));
    }

    /** {@return a new matrix here} */
    Matrix output(DType dtype, int rows, int columns);

    /** {@return memory of a device} */
    static Room of(DeviceScope scope) {
        return new Room() {
            @Override
            public Matrix input(Matrix m) {
                return scope.upload(m);
            }

            @Override
            public Matrix output(DType dtype, int rows, int columns) {
                return scope.allocate(dtype, rows, columns);
            }
        };
    }
}
