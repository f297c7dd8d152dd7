package org.isospin.bench.timing;

import org.isospin.DType;
import org.isospin.bench.problem.Operation;

/**
 * What was left out.
 *
 * @param operation the operation
 * @param n the order
 * @param dtype the type
 * @param contestant who
 * @param reason why, a predicate
 * @param seconds how long a call would take, about; NaN where that is not the reason
 */
record Skip(Operation operation, int n, DType dtype, String contestant, String reason, double seconds) {}
