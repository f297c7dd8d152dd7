package org.isospin.optim;

/** Whether the mean of all rows is taken out of a gradient and of its update. */
public enum RowCentering {
    /** No. */
    OFF,
    /** Yes: a shift of all outputs by one number, which a softmax does not see, is never learned. */
    ON
}
