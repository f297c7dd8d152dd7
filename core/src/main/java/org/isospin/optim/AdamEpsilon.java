package org.isospin.optim;

/** Where Adam adds its epsilon. */
public enum AdamEpsilon {
    /** m̂/(√v̂ + ε), as published and in PyTorch. */
    AFTER_BIAS_CORRECTION,
    /** (1/c)·m/(√v + ε) with c the ratio of the corrections, as in Moonlight: ε weighs more in the first steps. */
    BEFORE_BIAS_CORRECTION
}
