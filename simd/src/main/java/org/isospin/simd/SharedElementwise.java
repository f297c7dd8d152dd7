package org.isospin.simd;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.WorkerPool;

/**
 * Element-wise kernels of one stream, their tiles shared among workers. Operands lie in fields for the length of a call, and
 * the tasks are made once: a call leaves no garbage.
 */
final class SharedElementwise {
    /** Tiles that a worker claims at a time. */
    private static final int GROUP = 8;

    private static final Matrix NONE = Matrix.allocate(DType.F32, 0, 0);

    private final Sharing sharing;
    private final PerWorker<SimdElementwise> workers;
    private final TileGrid grid = new TileGrid();
    private Matrix first = NONE;
    private Matrix second = NONE;
    private Matrix out = NONE;
    private double alpha;
    private double beta;
    private double shift;
    private int tiles;

    private final WorkerPool.Task copyTask = this::copyPart;
    private final WorkerPool.Task fillTask = this::fillPart;
    private final WorkerPool.Task scaleTask = this::scalePart;
    private final WorkerPool.Task scaleExactlyTask = this::scaleExactlyPart;
    private final WorkerPool.Task combineTask = this::combinePart;

    SharedElementwise(Sharing sharing) {
        this.sharing = sharing;
        this.workers = new PerWorker<>(sharing.threads(), SimdElementwise::new);
    }

    private void copyPart(int item, int worker) {
        workers.get(worker).copy(first, out, from(item), to(item));
    }

    private void fillPart(int item, int worker) {
        workers.get(worker).fill(out, alpha, from(item), to(item));
    }

    private void scalePart(int item, int worker) {
        workers.get(worker).scale(alpha, first, out, from(item), to(item));
    }

    private void scaleExactlyPart(int item, int worker) {
        workers.get(worker).scaleExactly(alpha, first, out, from(item), to(item));
    }

    private void combinePart(int item, int worker) {
        workers.get(worker).combine(alpha, first, beta, second, shift, out, from(item), to(item));
    }

    private static int from(int item) {
        return item * GROUP;
    }

    private int to(int item) {
        return Math.min(tiles, (item + 1) * GROUP);
    }

    void copy(Matrix source, Matrix target) {
        run(copyTask, source, source, target);
    }

    void fill(Matrix target, double value) {
        alpha = value;
        run(fillTask, target, target, target);
    }

    void scale(double factor, Matrix source, Matrix target) {
        alpha = factor;
        run(scaleTask, source, source, target);
    }

    void scaleExactly(double factor, Matrix source, Matrix target) {
        alpha = factor;
        run(scaleExactlyTask, source, source, target);
    }

    void combine(double alpha, Matrix a, double beta, Matrix b, double shift, Matrix out) {
        this.alpha = alpha;
        this.beta = beta;
        this.shift = shift;
        run(combineTask, a, b, out);
    }

    void addDiagonal(double shift, Matrix target) {
        workers.get(0).addDiagonal(shift, target);
    }

    private void run(WorkerPool.Task task, Matrix a, Matrix b, Matrix target) {
        first = a;
        second = b;
        out = target;
        tiles = grid.cut(target, a.order() != target.order() || b.order() != target.order());
        try {
            sharing.run(target.elements(), (tiles + GROUP - 1) / GROUP, task, a, b, target);
        } finally {
            first = NONE;
            second = NONE;
            out = NONE;
        }
    }
}
