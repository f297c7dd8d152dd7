package org.isospin.reparam;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.decomposition.Svd;
import org.isospin.optim.Orientation;

/**
 * A linear layer y = x·Wᵀ whose principal part alone turns (PSOFT, arXiv 2505.11235): W = W₀ + B(M − I)A with A = Vᵣᵀ and B = UᵣΣᵣ of
 * the r largest singular values of W₀ = UΣVᵀ, and M = diag(b)·R·diag(a), R an r × r rotation. With factors a and b of 1, WWᵀ is
 * W₀W₀ᵀ: rows keep norms and angles, as with a rotation of all inputs.
 *
 * <p>Of p tokens forward takes 2(mn + (m + n + r)r)p flops, backward that and 2r²p more: no block of a size to choose, and
 * r(r − 1)/2 + 2r numbers that train. Nothing is kept in between.
 *
 * <pre>{@code
 * PsoftLayer layer = PsoftLayer.of(iso, PsoftOptions.DEFAULT, weight);
 * PsoftParameters gradient = layer.parameters().allocateLike();
 * layer.forward(x, y);                                  // rows are tokens
 * layer.backward(x, dy, dx, gradient);                  // step layer.parameters().matrices() by gradient.matrices()
 * }</pre>
 *
 * <p>With a generator of zero and factors of 1, W has the values of W₀. A bias is the caller's: nothing here touches it. With {@link
 * PsoftOptions#epsilon} whatever needs R first projects the generator, in its own memory.
 *
 * <p>The arithmetic is F64 if an operand is F64, else F32, rounded once to each output's type. NaN and infinities propagate, but
 * construction rejects them. Construction waits once, calls as the {@link org.isospin.rotation.GeneratorMap} does. For one thread at a
 * time.
 */
public final class PsoftLayer {
    private final Isospin iso;
    private final PsoftOptions options;
    private final PsoftParameters parameters;
    private final Matrix base;
    private final LayerShape shape;
    private final PsoftPass pass;

    private PsoftLayer(Isospin iso, PsoftOptions options, Matrix weight) {
        int rank = options.rank();
        if (rank > Math.min(weight.rows(), weight.columns())) {
            throw new IllegalArgumentException("psoft: a rank of " + rank + " is more than a weight of " + weight.rows()
                    + " x " + weight.columns() + " has");
        }
        this.iso = iso;
        this.options = options;
        this.shape = new LayerShape("psoft", weight, Orientation.OUT_IN);
        DType type = weight.dtype().computeType();
        this.base = Matrix.allocate(weight.dtype(), weight.rows(), weight.columns());
        this.parameters = PsoftParameters.allocate(type, rank, options.magnitudes());
        Svd svd = iso.svd(weight);
        Matrix down = Matrix.allocate(type, rank, weight.columns());
        Matrix up = Matrix.allocate(type, weight.rows(), rank);
        iso.run(
                stream -> {
                    stream.copy(weight, base);
                    stream.copy(svd.v().view(0, 0, weight.columns(), rank).transposed(), down);
                    stream.scaleRows(
                            svd.s().view(0, 0, 1, rank).transposed(),
                            svd.u().view(0, 0, weight.rows(), rank).transposed(),
                            up.transposed());
                    parameters.clear(stream);
                },
                weight);
        this.pass = new PsoftPass(options, parameters, base, down, up);
    }

    /**
     * {@return a layer whose W is the weight}
     *
     * @param iso what computes; stays the caller's
     * @param options what it is made of
     * @param weight W₀, m × n, a row an output; copied. Its type is that of the base; what trains is F64 if it is, else F32
     * @throws IllegalArgumentException if the rank is more than m or n, or an element is not finite
     */
    public static PsoftLayer of(Isospin iso, PsoftOptions options, Matrix weight) {
        return new PsoftLayer(iso, options, weight);
    }

    /** {@return what trains, in memory that the caller steps} */
    public PsoftParameters parameters() {
        return parameters;
    }

    /** {@return what it is made of} */
    public PsoftOptions options() {
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

    /**
     * y ← x·Wᵀ.
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
     * The derivatives of the loss by x and by what trains, given that by y. The generator is taken as it is.
     *
     * @param x what went in, p × n
     * @param dy p × m
     * @param dx p × n, receives that by x; may overlap x or dy
     * @param gradient receives those of the parameters; must not overlap anything else
     * @throws IllegalArgumentException if a shape does not fit or an output is read-only
     */
    public void backward(Matrix x, Matrix dy, Matrix dx, PsoftParameters gradient) {
        shape.requireBackward(x, dy, dx);
        if (!parameters.isLike(gradient)) {
            throw new IllegalArgumentException(
                    "psoft backward: the gradient is of " + gradient + ", the layer of " + parameters);
        }
        iso.run(stream -> pass.backward(stream, x, dy, dx, gradient), x, dy, dx);
    }

    /**
     * out ← W.
     *
     * @param out m × n
     * @throws IllegalArgumentException if its shape does not fit or it is read-only
     */
    public void weight(Matrix out) {
        shape.requireWeight(out);
        iso.run(stream -> pass.weight(stream, out), out);
    }

    /**
     * out ← W₀, as it was given: what a merge of {@link #weight} elsewhere is undone by, without rounding.
     *
     * @param out m × n
     * @throws IllegalArgumentException if its shape does not fit or it is read-only
     */
    public void base(Matrix out) {
        shape.requireWeight(out);
        iso.run(stream -> stream.copy(base, out), out);
    }

    /** {@return shape and parameters, never elements} */
    @Override
    public String toString() {
        return "PSOFT layer of " + outputs() + " x " + inputs() + ", " + parameters;
    }
}
