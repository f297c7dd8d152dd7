package org.isospin.measure;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Triangle;
import org.isospin.backend.Workspace;

/**
 * The directions ûᵢ = wᵢ/√(‖wᵢ‖² + ε) of a matrix's rows in scratch, and its pairs, a block of cosines at a time; zero rows stay
 * zero. They live until the workspace's mark is released.
 */
final class UnitNeurons {
    /** Neurons whose cosines are at hand at a time, with as many others. */
    static final int BLOCK = 256;

    private final ComputeStream stream;
    private final Matrix units;
    private final Matrix inverseNorms;
    private final Scalar inverseUnit;

    /** Sees a block of pairs. */
    @FunctionalInterface
    interface Pairs {
        /**
         * Sees pairs (row + i, column + j), each once.
         *
         * @param cosines what the map has made of cosines; 0 for pairs that come elsewhere
         * @param row the first neuron of rows
         * @param column the first neuron of columns
         */
        void accept(Matrix cosines, int row, int column);
    }

    /** Changes a block of cosines in place. */
    @FunctionalInterface
    interface Map {
        void apply(Matrix cosines);
    }

    /**
     * Normalises rows.
     *
     * @param stream where it runs; never waits
     * @param w W, n × d, of any type
     * @param epsilon ε
     */
    UnitNeurons(ComputeStream stream, Matrix w, double epsilon) {
        this.stream = stream;
        Workspace ws = stream.workspace();
        int n = w.rows();
        units = ws.matrix(DType.F64, n, w.columns());
        inverseNorms = ws.matrix(DType.F64, n, 1);
        inverseUnit = stream.scalar();
        Scalar shift = stream.scalar();
        scale(w, epsilon, shift);
        int position = ws.position();
        for (int i = 0; i < n; i += BLOCK) {
            ws.rewind(position);
            normalize(block(units, i), block(inverseNorms, i), shift);
        }
    }

    /** units ← W/unit with a power of two, so that squares neither overflow nor, but beside much longer ones, underflow. */
    private void scale(Matrix w, double epsilon, Scalar shift) {
        Scalar unit = stream.scalar();
        Scalar one = stream.scalar();
        stream.set(one, 1);
        stream.reduce(Reduction.MAX_ABS, w, unit);
        stream.scalarOp(ScalarOp.POWER_OF_TWO, unit, unit, unit);
        if (epsilon > 0) {
            // Small rows are to stay small beside ε.
            stream.scalarOp(ScalarOp.MAX, unit, one, unit);
        }
        stream.scalarOp(ScalarOp.DIVIDE, one, unit, inverseUnit);
        stream.scale(inverseUnit, w, units);
        stream.set(shift, epsilon);
        stream.scalarOp(ScalarOp.MULTIPLY, shift, inverseUnit, shift);
        stream.scalarOp(ScalarOp.MULTIPLY, shift, inverseUnit, shift);
    }

    private void normalize(Matrix rows, Matrix inverse, Scalar shift) {
        Workspace ws = stream.workspace();
        int n = rows.rows();
        ws.mark();
        try {
            Matrix squares = ws.matrix(DType.F64, n, 1);
            Matrix ones = ws.matrix(DType.F64, n, 1);
            dots(rows, rows, squares);
            stream.fill(ones, 1);
            stream.scale(shift, ones, inverse);
            stream.combine(1, squares, 1, inverse, 0, squares);
            // √x/x, but 0 for 0, and NaN for infinity.
            stream.divideByRoot(1, squares, 1, squares, Double.MIN_NORMAL, inverse);
            stream.combine(1, squares, Double.MIN_NORMAL, ones, 0, squares);
            stream.divide(inverse, squares, inverse);
            stream.scaleRows(inverse, rows, rows);
        } finally {
            ws.release();
        }
    }

    /** out(i, 0) ← ⟨aᵢ, bᵢ⟩ of rows, a block of them. */
    private void dots(Matrix a, Matrix b, Matrix out) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix products = ws.matrix(DType.F64, a.rows(), a.columns());
            Matrix ones = ws.matrix(DType.F64, a.columns(), 1);
            stream.multiply(a, b, products);
            stream.fill(ones, 1);
            stream.gemm(Arithmetic.F64, 1, products, ones, 0, out, out);
        } finally {
            ws.release();
        }
    }

    /** {@return rows i, …, i + BLOCK − 1 of a matrix of n rows, or those that there are} */
    Matrix block(Matrix m, int i) {
        return stream.workspace().view(m, i, 0, Math.min(BLOCK, m.rows() - i), m.columns());
    }

    /** {@return Û, n × d} */
    Matrix units() {
        return units;
    }

    /** {@return 1/√(‖wᵢ‖² + ε) of W/unit, n × 1, 0 for zero rows} */
    Matrix inverseNorms() {
        return inverseNorms;
    }

    /**
     * Maps the cosines ⟨ûᵢ, ûⱼ⟩ of all pairs i > j, block by block.
     *
     * @param map the map
     * @param pairs sees the results
     */
    void forEachPair(Map map, Pairs pairs) {
        Workspace ws = stream.workspace();
        int n = units.rows();
        int blocks = (n + BLOCK - 1) / BLOCK;
        int done = 0;
        int position = ws.position();
        for (int i = 0; i < n; i += BLOCK) {
            for (int j = 0; j <= i; j += BLOCK) {
                stream.progress().at("hypersphericalEnergy", done++, blocks * (blocks + 1) / 2);
                ws.rewind(position);
                ws.mark();
                try {
                    Matrix left = block(units, i);
                    Matrix right = block(units, j);
                    Matrix cosines = ws.matrix(DType.F64, left.rows(), right.rows());
                    stream.gemm(Arithmetic.F64, 1, left, right.transposed(), 0, cosines, cosines);
                    map.apply(cosines);
                    if (i == j) {
                        stream.copyTriangle(Triangle.UNIT_LOWER, cosines, cosines);
                        stream.addDiagonal(-1, cosines);
                    }
                    pairs.accept(cosines, i, j);
                } finally {
                    ws.release();
                }
            }
        }
    }

    /**
     * out ← −‖ûᵢ‖², the cosines of neurons and their opposites, n × 1: −1 but for ε.
     *
     * @param out n × 1
     */
    void oppositeCosines(Matrix out) {
        Workspace ws = stream.workspace();
        int position = ws.position();
        for (int i = 0; i < units.rows(); i += BLOCK) {
            ws.rewind(position);
            dots(block(units, i), block(units, i), block(out, i));
        }
        stream.scale(-1, out, out);
    }

    /**
     * Turns the gradient for Û into the one for W: (P − diag(ÛPᵀ)·Û)/√(‖wᵢ‖² + ε).
     *
     * @param gradient P, n × d, input and output
     * @param factor what it is multiplied by besides
     */
    void pull(Matrix gradient, double factor) {
        Workspace ws = stream.workspace();
        int position = ws.position();
        Scalar scale = stream.scalar();
        stream.set(scale, factor);
        stream.scalarOp(ScalarOp.MULTIPLY, scale, inverseUnit, scale);
        for (int i = 0; i < units.rows(); i += BLOCK) {
            ws.rewind(position);
            ws.mark();
            try {
                Matrix rows = block(units, i);
                Matrix part = block(gradient, i);
                Matrix along = ws.matrix(DType.F64, rows.rows(), 1);
                Matrix product = ws.matrix(DType.F64, rows.rows(), rows.columns());
                dots(rows, part, along);
                stream.scaleRows(along, rows, product);
                stream.combine(1, part, -1, product, 0, part);
                stream.scaleRows(block(inverseNorms, i), part, part);
            } finally {
                ws.release();
            }
        }
        stream.scale(scale, gradient, gradient);
    }
}
