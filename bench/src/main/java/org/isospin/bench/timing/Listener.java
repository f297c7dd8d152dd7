package org.isospin.bench.timing;

import java.util.List;
import org.isospin.bench.problem.Operation;

/** Hears of a run as it goes. */
interface Listener {
    /** A step begins. */
    void begins(Plan.Step step, int number, int of);

    /** All of an operation was done. */
    void ends(Operation operation, List<Row> rows, List<Skip> skips);
}
