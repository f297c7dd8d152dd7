package org.isospin.backend;

/** A number that summarises a matrix; computed in F64 with a summation order that the shape alone decides. */
public enum Reduction {
    /** √Σ x², scaled so that neither squares nor their sum overflow or underflow. */
    FROBENIUS,
    /** Σ x², unscaled. */
    SUM_SQUARES,
    /** max |x|; NaN if any element is NaN. */
    MAX_ABS,
    /** The largest column sum of |x|; NaN if any element is NaN. */
    NORM_1,
    /** The largest row sum of |x|; NaN if any element is NaN. */
    NORM_INF,
    /** Σ xᵢᵢ. */
    TRACE
}
