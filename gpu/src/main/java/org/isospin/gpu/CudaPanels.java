package org.isospin.gpu;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Indices;
import org.isospin.backend.Scalar;
import org.isospin.backend.SwapDirection;
import org.isospin.backend.Triangle;
import org.isospin.backend.Workspace;

/** Panels and small systems: copied to F64 scratch, factored there by one block, rounded once when they are copied back. */
final class CudaPanels {
    private final Queue queue;
    private final CudaElementwise elementwise;

    CudaPanels(Queue queue, CudaElementwise elementwise) {
        this.queue = queue;
        this.elementwise = elementwise;
    }

    private Matrix rowMajor(Matrix m) {
        Matrix copy = queue.workspace().matrix(DType.F64, m.rows(), m.columns());
        elementwise.copy(m, copy);
        return copy;
    }

    private Matrix columnMajor(Matrix m) {
        return rowMajor(m.transposed()).transposed();
    }

    private long at(Matrix scratch) {
        return queue.address(scratch, Access.UPDATE);
    }

    void triangularSolve(Triangle triangle, Matrix t, Matrix b) {
        if (b.elements() == 0) {
            return;
        }
        Workspace ws = queue.workspace();
        ws.mark();
        try {
            Matrix factor = rowMajor(t);
            Matrix x = rowMajor(b);
            queue.launch(Kernel.SOLVE_COLUMNS)
                    .p(at(x))
                    .q(at(factor))
                    .m(b.rows())
                    .n(b.columns())
                    .code(CudaSymmetric.code(triangle))
                    .lines(b.columns());
            elementwise.copy(x, b);
        } finally {
            ws.release();
        }
    }

    void luPanel(Matrix panel, Indices pivots, int first, Scalar status) {
        if (panel.elements() == 0) {
            return;
        }
        Workspace ws = queue.workspace();
        ws.mark();
        try {
            Matrix x = columnMajor(panel);
            queue.launch(Kernel.LU_PANEL)
                    .p(at(x))
                    .m(panel.rows())
                    .n(panel.columns())
                    .rows(CudaIndices.address(pivots))
                    .first(first)
                    .x(CudaScalar.address(status))
                    .block();
            elementwise.copy(x, panel);
        } finally {
            ws.release();
        }
    }

    void swapRows(Matrix m, Indices pivots, int from, int to, SwapDirection direction) {
        if (m.elements() > 0 && from < to) {
            queue.launch(Kernel.SWAP_ROWS)
                    .out(queue.address(m, Access.UPDATE), m)
                    .n(m.columns())
                    .first(from)
                    .k(to)
                    .rows(CudaIndices.address(pivots))
                    .code(direction == SwapDirection.FORWARD ? 0 : 1)
                    .lines(m.columns());
        }
    }

    void choleskyPanel(Matrix block, int first, Scalar status) {
        if (block.elements() == 0) {
            return;
        }
        Workspace ws = queue.workspace();
        ws.mark();
        try {
            Matrix x = rowMajor(block);
            queue.launch(Kernel.CHOLESKY_PANEL)
                    .p(at(x))
                    .n(block.rows())
                    .first(first)
                    .x(CudaScalar.address(status))
                    .block();
            elementwise.copy(x, block);
        } finally {
            ws.release();
        }
    }

    void qrPanel(Matrix panel, Matrix t) {
        if (panel.elements() == 0) {
            return;
        }
        Workspace ws = queue.workspace();
        ws.mark();
        try {
            Matrix x = columnMajor(panel);
            Matrix factor = ws.matrix(DType.F64, t.rows(), t.columns());
            queue.launch(Kernel.QR_PANEL)
                    .p(at(x))
                    .q(at(factor))
                    .m(panel.rows())
                    .n(panel.columns())
                    .block();
            elementwise.copy(x, panel);
            elementwise.copy(factor, t);
        } finally {
            ws.release();
        }
    }

    void resolventDelta(Matrix m) {
        if (m.elements() == 0) {
            return;
        }
        Workspace ws = queue.workspace();
        ws.mark();
        try {
            Matrix x = rowMajor(m);
            queue.launch(Kernel.RESOLVENT_DELTA).p(at(x)).n(m.rows()).block();
            elementwise.copy(x, m);
        } finally {
            ws.release();
        }
    }
}
