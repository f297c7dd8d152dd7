package org.isospin.merge;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.Workspace;

/** Activations, a token in each row, in F64. */
final class Rows {
    private Rows() {}

    /** X ← X − 1·mean. */
    static void center(ComputeStream stream, Matrix x) {
        Workspace ws = stream.workspace();
        int m = x.rows();
        ws.mark();
        try {
            Matrix mean = ws.matrix(DType.F64, 1, x.columns());
            Matrix ones = ws.matrix(DType.F64, m, 1);
            stream.fill(ones, 1);
            ColumnSums.of(stream, 1.0 / Math.max(1, m), x, mean);
            stream.gemm(Arithmetic.F64, -1, ones, mean, 1, x, x);
        } finally {
            ws.release();
        }
    }

    /**
     * unit ← the rows of x divided by their lengths, zero rows as they are.
     *
     * @param stream where it runs
     * @param x m × n, its largest element near 1: rows 10¹⁵⁰ times smaller count as zero
     * @param norms 1 × m, receives the lengths
     * @param unit m × n; may be x
     */
    static void normalize(ComputeStream stream, Matrix x, Matrix norms, Matrix unit) {
        Workspace ws = stream.workspace();
        int m = x.rows();
        ws.mark();
        try {
            Matrix squares = ws.matrix(DType.F64, 1, m);
            Matrix inverse = ws.matrix(DType.F64, 1, m);
            Matrix ones = ws.matrix(DType.F64, 1, m);
            ColumnSums.dots(stream, x.transposed(), x.transposed(), squares);
            stream.fill(ones, 1);
            // √x and then √x/x, but 0 for a zero row.
            stream.divideByRoot(1, squares, 1, squares, Double.MIN_NORMAL, norms);
            stream.combine(1, squares, Double.MIN_NORMAL, ones, 0, squares);
            stream.divide(norms, squares, inverse);
            stream.scaleRows(inverse.transposed(), x, unit);
        } finally {
            ws.release();
        }
    }

    /** {@return the largest |x|, once it is known to be finite} */
    static double requireFinite(ComputeStream stream, String operation, Matrix x) {
        Scalar largest = stream.scalar();
        stream.reduce(Reduction.MAX_ABS, x, largest);
        double size = stream.read(largest);
        if (!Double.isFinite(size)) {
            throw new IllegalArgumentException(operation + ": an element of " + x + " is not finite");
        }
        return size;
    }

    /** {@return ‖M‖_F} */
    static double norm(ComputeStream stream, Matrix m) {
        Scalar size = stream.scalar();
        stream.reduce(Reduction.FROBENIUS, m, size);
        return stream.read(size);
    }
}
