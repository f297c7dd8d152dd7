package org.isospin.reparam;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Indices;
import org.isospin.backend.Operands;
import org.isospin.backend.Workspace;
import org.isospin.rotation.GeneratorMap;

/**
 * Block rotations of their own for each expert of a mixture: row t of y is row t of x times diag(R₀, R₁, …) of the expert that token
 * t is routed to. Tokens are brought together by expert, so that each expert's blocks are formed once and multiply all of its
 * tokens.
 *
 * <p>‖y − xR‖_F is about √b·u‖x‖_F; where a generator is zero y equals x. The arithmetic is F64 if an operand is F64, else
 * F32, rounded once. NaN and infinities propagate within a token. Waits as the {@link GeneratorMap} does. Immutable; a few objects
 * an expert are left on the heap.
 */
public final class RoutedRotation {
    private final GeneratorMap map;
    private final List<BlockGenerators> experts;
    private final BlockPartition partition;

    /**
     * Takes the generators of experts.
     *
     * @param map how generators become rotations
     * @param experts of each expert, all of one partition of the n coordinates of a token; the memory is the caller's to step
     * @throws IllegalArgumentException if there is no expert, or their partitions differ
     */
    public RoutedRotation(GeneratorMap map, List<BlockGenerators> experts) {
        this.map = map;
        this.experts = List.copyOf(experts);
        if (experts.isEmpty()) {
            throw new IllegalArgumentException("routed rotation: there must be 1 expert or more, not 0");
        }
        this.partition = experts.getFirst().partition();
        requireAlike("experts", this.experts);
    }

    /** {@return the generators of each expert} */
    public List<BlockGenerators> experts() {
        return experts;
    }

    /** {@return generators of zero for gradients, one for each expert} */
    public List<BlockGenerators> allocateGradients() {
        List<BlockGenerators> out = new ArrayList<>();
        for (BlockGenerators expert : experts) {
            out.add(BlockGenerators.allocate(expert.dtype(), partition));
        }
        return out;
    }

    /**
     * y ← x with every row turned by its expert.
     *
     * @param iso what computes
     * @param x p × n, a row a token
     * @param routes the expert of each token
     * @param y p × n; may overlap x
     * @throws IllegalArgumentException if a shape does not fit, y is read-only, or there is no such expert
     */
    public void forward(Isospin iso, Matrix x, int[] routes, Matrix y) {
        Routing routing = route(x, routes);
        Operands.requireOutput("routed rotation", "y", y, x.rows(), partition.order());
        iso.run(stream -> forward(stream, x, routing, y), x, y);
    }

    /**
     * The derivatives of a loss by x and by the generators, given that by y.
     *
     * @param iso what computes
     * @param x what went in, p × n
     * @param routes the expert of each token
     * @param dy p × n
     * @param dx p × n, receives that by x; may overlap x or dy
     * @param gradients receive those by the generators of each expert, zero where it had no token; must not overlap anything else
     * @throws IllegalArgumentException if a shape does not fit, dx is read-only, or there is no such expert
     */
    public void backward(Isospin iso, Matrix x, int[] routes, Matrix dy, Matrix dx, List<BlockGenerators> gradients) {
        Routing routing = route(x, routes);
        Operands.requireShape("routed rotation", "dy", dy, x.rows(), partition.order());
        Operands.requireOutput("routed rotation", "dx", dx, x.rows(), partition.order());
        requireAlike("gradients", gradients);
        iso.run(stream -> backward(stream, x, routing, dy, dx, gradients), x, dy, dx);
    }

    private void requireAlike(String what, List<BlockGenerators> some) {
        boolean isAlike = some.size() == experts.size();
        for (BlockGenerators each : some) {
            isAlike &= each.partition().equals(partition);
        }
        if (!isAlike) {
            throw new IllegalArgumentException("routed rotation: the " + what + " must be " + experts.size() + " of "
                    + partition + ", not " + some);
        }
    }

    /** Tokens in the order of their experts, where each is in that order, and where each expert's begin. */
    private static final class Routing {
        private final int[] sorted;
        private final int[] places;
        private final int[] starts;

        Routing(int[] sorted, int[] places, int[] starts) {
            this.sorted = sorted;
            this.places = places;
            this.starts = starts;
        }
    }

    private Routing route(Matrix x, int[] routes) {
        Operands.requireShape("routed rotation", "x", x, routes.length, partition.order());
        int[] starts = new int[experts.size() + 1];
        for (int t = 0; t < routes.length; t++) {
            if (routes[t] < 0 || routes[t] >= experts.size()) {
                throw new IllegalArgumentException("routed rotation: token " + t + " is routed to expert " + routes[t]
                        + ", there are 0 … " + (experts.size() - 1));
            }
            starts[routes[t] + 1]++;
        }
        Arrays.parallelPrefix(starts, Integer::sum);
        int[] next = starts.clone();
        int[] places = new int[routes.length];
        int[] sorted = new int[routes.length];
        for (int t = 0; t < routes.length; t++) {
            places[t] = next[routes[t]]++;
            sorted[places[t]] = t;
        }
        return new Routing(sorted, places, starts);
    }

    private DType type(Matrix a, Matrix b) {
        return Operands.computeType(
                Operands.computeType(a.dtype(), b.dtype()), experts.getFirst().dtype());
    }

    private void forward(ComputeStream stream, Matrix x, Routing routing, Matrix y) {
        DType type = type(x, y);
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix sorted = sorted(stream, x, routing, type);
            Matrix out = ws.matrix(type, x.rows(), partition.order());
            for (int i = 0; i < experts.size(); i++) {
                int count = routing.starts[i + 1] - routing.starts[i];
                if (count > 0) {
                    turn(stream, i, tokens(ws, sorted, routing, i), tokens(ws, out, routing, i));
                }
            }
            gather(stream, out, routing.places, y);
        } finally {
            ws.release();
        }
    }

    /** out ← the tokens of an expert, turned. */
    private void turn(ComputeStream stream, int expert, Matrix tokens, Matrix out) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            int p = tokens.rows();
            BlockMatrices deltas = BlockMatrices.scratch(ws, tokens.dtype(), partition);
            Matrix before = ws.matrix(tokens.dtype(), partition.order(), p);
            Matrix after = ws.matrix(tokens.dtype(), partition.order(), p);
            BlockRotation.form(stream, map, experts.get(expert), deltas);
            stream.copy(tokens.transposed(), before);
            BlockRotation.apply(stream, deltas, BlockRotation.Form.TRANSPOSED, before, after);
            stream.copy(after.transposed(), out);
        } finally {
            ws.release();
        }
    }

    private void backward(
            ComputeStream stream, Matrix x, Routing routing, Matrix dy, Matrix dx, List<BlockGenerators> gradients) {
        DType type = Operands.computeType(type(x, dy), dx.dtype());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix inputs = sorted(stream, x, routing, type);
            Matrix cotangents = sorted(stream, dy, routing, type);
            Matrix out = ws.matrix(type, x.rows(), partition.order());
            for (int i = 0; i < experts.size(); i++) {
                if (routing.starts[i + 1] == routing.starts[i]) {
                    gradients.get(i).clear(stream);
                } else {
                    Matrix tokens = tokens(ws, inputs, routing, i);
                    Matrix by = tokens(ws, cotangents, routing, i);
                    turnBack(stream, i, tokens, by, tokens(ws, out, routing, i), gradients.get(i));
                }
            }
            gather(stream, out, routing.places, dx);
        } finally {
            ws.release();
        }
    }

    private void turnBack(
            ComputeStream stream, int expert, Matrix tokens, Matrix dy, Matrix dx, BlockGenerators gradient) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            int n = partition.order();
            int p = tokens.rows();
            BlockMatrices deltas = BlockMatrices.scratch(ws, tokens.dtype(), partition);
            BlockMatrices cotangents = BlockMatrices.scratch(ws, tokens.dtype(), partition);
            Matrix x = ws.matrix(tokens.dtype(), n, p);
            Matrix g = ws.matrix(tokens.dtype(), n, p);
            BlockRotation.form(stream, map, experts.get(expert), deltas);
            stream.copy(tokens.transposed(), x);
            stream.copy(dy.transposed(), g);
            BlockRotation.outer(stream, x, g, cotangents);
            BlockRotation.apply(stream, deltas, BlockRotation.Form.PLAIN, g, x);
            stream.copy(x.transposed(), dx);
            BlockRotation.vjp(stream, map, experts.get(expert), cotangents, gradient);
        } finally {
            ws.release();
        }
    }

    /** {@return the tokens of an expert, a view} */
    private Matrix tokens(Workspace ws, Matrix sorted, Routing routing, int expert) {
        int first = routing.starts[expert];
        return ws.view(sorted, first, 0, routing.starts[expert + 1] - first, partition.order());
    }

    private static Matrix sorted(ComputeStream stream, Matrix x, Routing routing, DType type) {
        Matrix out = stream.workspace().matrix(type, x.rows(), x.columns());
        gather(stream, x, routing.sorted, out);
        return out;
    }

    private static void gather(ComputeStream stream, Matrix source, int[] rows, Matrix target) {
        Indices indices = stream.indices(rows.length);
        stream.set(indices, rows);
        stream.gatherRows(source, indices, target);
    }
}
