package org.isospin.optim;

/**
 * How a new weight becomes one of a 16-bit type. A step of 10⁻³ of a weight is less than half the distance of bfloat16
 * neighbours, which is 2⁻⁹ of it or more: rounded to nearest, most steps are lost, and the others are of the wrong length. All but
 * {@link #nearest} keep what rounding takes away, in the mean or in fact.
 *
 * <p>With {@link #master} and {@link #compensated} the state is part of the weight: a caller that changes the weight between
 * steps must change the state too, through {@link Optimizer#setState}; {@link #master} would overwrite the change,
 * {@link #compensated} adds the old remainder to it.
 */
public final class WeightRounding {
    /** Kinds of rounding. */
    enum Kind {
        NEAREST,
        MASTER,
        COMPENSATED,
        STOCHASTIC
    }

    private static final WeightRounding NEAREST = new WeightRounding(Kind.NEAREST, 0);
    private static final WeightRounding MASTER = new WeightRounding(Kind.MASTER, 0);
    private static final WeightRounding COMPENSATED = new WeightRounding(Kind.COMPENSATED, 0);

    private final Kind kind;
    private final long seed;

    private WeightRounding(Kind kind, long seed) {
        this.kind = kind;
        this.seed = seed;
    }

    /** {@return to nearest, ties to even; no state} */
    public static WeightRounding nearest() {
        return NEAREST;
    }

    /**
     * {@return steps change an F32 copy, and the weight is its rounding to nearest: the F32 run to the last bit, as far as
     * gradients are the same}
     *
     * <p>State: {@code master}, twice the weight's bytes. It starts as the weight.
     */
    public static WeightRounding master() {
        return MASTER;
    }

    /**
     * {@return what rounding to nearest took away is kept in bfloat16, and added before the next step}
     *
     * <p>The remainder of a rounding is an F32 number without error, at most u of the weight, u = 2⁻⁸ for bfloat16 and 2⁻¹¹ for
     * F16. Only its own rounding is lost: 2⁻⁸·u of the weight in a step, where rounding the weight loses u. Steps shorter than
     * that add up in the remainder until they reach the weight, so that no step is lost above 2⁻⁸·u, and errors of random sign
     * make √t·2⁻⁸·u after t steps. Kept in F32, the remainder would make a {@link #master} of it.
     *
     * <p>State: {@code remainder}, the weight's bytes. It starts as zero.
     */
    public static WeightRounding compensated() {
        return COMPENSATED;
    }

    /**
     * {@return up or down with the probability of nearness, so that the mean of a new weight is what was computed}
     *
     * <p>Errors have no bias but add up: about √t·u of the weight after t steps. The choice depends on seed, name of the
     * parameter, step and position alone, so that a resumed run has the same bits. No state.
     *
     * @param seed any number
     */
    public static WeightRounding stochastic(long seed) {
        return new WeightRounding(Kind.STOCHASTIC, seed);
    }

    Kind kind() {
        return kind;
    }

    /** {@return the seed of a parameter's step, by FNV-1a over 64-bit and 16-bit units} */
    long seed(String name, long t) {
        long hash = fold(0xCBF29CE484222325L, seed);
        for (int i = 0; i < name.length(); i++) {
            hash = fold(hash, name.charAt(i));
        }
        return fold(hash, t);
    }

    private static long fold(long hash, long unit) {
        return (hash ^ unit) * 0x100000001B3L;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WeightRounding that && kind == that.kind && seed == that.seed;
    }

    @Override
    public int hashCode() {
        return 31 * kind.hashCode() + Long.hashCode(seed);
    }

    /** {@return the name, which state files compare} */
    @Override
    public String toString() {
        return switch (kind) {
            case NEAREST -> "nearest";
            case MASTER -> "master";
            case COMPENSATED -> "compensated";
            case STOCHASTIC -> "stochastic(" + seed + ")";
        };
    }
}
