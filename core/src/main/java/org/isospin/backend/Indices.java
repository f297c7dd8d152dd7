package org.isospin.backend;

/** A vector of row numbers (pivots, permutations) that lives where the backend computes; belongs to its stream. */
public interface Indices {
    /** {@return the number of entries} */
    int length();
}
