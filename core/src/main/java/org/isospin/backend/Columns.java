package org.isospin.backend;

import org.isospin.DType;
import org.isospin.Matrix;

/** Columns scaled one by one by numbers that the stream computes: a few kernels a column. For one call on one stream. */
public final class Columns {
    private final ComputeStream stream;
    private final Scalar unit;
    private final Scalar norm;
    private final Scalar one;
    private final Scalar factor;

    /**
     * Takes scalars of a stream.
     *
     * @param stream where columns are scaled
     */
    public Columns(ComputeStream stream) {
        this.stream = stream;
        this.unit = stream.scalar();
        this.norm = stream.scalar();
        this.one = stream.scalar();
        this.factor = stream.scalar();
        stream.set(one, 1);
    }

    /**
     * {@return scratch whose columns lie densely}
     *
     * @param type element type
     * @param rows rows
     * @param columns columns
     */
    public Matrix scratch(DType type, int rows, int columns) {
        return stream.workspace()
                .matrix(type, /* rows= */ columns, /* columns= */ rows)
                .transposed();
    }

    /**
     * Brings every column, of any magnitude, to norm 1: normⱼ ← ‖m(:, j)‖, m(:, j) ← m(:, j)/normⱼ. Powers of two in a column
     * change no bit of it; a zero column becomes NaN.
     *
     * @param m input and output
     * @param norms 1 × columns, F64, output
     * @param least ← the lesser of least and every norm; NaN if one is
     */
    public void normalize(Matrix m, Matrix norms, Scalar least) {
        for (int j = 0; j < m.columns(); j++) {
            normalize(m, j, norms, least);
        }
    }

    /**
     * Brings one column to norm 1, as {@link #normalize(Matrix, Matrix, Scalar)} does all of them.
     *
     * @param m input and output
     * @param j the column
     * @param norms 1 × columns, F64, of which element j is written
     * @param least ← the lesser of least and the norm; NaN if it is
     */
    public void normalize(Matrix m, int j, Matrix norms, Scalar least) {
        Workspace ws = stream.workspace();
        Matrix column = ws.view(m, 0, j, m.rows(), 1);
        Matrix cell = ws.view(norms, 0, j, 1, 1);
        stream.reduce(Reduction.MAX_ABS, column, unit);
        stream.scalarOp(ScalarOp.POWER_OF_TWO, unit, unit, unit);
        stream.scalarOp(ScalarOp.DIVIDE, one, unit, factor);
        stream.scale(factor, column, column);
        stream.reduce(Reduction.FROBENIUS, column, norm);
        stream.scalarOp(ScalarOp.DIVIDE, one, norm, factor);
        stream.scale(factor, column, column);
        stream.scalarOp(ScalarOp.MULTIPLY, norm, unit, norm);
        stream.scalarOp(ScalarOp.MIN, least, norm, least);
        stream.fill(cell, 1);
        stream.scale(norm, cell, cell);
    }

    /**
     * m(:, j) ← m(:, j)/divisorⱼ, by the divisor's reciprocal.
     *
     * @param m input and output
     * @param divisors 1 × columns, F64
     */
    public void divide(Matrix m, Matrix divisors) {
        Workspace ws = stream.workspace();
        for (int j = 0; j < m.columns(); j++) {
            Matrix column = ws.view(m, 0, j, m.rows(), 1);
            stream.reduce(Reduction.TRACE, ws.view(divisors, 0, j, 1, 1), factor);
            stream.scalarOp(ScalarOp.DIVIDE, one, factor, factor);
            stream.scale(factor, column, column);
        }
    }

    /**
     * {@return the first of a row of numbers that is not above a limit, NaN included; −1 if there is none. Waits for each.}
     *
     * @param numbers one row
     * @param limit the limit
     */
    public int firstNotAbove(Matrix numbers, double limit) {
        for (int j = 0; j < numbers.columns(); j++) {
            stream.reduce(Reduction.TRACE, stream.workspace().view(numbers, 0, j, 1, 1), norm);
            if (!(stream.read(norm) > limit)) {
                return j;
            }
        }
        return -1;
    }
}
