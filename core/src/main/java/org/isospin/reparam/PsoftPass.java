package org.isospin.reparam;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Workspace;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a {@link PsoftLayer}, tokens as columns: u = A·xᵀ, and yᵀ = W₀·xᵀ + B·(Mu − u) with M = diag(b)·R·diag(a), so that
 * nothing is added where M is I.
 */
final class PsoftPass {
    private final PsoftOptions options;
    private final PsoftParameters parameters;
    private final Matrix base;
    private final Matrix down;
    private final Matrix up;
    private final int rank;

    /**
     * Keeps what it works on.
     *
     * @param base W₀, m × n
     * @param down A, r × n
     * @param up B, m × r
     */
    PsoftPass(PsoftOptions options, PsoftParameters parameters, Matrix base, Matrix down, Matrix up) {
        this.options = options;
        this.parameters = parameters;
        this.base = base;
        this.down = down;
        this.up = up;
        this.rank = options.rank();
    }

    /** What tokens become between A and B. */
    private final class Middle {
        private final BlockMatrices deltas;
        private final Matrix taken;
        private final Matrix scaled;
        private final Matrix turned;

        /** Scratch for so many tokens. */
        Middle(ComputeStream stream, DType type, int tokens) {
            Workspace ws = stream.workspace();
            this.deltas =
                    BlockMatrices.scratch(ws, type, parameters.generators().partition());
            this.taken = ws.matrix(type, rank, tokens);
            this.scaled = ws.matrix(type, rank, tokens);
            this.turned = ws.matrix(type, rank, tokens);
            BlockRotation.form(stream, options.map(), parameters.generators(), deltas);
        }

        /** Finds diag(a)u and R·diag(a)u of u. */
        void turn(ComputeStream stream) {
            scale(stream, parameters.before(), taken, scaled);
            BlockRotation.apply(stream, deltas, BlockRotation.Form.PLAIN, scaled, turned);
        }

        /** z ← z + B·(Mu − u); what was turned is gone then. */
        void add(ComputeStream stream, Matrix z) {
            scale(stream, parameters.after(), turned, turned);
            stream.combine(1, turned, -1, taken, 0, turned);
            stream.gemm(stream.arithmetic(z.dtype()), 1, Loaded.as(stream, z.dtype(), up), turned, 1, z, z);
        }
    }

    private DType type(Matrix a, Matrix b) {
        DType own = parameters.generator().dtype();
        return Operands.computeType(
                Operands.computeType(a.dtype(), b.dtype()), Operands.computeType(base.dtype(), own));
    }

    /** out ← diag(factors)·m; without factors m. */
    private static void scale(ComputeStream stream, @Nullable Matrix factors, Matrix m, Matrix out) {
        if (factors != null) {
            Matrix column = stream.workspace().matrix(m.dtype(), m.rows(), 1);
            stream.copy(factors.transposed(), column);
            stream.scaleRows(column, m, out);
        } else if (m != out) {
            stream.copy(m, out);
        }
    }

    /** Shrinks the generator into the ball that the options bound it by. */
    void project(ComputeStream stream) {
        if (options.epsilon() != Double.POSITIVE_INFINITY) {
            GeneratorBall.project(stream, parameters.generator(), options.epsilon() / Math.sqrt(2));
        }
    }

    void forward(ComputeStream stream, Matrix x, Matrix y) {
        DType type = type(x, y);
        Arithmetic arithmetic = stream.arithmetic(type);
        int tokens = x.rows();
        int outputs = base.rows();
        project(stream);
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix own = Loaded.as(stream, type, x).transposed();
            Matrix z = ws.matrix(type, outputs, tokens);
            Middle middle = new Middle(stream, type, tokens);
            stream.gemm(arithmetic, 1, Loaded.as(stream, type, base), own, 0, z, z);
            stream.gemm(arithmetic, 1, Loaded.as(stream, type, down), own, 0, middle.taken, middle.taken);
            middle.turn(stream);
            middle.add(stream, z);
            stream.copy(z, y.transposed());
        } finally {
            ws.release();
        }
    }

    void backward(ComputeStream stream, Matrix x, Matrix dy, Matrix dx, PsoftParameters gradient) {
        DType type = Operands.computeType(type(x, dy), dx.dtype());
        Arithmetic arithmetic = stream.arithmetic(type);
        int tokens = x.rows();
        int inputs = base.columns();
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix g = Loaded.as(stream, type, dy).transposed();
            Matrix byX = ws.matrix(type, inputs, tokens);
            Matrix by = ws.matrix(type, rank, tokens);
            Matrix spare = ws.matrix(type, rank, tokens);
            Matrix byTurned = ws.matrix(type, rank, tokens);
            Middle middle = new Middle(stream, type, tokens);
            Matrix a = Loaded.as(stream, type, down);
            stream.gemm(arithmetic, 1, a, Loaded.as(stream, type, x).transposed(), 0, middle.taken, middle.taken);
            middle.turn(stream);
            // by is that of Mu, then of u.
            stream.gemm(arithmetic, 1, Loaded.as(stream, type, up).transposed(), g, 0, by, by);
            sumProducts(stream, by, middle.turned, spare, gradient.after());
            scale(stream, parameters.after(), by, byTurned);
            BlockMatrices cotangents = BlockMatrices.scratch(ws, type, middle.deltas.partition());
            BlockRotation.outer(stream, byTurned, middle.scaled, cotangents);
            BlockRotation.apply(stream, middle.deltas, BlockRotation.Form.TRANSPOSED, byTurned, middle.scaled);
            sumProducts(stream, middle.scaled, middle.taken, spare, gradient.before());
            scale(stream, parameters.before(), middle.scaled, middle.scaled);
            stream.combine(1, middle.scaled, -1, by, 0, by);
            stream.gemm(arithmetic, 1, Loaded.as(stream, type, base).transposed(), g, 0, byX, byX);
            stream.gemm(arithmetic, 1, a.transposed(), by, 1, byX, byX);
            BlockRotation.vjp(stream, options.map(), parameters.generators(), cotangents, gradient.generators());
            stream.copy(byX, dx.transposed());
        } finally {
            ws.release();
        }
    }

    /** out ← the sums over tokens of a∘b. */
    private static void sumProducts(ComputeStream stream, Matrix a, Matrix b, Matrix spare, @Nullable Matrix out) {
        if (out == null) {
            return;
        }
        Workspace ws = stream.workspace();
        Matrix ones = ws.matrix(a.dtype(), a.columns(), 1);
        Matrix sums = ws.matrix(a.dtype(), a.rows(), 1);
        stream.fill(ones, 1);
        stream.multiply(a, b, spare);
        stream.gemm(stream.arithmetic(a.dtype()), 1, spare, ones, 0, sums, sums);
        stream.copy(sums, out.transposed());
    }

    /** out ← W₀ + B·(M − I)·A. */
    void weight(ComputeStream stream, Matrix out) {
        DType type = type(out, out);
        int outputs = base.rows();
        int inputs = base.columns();
        project(stream);
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix w = ws.matrix(type, outputs, inputs);
            Middle middle = new Middle(stream, type, inputs);
            stream.copy(base, w);
            stream.copy(down, middle.taken);
            middle.turn(stream);
            middle.add(stream, w);
            stream.copy(w, out);
        } finally {
            ws.release();
        }
    }
}
