package org.isospin.optim;

import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;

/**
 * How far an orthogonalised generator turns: θ, half the angle of a plane, as a function of the learning rate η and the weight.
 */
public final class AngleLaw {
    private final String name;
    private final double factor;
    private final double largest;
    private final boolean isRelative;

    private AngleLaw(String name, double factor, double largest, boolean isRelative) {
        this.name = name;
        this.factor = LearningRate.requireNotNegative("factor", factor);
        this.largest = LearningRate.requireNotNegative("largest", largest);
        this.isRelative = isRelative;
    }

    /**
     * {@return θ = ηc/2, whatever the weight}
     *
     * @param c 6 to 8 in published runs, whose θ is from 0.012 to 0.018
     * @throws IllegalArgumentException if c is negative or not finite
     */
    public static AngleLaw fixed(double c) {
        return new AngleLaw("fixed(" + c + ")", c / 2, 0, false);
    }

    /**
     * {@return θ = min(ηρ/RMS(W), θ_max): elements move by about 2ηρ whatever the size of the weight, but no plane by more than
     * 2θ_max}
     *
     * @param rho ρ
     * @param largest θ_max
     * @throws IllegalArgumentException if a number is negative or not finite
     */
    public static AngleLaw rms(double rho, double largest) {
        return new AngleLaw("rms(" + rho + ", " + largest + ")", rho, largest, true);
    }

    /** {@return θ of a step; no waits} */
    Scalar angle(BlockStep step, double rate) {
        ComputeStream stream = step.stream();
        if (!isRelative) {
            return StreamScalars.of(stream, rate * factor);
        }
        Scalar norm = stream.scalar();
        stream.reduce(Reduction.FROBENIUS, step.weight(), norm);
        double elements = Math.sqrt((double) step.outputs() * step.inputs());
        Scalar angle = StreamScalars.quotient(stream, StreamScalars.of(stream, rate * factor * elements), norm);
        stream.scalarOp(ScalarOp.MIN, angle, StreamScalars.of(stream, largest), angle);
        return angle;
    }

    /** {@return the name, which state files compare} */
    @Override
    public String toString() {
        return name;
    }
}
