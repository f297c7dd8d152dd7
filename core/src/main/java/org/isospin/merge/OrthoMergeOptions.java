package org.isospin.merge;

import java.util.Objects;
import org.isospin.polar.Group;
import org.isospin.polar.NullSpace;
import org.isospin.polar.ProcrustesOptions;

/**
 * How {@link OrthoMerge} tells rotations from the rest, and averages them.
 *
 * @param targets what the rotations fit
 * @param conflictThreshold in [−1, 1]: for {@link Targets#CONFLICTS}, the cosine below which a row conflicts
 * @param side which side of the base is rotated
 * @param group where the rotations are sought: in SO(n) a reflection that would fit better is left to the residual; in O(n) it
 *     is taken, has an eigenvalue −1, and halfTurns decides
 * @param nullSpace what a rotation is where the base does not tell, as always if the side rotated is the longer one
 * @param rankTolerance singular values of BᵀT up to rankTolerance·σ₁ count as zero; in [0, 1)
 * @param halfTurns what becomes of an expert that turns too far
 * @param largestAngle in (0, π]: beyond it an expert turns too far; at π to working accuracy every one does, because its Cayley
 *     transform has no inverse
 * @param mean how rotations are averaged; half turns and angles only concern a {@link GeneratorMean}
 */
public record OrthoMergeOptions(
        Targets targets,
        double conflictThreshold,
        Side side,
        Group group,
        NullSpace nullSpace,
        double rankTolerance,
        HalfTurns halfTurns,
        double largestAngle,
        RotationMean mean) {
    /** What a rotation fits. */
    public enum Targets {
        /** The expert, W₀R ≈ Wᵢ: variant G. */
        EXPERTS,
        /**
         * The base with those rows of the expert whose change conflicts with the mean change, cos(δᵢ, δ̄) below the threshold:
         * variant C. With one expert, or two of equal rows' norms, there are none, and nothing is rotated.
         */
        CONFLICTS
    }

    /** Which side of the base is rotated. */
    public enum Side {
        /** The inputs: W₀R. */
        INPUTS,
        /** The shorter one: W₀R, or RW₀ where W₀ has fewer rows than columns. */
        SHORTER
    }

    /** What becomes of an expert that turns too far. */
    public enum HalfTurns {
        /** The merge fails. */
        REJECT,
        /** It counts as not rotated: its generator is zero, and all that it changed is residual. */
        TO_RESIDUAL
    }

    /**
     * The paper's variant G, in SO(n), with the rotation nearest to the identity where the base does not tell, and half turns left
     * to the residual.
     */
    public static final OrthoMergeOptions DEFAULT = new OrthoMergeOptions(
            Targets.EXPERTS,
            0,
            Side.INPUTS,
            Group.ROTATION,
            NullSpace.NEAREST_IDENTITY,
            ProcrustesOptions.DEFAULT.rankTolerance(),
            HalfTurns.TO_RESIDUAL,
            Math.PI,
            GeneratorMean.DEFAULT);

    /**
     * Makes options.
     *
     * @throws IllegalArgumentException if a number is out of range, or the null space's policy gives no rotation
     */
    public OrthoMergeOptions {
        Objects.requireNonNull(targets);
        Objects.requireNonNull(side);
        Objects.requireNonNull(group);
        Objects.requireNonNull(nullSpace);
        Objects.requireNonNull(halfTurns);
        Objects.requireNonNull(mean);
        if (!(conflictThreshold >= -1 && conflictThreshold <= 1)) {
            throw new IllegalArgumentException(
                    "orthoMerge: the conflict threshold must be in [-1, 1], not " + conflictThreshold);
        }
        if (nullSpace == NullSpace.PARTIAL_ISOMETRY) {
            throw new IllegalArgumentException("orthoMerge: a partial isometry is no rotation, and has no generator");
        }
        if (!(rankTolerance >= 0 && rankTolerance < 1)) {
            throw new IllegalArgumentException(
                    "orthoMerge: the rank tolerance must be in [0, 1), not " + rankTolerance);
        }
        if (!(largestAngle > 0 && largestAngle <= Math.PI)) {
            throw new IllegalArgumentException("orthoMerge: the largest angle must be in (0, π], not " + largestAngle);
        }
    }

    /** {@return the Procrustes problem that gives a rotation} */
    ProcrustesOptions procrustes() {
        return ProcrustesOptions.DEFAULT
                .withGroup(group)
                .withNullSpace(nullSpace)
                .withRankTolerance(rankTolerance);
    }

    /**
     * {@return these options with other targets}
     *
     * @param other what the rotations fit
     */
    public OrthoMergeOptions withTargets(Targets other) {
        return new OrthoMergeOptions(
                other, conflictThreshold, side, group, nullSpace, rankTolerance, halfTurns, largestAngle, mean);
    }

    /**
     * {@return these options with another threshold}
     *
     * @param other the cosine below which a row conflicts
     */
    public OrthoMergeOptions withConflictThreshold(double other) {
        return new OrthoMergeOptions(
                targets, other, side, group, nullSpace, rankTolerance, halfTurns, largestAngle, mean);
    }

    /**
     * {@return these options with another side}
     *
     * @param other which side of the base is rotated
     */
    public OrthoMergeOptions withSide(Side other) {
        return new OrthoMergeOptions(
                targets, conflictThreshold, other, group, nullSpace, rankTolerance, halfTurns, largestAngle, mean);
    }

    /**
     * {@return these options in another group}
     *
     * @param other where the rotations are sought
     */
    public OrthoMergeOptions withGroup(Group other) {
        return new OrthoMergeOptions(
                targets, conflictThreshold, side, other, nullSpace, rankTolerance, halfTurns, largestAngle, mean);
    }

    /**
     * {@return these options with another policy where the base does not tell}
     *
     * @param other the policy
     */
    public OrthoMergeOptions withNullSpace(NullSpace other) {
        return new OrthoMergeOptions(
                targets, conflictThreshold, side, group, other, rankTolerance, halfTurns, largestAngle, mean);
    }

    /**
     * {@return these options with another rank tolerance}
     *
     * @param other in [0, 1)
     */
    public OrthoMergeOptions withRankTolerance(double other) {
        return new OrthoMergeOptions(
                targets, conflictThreshold, side, group, nullSpace, other, halfTurns, largestAngle, mean);
    }

    /**
     * {@return these options with another policy for experts that turn too far}
     *
     * @param other the policy
     * @param angle in (0, π]: what is too far
     */
    public OrthoMergeOptions withHalfTurns(HalfTurns other, double angle) {
        return new OrthoMergeOptions(
                targets, conflictThreshold, side, group, nullSpace, rankTolerance, other, angle, mean);
    }

    /**
     * {@return these options with another mean}
     *
     * @param other how rotations are averaged
     */
    public OrthoMergeOptions withMean(RotationMean other) {
        return new OrthoMergeOptions(
                targets, conflictThreshold, side, group, nullSpace, rankTolerance, halfTurns, largestAngle, other);
    }
}
