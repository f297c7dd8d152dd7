package org.isospin.gpu;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.Workspace;

/** Reductions by strips, as {@code reductions.cuh} has them: the shape alone decides the order of sums. */
final class CudaReductions {
    private static final long SUM_PRODUCT = 0;
    private static final long SUM_SQUARES = 1;
    private static final long SUM = 2;
    private static final long MAX_ABS = 3;
    private static final long SUM_SCALED = 4;

    private final Queue queue;
    private final CudaScalars scalars;

    CudaReductions(Queue queue, CudaScalars scalars) {
        this.queue = queue;
        this.scalars = scalars;
    }

    void reduce(Reduction reduction, Matrix m, Scalar out) {
        if (m.elements() == 0) {
            scalars.set(out, 0);
            return;
        }
        switch (reduction) {
            case FROBENIUS -> frobenius(m, out);
            case SUM_SQUARES -> dot(m, m, out);
            case MAX_ABS -> plain(MAX_ABS, MAX_ABS, m, m, out);
            case NORM_1 -> columnSums(m, out);
            case NORM_INF -> columnSums(m.transposed(), out);
            case TRACE -> trace(m, out);
        }
    }

    void dot(Matrix a, Matrix b, Scalar out) {
        if (a.elements() == 0) {
            scalars.set(out, 0);
        } else {
            plain(SUM_PRODUCT, SUM, a, b, out);
        }
    }

    private static long strips(Matrix m) {
        return (m.elements() + Launch.STRIP - 1) / Launch.STRIP;
    }

    private long partials(Workspace ws, long count) {
        return queue.address(ws.matrix(DType.F64, 1, Math.toIntExact(count)), Access.WRITE);
    }

    private void plain(long code, long finish, Matrix a, Matrix b, Scalar out) {
        Workspace ws = queue.workspace();
        ws.mark();
        try {
            long strips = strips(a);
            long partials = partials(ws, strips);
            queue.resolve(a, b, a, Access.READ);
            queue.launch(Kernel.REDUCE_STRIPS)
                    .a(queue.first(), a)
                    .b(queue.second(), b)
                    .m(a.rows())
                    .n(a.columns())
                    .p(partials)
                    .code(code)
                    .strips(strips);
            finish(finish, partials, 0, strips, CudaScalar.address(out), 0);
        } finally {
            ws.release();
        }
    }

    private void finish(long code, long p, long q, long count, long x, long y) {
        queue.launch(Kernel.REDUCE_FINISH)
                .p(p)
                .q(q)
                .k(count)
                .x(x)
                .y(y)
                .code(code)
                .block();
    }

    /** The sum of squares as it is; scaled, where that overflows or vanishes, which only F64 elements can. */
    private void frobenius(Matrix m, Scalar out) {
        Workspace ws = queue.workspace();
        ws.mark();
        try {
            long strips = strips(m);
            long sums = partials(ws, strips);
            long most = partials(ws, strips);
            long x = CudaScalar.address(out);
            long y = partials(ws, 1);
            long at = queue.address(m, Access.READ);
            queue.launch(Kernel.REDUCE_STRIPS)
                    .a(at, m)
                    .m(m.rows())
                    .n(m.columns())
                    .p(sums)
                    .q(most)
                    .code(SUM_SQUARES)
                    .strips(strips);
            finish(SUM_SQUARES, sums, most, strips, x, y);
            if (m.dtype() == DType.F64) {
                queue.launch(Kernel.REDUCE_STRIPS)
                        .a(at, m)
                        .m(m.rows())
                        .n(m.columns())
                        .p(sums)
                        .x(x)
                        .y(y)
                        .code(SUM_SCALED)
                        .strips(strips);
            }
            queue.launch(Kernel.FROBENIUS).p(sums).k(strips).x(x).y(y).block();
        } finally {
            ws.release();
        }
    }

    private void columnSums(Matrix m, Scalar out) {
        Workspace ws = queue.workspace();
        ws.mark();
        try {
            long sums = partials(ws, m.columns());
            long at = queue.address(m, Access.READ);
            queue.launch(Kernel.COLUMN_SUMS)
                    .a(at, m)
                    .m(m.rows())
                    .n(m.columns())
                    .p(sums)
                    .lines(m.columns());
            finish(MAX_ABS, sums, 0, m.columns(), CudaScalar.address(out), 0);
        } finally {
            ws.release();
        }
    }

    /** The sum of a row whose elements lie a row and a column apart. */
    private void trace(Matrix m, Scalar out) {
        Workspace ws = queue.workspace();
        int n = Math.min(m.rows(), m.columns());
        ws.mark();
        try {
            long strips = (n + Launch.STRIP - 1) / Launch.STRIP;
            long partials = partials(ws, strips);
            queue.launch(Kernel.REDUCE_STRIPS)
                    .a(queue.address(m, Access.READ), 0, m.stride() + 1, m.dtype())
                    .m(1)
                    .n(n)
                    .p(partials)
                    .code(SUM)
                    .strips(strips);
            finish(SUM, partials, 0, strips, CudaScalar.address(out), 0);
        } finally {
            ws.release();
        }
    }
}
