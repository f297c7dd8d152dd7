package org.isospin.backend;

/** An operation on backend-owned scalars, in F64 as Java's operators and {@link Math} do it. */
public enum ScalarOp {
    /** a + b. */
    ADD,
    /** a − b. */
    SUBTRACT,
    /** a · b. */
    MULTIPLY,
    /** a / b. */
    DIVIDE,
    /** The larger; NaN if either is. */
    MAX,
    /** The smaller; NaN if either is. */
    MIN,
    /** √a; b is ignored. */
    SQRT,
    /** The largest power of two that is at most |a|, within [2⁻¹⁰²², 2¹⁰²³]; 1 for zero, NaN and infinity. b is ignored. */
    POWER_OF_TWO;

    /**
     * {@return the result of this operation}
     *
     * @param a left operand
     * @param b right operand
     */
    public double apply(double a, double b) {
        return switch (this) {
            case ADD -> a + b;
            case SUBTRACT -> a - b;
            case MULTIPLY -> a * b;
            case DIVIDE -> a / b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
            case SQRT -> Math.sqrt(a);
            case POWER_OF_TWO -> {
                int exponent = Math.getExponent(a);
                yield a == 0 || exponent > Double.MAX_EXPONENT
                        ? 1
                        : Math.scalb(1.0, Math.max(exponent, Double.MIN_EXPONENT));
            }
        };
    }
}
