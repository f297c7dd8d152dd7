package org.isospin.simd;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.WorkerPool;

/**
 * Products of a matrix and a vector, bound by the memory that the matrix is read from: no packing, each element of a is used
 * where it lies. The bits are those of every other product. Workers share the rows; a call leaves no garbage.
 */
final class VectorProducts {
    private static final Matrix NONE = Matrix.allocate(DType.F32, 0, 0);

    private final Sharing sharing;
    private final PerWorker<RowSums> workers;
    private final PerWorker<DenseBlocks> blocks;
    private double[] vector = {};
    private float[] narrowVector = {};
    private double[] sums = {};
    private double[] addend = {};
    private boolean isNarrow;
    private double alpha;
    private double beta;
    private Matrix left = NONE;
    private Matrix added = NONE;
    private Matrix out = NONE;

    private final WorkerPool.Task bandTask = this::band;

    VectorProducts(Sharing sharing) {
        this.sharing = sharing;
        this.workers = new PerWorker<>(sharing.threads(), RowSums::new);
        this.blocks = new PerWorker<>(sharing.threads(), DenseBlocks::new);
    }

    private static double[] grow(double[] array, int length) {
        return array.length >= length ? array : new double[length];
    }

    /** c ← α·a·b + β·d, where b and c have one column. */
    void multiply(Arithmetic arithmetic, double alpha, Matrix a, Matrix b, double beta, Matrix d, Matrix c) {
        int m = a.rows();
        int depth = a.columns();
        isNarrow = arithmetic.accumulator() == DType.F32;
        vector = grow(vector, depth);
        sums = grow(sums, m);
        addend = grow(addend, m);
        if (depth > 0) {
            blocks.get(0).loadColumn(b, 0, depth, vector);
        }
        if (isNarrow) {
            // Operands of F32 products fit F32: exact.
            narrowVector = narrowVector.length >= depth ? narrowVector : new float[depth];
            HalfConversion.doubleToFloat(depth, vector, 0, narrowVector, 0);
        }
        this.alpha = alpha;
        this.beta = beta;
        left = a;
        added = beta == 0 ? NONE : d;
        out = c;
        try {
            sharing.run(a.elements(), (m + RowSums.ROWS - 1) / RowSums.ROWS, bandTask, a, beta == 0 ? c : d, c);
        } finally {
            left = NONE;
            added = NONE;
            out = NONE;
        }
    }

    private void band(int item, int worker) {
        int i = item * RowSums.ROWS;
        int rows = Math.min(RowSums.ROWS, left.rows() - i);
        if (isNarrow) {
            workers.get(worker).sum(left, narrowVector, i, rows, sums);
        } else {
            workers.get(worker).sum(left, vector, i, rows, sums);
        }
        if (beta != 0) {
            blocks.get(worker).loadColumn(added, i, rows, addend);
        }
        for (int r = i; r < i + rows; r++) {
            sums[r] = isNarrow ? finishNarrow(sums[r], addend[r]) : finish(sums[r], addend[r]);
        }
        blocks.get(worker).storeColumn(out, i, rows, sums);
    }

    private double finish(double sum, double added) {
        return beta == 0 ? alpha * sum : Math.fma(alpha, sum, beta * added);
    }

    private double finishNarrow(double sum, double added) {
        float factor = (float) alpha;
        return beta == 0 ? factor * (float) sum : Math.fma(factor, (float) sum, (float) beta * (float) added);
    }
}
