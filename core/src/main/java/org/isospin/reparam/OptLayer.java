package org.isospin.reparam;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.Operands;
import org.isospin.measure.OrthogonalityDerivative;
import org.isospin.optim.Orientation;

/**
 * A linear layer y = x·Wᵀ with W = W₀·Rᵀ: W₀ frozen, and R the orthogonal matrix that an {@link Orthogonalizer} makes of a matrix P
 * that trains (orthogonal over-parameterized training, OPT, arXiv 2004.04690, where neurons are columns and W is R·V). Neurons, the
 * rows of W₀, keep their norms, their angles and so their hyperspherical energy, but for {@link Orthogonalizer#FREE}.
 *
 * <p>With a {@link OptOptions#share} R turns some of the inputs alone, others with each {@link #merge} (S-OPT). Of p tokens and s
 * inputs that rotate, forward and backward take 2mnp + 2s²p and 2mnp + 4s²p flops, and what it takes to find R or its gradient.
 *
 * <pre>{@code
 * OptLayer layer = OptLayer.of(iso, OptOptions.DEFAULT, weight);
 * Matrix gradient = layer.allocateGradient();
 * layer.forward(x, y);                                  // rows are tokens
 * layer.backward(x, dy, dx, gradient);                  // step layer.parameter() by the gradient
 * }</pre>
 *
 * <p>Neither construction nor a merge changes the function, but for rounding. A bias is the caller's: no rotation touches it.
 *
 * <p>The arithmetic is F64 if an operand is F64, else F32, rounded once to each output's type. Waits as the orthogonaliser does, in
 * every call; its failures apply: P must be of full rank, and is refused where it is not finite, but by {@link
 * Orthogonalizer#REFLECTIONS}, {@link Orthogonalizer#CAYLEY} and {@link Orthogonalizer#FREE}. For one thread at a time.
 */
public final class OptLayer {
    private final Isospin iso;
    private final OptOptions options;
    private final OptPass pass;
    private final Matrix parameter;
    private final Matrix rotation;
    private final Matrix byRotation;
    private final LayerShape shape;

    private OptLayer(Isospin iso, OptOptions options, Matrix weight, int merges) {
        this.iso = iso;
        this.options = options;
        this.shape = new LayerShape("opt", weight, Orientation.OUT_IN);
        this.pass = new OptPass(options, Matrix.allocate(weight.dtype(), shape.outputs(), shape.inputs()), merges);
        DType type = weight.dtype().computeType();
        this.parameter = options.orthogonalizer().allocate(type, pass.rotated());
        this.rotation = Matrix.allocate(type, pass.rotated(), pass.rotated());
        this.byRotation = Matrix.allocate(type, pass.rotated(), pass.rotated());
        iso.run(stream -> pass.load(stream, weight), weight);
        restart();
    }

    /** P ← I, and W₀ ← W₀·R: reflections make a diagonal of signs of I. */
    private void restart() {
        options.orthogonalizer().reset(iso, parameter);
        form();
        iso.run(stream -> pass.fold(stream, rotation));
    }

    private void form() {
        options.orthogonalizer().form(iso, parameter, rotation);
    }

    /**
     * {@return a layer whose W is the weight}
     *
     * @param iso what computes; stays the caller's
     * @param options what it is made of
     * @param weight W, m × n, a row an output; copied. Its type is that of the base
     * @param merges how many merges came before: a run that is resumed from {@link #weight}, before any step after the latest of
     *     them, goes on as it would have
     * @throws IllegalArgumentException if permutations do not fit, or merges is negative
     */
    public static OptLayer of(Isospin iso, OptOptions options, Matrix weight, int merges) {
        if (merges < 0) {
            throw new IllegalArgumentException("the number of merges must be 0 or more, not " + merges);
        }
        return new OptLayer(iso, options, weight, merges);
    }

    /**
     * {@return a layer whose W is the weight}
     *
     * @param iso what computes; stays the caller's
     * @param options what it is made of
     * @param weight W, m × n, a row an output; copied. Its type is that of the base
     * @throws IllegalArgumentException if permutations do not fit
     */
    public static OptLayer of(Isospin iso, OptOptions options, Matrix weight) {
        return of(iso, options, weight, 0);
    }

    /**
     * {@return P, s × s, in memory that the caller steps; the packed upper triangle of a skew matrix, 1 × s(s − 1)/2, for {@link
     * Orthogonalizer#CAYLEY}. F64 if the weight is, else F32}
     */
    public Matrix parameter() {
        return parameter;
    }

    /** {@return memory for a gradient of P} */
    public Matrix allocateGradient() {
        return Matrix.allocate(parameter.dtype(), parameter.rows(), parameter.columns());
    }

    /** {@return what it is made of} */
    public OptOptions options() {
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

    /** {@return s, how many inputs rotate} */
    public int rotated() {
        return pass.rotated();
    }

    /** {@return how many merges came before} */
    public int merges() {
        return pass.merges();
    }

    /**
     * y ← x·Wᵀ.
     *
     * @param x p × n, a row a token
     * @param y p × m; may overlap x
     * @throws IllegalArgumentException if a shape does not fit, y is read-only, or the orthogonaliser refuses P
     */
    public void forward(Matrix x, Matrix y) {
        shape.requireForward(x, y);
        form();
        iso.run(stream -> pass.forward(stream, x, rotation, y), x, y);
    }

    /**
     * The derivatives of the loss by x and by P, given that by y.
     *
     * @param x what went in, p × n
     * @param dy p × m
     * @param dx p × n, receives that by x; may overlap x or dy
     * @param gradient receives that by P, of its shape
     * @throws IllegalArgumentException if a shape does not fit, an output is read-only, or the orthogonaliser refuses P
     */
    public void backward(Matrix x, Matrix dy, Matrix dx, Matrix gradient) {
        shape.requireBackward(x, dy, dx);
        requireGradient("opt backward", gradient);
        form();
        iso.run(stream -> pass.backward(stream, x, dy, rotation, dx, byRotation), x, dy, dx);
        options.orthogonalizer().vjp(iso, parameter, byRotation, gradient);
    }

    private void requireGradient(String operation, Matrix gradient) {
        Operands.requireOutput(operation, "gradient", gradient, parameter.rows(), parameter.columns());
    }

    /**
     * Adds the gradient of λ‖PPᵀ − I‖_F, OPT's penalty, which keeps P near the orthogonal group.
     *
     * @param weight λ, 0.1 in OPT
     * @param gradient what it is added to, of P's shape
     * @return ‖PPᵀ − I‖_F
     * @throws IllegalArgumentException if the shape does not fit or the gradient is read-only
     * @throws IllegalStateException if P is the triangle of a skew matrix
     */
    public double penalty(double weight, Matrix gradient) {
        if (options.orthogonalizer() == Orthogonalizer.CAYLEY) {
            throw new IllegalStateException("opt penalty: P is a skew matrix's triangle, whose R is always orthogonal");
        }
        requireGradient("opt penalty", gradient);
        OrthogonalityDerivative.vjp(iso, parameter, weight, byRotation);
        iso.run(stream -> stream.combine(1, gradient, 1, byRotation, 0, gradient), gradient);
        return iso.orthogonality(parameter.transposed()).frobenius();
    }

    /**
     * out ← R.
     *
     * @param out s × s
     * @throws IllegalArgumentException if its shape does not fit, it is read-only, or the orthogonaliser refuses P
     */
    public void rotation(Matrix out) {
        Operands.requireOutput("opt rotation", "out", out, pass.rotated(), pass.rotated());
        form();
        iso.run(stream -> stream.copy(rotation, out), out);
    }

    /**
     * out ← W.
     *
     * @param out m × n
     * @throws IllegalArgumentException if its shape does not fit, it is read-only, or the orthogonaliser refuses P
     */
    public void weight(Matrix out) {
        shape.requireWeight(out);
        form();
        iso.run(stream -> pass.weight(stream, rotation, out), out);
    }

    /**
     * W₀ ← W, P ← I, and other inputs rotate from now on: the function stays, but for rounding. What an optimizer averaged of P's
     * gradients belongs to a rotation that is gone: see {@link org.isospin.optim.Optimizer#restart}.
     *
     * @throws IllegalArgumentException if the orthogonaliser refuses P; nothing is changed then
     */
    public void merge() {
        form();
        iso.run(stream -> pass.merge(stream, rotation));
        restart();
    }

    /** {@return shape, orthogonaliser and share, never elements} */
    @Override
    public String toString() {
        return "OPT layer of " + outputs() + " x " + inputs() + ", " + options.orthogonalizer() + " of "
                + pass.rotated() + " inputs";
    }
}
