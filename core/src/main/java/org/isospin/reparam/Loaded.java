package org.isospin.reparam;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;

/** Operands in the type that products are computed in. */
final class Loaded {
    private Loaded() {}

    /** {@return m in a type, itself if it is of that, else scratch} */
    static Matrix as(ComputeStream stream, DType type, Matrix m) {
        if (m.dtype() == type) {
            return m;
        }
        Matrix out = stream.workspace().matrix(type, m.rows(), m.columns());
        stream.copy(m, out);
        return out;
    }
}
