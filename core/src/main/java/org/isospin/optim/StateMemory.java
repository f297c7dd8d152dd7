package org.isospin.optim;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Storage;

/** Where the state of a parameter is kept. */
@FunctionalInterface
interface StateMemory {
    /** The heap. */
    StateMemory HEAP = Matrix::allocate;

    /** {@return a matrix of zeros} */
    Matrix allocate(DType dtype, int rows, int columns);

    /** {@return the memory of the device that a weight is on, else the heap} */
    static StateMemory beside(Matrix weight) {
        return weight.storage() instanceof Storage.Device device ? device::allocate : HEAP;
    }
}
