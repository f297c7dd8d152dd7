package org.isospin.optim;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Triangle;
import org.isospin.backend.Workspace;

/** An orthonormal basis of the columns of a tall matrix, by each {@link DionBasis}. */
final class DionOrthonormalizer {
    /** Rows of the sketch for each column. */
    private static final double OVERSAMPLING = 1.25;

    /** The rows of a sketch are a multiple of this. */
    private static final int MULTIPLE = 128;

    private DionOrthonormalizer() {}

    /** q ← an orthonormal basis of p's columns; p is m × n, m ≥ n, and keeps its elements. */
    static void apply(ComputeStream stream, DionBasis method, long seed, Matrix p, Matrix q) {
        Workspace ws = stream.workspace();
        int n = p.columns();
        ws.mark();
        try {
            Matrix r = ws.matrix(p.dtype(), n, n);
            boolean isDone = switch (method) {
                case QR -> false;
                case CHOLESKY_QR -> {
                    stream.copy(p, q);
                    yield byCholesky(stream, q, r) || randomized(stream, seed, p, q, r);
                }
                case RANDOMIZED_CHOLESKY_QR -> p.rows() > n && randomized(stream, seed, p, q, r);
            };
            if (!isDone) {
                stream.qr(p, q, r);
            }
        } finally {
            ws.release();
        }
    }

    /** {@return whether it is orthonormal: q ← q·L⁻ᵀ with L·Lᵀ = qᵀq} */
    private static boolean byCholesky(ComputeStream stream, Matrix q, Matrix gram) {
        Scalar status = stream.scalar();
        stream.gemmt(stream.arithmetic(q.dtype()), Symmetry.SYMMETRIC, 1, q.transposed(), q, 0, gram, gram);
        stream.cholesky(gram, status);
        stream.solveTriangular(Triangle.LOWER, gram, q.transposed());
        return stream.read(status) == 0;
    }

    private static boolean randomized(ComputeStream stream, long seed, Matrix p, Matrix q, Matrix r) {
        Workspace ws = stream.workspace();
        DType type = p.dtype();
        int n = p.columns();
        int rows = (int) Math.ceil(OVERSAMPLING * n / MULTIPLE) * MULTIPLE;
        ws.mark();
        try {
            Matrix sketch = ws.matrix(type, rows, p.rows());
            Matrix small = ws.matrix(type, rows, n);
            Matrix basis = ws.matrix(type, rows, n);
            stream.gaussian(seed, sketch);
            stream.gemm(stream.arithmetic(type), Math.sqrt(1.0 / rows), sketch, p, 0, small, small);
            stream.qr(small, basis, r);
            stream.copy(p, q);
            // q ← q·r⁻¹, as r⁻ᵀ·qᵀ.
            stream.solveTriangular(Triangle.LOWER, r.transposed(), q.transposed());
            return isFinite(stream, q) && byCholesky(stream, q, r);
        } finally {
            ws.release();
        }
    }

    private static boolean isFinite(ComputeStream stream, Matrix q) {
        Scalar largest = stream.scalar();
        stream.reduce(Reduction.MAX_ABS, q, largest);
        return Double.isFinite(stream.read(largest));
    }
}
