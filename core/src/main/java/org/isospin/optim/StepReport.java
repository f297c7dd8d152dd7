package org.isospin.optim;

import org.isospin.Matrix;

/** What the steps of one parameter did; filled anew by each {@link Optimizer#report}. */
public final class StepReport {
    /** How many numbers a report is made of. */
    static final int SIZE = 4;

    static final int SKIPPED = 0;
    static final int UPDATE_NORM = 1;
    static final int LARGEST_ANGLE = 2;
    static final int DRIFT = 3;

    private long skipped;
    private double updateNorm;
    private double largestAngle;
    private double drift;

    StepReport() {}

    void fill(Matrix numbers) {
        skipped = (long) numbers.get(0, SKIPPED);
        updateNorm = numbers.get(0, UPDATE_NORM);
        largestAngle = numbers.get(0, LARGEST_ANGLE);
        drift = numbers.get(0, DRIFT);
    }

    /** {@return how many steps were skipped because the gradient was not finite} */
    public long skipped() {
        return skipped;
    }

    /** {@return ‖W′ − W‖_F of the latest step that was not skipped, before W′ was rounded to the weight's type} */
    public double updateNorm() {
        return updateNorm;
    }

    /** {@return the largest angle in radians by which that step rotated anything; 0 where the optimizer does not rotate} */
    public double largestAngle() {
        return largestAngle;
    }

    /**
     * {@return the largest relative change max|σᵢ/σᵢ₀ − 1| of a singular value since the first step, as last measured; 0 where
     * the optimizer does not measure it}
     */
    public double drift() {
        return drift;
    }

    /** {@return the numbers} */
    @Override
    public String toString() {
        return "skipped " + skipped + ", update norm " + updateNorm + ", largest angle " + largestAngle + ", drift "
                + drift;
    }
}
