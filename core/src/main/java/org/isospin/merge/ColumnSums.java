package org.isospin.merge;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Workspace;

/** Sums over the columns of matrices, in F64. */
final class ColumnSums {
    private ColumnSums() {}

    /** out(0, j) ← ⟨aⱼ, bⱼ⟩ of columns; F64. */
    static void dots(ComputeStream stream, Matrix a, Matrix b, Matrix out) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix products = ws.matrix(DType.F64, a.rows(), a.columns());
            stream.multiply(a, b, products);
            of(stream, 1, products, out);
        } finally {
            ws.release();
        }
    }

    /** out(0, j) ← factor·Σᵢ aᵢⱼ; F64. */
    static void of(ComputeStream stream, double factor, Matrix a, Matrix out) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix ones = ws.matrix(DType.F64, 1, a.rows());
            stream.fill(ones, 1);
            stream.gemm(Arithmetic.F64, factor, ones, a, 0, out, out);
        } finally {
            ws.release();
        }
    }
}
