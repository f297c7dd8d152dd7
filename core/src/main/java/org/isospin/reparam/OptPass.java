package org.isospin.reparam;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Workspace;

/**
 * The products of an {@link OptLayer}. Tokens are columns, and inputs in the order of the permutation, so that the s that rotate
 * come first: x₁ = Π·xᵀ, x₂ = diag(Rᵀ, I)x₁, yᵀ = B·x₂ with B = W₀·Πᵀ.
 */
final class OptPass {
    private final OptOptions options;
    private final Matrix base;
    private final int outputs;
    private final int inputs;
    private final int rotated;
    private Frame frame;
    private int merges;

    OptPass(OptOptions options, Matrix base, int merges) {
        this.options = options;
        this.base = base;
        this.outputs = base.rows();
        this.inputs = base.columns();
        this.rotated = options.rotated(inputs);
        this.merges = merges;
        this.frame = draw(merges);
    }

    private Frame draw(int done) {
        return Frame.draw(options.permutations(), done, 0, inputs);
    }

    int merges() {
        return merges;
    }

    int rotated() {
        return rotated;
    }

    private DType type(Matrix a, Matrix b, Matrix r) {
        return Operands.computeType(
                Operands.computeType(a.dtype(), b.dtype()), Operands.computeType(base.dtype(), r.dtype()));
    }

    /** The first rows of x ← R or Rᵀ times themselves. */
    private void turn(ComputeStream stream, Matrix r, Matrix x) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix first = ws.view(x, 0, 0, rotated, x.columns());
            Matrix turned = ws.matrix(x.dtype(), rotated, x.columns());
            stream.gemm(stream.arithmetic(x.dtype()), 1, r, first, 0, turned, turned);
            stream.copy(turned, first);
        } finally {
            ws.release();
        }
    }

    void forward(ComputeStream stream, Matrix x, Matrix r, Matrix y) {
        DType type = type(x, y, r);
        int p = x.rows();
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x1 = ws.matrix(type, inputs, p);
            Matrix z = ws.matrix(type, outputs, p);
            Rows.gather(stream, x.transposed(), frame.inInverse(), x1);
            turn(stream, Loaded.as(stream, type, r).transposed(), x1);
            stream.gemm(stream.arithmetic(type), 1, Loaded.as(stream, type, base), x1, 0, z, z);
            stream.copy(z, y.transposed());
        } finally {
            ws.release();
        }
    }

    /** dx ← dy·W, and byR ← the gradient by R. */
    void backward(ComputeStream stream, Matrix x, Matrix dy, Matrix r, Matrix dx, Matrix byR) {
        DType type = Operands.computeType(type(x, dy, r), dx.dtype());
        Arithmetic arithmetic = stream.arithmetic(type);
        Workspace ws = stream.workspace();
        int p = x.rows();
        ws.mark();
        try {
            Matrix x1 = ws.matrix(type, inputs, p);
            Matrix g = ws.matrix(type, inputs, p);
            Matrix outer = ws.matrix(type, rotated, rotated);
            Rows.gather(stream, x.transposed(), frame.inInverse(), x1);
            stream.gemm(
                    arithmetic,
                    1,
                    Loaded.as(stream, type, base).transposed(),
                    Loaded.as(stream, type, dy.transposed()),
                    0,
                    g,
                    g);
            Matrix first = ws.view(x1, 0, 0, rotated, p);
            stream.gemm(arithmetic, 1, first, ws.view(g, 0, 0, rotated, p).transposed(), 0, outer, outer);
            stream.copy(outer, byR);
            turn(stream, Loaded.as(stream, type, r), g);
            Rows.gather(stream, g, frame.in(), dx.transposed());
        } finally {
            ws.release();
        }
    }

    /** {@return diag(R, I)·Bᵀ, n × m, scratch} */
    private Matrix turnedBase(ComputeStream stream, DType type, Matrix r) {
        Matrix turned = stream.workspace().matrix(type, inputs, outputs);
        stream.copy(base.transposed(), turned);
        turn(stream, Loaded.as(stream, type, r), turned);
        return turned;
    }

    void weight(ComputeStream stream, Matrix r, Matrix out) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Rows.gather(stream, turnedBase(stream, type(out, out, r), r), frame.in(), out.transposed());
        } finally {
            ws.release();
        }
    }

    /** B ← the weight in the permutation's order. */
    void load(ComputeStream stream, Matrix weight) {
        Rows.gather(stream, weight.transposed(), frame.inInverse(), base.transposed());
    }

    /** B ← B·diag(R, I). */
    void fold(ComputeStream stream, Matrix r) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            stream.copy(turnedBase(stream, r.dtype(), r.transposed()).transposed(), base);
        } finally {
            ws.release();
        }
    }

    /** B ← B·diag(Rᵀ, I) in the order of the next permutation. */
    void merge(ComputeStream stream, Matrix r) {
        Frame next = draw(merges + 1);
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Rows.gather(stream, turnedBase(stream, r.dtype(), r), frame.inTo(next), base.transposed());
        } finally {
            ws.release();
        }
        frame = next;
        merges++;
    }
}
