package org.isospin.reparam;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.Operands;
import org.jspecify.annotations.Nullable;

/**
 * A linear layer y = x·Wᵀ + bias with W = diag(s)·W₀·Rᵀ: W₀ frozen, R a block-diagonal rotation (OFT, arXiv 2306.07280; OFTv2,
 * arXiv 2506.19847), a butterfly of such (BOFT, arXiv 2311.06243), or one whose generators stay small (COFT); s, if there is one,
 * are factors of the outputs. The rows of W₀ keep their norms and angles where R is orthogonal.
 *
 * <p>Of p tokens, forward takes 2mnp + 2bnp flops for each factor if inputs are turned, 2mnp + 2bmn if the weight is; backward the
 * products again, and twice the turning. Nothing is kept in between.
 *
 * <pre>{@code
 * OftLayer layer = OftLayer.of(iso, OftOptions.DEFAULT, weight);
 * OftParameters gradient = layer.parameters().allocateLike();
 * layer.forward(x, y);                                  // rows are tokens
 * layer.backward(x, dy, dx, gradient);                  // step layer.parameters().matrices() by gradient.matrices()
 * }</pre>
 *
 * <p>With generators of zero, and factors of 1, W has the values of W₀. With {@link OftOptions#epsilon} whatever needs R first
 * projects the generators, in their own memory: what lies in the ball stays bit for bit, and a second projection changes nothing.
 *
 * <p>The arithmetic is F64 if an operand is F64, else F32, rounded once to each output's type. NaN and infinities propagate. Waits
 * as the {@link org.isospin.rotation.GeneratorMap} does, and {@link #unmerge} once. A few objects for each factor are left on the
 * heap. For one thread at a time.
 */
public final class OftLayer {
    private final Isospin iso;
    private final OftOptions options;
    private final OftParameters parameters;
    private final OftPass pass;
    private final LayerShape shape;
    private final int count;

    private OftLayer(Isospin iso, OftOptions options, Matrix weight, @Nullable Matrix bias) {
        this.iso = iso;
        this.options = options;
        this.shape = new LayerShape("oft", weight, options.orientation());
        int rows = shape.outputs();
        int columns = shape.inputs();
        Matrix w = shape.outIn(weight);
        if (bias != null) {
            Operands.requireOutput("oft", "bias", bias, 1, rows);
        }
        DType dtype = weight.dtype();
        BlockPartition partition = options.partition(columns);
        this.count = partition.count();
        this.parameters = OftParameters.allocate(options, dtype, rows, partition, bias);
        BaseWeight base = BaseWeight.allocate(options.base(), dtype, rows, columns);
        this.pass = new OftPass(options, parameters, partition, base, rows);
        iso.run(stream -> pass.load(stream, w));
    }

    /**
     * {@return a layer without bias whose W is the weight}
     *
     * @param iso what computes; stays the caller's
     * @param options what it is made of
     * @param weight W, copied; its type is that of base and generators
     * @throws IllegalArgumentException if the blocks do not fit its inputs: a butterfly of m factors needs a multiple of
     *     b·2^(m−1), shared generators a multiple of b
     */
    public static OftLayer of(Isospin iso, OftOptions options, Matrix weight) {
        return new OftLayer(iso, options, weight, null);
    }

    /**
     * {@return a layer whose W is the weight}
     *
     * @param iso what computes; stays the caller's
     * @param options what it is made of
     * @param weight W, copied; its type is that of base and generators
     * @param bias 1 × m, the layer's from now on as {@link OftParameters#bias}
     * @throws IllegalArgumentException if the blocks do not fit its inputs, or the bias its outputs
     */
    public static OftLayer of(Isospin iso, OftOptions options, Matrix weight, Matrix bias) {
        return new OftLayer(iso, options, weight, bias);
    }

    /** {@return what trains, in memory that the caller steps} */
    public OftParameters parameters() {
        return parameters;
    }

    /** {@return what it is made of} */
    public OftOptions options() {
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

    /** {@return the bytes of the base} */
    public long baseBytes() {
        return pass.base().bytes();
    }

    /**
     * From now on forward and backward leave out the blocks that {@link OftOptions#dropout} draws for a step; weights and merges
     * leave out none.
     *
     * @param step which step, any number: the same one draws the same blocks
     */
    public void drop(long step) {
        BlockDropout dropout = options.dropout();
        pass.rotation().drop(dropout.factor(step, options.factors()), dropout.blocks(step, options.factors(), count));
    }

    /** From now on forward and backward leave out no block. */
    public void dropNone() {
        pass.rotation().drop(0, new int[0]);
    }

    /** Projects the generators as {@link OftOptions#epsilon} has it. */
    public void project() {
        iso.run(stream -> pass.rotation().project(stream));
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
        iso.run(stream -> pass.forward(stream, x, y));
    }

    /**
     * The derivatives of the loss by x and by what trains, given that by y. Generators are taken as they are.
     *
     * @param x what went in, p × n
     * @param dy p × m
     * @param dx p × n, receives that by x; may overlap x or dy
     * @param gradient receives those of the parameters; must not overlap anything else
     * @throws IllegalArgumentException if a shape does not fit or an output is read-only
     */
    public void backward(Matrix x, Matrix dy, Matrix dx, OftParameters gradient) {
        shape.requireBackward(x, dy, dx);
        if (!parameters.isLike(gradient)) {
            throw new IllegalArgumentException(
                    "oft backward: the gradient is of " + gradient + ", the layer of " + parameters);
        }
        iso.run(stream -> pass.backward(stream, x, dy, dx, gradient));
    }

    /**
     * out ← W, rotated and scaled.
     *
     * @param out as the layer's weight lay
     * @throws IllegalArgumentException if its shape does not fit or it is read-only
     */
    public void weight(Matrix out) {
        weight(1, out);
    }

    /**
     * out ← W of generators times a strength, and of factors 1 + strength·(s − 1): of 0 the bits of W₀, of 1 those of {@link
     * #weight(Matrix)}, between them part of what training did. A plane that the exact Cayley transform turns by φ is turned by
     * 2·atan(strength·tan(φ/2)).
     *
     * @param strength any finite number; below 0 rotations go back
     * @param out as the layer's weight lay
     * @throws IllegalArgumentException if its shape does not fit, it is read-only, or the strength is not finite
     */
    public void weight(double strength, Matrix out) {
        if (!Double.isFinite(strength)) {
            throw new IllegalArgumentException("oft weight: the strength must be finite, not " + strength);
        }
        shape.requireWeight(out);
        iso.run(stream -> pass.weight(stream, strength, shape.outIn(out)));
    }

    /**
     * out ← W₀, as it was given: what a merge of {@link #weight} elsewhere is undone by, without rounding.
     *
     * @param out as the layer's weight lay
     * @throws IllegalArgumentException if its shape does not fit or it is read-only
     */
    public void base(Matrix out) {
        shape.requireWeight(out);
        iso.run(stream -> stream.copy(pass.base().read(stream), shape.outIn(out)));
    }

    /**
     * out ← diag(s)⁻¹·M·R⁻ᵀ, the base of a merged weight M that is known alone. R is inverted, not transposed, so that
     * rotations of truncated maps are undone as well; the error is about κ(R)·√b·u‖M‖_F.
     *
     * @param merged M, as the layer's weight lay
     * @param out of its shape; may overlap it
     * @throws IllegalArgumentException if a shape does not fit or out is read-only
     * @throws org.isospin.SingularMatrixException if a block has no inverse, as truncated maps may have none from ‖Q‖ = 1; out is
     *     unspecified then
     */
    public void unmerge(Matrix merged, Matrix out) {
        shape.requireWeight(out);
        Operands.requireShape("oft unmerge", "merged", merged, out.rows(), out.columns());
        iso.run(stream -> pass.unmerge(stream, shape.outIn(merged), shape.outIn(out)));
    }

    /**
     * W₀ ← W, generators ← 0 and factors of outputs ← 1: the function stays, but for rounding. Moments that an optimizer keeps of
     * them belong to rotations that are gone.
     */
    public void merge() {
        iso.run(pass::merge);
    }

    /** {@return the type of base and generators} */
    public DType dtype() {
        return parameters.factors().getFirst().dtype();
    }

    /** {@return shape and parameters, never elements} */
    @Override
    public String toString() {
        return "OFT layer of " + outputs() + " x " + inputs() + ", " + parameters;
    }
}
