package org.isospin.simd;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Triangle;
import org.isospin.backend.WorkerPool;

/**
 * Kernels of one stream on triangles and mirror images, their tile rows shared among workers. Operands lie in fields for
 * the length of a call, and the tasks are made once: a call leaves no garbage.
 */
final class SharedSymmetric {
    private static final Matrix NONE = Matrix.allocate(DType.F32, 0, 0);
    private static final SkewMatrix NO_SKEW = SkewMatrix.allocate(DType.F32, 0);

    private final Sharing sharing;
    private final SharedElementwise elementwise;
    private final PerWorker<SimdSymmetric> workers;
    private Matrix source = NONE;
    private Matrix dense = NONE;
    private SkewMatrix skew = NO_SKEW;
    private Symmetry symmetry = Symmetry.SYMMETRIC;
    private Triangle triangle = Triangle.LOWER;

    private final WorkerPool.Task symmetrizeTask = this::symmetrizePart;
    private final WorkerPool.Task unpackTask = this::unpackPart;
    private final WorkerPool.Task packTask = this::packPart;
    private final WorkerPool.Task triangleTask = this::trianglePart;

    SharedSymmetric(Sharing sharing, SharedElementwise elementwise) {
        this.sharing = sharing;
        this.elementwise = elementwise;
        this.workers = new PerWorker<>(sharing.threads(), SimdSymmetric::new);
    }

    private void symmetrizePart(int item, int worker) {
        workers.get(worker).symmetrize(symmetry, source, dense, row(item));
    }

    private void unpackPart(int item, int worker) {
        workers.get(worker).unpackSkew(skew, dense, row(item));
    }

    private void packPart(int item, int worker) {
        workers.get(worker).packSkew(dense, skew, row(item));
    }

    private void trianglePart(int item, int worker) {
        workers.get(worker).keepTriangle(triangle, dense, row(item));
    }

    private static int row(int item) {
        return item * SimdSymmetric.SIDE;
    }

    void symmetrize(Symmetry symmetry, Matrix m, Matrix out) {
        this.symmetry = symmetry;
        run(symmetrizeTask, m, NO_SKEW, out);
    }

    void unpackSkew(SkewMatrix packed, Matrix out) {
        run(unpackTask, packed.packed(), packed, out);
    }

    void packSkew(Matrix m, SkewMatrix out) {
        run(packTask, out.packed(), out, m);
    }

    /** Copies all, then clears what is not kept. */
    void copyTriangle(Triangle triangle, Matrix m, Matrix out) {
        if (!m.equals(out)) {
            elementwise.copy(m, out);
        }
        this.triangle = triangle;
        run(triangleTask, out, NO_SKEW, out);
    }

    private void run(WorkerPool.Task task, Matrix a, SkewMatrix packed, Matrix square) {
        source = a;
        skew = packed;
        dense = square;
        int items = (square.rows() + SimdSymmetric.SIDE - 1) / SimdSymmetric.SIDE;
        try {
            sharing.run(square.elements(), items, task, a, a, square);
        } finally {
            source = NONE;
            skew = NO_SKEW;
            dense = NONE;
        }
    }
}
