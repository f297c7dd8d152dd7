package org.isospin.optim;

/** How gradients are gathered; M starts at zero. */
public enum MomentumForm {
    /** M ← βM + (1 − β)G, an average. */
    AVERAGE,
    /** M ← βM + G, a sum ("heavy ball"), 1/(1 − β) times as large in the long run. */
    SUM
}
