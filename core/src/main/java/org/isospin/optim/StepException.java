package org.isospin.optim;

/**
 * Thrown where a step of several parameters fails amidst: the cause is what the failing one's step threw. Parameters before it
 * in the list are updated; it and those after it are as they were.
 */
public final class StepException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The name of the parameter whose step failed. */
    private final String parameter;

    /** How many were updated before. */
    private final int updated;

    StepException(String parameter, int updated, int all, RuntimeException cause) {
        super(
                "step of parameter " + parameter + ", after " + updated + " of " + all + " were updated: "
                        + cause.getMessage(),
                cause);
        this.parameter = parameter;
        this.updated = updated;
    }

    /** {@return the name of the parameter whose step failed} */
    public String parameter() {
        return parameter;
    }

    /** {@return how many parameters were updated, the first ones of the list} */
    public int updated() {
        return updated;
    }
}
