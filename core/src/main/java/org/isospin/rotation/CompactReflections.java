package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.Columns;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Triangle;
import org.isospin.backend.Workspace;

/**
 * A product of reflections as Q = I − V·S⁻¹·Vᵀ, in scratch of one call. V is kept in F64 for what is small, VᵀV and S⁻¹, and
 * in the compute type for what is large.
 */
final class CompactReflections {
    private final ComputeStream stream;
    private final Columns columns;
    private final Reflectors reflectors;
    private final Matrix vectors;
    private final Matrix rounded;
    private final Matrix norms;
    private final Matrix s;

    private CompactReflections(
            ComputeStream stream,
            Columns columns,
            Reflectors reflectors,
            Matrix vectors,
            Matrix rounded,
            Matrix norms,
            Matrix s) {
        this.stream = stream;
        this.columns = columns;
        this.reflectors = reflectors;
        this.vectors = vectors;
        this.rounded = rounded;
        this.norms = norms;
        this.s = s;
    }

    /**
     * {@return the product of reflections along the columns of a matrix; never waits}
     *
     * @param stream where it runs
     * @param v n × k
     * @param reflectors how its columns are meant
     * @param least ← the lesser of least and every vector's norm, where they are of any length
     * @param type the compute type
     */
    static CompactReflections of(ComputeStream stream, Matrix v, Reflectors reflectors, Scalar least, DType type) {
        Workspace ws = stream.workspace();
        int n = v.rows();
        int k = v.columns();
        Columns columns = new Columns(stream);
        Matrix vectors = columns.scratch(DType.F64, n, k);
        Matrix norms = ws.matrix(DType.F64, 1, k);
        Matrix s = ws.matrix(DType.F64, k, k);
        stream.copy(v, vectors);
        if (reflectors == Reflectors.OF_ANY_LENGTH) {
            columns.normalize(vectors, norms, least);
        }
        Matrix rounded = vectors;
        if (type != DType.F64) {
            // Products widen it exactly, so S belongs to the vectors as they are used.
            rounded = columns.scratch(type, n, k);
            stream.copy(vectors, rounded);
            stream.copy(rounded, vectors);
        }
        CompactReflections q = new CompactReflections(stream, columns, reflectors, vectors, rounded, norms, s);
        stream.gemmt(Arithmetic.F64, Symmetry.SYMMETRIC, 1, vectors.transposed(), vectors, 0, s, s);
        if (reflectors == Reflectors.UNIT) {
            q.above(s, s);
            stream.addDiagonal(0.5, s);
        } else {
            // ½‖v‖² instead of ½: orthogonal to the last bit that rounding left in v.
            Matrix above = ws.matrix(DType.F64, k, k);
            q.above(s, above);
            stream.copyTriangle(Triangle.UPPER, s, s);
            stream.combine(0.5, s, 0.5, above, 0, s);
        }
        return q;
    }

    /**
     * Requires vectors that reflect. Waits once, for vectors of norm 1 never.
     *
     * @param stream where it ran
     * @param operation the caller, for messages
     * @param v the vectors
     * @param reflectors how they are meant
     * @param least the least norm
     */
    static void requireNoZero(ComputeStream stream, String operation, Matrix v, Reflectors reflectors, Scalar least) {
        if (reflectors == Reflectors.UNIT || stream.read(least) != 0) {
            return;
        }
        Workspace ws = stream.workspace();
        Scalar size = stream.scalar();
        int j = -1;
        do {
            j++;
            stream.reduce(Reduction.MAX_ABS, ws.view(v, 0, j, v.rows(), 1), size);
        } while (stream.read(size) != 0);
        throw new SingularMatrixException(
                operation + ": vector " + j + " of " + v + " is zero, which reflects nowhere", j, 0);
    }

    DType type() {
        return rounded.dtype();
    }

    /** {@return V in F64, its columns at norm 1} */
    Matrix vectors() {
        return vectors;
    }

    /** y ← S⁻¹y, F64. */
    void solve(Matrix y) {
        stream.solveTriangular(Triangle.UPPER, s, y);
    }

    /** y ← S⁻ᵀy, F64. */
    void solveTransposed(Matrix y) {
        stream.solveTriangular(Triangle.LOWER, s.transposed(), y);
    }

    /** c ← c − V·S⁻¹·Vᵀc. */
    void apply(Matrix c) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix y = share(c);
            solve(y);
            subtract(y, c);
        } finally {
            ws.release();
        }
    }

    /** c ← c − V·S⁻ᵀ·Vᵀc. */
    void applyTransposed(Matrix c) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix y = share(c);
            solveTransposed(y);
            subtract(y, c);
        } finally {
            ws.release();
        }
    }

    /** {@return Vᵀc in F64} */
    private Matrix share(Matrix c) {
        Matrix y = stream.workspace().matrix(DType.F64, s.rows(), c.columns());
        stream.gemm(Arithmetic.accumulatingF64(type()), 1, rounded.transposed(), c, 0, y, y);
        return y;
    }

    private void subtract(Matrix y, Matrix c) {
        Matrix narrow = y;
        if (type() != DType.F64) {
            narrow = stream.workspace().matrix(type(), y.rows(), y.columns());
            stream.copy(y, narrow);
        }
        stream.gemm(stream.arithmetic(type()), -1, rounded, narrow, 1, c, c);
    }

    /** target ← the part of m above its diagonal. */
    void above(Matrix m, Matrix target) {
        stream.copyTriangle(Triangle.UNIT_UPPER, m, target);
        stream.addDiagonal(-1, target);
    }

    /**
     * x ← the derivative of v/‖v‖ at V's columns in the direction, or of the cotangent, x: (x − w(wᵀx))/‖v‖ with w = v/‖v‖,
     * which is its own adjoint; for vectors of norm 1 that are not normalised x stays.
     *
     * @param x n × k, F64, input and output
     */
    void throughNormalization(Matrix x) {
        if (reflectors == Reflectors.UNIT) {
            return;
        }
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix share = ws.matrix(DType.F64, 1, 1);
            for (int j = 0; j < x.columns(); j++) {
                Matrix w = ws.view(vectors, 0, j, x.rows(), 1);
                Matrix column = ws.view(x, 0, j, x.rows(), 1);
                stream.gemm(Arithmetic.F64, 1, w.transposed(), column, 0, share, share);
                stream.gemm(Arithmetic.F64, -1, w, share, 1, column, column);
            }
            columns.divide(x, norms);
        } finally {
            ws.release();
        }
    }
}
