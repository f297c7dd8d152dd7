package org.isospin.gpu;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Indices;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.Triangle;
import org.isospin.backend.Workspace;
import org.jspecify.annotations.Nullable;

/**
 * Factorizations by cuSOLVER, on column-major copies where it needs them. Statuses are found out on the device: nothing here
 * waits.
 */
final class CudaFactorizations implements AutoCloseable {
    private static final int PANEL = 32;

    private final Queue queue;
    private final CudaStream stream;
    private final CudaElementwise elementwise;
    private @Nullable Solver solver;
    private @Nullable LibraryPolar polar;

    CudaFactorizations(Queue queue, CudaStream stream, CudaElementwise elementwise) {
        this.queue = queue;
        this.stream = stream;
        this.elementwise = elementwise;
    }

    /** {@return cuSOLVER, started when it is needed first: that takes long} */
    private Solver solver() {
        if (solver == null) {
            solver = new Solver(queue);
        }
        return solver;
    }

    private LibraryPolar polarSolver() {
        if (polar == null) {
            polar = new LibraryPolar(queue, solver());
        }
        return polar;
    }

    /** {@return the type to factor in: F64 where a host backend would do all of it in one panel, which are F64 there too} */
    private static DType type(Matrix a) {
        return a.columns() <= PANEL ? DType.F64 : a.dtype().computeType();
    }

    private Matrix columnMajor(DType dtype, int rows, int columns) {
        return queue.workspace()
                .matrix(dtype, /* rows= */ columns, /* columns= */ rows)
                .transposed();
    }

    private long at(Matrix m) {
        return queue.address(m, Access.UPDATE);
    }

    void lu(Matrix a, Indices pivots, Scalar status) {
        int n = a.rows();
        if (n == 0) {
            return;
        }
        Workspace ws = queue.workspace();
        ws.mark();
        try {
            Matrix x = columnMajor(type(a), n, n);
            long rows = CudaIndices.address(pivots);
            elementwise.copy(a, x);
            solver().lu(x, rows);
            queue.launch(Kernel.FROM_ONE).rows(rows).n(n).lines(n);
            queue.launch(Kernel.REPORT_PIVOTS)
                    .a(at(x), x)
                    .n(n)
                    .x(CudaScalar.address(status))
                    .block();
            elementwise.copy(x, a);
        } finally {
            ws.release();
        }
    }

    /** The lower triangle of a row-major matrix is the upper one to cuSOLVER. */
    void cholesky(Matrix a, Scalar status) {
        int n = a.rows();
        if (n == 0) {
            return;
        }
        Workspace ws = queue.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(type(a), n, n);
            stream.copyTriangle(Triangle.LOWER, a, x);
            solver().cholesky(x);
            queue.launch(Kernel.REPORT_INFO)
                    .rows(solver().info())
                    .x(CudaScalar.address(status))
                    .lines(1);
            queue.launch(Kernel.REPORT_PIVOTS)
                    .a(at(x), x)
                    .n(n)
                    .x(CudaScalar.address(status))
                    .block();
            elementwise.copy(x, a);
        } finally {
            ws.release();
        }
    }

    void qr(Matrix a, Matrix q, Matrix r) {
        int m = a.rows();
        int n = a.columns();
        if (n == 0) {
            return;
        }
        Workspace ws = queue.workspace();
        ws.mark();
        try {
            Matrix x = columnMajor(type(a), m, n);
            Matrix tau = ws.matrix(x.dtype(), 1, n);
            elementwise.copy(a, x);
            solver().reflect(x, tau);
            stream.copyTriangle(Triangle.UPPER, ws.view(x, 0, 0, n, n), r);
            solver().orthonormal(x, tau);
            elementwise.copy(x, q);
        } finally {
            ws.release();
        }
    }

    void svd(Matrix a, Matrix u, Matrix s, Matrix v, Scalar status) {
        int m = a.rows();
        int n = a.columns();
        if (n == 0) {
            return;
        }
        Workspace ws = queue.workspace();
        ws.mark();
        try {
            Scalar largest = stream.scalar();
            Matrix x = finite(a, largest);
            Matrix left = columnMajor(DType.F64, m, n);
            Matrix right = Solver.isRowMajor(n) ? ws.matrix(DType.F64, n, n) : columnMajor(DType.F64, n, n);
            Matrix values = ws.matrix(DType.F64, 1, n);
            solver().svd(x, values, left, right);
            report(status, largest);
            elementwise.copy(left, u);
            elementwise.copy(values, s);
            elementwise.copy(right, v);
        } finally {
            ws.release();
        }
    }

    void polar(Matrix a, Scalar reciprocal, Scalar status) {
        Workspace ws = queue.workspace();
        ws.mark();
        try {
            Scalar largest = stream.scalar();
            Matrix x = finite(a, largest);
            polarSolver().factor(x, CudaScalar.address(reciprocal));
            report(status, largest);
            elementwise.copy(x, a);
        } finally {
            ws.release();
        }
    }

    void singularValues(Matrix a, Matrix s, Scalar status) {
        int n = a.columns();
        if (n == 0) {
            return;
        }
        Workspace ws = queue.workspace();
        ws.mark();
        try {
            Scalar largest = stream.scalar();
            Matrix x = finite(a, largest);
            Matrix values = ws.matrix(DType.F64, 1, n);
            solver().singularValues(x, values);
            report(status, largest);
            elementwise.copy(values, s);
        } finally {
            ws.release();
        }
    }

    /** {@return a column-major copy, zero where a is not finite, on which an iteration might not end; its largest element} */
    private Matrix finite(Matrix a, Scalar largest) {
        Matrix x = columnMajor(DType.F64, a.rows(), a.columns());
        stream.reduce(Reduction.MAX_ABS, a, largest);
        elementwise.fill(x, 0);
        elementwise.copyIfFinite(largest, a, x);
        return x;
    }

    private void report(Scalar status, Scalar largest) {
        queue.launch(Kernel.REPORT_FAILURE)
                .rows(solver().info())
                .x(CudaScalar.address(status))
                .y(CudaScalar.address(largest))
                .lines(1);
    }

    /** {@return whether cuBLAS can solve with a triangle: both of one type, and it has that type} */
    static boolean canSolve(Matrix t, Matrix b) {
        return t.dtype() == b.dtype() && b.dtype() == b.dtype().computeType() && b.elements() > 0;
    }

    @Override
    public void close() {
        if (polar != null) {
            polar.close();
        }
        if (solver != null) {
            solver.close();
        }
    }
}
