package org.isospin;

/** How a context sums products of F32, BF16 and F16 elements. F64 is always computed in F64. */
public enum Precision {
    /** Products are summed in F32, except where an algorithm needs F64 sums for its promised accuracy. */
    STANDARD,
    /** Every matrix product is summed in F64 and rounded once; about half the speed. */
    F64_SUMS
}
