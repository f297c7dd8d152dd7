package org.isospin;

/** Thrown where a result does not exist because a matrix is singular, or too close to singular to tell. */
public final class SingularMatrixException extends ArithmeticException {
    private static final long serialVersionUID = 1L;

    /** Index of the pivot, eigenvalue or singular value that vanished. */
    private final int index;
    /** Reciprocal condition estimate. */
    private final double reciprocalCondition;

    /**
     * Makes the exception.
     *
     * @param message what does not exist, and why
     * @param index index of the pivot, eigenvalue or singular value that vanished, from 0
     * @param reciprocalCondition an estimate of 1/κ, or 0 if the matrix is exactly singular
     */
    public SingularMatrixException(String message, int index, double reciprocalCondition) {
        super(message);
        this.index = index;
        this.reciprocalCondition = reciprocalCondition;
    }

    /** {@return the index of the pivot, eigenvalue or singular value that vanished, from 0} */
    public int index() {
        return index;
    }

    /** {@return an estimate of 1/κ, or 0 if the matrix is exactly singular} */
    public double reciprocalCondition() {
        return reciprocalCondition;
    }
}
