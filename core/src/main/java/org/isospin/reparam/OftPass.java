package org.isospin.reparam;

import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Workspace;
import org.jspecify.annotations.Nullable;

/**
 * The steps of an {@link OftLayer}, y = diag(s)·W₀Rᵀ·x + bias for tokens as columns: x turned and then multiplied, or W₀ turned
 * first.
 */
final class OftPass {
    private final OftOptions options;
    private final OftParameters parameters;
    private final FactorRotation rotation;
    private final BaseWeight base;
    private final int outputs;
    private final int inputs;

    OftPass(OftOptions options, OftParameters parameters, BlockPartition partition, BaseWeight base, int outputs) {
        this.options = options;
        this.parameters = parameters;
        this.rotation = new FactorRotation(options, parameters, partition);
        this.base = base;
        this.outputs = outputs;
        this.inputs = partition.order();
    }

    BaseWeight base() {
        return base;
    }

    FactorRotation rotation() {
        return rotation;
    }

    void load(ComputeStream stream, Matrix weight) {
        base.write(stream, weight);
        parameters.clear(stream);
    }

    private DType computeType(Matrix a, Matrix b) {
        return Operands.computeType(
                Operands.computeType(a.dtype(), b.dtype()),
                Operands.computeType(
                        base.dtype(), parameters.factors().getFirst().dtype()));
    }

    /** {@return m in scratch of a type, dense and row-major} */
    private static Matrix loaded(ComputeStream stream, DType type, Matrix m) {
        Matrix out = stream.workspace().matrix(type, m.rows(), m.columns());
        stream.copy(m, out);
        return out;
    }

    /** z ← W₀Rᵀ·x. */
    private void product(ComputeStream stream, List<BlockMatrices> deltas, Matrix x, Matrix z) {
        Workspace ws = stream.workspace();
        Arithmetic arithmetic = stream.arithmetic(x.dtype());
        ws.mark();
        try {
            if (options.form() == OftOptions.Form.INPUT_CENTRIC) {
                Matrix turned = ws.matrix(x.dtype(), inputs, x.columns());
                rotation.apply(stream, deltas, BlockRotation.Form.TRANSPOSED, x, turned);
                Matrix w = loaded(stream, x.dtype(), base.read(stream));
                stream.gemm(arithmetic, 1, w, turned, 0, z, z);
            } else {
                Matrix w = turnedBase(stream, deltas);
                stream.gemm(arithmetic, 1, w.transposed(), x, 0, z, z);
            }
        } finally {
            ws.release();
        }
    }

    /** {@return R·W₀ᵀ, n × m, scratch} */
    private Matrix turnedBase(ComputeStream stream, List<BlockMatrices> deltas) {
        DType type = deltas.getFirst().dtype();
        Workspace ws = stream.workspace();
        Matrix turned = ws.matrix(type, inputs, outputs);
        ws.mark();
        try {
            Matrix w = loaded(stream, type, base.read(stream).transposed());
            rotation.apply(stream, deltas, BlockRotation.Form.PLAIN, w, turned);
        } finally {
            ws.release();
        }
        return turned;
    }

    void forward(ComputeStream stream, Matrix x, Matrix y) {
        DType type = computeType(x, y);
        int p = x.rows();
        rotation.project(stream);
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            List<BlockMatrices> deltas = rotation.formStep(stream, type);
            Matrix z = ws.matrix(type, outputs, p);
            product(stream, deltas, loaded(stream, type, x.transposed()), z);
            Matrix s = parameters.outputScale();
            if (s != null) {
                stream.scaleRows(loaded(stream, type, s.transposed()), z, z);
            }
            Matrix bias = parameters.bias();
            if (bias != null) {
                Matrix ones = ws.matrix(type, 1, p);
                stream.fill(ones, 1);
                stream.gemm(stream.arithmetic(type), 1, loaded(stream, type, bias.transposed()), ones, 1, z, z);
            }
            stream.copy(z, y.transposed());
        } finally {
            ws.release();
        }
    }

    void backward(ComputeStream stream, Matrix x, Matrix dy, Matrix dx, OftParameters gradient) {
        DType type = Operands.computeType(computeType(x, dy), dx.dtype());
        Arithmetic arithmetic = stream.arithmetic(type);
        int p = x.rows();
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            List<BlockMatrices> deltas = rotation.formStep(stream, type);
            Matrix tokens = loaded(stream, type, x.transposed());
            Matrix g = loaded(stream, type, dy.transposed());
            Matrix byTokens = ws.matrix(type, inputs, p);
            sumTokens(stream, g, gradient.bias());
            scaleGradient(stream, deltas, tokens, g, gradient.outputScale());
            if (options.form() == OftOptions.Form.INPUT_CENTRIC) {
                Matrix byTurned = ws.matrix(type, inputs, p);
                Matrix w = loaded(stream, type, base.read(stream));
                stream.gemm(arithmetic, 1, w.transposed(), g, 0, byTurned, byTurned);
                rotation.backward(stream, deltas, BlockRotation.Form.TRANSPOSED, tokens, byTurned, byTokens, gradient);
            } else {
                Matrix byWeight = ws.matrix(type, inputs, outputs);
                stream.gemm(arithmetic, 1, turnedBase(stream, deltas), g, 0, byTokens, byTokens);
                stream.gemm(arithmetic, 1, tokens, g.transposed(), 0, byWeight, byWeight);
                Matrix w = loaded(stream, type, base.read(stream).transposed());
                rotation.backward(stream, deltas, BlockRotation.Form.PLAIN, w, byWeight, null, gradient);
            }
            stream.copy(byTokens, dx.transposed());
        } finally {
            ws.release();
        }
    }

    /** ds ← the sums over tokens of z∘g with z = W₀Rᵀ·x; then g ← diag(s)·g. */
    private void scaleGradient(
            ComputeStream stream, List<BlockMatrices> deltas, Matrix x, Matrix g, @Nullable Matrix ds) {
        Matrix s = parameters.outputScale();
        if (s == null) {
            return;
        }
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix z = ws.matrix(g.dtype(), outputs, g.columns());
            product(stream, deltas, x, z);
            stream.multiply(z, g, z);
            sumTokens(stream, z, ds);
            stream.scaleRows(loaded(stream, g.dtype(), s.transposed()), g, g);
        } finally {
            ws.release();
        }
    }

    /** out ← the sums of g's rows. */
    private void sumTokens(ComputeStream stream, Matrix g, @Nullable Matrix out) {
        if (out == null) {
            return;
        }
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix ones = ws.matrix(g.dtype(), g.columns(), 1);
            Matrix sums = ws.matrix(g.dtype(), outputs, 1);
            stream.fill(ones, 1);
            stream.gemm(stream.arithmetic(g.dtype()), 1, g, ones, 0, sums, sums);
            stream.copy(sums, out.transposed());
        } finally {
            ws.release();
        }
    }

    /** out ← diag(s)·W₀Rᵀ, of generators times a strength and 1 + strength·(s − 1). */
    void weight(ComputeStream stream, double strength, Matrix out) {
        rotation.project(stream);
        DType type = computeType(out, out);
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix turned = turnedBase(stream, rotation.form(stream, type, strength));
            Matrix w = loaded(stream, type, turned.transposed());
            Matrix s = parameters.outputScale();
            if (s != null) {
                Matrix factors = loaded(stream, type, s.transposed());
                Matrix ones = ws.matrix(type, outputs, 1);
                stream.fill(ones, 1);
                stream.combine(strength, factors, 1 - strength, ones, 0, factors);
                stream.scaleRows(factors, w, w);
            }
            stream.copy(w, out);
        } finally {
            ws.release();
        }
    }

    /** out ← diag(s)⁻¹·w·R⁻ᵀ. */
    void unmerge(ComputeStream stream, Matrix w, Matrix out) {
        rotation.project(stream);
        DType type = computeType(w, out);
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix turned = loaded(stream, type, w.transposed());
            rotation.solve(stream, rotation.form(stream, type), turned);
            Matrix unscaled = loaded(stream, type, turned.transposed());
            Matrix s = parameters.outputScale();
            if (s != null) {
                Matrix inverse = ws.matrix(type, outputs, 1);
                stream.fill(inverse, 1);
                stream.divide(inverse, loaded(stream, type, s.transposed()), inverse);
                stream.scaleRows(inverse, unscaled, unscaled);
            }
            stream.copy(unscaled, out);
        } finally {
            ws.release();
        }
    }

    void merge(ComputeStream stream) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix merged = ws.matrix(base.dtype().computeType(), outputs, inputs);
            weight(stream, 1, merged);
            load(stream, merged);
        } finally {
            ws.release();
        }
    }
}
