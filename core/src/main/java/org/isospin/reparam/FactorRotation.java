package org.isospin.reparam;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Indices;
import org.isospin.backend.Scalar;
import org.isospin.backend.Workspace;
import org.isospin.rotation.ButterflyPattern;
import org.jspecify.annotations.Nullable;

/**
 * R = Fₘ₋₁…F₁F₀ with Fᵢ = Pᵢ·diag(Rᵢ₀, Rᵢ₁, …)·Pᵢᵀ of n coordinates (BOFT, Liu and others 2024; OFT where m = 1), the blocks held
 * as R − I: with generators of zero Rx equals x. A permutation is a gather of rows; P₀ is none.
 */
final class FactorRotation {
    private final OftOptions options;
    private final OftParameters parameters;
    private final BlockPartition partition;
    private final List<int[]> gathered = new ArrayList<>();
    private final List<int[]> scattered = new ArrayList<>();
    private final List<BlockGenerators> scaled = new ArrayList<>();
    private final List<BlockGenerators> scaledGradients = new ArrayList<>();
    private final int[] repeated;
    private int droppedFactor;
    private int[] dropped = {};

    FactorRotation(OftOptions options, OftParameters parameters, BlockPartition partition) {
        this.options = options;
        this.parameters = parameters;
        this.partition = partition;
        if (options.factors() > 1) {
            ButterflyPattern pattern = ButterflyPattern.of(partition.order(), partition.blockSize(), options.factors());
            for (int i = 0; i < options.factors(); i++) {
                int[] permutation = pattern.permutation(i);
                int[] inverse = new int[permutation.length];
                for (int j = 0; j < inverse.length; j++) {
                    inverse[permutation[j]] = j;
                }
                gathered.add(permutation);
                scattered.add(inverse);
            }
        }
        for (BlockGenerators factor : parameters.factors()) {
            boolean isOwn = options.scale() != GeneratorScale.NONE;
            DType type = factor.dtype().computeType();
            scaled.add(isOwn ? BlockGenerators.allocate(type, factor.partition()) : factor);
            scaledGradients.add(isOwn ? BlockGenerators.allocate(type, factor.partition()) : factor);
        }
        this.repeated = new int[options.sharing() == OftOptions.Sharing.SHARED ? partition.covered() : 0];
        Arrays.setAll(repeated, i -> i % partition.blockSize());
    }

    /** From now on such blocks are the identity in steps. */
    void drop(int factor, int[] blocks) {
        droppedFactor = factor;
        dropped = blocks;
    }

    /** {@return R − I of every block of every factor, scratch} */
    List<BlockMatrices> form(ComputeStream stream, DType type) {
        return form(stream, type, 1);
    }

    /** {@return those of the generators times a strength, scratch} */
    List<BlockMatrices> form(ComputeStream stream, DType type, double strength) {
        List<BlockMatrices> all = new ArrayList<>();
        Workspace ws = stream.workspace();
        for (int i = 0; i < options.factors(); i++) {
            BlockMatrices deltas = BlockMatrices.scratch(ws, type, partition);
            all.add(deltas);
            scale(stream, parameters.factors().get(i), scaled.get(i), options.scale());
            BlockGenerators own = strengthened(stream, scaled.get(i), strength);
            if (options.sharing() == OftOptions.Sharing.SEPARATE) {
                BlockRotation.form(stream, options.map(), own, deltas);
                continue;
            }
            ws.mark();
            try {
                BlockMatrices one = BlockMatrices.scratch(ws, type, own.partition());
                BlockRotation.form(stream, options.map(), own, one);
                deltas.repeat(stream, one, repeated);
            } finally {
                ws.release();
            }
        }
        return all;
    }

    private static BlockGenerators strengthened(ComputeStream stream, BlockGenerators generators, double strength) {
        if (strength == 1) {
            return generators;
        }
        Workspace ws = stream.workspace();
        DType type = generators.dtype().computeType();
        Matrix blocks = generators.blocks().packed();
        Matrix rest = generators.rest().packed();
        BlockGenerators out = BlockGenerators.over(
                generators.partition(),
                ws.matrix(type, blocks.rows(), blocks.columns()),
                ws.matrix(type, rest.rows(), rest.columns()));
        stream.scale(strength, blocks, out.blocks().packed());
        stream.scale(strength, rest, out.rest().packed());
        return out;
    }

    /** {@return those of a step, where some blocks are the identity, scratch} */
    List<BlockMatrices> formStep(ComputeStream stream, DType type) {
        List<BlockMatrices> all = form(stream, type);
        clearDropped(stream, all);
        return all;
    }

    private void clearDropped(ComputeStream stream, List<BlockMatrices> all) {
        for (int block : dropped) {
            stream.fill(all.get(droppedFactor).get(stream.workspace(), block), 0);
        }
    }

    private static void scale(
            ComputeStream stream, BlockGenerators source, BlockGenerators target, GeneratorScale scale) {
        if (scale == GeneratorScale.NONE) {
            return;
        }
        BlockPartition partition = source.partition();
        stream.scale(
                scale.factor(partition.blockSize()),
                source.blocks().packed(),
                target.blocks().packed());
        stream.scale(
                scale.factor(partition.rest()),
                source.rest().packed(),
                target.rest().packed());
    }

    private int factor(BlockRotation.Form form, int step) {
        return form == BlockRotation.Form.PLAIN ? step : options.factors() - 1 - step;
    }

    private void gather(ComputeStream stream, List<int[]> permutations, int factor, Matrix x, Matrix y) {
        if (factor == 0) {
            stream.copy(x, y);
            return;
        }
        Indices rows = stream.indices(x.rows());
        stream.set(rows, permutations.get(factor));
        stream.gatherRows(x, rows, y);
    }

    /** y ← R·x or Rᵀ·x; x and y dense, row-major and of the deltas' type, y not x. */
    void apply(ComputeStream stream, List<BlockMatrices> deltas, BlockRotation.Form form, Matrix x, Matrix y) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix before = ws.matrix(x.dtype(), x.rows(), x.columns());
            Matrix after = ws.matrix(x.dtype(), x.rows(), x.columns());
            stream.copy(x, y);
            for (int step = 0; step < options.factors(); step++) {
                int i = factor(form, step);
                gather(stream, scattered, i, y, before);
                BlockRotation.apply(stream, deltas.get(i), form, before, after);
                gather(stream, gathered, i, after, y);
            }
        } finally {
            ws.release();
        }
    }

    /**
     * The derivatives of ⟨dy, y⟩ with y of {@link #apply}.
     *
     * @param dx receives that by x; none if null
     * @param gradient receives those by the generators
     */
    void backward(
            ComputeStream stream,
            List<BlockMatrices> deltas,
            BlockRotation.Form form,
            Matrix x,
            Matrix dy,
            @Nullable Matrix dx,
            OftParameters gradient) {
        boolean isPlain = form == BlockRotation.Form.PLAIN;
        BlockRotation.Form back = isPlain ? BlockRotation.Form.TRANSPOSED : BlockRotation.Form.PLAIN;
        int n = x.rows();
        int p = x.columns();
        int factors = options.factors();
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix taken = ws.matrix(x.dtype(), Math.multiplyExact(factors, n), p);
            Matrix y = ws.matrix(x.dtype(), n, p);
            Matrix before = ws.matrix(x.dtype(), n, p);
            Matrix after = ws.matrix(x.dtype(), n, p);
            List<BlockMatrices> cotangents = new ArrayList<>();
            for (int i = 0; i < factors; i++) {
                cotangents.add(BlockMatrices.scratch(ws, x.dtype(), partition));
            }
            stream.copy(x, y);
            for (int step = 0; step < factors; step++) {
                int i = factor(form, step);
                Matrix part = ws.view(taken, i * n, 0, n, p);
                gather(stream, scattered, i, y, part);
                if (step < factors - 1) {
                    BlockRotation.apply(stream, deltas.get(i), form, part, after);
                    gather(stream, gathered, i, after, y);
                }
            }
            stream.copy(dy, y);
            for (int step = factors - 1; step >= 0; step--) {
                int i = factor(form, step);
                Matrix part = ws.view(taken, i * n, 0, n, p);
                gather(stream, scattered, i, y, before);
                BlockRotation.outer(stream, isPlain ? before : part, isPlain ? part : before, cotangents.get(i));
                BlockRotation.apply(stream, deltas.get(i), back, before, after);
                gather(stream, gathered, i, after, y);
            }
            if (dx != null) {
                stream.copy(y, dx);
            }
            clearDropped(stream, cotangents);
            for (int i = 0; i < factors; i++) {
                vjp(stream, i, cotangents.get(i), gradient.factors().get(i));
            }
        } finally {
            ws.release();
        }
    }

    private void vjp(ComputeStream stream, int factor, BlockMatrices cotangents, BlockGenerators gradient) {
        BlockGenerators at = scaled.get(factor);
        boolean isScaled = options.scale() != GeneratorScale.NONE;
        BlockGenerators out = isScaled ? scaledGradients.get(factor) : gradient;
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            BlockMatrices own = cotangents;
            if (options.sharing() == OftOptions.Sharing.SHARED) {
                own = BlockMatrices.scratch(ws, cotangents.dtype(), at.partition());
                Matrix sum = own.get(ws, 0);
                stream.fill(sum, 0);
                for (int i = 0; i < partition.count(); i++) {
                    stream.combine(1, sum, 1, cotangents.get(ws, i), 0, sum);
                }
            }
            BlockRotation.vjp(stream, options.map(), at, own, out);
            scale(stream, out, gradient, options.scale());
        } finally {
            ws.release();
        }
    }

    /** x ← R⁻¹·x, by LU of every block: truncated maps are not orthogonal. Waits once. */
    void solve(ComputeStream stream, List<BlockMatrices> deltas, Matrix x) {
        Workspace ws = stream.workspace();
        int b = partition.blockSize();
        int p = x.columns();
        Scalar status = stream.scalar();
        Indices pivots = stream.indices(b);
        Indices lastPivots = stream.indices(partition.rest());
        ws.mark();
        try {
            Matrix y = ws.matrix(x.dtype(), x.rows(), p);
            for (int i = options.factors() - 1; i >= 0; i--) {
                gather(stream, scattered, i, x, y);
                for (int block = 0; block < partition.count(); block++) {
                    solve(stream, deltas.get(i).get(ws, block), pivots, ws.view(y, block * b, 0, b, p), status);
                }
                if (partition.rest() > 0) {
                    Matrix last = ws.view(y, partition.covered(), 0, partition.rest(), p);
                    solve(stream, deltas.get(i).rest(), lastPivots, last, status);
                }
                gather(stream, gathered, i, y, x);
            }
        } finally {
            ws.release();
        }
        double pivot = stream.read(status);
        if (pivot != 0) {
            throw new SingularMatrixException(
                    "oft unmerge: a block has no inverse: its pivot " + (int) (pivot - 1) + " is zero or not finite",
                    (int) (pivot - 1),
                    0);
        }
    }

    private static void solve(ComputeStream stream, Matrix delta, Indices pivots, Matrix x, Scalar status) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix lu = ws.matrix(delta.dtype(), delta.rows(), delta.rows());
            stream.copy(delta, lu);
            stream.addDiagonal(1, lu);
            stream.lu(lu, pivots, status);
            stream.luSolve(lu, pivots, x);
        } finally {
            ws.release();
        }
    }

    /** Shrinks every generator Q to ‖Q‖_F ≤ ε/√r, of r generators, where it is longer: COFT. */
    void project(ComputeStream stream) {
        if (options.epsilon() == Double.POSITIVE_INFINITY) {
            return;
        }
        int count = options.factors() * parameters.factors().getFirst().count();
        for (BlockGenerators factor : parameters.factors()) {
            for (int i = 0; i < factor.count(); i++) {
                double scale = options.scale().factor(factor.get(i).order());
                GeneratorBall.project(
                        stream, factor.get(i).packed(), options.epsilon() / Math.sqrt(count) / Math.sqrt(2) / scale);
            }
        }
    }
}
