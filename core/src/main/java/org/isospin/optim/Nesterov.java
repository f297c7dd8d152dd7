package org.isospin.optim;

/** Whether the step looks one gradient ahead. */
public enum Nesterov {
    /** The step is along M. */
    OFF,
    /** The step is along βM + (1 − β)G, or βM + G where M is a sum. */
    ON
}
