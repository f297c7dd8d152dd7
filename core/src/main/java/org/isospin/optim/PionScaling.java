package org.isospin.optim;

/** What Pion's learning rate measures. */
public enum PionScaling {
    /** The root mean square of the change of W's elements, as a share of c: ‖ΔW‖_F = η·c·√(mn), as for AdamW. */
    RMS,
    /** The largest angle of each side's rotation, in radians: each generator is divided by an estimate of its own 2-norm (µP). */
    SPECTRAL,
    /** Nothing: generators are multiplied by η. */
    NONE,
    /** Nothing, and η is left out: what the reference does where it does not scale; steps are as large as gradients are. */
    REFERENCE_NONE
}
