package org.isospin.backend;

import org.isospin.Matrix;
import org.isospin.Order;
import org.isospin.ProgressListener;

/** Hands matrices to the singular value engines: copied to dense F64 arrays by columns, rounded once when stored. */
final class HostSvd {
    /** From here on rotations of pairs take several times as long as a bidiagonalisation. */
    private static final int MOST_JACOBI_COLUMNS = 96;

    private final Blocks blocks;
    private final VectorOps ops;
    private final Buffer64 left = new Buffer64();
    private final Buffer64 right = new Buffer64();
    private final Buffer64 values = new Buffer64();
    private final Buffer64 extra = new Buffer64();

    HostSvd(Blocks blocks, VectorOps ops) {
        this.blocks = blocks;
        this.ops = ops;
    }

    void svd(Matrix a, Matrix u, Matrix s, Matrix v, Scalar status, ProgressListener progress) {
        int m = a.rows();
        int n = a.columns();
        double[] x = left.of((long) m * n);
        double[] y = right.of((long) n * n);
        double[] d = values.of(n);
        blocks.load(Order.COLUMN_MAJOR, a, x);
        boolean hasConverged = n <= MOST_JACOBI_COLUMNS
                ? JacobiSvd.factor(m, n, x, d, y, ops)
                : BidiagonalSvd.factor(m, n, x, d, y, extra.of(BidiagonalSvd.workLength(m, n)), ops, progress);
        if (!hasConverged) {
            HostScalar.fail(status, 1);
        }
        blocks.store(Order.COLUMN_MAJOR, u, x);
        blocks.store(Order.ROW_MAJOR, s, d);
        blocks.store(Order.COLUMN_MAJOR, v, y);
    }

    void singularValues(Matrix a, Matrix s, Scalar status, ProgressListener progress) {
        double[] x = left.of(a.elements());
        double[] d = values.of(a.columns());
        double[] work = extra.of(BidiagonalSvd.workLength(a.rows(), a.columns()));
        blocks.load(Order.COLUMN_MAJOR, a, x);
        if (!BidiagonalSvd.singularValues(a.rows(), a.columns(), x, d, work, ops, progress)) {
            HostScalar.fail(status, 1);
        }
        blocks.store(Order.ROW_MAJOR, s, d);
    }
}
