package org.isospin.reparam;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Workspace;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link PoetLayer} computes. Activations are held with a row for each coordinate, so that blocks are stacked; the gather
 * that permutes them turns them as well.
 *
 * <p>x₁ = Π_in·xᵀ, x₂ = diag(R_in)ᵀx₁, y₁ = B·x₂, y₂ = diag(R_out)ᵀy₁, yᵀ = Π_outᵀy₂, with the base B = Π_out·W₀·Π_inᵀ: rows are
 * multiplied by rotations from the right, as in POET-X.
 */
final class PoetPass {
    private final PoetOptions options;
    private final BaseWeight base;
    private final PoetParameters parameters;
    private final int rows;
    private final int columns;
    private final KeptActivations kept;
    private @Nullable BlockMatrices keptIn;
    private @Nullable BlockMatrices keptOut;
    private Frame frame;
    private int merges;

    PoetPass(PoetOptions options, BaseWeight base, PoetParameters parameters, int rows, int columns, int merges) {
        this.options = options;
        this.base = base;
        this.parameters = parameters;
        this.rows = rows;
        this.columns = columns;
        this.merges = merges;
        this.frame = Frame.draw(options.permutations(), merges, rows, columns);
        this.kept = new KeptActivations(rows);
    }

    int merges() {
        return merges;
    }

    BaseWeight base() {
        return base;
    }

    /** Base ← the weight in the blocks' order. */
    void load(ComputeStream stream, Matrix weight) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix w = ws.matrix(weight.dtype(), rows, columns);
            permute(stream, weight, frame.outInverse(), frame.inInverse(), w);
            base.write(stream, w);
        } finally {
            ws.release();
        }
    }

    /** out(i, j) ← m(rowsOf(i), columnsOf(j)). */
    private static void permute(ComputeStream stream, Matrix m, int[] rowsOf, int[] columnsOf, Matrix out) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix half = ws.matrix(m.dtype(), m.rows(), m.columns());
            Rows.gather(stream, m, rowsOf, half);
            Rows.gather(stream, half.transposed(), columnsOf, out.transposed());
        } finally {
            ws.release();
        }
    }

    private DType computeType(Matrix a, Matrix b) {
        return Operands.computeType(
                Operands.computeType(a.dtype(), b.dtype()),
                Operands.computeType(base.dtype(), parameters.output().dtype()));
    }

    /** {@return the base in a type that products take together with a compute type} */
    private Matrix readBase(ComputeStream stream, DType type) {
        Matrix b = base.read(stream);
        if (type != DType.F64 || b.dtype() == DType.F64) {
            return b;
        }
        Matrix wide = stream.workspace().matrix(type, rows, columns);
        stream.copy(b, wide);
        return wide;
    }

    private BlockMatrices deltas(ComputeStream stream, DType type, BlockGenerators generators) {
        BlockMatrices deltas = BlockMatrices.scratch(stream.workspace(), type, generators.partition());
        BlockRotation.form(stream, options.map(), generators, deltas);
        return deltas;
    }

    /** {@return those of the latest forward, of a type, to be written anew} */
    private static BlockMatrices kept(@Nullable BlockMatrices kept, DType type, BlockGenerators generators) {
        return kept != null && kept.dtype() == type ? kept : BlockMatrices.allocate(type, generators.partition());
    }

    void forward(ComputeStream stream, Matrix x, Matrix y) {
        DType type = computeType(x, y);
        int p = x.rows();
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            BlockMatrices deltaIn = deltas(stream, type, parameters.input());
            BlockMatrices deltaOut = deltas(stream, type, parameters.output());
            Matrix y1 = ws.matrix(type, rows, p);
            Matrix y2 = ws.matrix(type, rows, p);
            beforeOutputs(stream, x, deltaIn, y1);
            if (options.memory() == PoetOptions.Memory.KEEP) {
                keptIn = kept(keptIn, type, parameters.input());
                keptOut = kept(keptOut, type, parameters.output());
                deltaIn.copyTo(stream, keptIn);
                deltaOut.copyTo(stream, keptOut);
                stream.copy(y1, kept.take(type, p));
            }
            BlockRotation.apply(stream, deltaOut, BlockRotation.Form.TRANSPOSED, y1, y2);
            addBias(stream, y2);
            Rows.gather(stream, y2, frame.out(), y.transposed());
        } finally {
            ws.release();
        }
    }

    /** y1 ← B·diag(R_in)ᵀ·Π_in·xᵀ. */
    private void beforeOutputs(ComputeStream stream, Matrix x, BlockMatrices deltaIn, Matrix y1) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x1 = ws.matrix(y1.dtype(), columns, y1.columns());
            Matrix x2 = ws.matrix(y1.dtype(), columns, y1.columns());
            Rows.gather(stream, x.transposed(), frame.inInverse(), x1);
            BlockRotation.apply(stream, deltaIn, BlockRotation.Form.TRANSPOSED, x1, x2);
            Matrix b = readBase(stream, y1.dtype());
            stream.gemm(stream.arithmetic(y1.dtype()), 1, b, x2, 0, y1, y1);
        } finally {
            ws.release();
        }
    }

    /** Adds to every column of y2 the bias in the blocks' order. */
    private void addBias(ComputeStream stream, Matrix y2) {
        Matrix bias = parameters.bias();
        if (bias == null) {
            return;
        }
        Workspace ws = stream.workspace();
        Matrix permuted = ws.matrix(y2.dtype(), rows, 1);
        Matrix ones = ws.matrix(y2.dtype(), 1, y2.columns());
        stream.fill(ones, 1);
        Rows.gather(stream, bias.transposed(), frame.outInverse(), permuted);
        stream.gemm(stream.arithmetic(y2.dtype()), 1, permuted, ones, 1, y2, y2);
    }

    void backward(ComputeStream stream, Matrix x, Matrix dy, Matrix dx, PoetParameters gradient) {
        boolean isKept = options.memory() == PoetOptions.Memory.KEEP;
        DType type = isKept ? keptType(x.rows()) : Operands.computeType(computeType(x, dy), dx.dtype());
        int p = x.rows();
        Workspace ws = stream.workspace();
        Arithmetic arithmetic = stream.arithmetic(type);
        ws.mark();
        try {
            BlockMatrices deltaIn =
                    BlockMatrices.scratch(ws, type, parameters.input().partition());
            BlockMatrices deltaOut =
                    BlockMatrices.scratch(ws, type, parameters.output().partition());
            Matrix y1 = ws.matrix(type, rows, p);
            Matrix keptY1 = kept.get();
            if (isKept && keptIn != null && keptOut != null && keptY1 != null) {
                keptIn.copyTo(stream, deltaIn);
                keptOut.copyTo(stream, deltaOut);
                stream.copy(keptY1, y1);
            } else {
                BlockRotation.form(stream, options.map(), parameters.input(), deltaIn);
                BlockRotation.form(stream, options.map(), parameters.output(), deltaOut);
                beforeOutputs(stream, x, deltaIn, y1);
            }
            BlockMatrices byOut = BlockMatrices.scratch(ws, type, deltaOut.partition());
            BlockMatrices byIn = BlockMatrices.scratch(ws, type, deltaIn.partition());
            Matrix dy2 = ws.matrix(type, rows, p);
            Matrix dy1 = ws.matrix(type, rows, p);
            Matrix x1 = ws.matrix(type, columns, p);
            Matrix dx2 = ws.matrix(type, columns, p);
            Rows.gather(stream, dy.transposed(), frame.outInverse(), dy2);
            BlockRotation.outer(stream, y1, dy2, byOut);
            BlockRotation.apply(stream, deltaOut, BlockRotation.Form.PLAIN, dy2, dy1);
            stream.gemm(arithmetic, 1, readBase(stream, type).transposed(), dy1, 0, dx2, dx2);
            Rows.gather(stream, x.transposed(), frame.inInverse(), x1);
            BlockRotation.outer(stream, x1, dx2, byIn);
            Matrix dx1 = x1;
            BlockRotation.apply(stream, deltaIn, BlockRotation.Form.PLAIN, dx2, dx1);
            Rows.gather(stream, dx1, frame.in(), dx.transposed());
            BlockRotation.vjp(stream, options.map(), parameters.output(), byOut, gradient.output());
            BlockRotation.vjp(stream, options.map(), parameters.input(), byIn, gradient.input());
            biasGradient(stream, dy2, gradient.bias());
        } finally {
            ws.release();
        }
    }

    private DType keptType(int tokens) {
        Matrix y1 = kept.get();
        if (y1 == null || y1.columns() != tokens) {
            throw new IllegalStateException("poet backward: forward kept "
                    + (y1 == null ? "nothing" : y1.columns() + " tokens") + ", and x has " + tokens
                    + ": backward follows the forward of its x, or takes PoetOptions.Memory.RECOMPUTE");
        }
        return y1.dtype();
    }

    /** out ← the sums of dy2's rows, in the outputs' order. */
    private void biasGradient(ComputeStream stream, Matrix dy2, @Nullable Matrix out) {
        if (out == null) {
            return;
        }
        Workspace ws = stream.workspace();
        Matrix ones = ws.matrix(dy2.dtype(), dy2.columns(), 1);
        Matrix sums = ws.matrix(dy2.dtype(), rows, 1);
        stream.fill(ones, 1);
        stream.gemm(stream.arithmetic(dy2.dtype()), 1, dy2, ones, 0, sums, sums);
        Rows.gather(stream, sums, frame.out(), out.transposed());
    }

    /** {@return diag(R_out)ᵀ·B·diag(R_in)ᵀ, scratch} */
    private Matrix rotated(ComputeStream stream, DType type) {
        Workspace ws = stream.workspace();
        Matrix w = ws.matrix(type, rows, columns);
        ws.mark();
        try {
            Matrix tall = ws.matrix(type, columns, rows);
            Matrix turned = ws.matrix(type, columns, rows);
            Matrix wide = ws.matrix(type, rows, columns);
            stream.copy(base.read(stream).transposed(), tall);
            BlockMatrices deltaIn = deltas(stream, type, parameters.input());
            BlockRotation.apply(stream, deltaIn, BlockRotation.Form.PLAIN, tall, turned);
            stream.copy(turned.transposed(), wide);
            BlockMatrices deltaOut = deltas(stream, type, parameters.output());
            BlockRotation.apply(stream, deltaOut, BlockRotation.Form.TRANSPOSED, wide, w);
        } finally {
            ws.release();
        }
        return w;
    }

    void weight(ComputeStream stream, Matrix out) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            permute(stream, rotated(stream, computeType(out, out)), frame.out(), frame.in(), out);
        } finally {
            ws.release();
        }
    }

    void base(ComputeStream stream, Matrix out) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            permute(stream, base.read(stream), frame.out(), frame.in(), out);
        } finally {
            ws.release();
        }
    }

    void resume(ComputeStream stream, Matrix weight, int done) {
        frame = Frame.draw(options.permutations(), done, rows, columns);
        merges = done;
        load(stream, weight);
        forget();
    }

    private void forget() {
        kept.free();
        keptIn = null;
        keptOut = null;
    }

    void merge(ComputeStream stream) {
        Frame next = Frame.draw(options.permutations(), merges + 1, rows, columns);
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            DType type = base.dtype().computeType();
            Matrix merged = ws.matrix(type, rows, columns);
            permute(stream, rotated(stream, type), frame.outTo(next), frame.inTo(next), merged);
            base.write(stream, merged);
            parameters.clear(stream);
        } finally {
            ws.release();
        }
        frame = next;
        merges++;
        forget();
    }
}
