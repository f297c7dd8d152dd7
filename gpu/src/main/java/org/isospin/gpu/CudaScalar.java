package org.isospin.gpu;

import org.isospin.backend.Scalar;

/**
 * An F64 cell on the device.
 *
 * @param address where it is
 */
record CudaScalar(long address) implements Scalar {
    static long address(Scalar scalar) {
        return ((CudaScalar) scalar).address();
    }
}
