package org.isospin.simd;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Triangle;
import org.isospin.backend.WorkerPool;

/**
 * Panels and small systems of one stream; workers share the right-hand sides of a triangular system, everything else is the
 * caller's. A call leaves no garbage.
 */
final class SharedPanels {
    /** Right-hand sides that a worker solves at a time. */
    private static final int BAND = 96;

    /** Multiply-adds that take as long as an element of a sum of two matrices. */
    private static final int WORK = 4;

    private static final Matrix NONE = Matrix.allocate(DType.F32, 0, 0);

    private final Sharing sharing;
    private final PerWorker<SimdPanels> workers;
    private Triangle triangle = Triangle.LOWER;
    private Matrix system = NONE;
    private Matrix sides = NONE;

    private final WorkerPool.Task solveTask = this::solvePart;

    SharedPanels(Sharing sharing) {
        this.sharing = sharing;
        this.workers = new PerWorker<>(sharing.threads(), SimdPanels::new);
    }

    private void solvePart(int item, int worker) {
        int first = item * BAND;
        int last = Math.min(sides.columns(), first + BAND);
        workers.get(worker).triangularSolve(triangle, system, sides, first, last);
    }

    void triangularSolve(Triangle triangle, Matrix t, Matrix b) {
        if (b.elements() == 0) {
            return;
        }
        this.triangle = triangle;
        system = t;
        sides = b;
        try {
            int bands = (b.columns() + BAND - 1) / BAND;
            sharing.run(b.elements() * t.rows() / WORK, bands, solveTask, t, b, b);
        } finally {
            system = NONE;
            sides = NONE;
        }
    }

    /** As {@link SimdPanels#luPanel}. */
    int luPanel(Matrix panel, int[] rows, int first) {
        return workers.get(0).luPanel(panel, rows, first);
    }

    void resolventDelta(Matrix x) {
        workers.get(0).resolventDelta(x);
    }
}
