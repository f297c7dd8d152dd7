package org.isospin.merge;

/**
 * Task arithmetic (Ilharco et al. 2023): scale·Σ wᵢδᵢ. Never waits.
 *
 * @param scale its factor; negative to forget what was learnt
 */
public record TaskArithmetic(double scale) implements DeltaMerge {
    /** OrthoMerge's 0.2, a fifth for five tasks: it does not follow the number of models. */
    public static final TaskArithmetic DEFAULT = new TaskArithmetic(0.2);

    /**
     * Makes a choice.
     *
     * @throws IllegalArgumentException if scale is not finite
     */
    public TaskArithmetic {
        DeltaMerges.requireScale("task arithmetic", scale);
    }
}
