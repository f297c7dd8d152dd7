package org.isospin.optim;

/** What momentum is before the first step. */
public enum MomentumStart {
    /** 0. */
    ZERO,
    /** The first gradient as it is, not yet a tangent, as in geoopt: it counts 1 + μ times. */
    GRADIENT
}
