package org.isospin.optim;

import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Workspace;

/** Sums of rows, and numbers spread over rows, as products with a vector of ones; columns through transposed
 * views. */
final class Lines {
    private Lines() {}

    /** sums ← factor·Σⱼ mᵢⱼ, one for each row; sums is rows × 1 of m's type. */
    static void sum(ComputeStream stream, double factor, Matrix m, Matrix sums) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix ones = ws.matrix(m.dtype(), m.columns(), 1);
            stream.fill(ones, 1);
            stream.gemm(stream.arithmetic(m.dtype()), factor, m, ones, 0, sums, sums);
        } finally {
            ws.release();
        }
    }

    /** out(i, j) ← numbers(i, 0), exactly. */
    static void spread(ComputeStream stream, Matrix numbers, Matrix out) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix ones = ws.matrix(out.dtype(), 1, out.columns());
            stream.fill(ones, 1);
            stream.gemm(stream.arithmetic(out.dtype()), 1, numbers, ones, 0, out, out);
        } finally {
            ws.release();
        }
    }
}
