package org.isospin.optim;

/** Whether Adam divides by the largest second moment so far (Reddi, Kale and Kumar 2018). */
public enum AmsGrad {
    /** By the latest one. */
    OFF,
    /** By the largest one, so that steps do not become longer where gradients become smaller. */
    ON
}
