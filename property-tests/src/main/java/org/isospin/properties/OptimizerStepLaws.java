package org.isospin.properties;

import java.util.List;
import java.util.function.Supplier;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.optim.Optimizer;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterId;
import org.isospin.optim.ParameterSpec;

/**
 * Laws of an optimizer's step that claims to keep the spectrum of a weight, such as W′ = exp(ηA)·W with a skew A made of the
 * gradient G, or W′ = Q·W·P with rotations on both sides; u is the unit roundoff.
 *
 * <p>Bounds: by Weyl's theorem no singular value of W′ = Q·W moves by more than ‖Q‖ − 1 times σ₁, which is half the 2-norm
 * defect of Q, and by ‖E‖₂ for the rounding of W′. A step by a truncated series states the defect it has besides rounding.
 */
public final class OptimizerStepLaws {
    /** The step from a weight that has not been stepped before. */
    @FunctionalInterface
    public interface Step {
        /**
         * Steps.
         *
         * @param w m × n; must not be changed
         * @param g the gradient, m × n; must not be changed
         * @param out m × n, receives the new weight
         */
        void apply(Matrix w, Matrix g, Matrix out);
    }

    private static final int[][] SHAPES = {{2, 2}, {5, 3}, {3, 5}, {12, 12}, {17, 12}};
    private static final double CONDITION = 100;

    private OptimizerStepLaws() {}

    /**
     * {@return the first step of an optimizer; what it refuses because G is not finite becomes an exception}
     *
     * @param optimizer makes one without parameters
     */
    public static Step of(Supplier<Optimizer> optimizer) {
        return (w, g, out) -> {
            Optimizer fresh = optimizer.get();
            ParameterId id =
                    fresh.register(ParameterSpec.matrix("w", w.dtype(), w.rows(), w.columns(), Orientation.OUT_IN));
            Matrix stepped = w.copy();
            fresh.step(1, id, stepped, g);
            if (fresh.report(id).skipped() > 0) {
                throw new ArithmeticException("the gradient is not finite");
            }
            stepped.copyTo(out);
        };
    }

    /**
     * {@return every law on inputs drawn from a seed, of each law the worst case}
     *
     * @param step the step
     * @param defect the largest ‖QᵀQ − I‖₂ of its rotations besides rounding; 0 if they are exact
     * @param dtype the type to check it in
     * @param seed any number
     */
    public static List<LawResult> check(Step step, double defect, DType dtype, long seed) {
        Worst worst = new Worst();
        for (int[] shape : SHAPES) {
            Dense w = weight(dtype, shape[0], shape[1], seed);
            Dense g = Dense.of(Generators.gaussian(shape[0], shape[1], seed + 2).to(dtype));
            worst.add(spectrum(step, defect, dtype, w, g));
            worst.add(tiny(step, defect, dtype, w, g));
            worst.add(standstill(step, dtype, w));
            worst.add(descent(step, dtype, w, g));
            worst.add(memory(step, dtype, w, g));
            worst.add(nan(step, dtype, w, g));
        }
        return worst.results();
    }

    /**
     * {@return a weight with singular values from 1 to 0.01, rounded to a type}
     *
     * @param dtype the type
     * @param rows number of rows
     * @param columns number of columns
     * @param seed any number
     */
    public static Dense weight(DType dtype, int rows, int columns, long seed) {
        return Dense.of(Generators.conditioned(rows, columns, CONDITION, seed).to(dtype));
    }

    private static Dense apply(Step step, DType dtype, Dense w, Dense g) {
        Matrix out = Generators.garbage(Matrix.allocate(dtype, w.rows(), w.columns()));
        step.apply(w.to(dtype), g.to(dtype), out);
        return Dense.of(out);
    }

    /**
     * {@return the law that singular values stay, relative to the largest: half the defect, and for rounding 4u√p, of which
     * a rotation's own defect takes two and the product the rest, besides what both sets err by}
     *
     * @param step the step
     * @param defect ‖QᵀQ − I‖₂ besides rounding
     * @param dtype element type
     * @param w the weight
     * @param g the gradient
     */
    public static LawResult spectrum(Step step, double defect, DType dtype, Dense w, Dense g) {
        return spectrum("singular values stay", step, defect, dtype, w, g);
    }

    private static LawResult spectrum(String law, Step step, double defect, DType dtype, Dense w, Dense g) {
        Dense before = w.singularValues();
        Dense after = apply(step, dtype, w, g).singularValues();
        double moved = after.plus(-1, before).max() / before.get(0, 0);
        double bound =
                0.5 * defect + 4 * dtype.unitRoundoff() * Math.sqrt(before.columns()) + 2 * w.singularValueError();
        return new LawResult(law, Subjects.describe(dtype, w), moved, bound);
    }

    /**
     * {@return the law that singular values stay where W and G are so small that their squares underflow}
     *
     * @param step the step
     * @param defect ‖QᵀQ − I‖₂ besides rounding
     * @param dtype element type
     * @param w the weight, about 1
     * @param g the gradient, about 1
     */
    public static LawResult tiny(Step step, double defect, DType dtype, Dense w, Dense g) {
        double factor = Subjects.tiny(dtype);
        Dense zero = Dense.zero(w.rows(), w.columns());
        Dense small = Dense.of(zero.plus(factor, w).to(dtype));
        Step scaled = (a, b, out) -> {
            Dense stepped = apply(step, dtype, zero.plus(factor, Dense.of(a)), zero.plus(factor, Dense.of(b)));
            zero.plus(1 / factor, stepped).to(dtype).copyTo(out);
        };
        return spectrum("singular values of W/2ᵏ stay", scaled, defect, dtype, zero.plus(1 / factor, small), g);
    }

    /**
     * {@return the law that a zero gradient leaves W as it is, to the last bit}
     *
     * @param step the step
     * @param dtype element type
     * @param w the weight
     */
    public static LawResult standstill(Step step, DType dtype, Dense w) {
        double moved = apply(step, dtype, w, Dense.zero(w.rows(), w.columns()))
                .plus(-1, w)
                .max();
        return new LawResult("no gradient, no step", Subjects.describe(dtype, w), moved, 0);
    }

    /**
     * {@return the law that the first step goes downhill: the cosine of W′ − W and G is negative; NaN where W does not move}
     *
     * @param step the step
     * @param dtype element type
     * @param w the weight
     * @param g the gradient, not one that rotations of W leave as it is
     */
    public static LawResult descent(Step step, DType dtype, Dense w, Dense g) {
        Dense moved = apply(step, dtype, w, g).plus(-1, w);
        double slope = moved.transposed().times(g).trace() / (moved.frobenius() * g.frobenius());
        return new LawResult("the step goes downhill", Subjects.describe(dtype, w), slope, 0);
    }

    /**
     * {@return the law that a step remembers no other matrix's step: between two equal ones, to the last bit, one with
     * another gradient}
     *
     * @param step the step
     * @param dtype element type
     * @param w the weight
     * @param g the gradient
     */
    public static LawResult memory(Step step, DType dtype, Dense w, Dense g) {
        Dense first = apply(step, dtype, w, g);
        apply(step, dtype, w, Dense.zero(g.rows(), g.columns()).plus(-3, g));
        double moved = apply(step, dtype, w, g).plus(-1, first).max();
        return new LawResult("a step depends on W and G alone", Subjects.describe(dtype, w), moved, 0);
    }

    /**
     * {@return the law that NaN in G is told by W′ or by an exception}
     *
     * @param step the step
     * @param dtype element type
     * @param w the weight
     * @param g the gradient, of which an element becomes NaN
     */
    public static LawResult nan(Step step, DType dtype, Dense w, Dense g) {
        Dense bad = g.plus(0, g);
        bad.set(g.rows() / 2, g.columns() / 2, Double.NaN);
        return Subjects.nan("the step", Subjects.describe(dtype, w), () -> apply(step, dtype, w, bad));
    }
}
