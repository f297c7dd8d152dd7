/**
 * What is benchmarked: operations with their flop counts, operands that all contestants share, and the checks that a
 * result passes before it is timed, in twice the precision of F64.
 */
@NullMarked
package org.isospin.bench.problem;

import org.jspecify.annotations.NullMarked;
