package org.isospin.polar;

import java.util.Objects;

/**
 * Which Procrustes problem a {@link ProcrustesFit} solves.
 *
 * @param group where R is sought
 * @param scaling whether s is fitted or 1
 * @param translation whether t is fitted or 0
 * @param nullSpace what R is where the data do not tell
 * @param rankTolerance singular values of the cross matrix up to rankTolerance·σ₁ count as zero; in [0, 1)
 */
public record ProcrustesOptions(
        Group group, Scaling scaling, Translation translation, NullSpace nullSpace, double rankTolerance) {
    /** Whether a factor is fitted. */
    public enum Scaling {
        /** s = 1. */
        NONE,
        /** The s that fits best. */
        OPTIMAL
    }

    /** Whether a translation is fitted. */
    public enum Translation {
        /** t = 0. */
        NONE,
        /** The t that fits best: it brings weighted mean to weighted mean. */
        OPTIMAL
    }

    /**
     * The problem of {@link Procrustes} in O(n): no scale, no translation, any solution, and σ ≤ 2⁻⁴⁰σ₁ for zero: well above
     * the rounding of a cross matrix, and below what data of F32 tell.
     */
    public static final ProcrustesOptions DEFAULT =
            new ProcrustesOptions(Group.ORTHOGONAL, Scaling.NONE, Translation.NONE, NullSpace.ANY, 0x1p-40);

    /**
     * Makes options.
     *
     * @throws IllegalArgumentException if rankTolerance is not in [0, 1)
     */
    public ProcrustesOptions {
        Objects.requireNonNull(group);
        Objects.requireNonNull(scaling);
        Objects.requireNonNull(translation);
        Objects.requireNonNull(nullSpace);
        if (!(rankTolerance >= 0 && rankTolerance < 1)) {
            throw new IllegalArgumentException(
                    "procrustes: the rank tolerance must be in [0, 1), not " + rankTolerance);
        }
    }

    /**
     * {@return these options in another group}
     *
     * @param other where R is sought
     */
    public ProcrustesOptions withGroup(Group other) {
        return new ProcrustesOptions(other, scaling, translation, nullSpace, rankTolerance);
    }

    /**
     * {@return these options with another choice of s}
     *
     * @param other whether s is fitted
     */
    public ProcrustesOptions withScaling(Scaling other) {
        return new ProcrustesOptions(group, other, translation, nullSpace, rankTolerance);
    }

    /**
     * {@return these options with another choice of t}
     *
     * @param other whether t is fitted
     */
    public ProcrustesOptions withTranslation(Translation other) {
        return new ProcrustesOptions(group, scaling, other, nullSpace, rankTolerance);
    }

    /**
     * {@return these options with another policy where the data do not tell}
     *
     * @param other the policy
     */
    public ProcrustesOptions withNullSpace(NullSpace other) {
        return new ProcrustesOptions(group, scaling, translation, other, rankTolerance);
    }

    /**
     * {@return these options with another rank tolerance}
     *
     * @param other in [0, 1)
     */
    public ProcrustesOptions withRankTolerance(double other) {
        return new ProcrustesOptions(group, scaling, translation, nullSpace, other);
    }
}
