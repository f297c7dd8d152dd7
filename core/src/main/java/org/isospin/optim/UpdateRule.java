package org.isospin.optim;

/**
 * The formula of an optimizer for one block of a parameter. The base around it does all the rest: checks, orientation, types,
 * blocks, non-finite gradients, exceptions, reports, state files.
 *
 * <p>A rule has no fields that change. What it keeps between steps is declared once and found in the step by name.
 */
abstract class UpdateRule {
    /**
     * Names the matrices that are kept between steps.
     *
     * @param layout takes them; knows the block's shape
     */
    abstract void declare(StateLayout layout);

    /**
     * Fills the state from the weight before the first step; without it, state starts at zero.
     *
     * @param step where {@link BlockStep#state} may be written
     */
    void initialize(BlockStep step) {}

    /**
     * Computes one step: the new weight, and what becomes of every matrix of the state that is not constant.
     *
     * @param step the inputs, and where the results go
     */
    abstract void update(BlockStep step);

    /** {@return whether a weight that is exactly zero stays so whatever the gradients are} */
    boolean leavesZero() {
        return false;
    }
}
