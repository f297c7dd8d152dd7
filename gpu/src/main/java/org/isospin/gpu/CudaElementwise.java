package org.isospin.gpu;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Order;
import org.isospin.backend.Indices;
import org.isospin.backend.PairPotential;
import org.isospin.backend.RowLevels;
import org.isospin.backend.Scalar;

/** Element-wise kernels: operands are seen transposed where that makes the output row-major, so that stores are coalesced. */
final class CudaElementwise {
    /** Codes of the kernel of pairs, to be added. */
    private static final int ANGLE = 1;

    private static final int ANTIPODES = 2;
    private static final int SLOPE = 4;

    private final Queue queue;

    CudaElementwise(Queue queue) {
        this.queue = queue;
    }

    private static Matrix along(Matrix out, Matrix m) {
        return out.order() == Order.ROW_MAJOR ? m : m.transposed();
    }

    /** Launches out ← f(a, b) with the arguments that the caller has set. */
    private void launch(
            Kernel kernel, double alpha, double beta, double gamma, long code, Matrix a, Matrix b, Matrix out) {
        if (out.elements() == 0) {
            return;
        }
        queue.resolve(a, b, out, Access.WRITE);
        Matrix target = along(out, out);
        queue.launch(kernel)
                .a(queue.first(), along(out, a))
                .b(queue.second(), along(out, b))
                .out(queue.output(), target)
                .alpha(alpha)
                .beta(beta)
                .gamma(gamma)
                .code(code)
                .elements(target.rows(), target.columns());
    }

    void copy(Matrix source, Matrix target) {
        launch(Kernel.COPY, 0, 0, 0, 0, source, source, target);
    }

    void fill(Matrix target, double value) {
        launch(Kernel.FILL, value, 0, 0, 0, target, target, target);
    }

    void scale(double alpha, Matrix source, Matrix target) {
        boolean isDouble = source.dtype() == DType.F64 || target.dtype() == DType.F64;
        launch(Kernel.SCALE, isDouble ? alpha : (float) alpha, 0, 0, 0, source, source, target);
    }

    void scale(Scalar alpha, Matrix source, Matrix target) {
        byCell(Kernel.SCALE_BY_CELL, Access.WRITE, alpha, source, target);
    }

    void copyIfFinite(Scalar guard, Matrix source, Matrix target) {
        byCell(Kernel.COPY_IF_FINITE, Access.UPDATE, guard, source, target);
    }

    private void byCell(Kernel kernel, Access access, Scalar cell, Matrix source, Matrix target) {
        if (target.elements() == 0) {
            return;
        }
        queue.resolve(source, source, target, access);
        Matrix out = along(target, target);
        queue.launch(kernel)
                .a(queue.first(), along(target, source))
                .out(queue.output(), out)
                .x(CudaScalar.address(cell))
                .elements(out.rows(), out.columns());
    }

    void combine(double alpha, Matrix a, double beta, Matrix b, double shift, Matrix out) {
        launch(Kernel.COMBINE, alpha, beta, shift, isDouble(out), a, b, out);
    }

    private static long isDouble(Matrix out) {
        return out.dtype() == DType.F64 ? 1 : 0;
    }

    void divide(Matrix a, Matrix b, Matrix out) {
        launch(Kernel.DIVIDE, 0, 0, 0, 0, a, b, out);
    }

    void multiply(Matrix a, Matrix b, Matrix out) {
        launch(Kernel.MULTIPLY, 0, 0, 0, 0, a, b, out);
    }

    void divideByRoot(double alpha, Matrix a, double beta, Matrix b, double epsilon, Matrix out) {
        launch(Kernel.DIVIDE_BY_ROOT, alpha, beta, epsilon, 0, a, b, out);
    }

    void pairPotential(PairPotential potential, Matrix cosines, Matrix out) {
        pairs(potential, 0, cosines, out);
    }

    void pairSlope(PairPotential potential, Matrix cosines, Matrix out) {
        pairs(potential, SLOPE, cosines, out);
    }

    private void pairs(PairPotential potential, int code, Matrix cosines, Matrix out) {
        int angle = potential.measure() == PairPotential.Measure.ANGLE ? ANGLE : 0;
        int antipodes = potential.points() == PairPotential.Points.WITH_ANTIPODES ? ANTIPODES : 0;
        launch(
                Kernel.PAIR_POTENTIAL,
                potential.power(),
                potential.floor(),
                potential.offset(),
                code | angle | antipodes,
                cosines,
                cosines,
                out);
    }

    /** Weights of rows: a matrix whose columns are all the same. */
    void scaleRows(Matrix weights, Matrix source, Matrix target) {
        repeated(Kernel.WEIGH, weights, source, target);
    }

    /** Signs of columns: weights of the rows of the transpose. */
    void flipColumns(Matrix source, Matrix signs, Matrix target) {
        repeated(Kernel.FLIP, signs.transposed(), source.transposed(), target.transposed());
    }

    private void repeated(Kernel kernel, Matrix column, Matrix source, Matrix target) {
        if (target.elements() == 0) {
            return;
        }
        queue.resolve(source, column, target, Access.WRITE);
        long step = column.order() == Order.ROW_MAJOR ? column.stride() : 1;
        boolean isRowMajor = target.order() == Order.ROW_MAJOR;
        Matrix out = along(target, target);
        queue.launch(kernel)
                .a(queue.first(), along(target, source))
                .b(queue.second(), isRowMajor ? step : 0, isRowMajor ? 0 : step, column.dtype())
                .out(queue.output(), out)
                .elements(out.rows(), out.columns());
    }

    /** The diagonal is a row whose elements lie a row and a column apart. */
    void addDiagonal(double shift, Matrix target) {
        int n = Math.min(target.rows(), target.columns());
        if (n == 0) {
            return;
        }
        long at = queue.address(target, Access.UPDATE);
        queue.launch(Kernel.SHIFT)
                .a(at, 0, target.stride() + 1, target.dtype())
                .out(at, 0, target.stride() + 1, target.dtype())
                .alpha(shift)
                .code(isDouble(target))
                .elements(1, n);
    }

    void copyDiagonal(Matrix source, Matrix target) {
        if (target.elements() == 0) {
            return;
        }
        queue.resolve(source, source, target, Access.WRITE);
        queue.launch(Kernel.COPY)
                .a(queue.first(), 0, source.stride() + 1, source.dtype())
                .out(queue.output(), target)
                .elements(1, target.columns());
    }

    void gatherRows(Matrix source, Indices rows, Matrix target) {
        if (target.elements() == 0) {
            return;
        }
        queue.resolve(source, source, target, Access.WRITE);
        Matrix out = along(target, target);
        queue.launch(Kernel.GATHER)
                .a(queue.first(), along(target, source))
                .out(queue.output(), out)
                .rows(CudaIndices.address(rows))
                .code(target.order() == Order.ROW_MAJOR ? 0 : 1)
                .elements(out.rows(), out.columns());
    }

    void gaussian(long seed, Matrix target) {
        if (target.elements() == 0) {
            return;
        }
        boolean isRowMajor = target.order() == Order.ROW_MAJOR;
        Matrix out = along(target, target);
        queue.launch(Kernel.GAUSSIAN)
                .out(queue.address(target, Access.WRITE), out)
                .a(0, isRowMajor ? target.columns() : 1, isRowMajor ? 1 : target.columns(), DType.F64)
                .first(seed)
                .elements(out.rows(), out.columns());
    }

    void roundStochastically(long seed, Matrix source, Matrix target) {
        if (target.elements() == 0) {
            return;
        }
        queue.resolve(source, source, target, Access.WRITE);
        boolean isRowMajor = target.order() == Order.ROW_MAJOR;
        Matrix out = along(target, target);
        int leastExponent = switch (target.dtype()) {
            case F64 -> Double.MIN_EXPONENT;
            case F32, BF16 -> Float.MIN_EXPONENT;
            case F16 -> -14;
        };
        queue.launch(Kernel.ROUND_STOCHASTICALLY)
                .a(queue.first(), along(target, source))
                .b(0, isRowMajor ? target.columns() : 1, isRowMajor ? 1 : target.columns(), DType.F64)
                .out(queue.output(), out)
                .first(seed)
                .k(-Math.getExponent(target.dtype().unitRoundoff()))
                .code(leastExponent)
                .elements(out.rows(), out.columns());
    }

    /** A thread a row: a base is quantized when it is made and merged, no more often. */
    void quantizeRows(RowLevels levels, Matrix source, Matrix codes, Matrix scales) {
        if (source.elements() == 0) {
            return;
        }
        // Known as written before all three are looked for.
        queue.address(scales, Access.WRITE);
        queue.resolve(source, scales, codes, Access.WRITE);
        queue.launch(Kernel.QUANTIZE_ROWS)
                .a(queue.first(), source)
                .b(queue.second(), scales)
                .out(queue.output(), codes)
                .code(levels == RowLevels.ZERO_LEVEL ? 1 : 0)
                .m(source.rows())
                .n(source.columns())
                .lines(source.rows());
    }

    void dequantizeRows(Matrix codes, Matrix scales, Matrix target) {
        if (target.elements() == 0) {
            return;
        }
        queue.resolve(codes, scales, target, Access.WRITE);
        queue.launch(Kernel.DEQUANTIZE_ROWS)
                .a(queue.first(), codes)
                .b(queue.second(), scales)
                .out(queue.output(), target)
                .elements(target.rows(), target.columns());
    }
}
