package org.isospin.reparam;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.Order;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.RowLevels;
import org.isospin.backend.Workspace;

/**
 * A matrix in 8 bits an element: element ≈ offset + scale·code with a code in 0 … 255, and scale and offset shared by a group of
 * consecutive elements, rows one after the other; the last group may be smaller.
 *
 * <p>With {@link BaseStorage.ZeroPoint#FREE} an element is off by at most half a scale, (max − min)/510 of its group, and rounding.
 * Scales and offsets are F64 for F64 elements, F32 for all others. A group that is not finite is not finite when it is read.
 */
public final class EightBitMatrix implements BaseWeight {
    private final int rows;
    private final int columns;
    private final int size;
    private final RowLevels levels;
    private final Matrix codes;
    private final Matrix scales;
    private final Matrix lastCodes;
    private final Matrix lastScales;

    EightBitMatrix(DType dtype, int rows, int columns, BaseStorage.EightBit format) {
        long elements = (long) rows * columns;
        this.rows = rows;
        this.columns = columns;
        this.size = Math.max(1, format.group() == 0 ? columns : format.group());
        this.levels = format.zeroPoint() == BaseStorage.ZeroPoint.FREE ? RowLevels.RANGE : RowLevels.ZERO_LEVEL;
        int groups = Math.toIntExact(elements / size);
        int last = (int) (elements % size);
        DType scale = dtype.computeType();
        this.codes = Matrix.allocate(DType.BF16, groups, (size + 1) / 2);
        this.scales = Matrix.allocate(scale, groups, 2);
        this.lastCodes = Matrix.allocate(DType.BF16, last > 0 ? 1 : 0, (last + 1) / 2);
        this.lastScales = Matrix.allocate(scale, last > 0 ? 1 : 0, 2);
    }

    /**
     * {@return a matrix in 8 bits}
     *
     * @param iso what computes; never waits
     * @param format groups and levels
     * @param m the matrix, copied
     */
    public static EightBitMatrix of(Isospin iso, BaseStorage.EightBit format, Matrix m) {
        EightBitMatrix out = new EightBitMatrix(m.dtype(), m.rows(), m.columns(), format);
        iso.run(stream -> out.write(stream, m), m);
        return out;
    }

    /**
     * out ← what is stored.
     *
     * @param iso what computes; never waits
     * @param out of the matrix's shape
     * @throws IllegalArgumentException if its shape does not fit or it is read-only
     */
    public void read(Isospin iso, Matrix out) {
        Operands.requireOutput("eight bits", "out", out, rows, columns);
        iso.run(
                stream -> {
                    Workspace ws = stream.workspace();
                    ws.mark();
                    try {
                        stream.copy(read(stream), out);
                    } finally {
                        ws.release();
                    }
                },
                out);
    }

    /** {@return how many groups there are} */
    public int groups() {
        return scales.rows() + lastScales.rows();
    }

    /**
     * {@return the scale of a group}
     *
     * @param group its number, from 0
     */
    public double scale(int group) {
        return of(scales, lastScales, group, 0);
    }

    /**
     * {@return the offset of a group}
     *
     * @param group its number, from 0
     */
    public double offset(int group) {
        return of(scales, lastScales, group, 1);
    }

    private static double of(Matrix groups, Matrix last, int group, int column) {
        return group < groups.rows() ? groups.get(group, column) : last.get(group - groups.rows(), column);
    }

    /** {@return the type of its numbers once they are read} */
    @Override
    public DType dtype() {
        return scales.dtype();
    }

    /** {@return the bytes of codes, scales and offsets} */
    @Override
    public long bytes() {
        return 2 * (codes.elements() + lastCodes.elements())
                + scales.dtype().bytes() * (scales.elements() + lastScales.elements());
    }

    /** Reads into scratch. For Isospin's own modules. */
    @Override
    @SuppressWarnings("exports")
    public Matrix read(ComputeStream stream) {
        Matrix all = stream.workspace().matrix(dtype(), rows, columns);
        if (scales.rows() > 0) {
            stream.dequantizeRows(codes, scales, whole(all));
        }
        if (lastScales.rows() > 0) {
            stream.dequantizeRows(lastCodes, lastScales, last(all));
        }
        return all;
    }

    /** Rounds other numbers to 8 bits. For Isospin's own modules. */
    @Override
    @SuppressWarnings("exports")
    public void write(ComputeStream stream, Matrix values) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix all = ws.matrix(dtype(), rows, columns);
            stream.copy(values, all);
            if (scales.rows() > 0) {
                stream.quantizeRows(levels, whole(all), codes, scales);
            }
            if (lastScales.rows() > 0) {
                stream.quantizeRows(levels, last(all), lastCodes, lastScales);
            }
        } finally {
            ws.release();
        }
    }

    /** {@return the whole groups of a dense matrix as rows} */
    private Matrix whole(Matrix all) {
        return Matrix.wrap(all.storage(), all.byteOffset(), all.dtype(), scales.rows(), size, size, Order.ROW_MAJOR);
    }

    /** {@return the last, smaller group of a dense matrix as a row} */
    private Matrix last(Matrix all) {
        long skip = (long) scales.rows() * size;
        int length = (int) (all.elements() - skip);
        long offset = all.byteOffset() + skip * all.dtype().bytes();
        return Matrix.wrap(all.storage(), offset, all.dtype(), 1, length, length, Order.ROW_MAJOR);
    }

    /** {@return shape and groups, never elements} */
    @Override
    public String toString() {
        return "8-bit matrix of " + rows + " x " + columns + ", " + groups() + " groups of " + size;
    }
}
