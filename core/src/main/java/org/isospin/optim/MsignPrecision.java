package org.isospin.optim;

/**
 * What an iteration for the matrix sign stores and rounds to. The forms in bfloat16 reproduce what published code computes on
 * a GPU or in eager PyTorch; they are no faster here.
 */
public enum MsignPrecision {
    /** The compute type of the optimizer. */
    COMPUTE,
    /**
     * bfloat16 between operations: X·Xᵀ, bG, cG, (cG)·G, their sum, aX, BX and their sum are each rounded once, products summed
     * in F32.
     */
    BF16,
    /** bfloat16 between fused operations: bG + cG·G and aX + BX are each rounded once (PyTorch's addmm). */
    BF16_FUSED,
    /** As {@link #BF16_FUSED}, but norm and quotient are in the compute type and rounded once (Emerging-Optimizers). */
    BF16_FUSED_STEPS
}
