package org.isospin.properties.golden;

import org.isospin.Isospin;

/** Knows which calls the cases of one group stand for. */
interface GroupRunner {
    /**
     * Computes what a case compares in a mode; what it computes beyond that is ignored.
     *
     * @param iso what computes
     * @param golden the case
     * @param mode the mode, in which the case has something to compare
     * @param out takes the results
     */
    void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out);
}
