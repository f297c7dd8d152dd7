package org.isospin.reparam;

import java.util.List;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.Operands;
import org.isospin.optim.Optimizer;
import org.isospin.optim.ParameterId;
import org.jspecify.annotations.Nullable;

/**
 * A linear layer y = x·Wᵀ + bias with W = R·W₀·P: W₀ frozen, R and P rotations of few parameters, so that W keeps its singular
 * values while it trains (POET, arXiv 2506.08001, in the input-centric form of POET-X, arXiv 2603.05500).
 *
 * <p>Both rotations are block-diagonal after a permutation of the coordinates. x is permuted, turned by the blocks of the inputs,
 * multiplied by the base, turned by those of the outputs and permuted back: of p tokens that takes 2mnp + 2b(m + n)p flops forward
 * and 2mnp + 4b(m + n)p backward, because there is no gradient of W₀; {@link PoetOptions.Memory#RECOMPUTE} computes the first
 * product twice. From time to time {@link #merge} folds the rotations into the base, sets the generators to zero and draws other
 * permutations.
 *
 * <pre>{@code
 * PoetLayer layer = PoetLayer.of(iso, PoetOptions.DEFAULT, weight);
 * PoetParameters gradient = layer.parameters().allocateLike();
 * layer.forward(x, y);                                  // rows are tokens
 * layer.backward(x, dy, dx, gradient);
 * for (int i = 0; i < ids.size(); i++) {                // one id for each of layer.parameters().matrices()
 *     adamW.step(t, ids.get(i), layer.parameters().matrices().get(i), gradient.matrices().get(i));
 * }
 * if (t % 200 == 0) {
 *     layer.merge(adamW, ids, t);
 * }
 * }</pre>
 *
 * <p>Neither construction nor a merge changes the function, but for rounding: the base is kept permuted, where the published code
 * permutes activations alone and so shuffles a weight that it is given, and the bias is added last, where the published code
 * rotates it with the outputs and forgets it at a merge.
 *
 * <p>With a base of {@link BaseStorage.EightBit} construction and merges round it, to half a level of its groups.
 *
 * <p>The arithmetic is F64 if an operand is F64, else F32, rounded once to each output's type. NaN and infinities propagate. Waits
 * as the {@link org.isospin.rotation.GeneratorMap} does, which for truncated ones is never. A call's heap garbage does not depend on
 * the shapes, once it was made with as many tokens before. For one thread at a time.
 */
public final class PoetLayer {
    private final Isospin iso;
    private final PoetOptions options;
    private final PoetParameters parameters;
    private final PoetPass pass;
    private final LayerShape shape;

    private PoetLayer(
            Isospin iso, PoetOptions options, BaseWeight base, Matrix weight, @Nullable Matrix bias, int merges) {
        this.iso = iso;
        this.options = options;
        this.shape = new LayerShape("poet", weight, options.orientation());
        int rows = shape.outputs();
        int columns = shape.inputs();
        Matrix w = shape.outIn(weight);
        if (bias != null) {
            Operands.requireOutput("poet", "bias", bias, 1, rows);
        }
        this.parameters = PoetParameters.allocate(
                weight.dtype(),
                requirePartition(WeightSide.OUTPUT, rows),
                requirePartition(WeightSide.INPUT, columns),
                bias);
        this.pass = new PoetPass(options, base, parameters, rows, columns, merges);
        iso.run(stream -> pass.load(stream, w), w);
    }

    private BlockPartition requirePartition(WeightSide side, int order) {
        BlockPartition partition = options.primitive().partition(side, order);
        if (partition.order() != order) {
            throw new IllegalArgumentException(
                    "the " + side + " side has " + order + " coordinates, its partition " + partition.order());
        }
        return partition;
    }

    /**
     * {@return a layer without bias whose W is the weight}
     *
     * @param iso what computes; stays the caller's
     * @param options what it is made of
     * @param weight W, copied; its type is that of base and generators
     * @throws IllegalArgumentException if permutations or partitions do not fit it
     */
    public static PoetLayer of(Isospin iso, PoetOptions options, Matrix weight) {
        return of(iso, options, weight, null, 0);
    }

    /**
     * {@return a layer whose W is the weight}
     *
     * @param iso what computes; stays the caller's
     * @param options what it is made of
     * @param weight W, copied; its type is that of base and generators
     * @param bias 1 × m, the layer's from now on as {@link PoetParameters#bias}, or null for none
     * @param merges how many merges came before: a run that is resumed from {@link #base}, {@link #merges} and the generators is
     *     the same
     * @throws IllegalArgumentException if permutations, partitions or the bias do not fit it, or merges is negative
     */
    public static PoetLayer of(Isospin iso, PoetOptions options, Matrix weight, @Nullable Matrix bias, int merges) {
        requireMerges(merges);
        LayerShape shape = new LayerShape("poet", weight, options.orientation());
        BaseWeight base = BaseWeight.allocate(options.base(), weight.dtype(), shape.outputs(), shape.inputs());
        return new PoetLayer(iso, options, base, weight, bias, merges);
    }

    /** {@return what trains, in memory that the caller steps} */
    public PoetParameters parameters() {
        return parameters;
    }

    /** {@return what it is made of} */
    public PoetOptions options() {
        return options;
    }

    /** {@return m} */
    public int outputs() {
        return shape.outputs();
    }

    /** {@return n} */
    public int inputs() {
        return shape.inputs();
    }

    /** {@return how many merges came before} */
    public int merges() {
        return pass.merges();
    }

    /** {@return the bytes of the base} */
    public long baseBytes() {
        return pass.base().bytes();
    }

    /**
     * y ← x·Wᵀ + bias.
     *
     * @param x p × n, a row a token
     * @param y p × m; may overlap x
     * @throws IllegalArgumentException if a shape does not fit or y is read-only
     */
    public void forward(Matrix x, Matrix y) {
        shape.requireForward(x, y);
        iso.run(stream -> pass.forward(stream, x, y), x, y);
    }

    /**
     * The derivatives of the loss by x and by what trains, given that by y. With {@link PoetOptions.Memory#KEEP} that is of the
     * latest {@link #forward}, with the parameters as they were; else of any x, with those of now.
     *
     * @param x what went in, p × n
     * @param dy p × m
     * @param dx p × n, receives that by x; may overlap x or dy
     * @param gradient receives those of the parameters; must not overlap anything else
     * @throws IllegalArgumentException if a shape does not fit or an output is read-only
     * @throws IllegalStateException if what forward kept is of another number of tokens or type, or there is nothing
     */
    public void backward(Matrix x, Matrix dy, Matrix dx, PoetParameters gradient) {
        shape.requireBackward(x, dy, dx);
        boolean isAlike = gradient.output()
                        .partition()
                        .equals(parameters.output().partition())
                && gradient.input().partition().equals(parameters.input().partition())
                && (gradient.bias() == null) == (parameters.bias() == null);
        if (!isAlike) {
            throw new IllegalArgumentException(
                    "poet backward: the gradient is of " + gradient + ", the layer of " + parameters);
        }
        iso.run(stream -> pass.backward(stream, x, dy, dx, gradient), x, dy, dx);
    }

    /**
     * out ← W, with all rotations.
     *
     * @param out as the layer's weight lay
     * @throws IllegalArgumentException if its shape does not fit or it is read-only
     */
    public void weight(Matrix out) {
        shape.requireWeight(out);
        iso.run(stream -> pass.weight(stream, shape.outIn(out)), out);
    }

    /**
     * out ← W₀, without the rotations since the last merge.
     *
     * @param out as the layer's weight lay
     * @throws IllegalArgumentException if its shape does not fit or it is read-only
     */
    public void base(Matrix out) {
        shape.requireWeight(out);
        iso.run(stream -> pass.base(stream, shape.outIn(out)), out);
    }

    /**
     * W₀ ← the weight, in the order that the permutations of so many merges give: with {@link #base}, {@link #merges} and the
     * generators of another run, whose memory stays as it is, this layer goes on as that one. What forward kept is dropped.
     *
     * @param weight what {@link #base} was there, copied
     * @param merges what {@link #merges} was there
     * @throws IllegalArgumentException if its shape does not fit, or merges is negative; nothing is changed then
     */
    public void resume(Matrix weight, int merges) {
        requireMerges(merges);
        Matrix w = shape.outIn(weight);
        Operands.requireShape("poet resume", "weight", w, shape.outputs(), shape.inputs());
        iso.run(stream -> pass.resume(stream, w, merges), w);
    }

    private static void requireMerges(int merges) {
        if (merges < 0) {
            throw new IllegalArgumentException("the number of merges must be 0 or more, not " + merges);
        }
    }

    /**
     * W₀ ← W, generators ← 0, and other permutations: the function stays, but for rounding. What an optimizer averaged of the
     * generators' gradients belongs to rotations that are gone; {@link #merge(Optimizer, List, long)} resets it as well. What
     * forward kept is dropped.
     */
    public void merge() {
        iso.run(pass::merge);
    }

    /**
     * Merges, and {@linkplain Optimizer#restart restarts} the generators' state: no gradient of old rotations survives.
     *
     * @param optimizer what steps the generators
     * @param generators its ids of {@link PoetParameters#generators}
     * @param t the last step done
     * @throws IllegalArgumentException if there are not as many ids as matrices of generators, one is not of its shape or not
     *     the optimizer's, or t is negative; nothing is changed then
     */
    public void merge(Optimizer optimizer, List<ParameterId> generators, long t) {
        List<Matrix> matrices = parameters.generators();
        boolean isAlike = matrices.size() == generators.size();
        for (int i = 0; isAlike && i < matrices.size(); i++) {
            isAlike = generators.get(i).spec().rows() == matrices.get(i).rows()
                    && generators.get(i).spec().columns() == matrices.get(i).columns();
        }
        if (!isAlike) {
            throw new IllegalArgumentException("poet merge: the ids must be of the layer's " + matrices.size()
                    + " matrices of generators, " + matrices + ", not " + generators);
        }
        if (t < 0 || !optimizer.parameters().containsAll(generators)) {
            throw new IllegalArgumentException("poet merge: the last step done must be 0 or more, not " + t + ", and "
                    + generators + " among the optimizer's " + optimizer.parameters());
        }
        merge();
        for (ParameterId id : generators) {
            optimizer.restart(t, id);
        }
    }

    /** {@return the type of base and generators} */
    public DType dtype() {
        return parameters.output().dtype();
    }

    /** {@return shape and parameters, never elements} */
    @Override
    public String toString() {
        return "POET layer of " + outputs() + " x " + inputs() + ", " + parameters;
    }
}
