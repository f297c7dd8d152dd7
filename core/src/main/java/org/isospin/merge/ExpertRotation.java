package org.isospin.merge;

/**
 * What {@link OrthoMerge} found about one expert.
 *
 * @param outcome what became of it
 * @param angle the largest angle that its rotation turns by, an estimate from below; 0 if it is unchanged, π if its Cayley
 *     transform has no inverse
 * @param condition by how much the rotation moves, relative to a change of what it fits; 1 if it is unchanged
 * @param rank of BᵀT, which determines it; 0 if it is unchanged
 * @param change ‖Wᵢ − W₀‖_F
 * @param residual ‖Wᵢ − W₀Rᵢ‖_F: what is left for the residual merge
 */
public record ExpertRotation(
        Outcome outcome, double angle, double condition, int rank, double change, double residual) {
    /** What became of an expert. */
    public enum Outcome {
        /** It was rotated. */
        ROTATED,
        /** What its rotation should fit is the base itself: R = I exactly. */
        UNCHANGED,
        /** It turns too far, and counts as not rotated. */
        HALF_TURN
    }
}
